"""
A look at a live site: is there anything that keeps tools from getting through, or grades from arriving?

Each part says what it saw and, where that is not well, what to do. Nothing is changed, except that key sets that were
fetched are kept, as at any fetch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.utils import timezone

from lti_ags.data.findings import Finding
from lti_ags.models import LtiTool
from lti_ags.services.diagnosis_database import has_tables, look_at_database, our_database
from lti_ags.services.diagnosis_grades import look_at_grades
from lti_ags.services.diagnosis_queue import look_at_queue
from lti_ags.services.diagnosis_settings import look_at_settings
from lti_ags.services.diagnosis_trust import look_at_platform_keys, look_at_secrets, look_at_tools


def diagnose(
    *, tools: Sequence[LtiTool] | None = None, clock: Callable[[], datetime] = timezone.now
) -> Iterator[Finding]:
    """
    Look at everything, and yield each finding as soon as it is there: looking at the broker or at tools takes seconds.

    Arguments:
        tools: whose keys are looked at; None for every enabled one.
        clock: the process's, which is compared with the database's.
    """
    yield from look_at_settings()
    connection = our_database()
    yield from look_at_database(connection, clock=clock)
    if not has_tables(connection):
        return
    now = clock()
    yield from look_at_secrets()
    yield from look_at_platform_keys(now=now)
    yield from look_at_queue()
    yield from look_at_grades(now=now)
    yield from look_at_tools(tools, now=now)
