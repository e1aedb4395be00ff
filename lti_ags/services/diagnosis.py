"""
A look at a live site: is there anything that keeps tools from getting through, or grades from arriving?

Each part says what it saw and, where that is not well, what to do. Nothing is changed, except that key sets that were
fetched are kept, as at any fetch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lti_ags.data.findings import Finding
from lti_ags.models import LtiTool
from lti_ags.services.diagnosis_database import has_tables, look_at_database
from lti_ags.services.diagnosis_grades import look_at_grades
from lti_ags.services.diagnosis_queue import look_at_queue
from lti_ags.services.diagnosis_settings import look_at_settings
from lti_ags.services.diagnosis_trust import look_at_platform_keys, look_at_secrets, look_at_tools


def diagnose(*, now: datetime, tools: Sequence[LtiTool] | None = None) -> Iterator[Finding]:
    """
    Look at everything, and yield each finding as soon as it is there: looking at the broker or at tools takes seconds.

    Arguments:
        tools: whose keys are looked at; None for every enabled one.
    """
    yield from look_at_settings()
    yield from look_at_database(now=now)
    if not has_tables():
        return
    yield from look_at_secrets()
    yield from look_at_platform_keys(now=now)
    yield from look_at_queue()
    yield from look_at_grades(now=now)
    yield from look_at_tools(tools, now=now)
