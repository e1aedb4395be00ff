"""The decision codes with their sentences, from ``lti_ags.services.sentences``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lti_ags.constants import GradeDecision, ScoreDecision
from lti_ags.services.sentences import sentence_for_staff, sentence_for_tool


def score_decisions() -> Iterator[str]:
    """Write the table of the decisions on a score."""
    return _table(decision.value for decision in ScoreDecision if decision.value not in set(GradeDecision))


def grade_decisions() -> Iterator[str]:
    """Write the table of the decisions on a grade; the one for "nothing yet" is an empty text."""
    return _table(decision.value for decision in GradeDecision)


def _table(codes: Iterable[str]) -> Iterator[str]:
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 20 40 40", "")
    yield from ("   * - Code", "     - What the tool reads", "     - What the course team reads")
    for code in codes:
        yield f"   * - {f'``{code}``' if code else '(empty)'}"
        yield f"     - {sentence_for_tool(code)}"
        yield f"     - {sentence_for_staff(code)}"
    yield ""
