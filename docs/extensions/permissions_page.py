"""What a tool may do, from ``lti_ags.domain.permissions``."""

from __future__ import annotations

from collections.abc import Iterator

from lti_ags.constants import GradingMode
from lti_ags.domain.permissions import RULES


def permissions() -> Iterator[str]:
    """Write the table of what each grading mode allows, and which scope opens it."""
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 30 30 20 20", "")
    yield from ("   * - A tool may", "     - with the scope")
    yield from (f"     - under ``{mode.value}``" for mode in GradingMode)
    for action, rule in RULES.items():
        yield f"   * - {action.value}"
        names = sorted(scope.value.rpartition("/")[2] for scope in rule.scopes)
        yield f"     - {' or '.join(f'``{name}``' for name in names)}"
        yield from (f"     - {'yes' if mode in rule.modes else 'no: 403'}" for mode in GradingMode)
    yield ""
