"""
What the platform calls by name when a teacher acts on one learner's score: override, rescore, delete state.

The block is bound to the learner, except when state is deleted. Nothing here runs when a score is published.
"""

from __future__ import annotations

from django.utils import timezone
from xblock.core import XBlockMixin
from xblock.scorable import Score

from lti_ags.data import Points


class TeacherActions(XBlockMixin):  # type: ignore[misc]  # XBlock is published without types
    """The actions of the instructor dashboard. Imports are in the methods: ``block`` says why."""

    _score_of_teacher: Score | None = None

    def set_score(self, score: Score) -> None:
        """Take the score that a teacher typed: a part of 1, as the platform divides it by the weight."""
        self._score_of_teacher = score

    def publish_grade(self) -> None:
        """Bring the teacher's score into the gradebook in points, and note that it is the teacher's."""
        from lti_ags import edx_platform
        from lti_ags.services.staff_actions import record_staff_override

        score, self._score_of_teacher = self._score_of_teacher, None
        if score is None:
            return
        location, user_id = self.scope_ids.usage_id, self.scope_ids.user_id
        points = Points(earned=score.raw_earned * self.weight, possible=score.raw_possible * self.weight)
        # The gradebook first: a failure there is the teacher's to see, and leaves nothing to be noted.
        edx_platform.publish_score(location, user_id=user_id, points=points)
        record_staff_override(location, user_id=user_id, points=points, now=timezone.now())

    def has_submitted_answer(self) -> bool:
        """Tell whether there is a score of the tool to go back to; without one a rescore passes the learner over."""
        from lti_ags.services.staff_actions import has_final_score

        return has_final_score(self.scope_ids.usage_id, user_id=self.scope_ids.user_id)

    def rescore(self, only_if_higher: bool = False) -> None:
        """Give the learner what the tool's scores are worth, in place of what a teacher set."""
        from lti_ags.services.staff_actions import use_tools_grade

        use_tools_grade(
            self.scope_ids.usage_id,
            user_id=self.scope_ids.user_id,
            now=timezone.now(),
            only_if_higher=bool(only_if_higher),
        )

    def clear_student_state(self, *, user_id: str, course_id: str, item_id: str, requesting_user_id: str) -> None:
        """
        Forget what the learner earned, in the gradebook too: with this method the platform leaves that to us.

        Arguments:
            user_id, requesting_user_id: the anonymous ids of the learner and of the teacher in the course.
            course_id, item_id: of this block.

        Raises:
            PermanentPlatformError: nobody has that id; nothing has changed.
        """
        from lti_ags.edx_platform.people import user_of_anonymous_id
        from lti_ags.exceptions import PermanentPlatformError
        from lti_ags.services.staff_actions import clear_learner

        learner_id = user_of_anonymous_id(user_id)
        if learner_id is None:
            raise PermanentPlatformError(f"nobody in {course_id} has the anonymous id given for {item_id}")
        actor_id = user_of_anonymous_id(requesting_user_id)
        clear_learner(self.scope_ids.usage_id, user_id=learner_id, now=timezone.now(), actor_id=actor_id)
