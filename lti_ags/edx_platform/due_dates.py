"""
When a learner's work is late.

A learner's own extension shows only on a block that is bound to that learner. Binding costs some twenty queries, and
makes later publications of the same process dearer: ask only about work that the course's own date makes late. The
platform extends a due date that is there, and only to a later time.
"""

from __future__ import annotations

from datetime import UTC, datetime

from opaque_keys.edx.keys import UsageKey
from xblock.core import XBlock

from lti_ags.edx_platform.blocks import bind_block, load_block
from lti_ags.edx_platform.errors import platform_call


def learner_due_at(usage_key: UsageKey | str, *, user_id: int) -> datetime | None:
    """
    Return the time after which this learner's work is late: own or common due date, and grace period.

    None where there is no due date, and in a self-paced course, which has no deadlines.

    Raises:
        BlockNotFound: the published course has no such block.
        PermanentPlatformError: no such user.
    """
    # Bound before any date is read. A date that was read stays, whoever is bound then, and inside an operation of the
    # platform's that groups its reads, such as a rescore, loading a block again gives the same object.
    return closing_time(bind_block(load_block(usage_key), user_id=user_id))


def closing_time(block: XBlock) -> datetime | None:
    """Return the due date of a block with its grace period, in UTC, for whom it is bound to."""
    with platform_call("reading a due date"):
        if block.self_paced:
            return None
        return in_utc(block.close_date)


def in_utc(time: datetime | None) -> datetime | None:
    """Return a time of the platform in UTC; one without a zone is in UTC already."""
    if time is None:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
