"""One learner's part of an action of staff: what the LMS is asked and told first, and then the change in our tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from lti_ags import edx_platform
from lti_ags.constants import ActionReason, StaffAction
from lti_ags.data import Points
from lti_ags.domain.staff_actions import reason_to_leave
from lti_ags.models import LtiAgsBulkAction, LtiAgsGrade
from lti_ags.services import staff_actions
from lti_ags.services.grade_facts import read_facts


@dataclass(frozen=True, slots=True)
class GradeStep:
    """
    What is left to do in our tables. ``reason``: why nothing is.

    ``held``: what the gradebook was just seen to hold.
    """

    action: StaffAction
    grade: LtiAgsGrade | None
    held: Points | None
    actor_id: int | None
    reason: ActionReason | None

    def take(self, now: datetime) -> ActionReason | None:
        """Change our tables, in the transaction at hand; return why nothing was changed, or None."""
        if self.grade is None or self.reason is not None:
            return self.reason
        return _CHANGES[self.action](self.grade, self.held, self.actor_id, now)


def prepare_step(bulk: LtiAgsBulkAction, *, grade_id: int) -> GradeStep:
    """
    Look at one of the grades of an action and, to clear it, empty the gradebook: all that needs the LMS.

    Raises:
        PlatformError: the LMS cannot say what it holds, or could not clear it; nothing has changed.
    """
    action = StaffAction(bulk.action)
    rows = LtiAgsGrade.objects.filter(pk=grade_id, configuration_id=bulk.configuration_id)
    grade = rows.select_related("configuration", "subject").first()
    found = {} if grade is None else read_facts(action, configuration=grade.configuration, grade_ids=[grade_id])
    # A learner may be erased between the two looks.
    if grade is None or (facts := found.get(grade_id)) is None:
        return GradeStep(action, None, None, bulk.actor_id, ActionReason.GONE)
    reason = reason_to_leave(action, facts)
    if action is StaffAction.CLEAR and reason is None and facts.held is not None:
        edx_platform.clear_score(grade.configuration.location, user_id=grade.subject.user_id)
    return GradeStep(action, grade, facts.held, bulk.actor_id, reason)


_Change = Callable[[LtiAgsGrade, Points | None, int | None, datetime], ActionReason | None]


def _use_tools_grade(
    grade: LtiAgsGrade, held: Points | None, actor_id: int | None, now: datetime
) -> ActionReason | None:
    staff_actions.hand_over(grade, held=held, actor_id=actor_id, now=now)
    return None


def _keep(grade: LtiAgsGrade, held: Points | None, actor_id: int | None, now: datetime) -> ActionReason | None:
    # Where the gradebook holds nothing, ``reason_to_leave`` has said so.
    staff_actions.keep_staffs_score(grade, held=cast("Points", held), actor_id=actor_id, now=now)
    return None


def _accept_late(grade: LtiAgsGrade, _held: Points | None, actor_id: int | None, now: datetime) -> ActionReason | None:
    return None if staff_actions.accept_late(grade, actor_id=actor_id, now=now) else ActionReason.NOTHING_LATE


def _release(grade: LtiAgsGrade, _held: Points | None, actor_id: int | None, now: datetime) -> ActionReason | None:
    return None if staff_actions.release(grade, actor_id=actor_id, now=now) else ActionReason.NOTHING_TO_RELEASE


def _clear(grade: LtiAgsGrade, _held: Points | None, actor_id: int | None, now: datetime) -> ActionReason | None:
    staff_actions.forget(grade, actor_id=actor_id, now=now)
    return None


def _publish_again(
    grade: LtiAgsGrade, _held: Points | None, actor_id: int | None, now: datetime
) -> ActionReason | None:
    staff_actions.publish_again(grade, actor_id=actor_id, now=now)
    return None


_CHANGES: Final[Mapping[StaffAction, _Change]] = {
    StaffAction.USE_TOOLS_GRADE: _use_tools_grade,
    StaffAction.KEEP_STAFFS_SCORE: _keep,
    StaffAction.ACCEPT_LATE: _accept_late,
    StaffAction.RELEASE: _release,
    StaffAction.CLEAR: _clear,
    StaffAction.PUBLISH_AGAIN: _publish_again,
}
