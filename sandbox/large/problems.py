"""What went wrong in the term, so that every face has something to show; each in the way in which it really happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.test import Client

from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.grades import faults
from lti_ags.models import LtiAgsGrade
from lti_ags.services.following import follow_course
from lti_ags.services.line_items import delete_line_item
from lti_ags.services.staff_actions import accept_late, release, use_tools_grade
from sandbox.courses import AUTHOR_ID, change_block
from sandbox.large.course import (
    CIRCUITS,
    COURSE_KEY,
    ESSAY,
    MODEL,
    OPTICS,
    READING,
    REMOVED,
    REVIEW,
    SWITCHED,
    UNITS,
    Work,
)
from sandbox.large.posting import Tools, configuration_of, instant

#: How many learners each story is about.
OVERRIDDEN, HANDED_BACK, LEFT, REFUSED_BY_LMS, TRIED_AGAIN, QUEUED, WITHDRAWN = 9, 2, 5, 3, 4, 6, 4
ACCEPTED_LATE, RELEASED = 4, 25
_ATTEMPTS: Final = 10
_FINAL: Final = {"activityProgress": "Completed", "gradingProgress": "FullyGraded"}


@dataclass(frozen=True)
class Troubles:
    """Plays the stories. ``today``: when they happen; what is asked of the LMS's own pages happens when it is asked."""

    tools: Tools
    learners: Sequence[Any]
    teacher: Any
    today: datetime

    def play(self) -> None:
        """Play them all; each takes learners whom no other one needs."""
        self._decide_about_late_work()
        self._release_reviews()
        self._override_scores()
        self._withdraw_scores()
        self._lose_learners()
        self._try_as_teacher()
        self._post_beside_the_course()
        self._delete_an_item()
        self._change_the_course()
        self._send_nonsense()
        self._let_the_lms_fail()
        self._leave_some_waiting()

    def _grades(self, work: Work, count: int, **wanted: Any) -> list[LtiAgsGrade]:
        rows = LtiAgsGrade.objects.filter(configuration=configuration_of(work), **wanted)
        return list(rows.select_related("configuration", "subject__user").order_by("pk")[:count])

    def _decide_about_late_work(self) -> None:
        """The teacher accepts some late work, and leaves the rest."""
        late = self._grades(UNITS, ACCEPTED_LATE, subject__scores__decision="late_held")
        for grade in late:
            accept_late(grade, actor_id=self.teacher.pk, now=self.today)
            self.tools.publish(UNITS, grade.subject.user, at=self.today)

    def _release_reviews(self) -> None:
        for grade in self._grades(REVIEW, RELEASED):
            release(grade, actor_id=self.teacher.pk, now=self.today)
            self.tools.publish(REVIEW, grade.subject.user, at=self.today)

    def _override_scores(self) -> None:
        """The teacher changes scores on the LMS's own page, and takes two of the changes back."""
        client = Client()
        client.force_login(self.teacher)
        changed = self._grades(MODEL, OVERRIDDEN, decision="published")
        for number, grade in enumerate(changed):
            user = grade.subject.user
            form = {
                "problem_to_reset": str(MODEL.location),
                "unique_student_identifier": user.username,
                "score": str(12 + number % 8),
            }
            answer = client.post(f"/courses/{COURSE_KEY}/instructor/api/override_problem_score", form)
            if answer.status_code != 200:
                raise RuntimeError(f"the override was refused: {answer.content.decode()}")
            self.tools.publish(MODEL, user, at=self.today)
        for grade in changed[:HANDED_BACK]:
            user_id = grade.subject.user_id
            use_tools_grade(MODEL.location, user_id=user_id, now=self.today, actor_id=self.teacher.pk)

    def _withdraw_scores(self) -> None:
        """The tool takes scores back: it had counted an answer wrongly."""
        for grade in self._grades(READING, WITHDRAWN, decision="published", ratio__gt=0):
            self._send(READING, grade.subject.user, _FINAL)

    def _lose_learners(self) -> None:
        """Some leave the course; the tool goes on to grade what they did."""
        for user in self.learners[:LEFT]:
            CourseEnrollment.unenroll(user, COURSE_KEY)
            self._send(CIRCUITS, user, {**_FINAL, "scoreGiven": 7, "scoreMaximum": 10})

    def _try_as_teacher(self) -> None:
        for work in (READING, ESSAY):
            self.tools.subject(work, self.teacher, is_staff_trial=True)
            self._send(work, self.teacher, {**_FINAL, "scoreGiven": 100, "scoreMaximum": 100})

    def _post_beside_the_course(self) -> None:
        """The tool keeps a list of its own that counts nowhere."""
        item = self.tools.make_item(OPTICS, "Extra tasks (not linked)", 5.0, link=None, at=self.today)
        for user in self.learners[20:30]:
            subject = self.tools.subject(OPTICS, user)
            members = {"userId": subject, **_FINAL, "scoreGiven": 4, "scoreMaximum": 5}
            self.tools.post_to(item, OPTICS, members, at=self.today)

    def _delete_an_item(self) -> None:
        """The tool deletes a line item with scores; the operator can bring it back."""
        delete_line_item(self.tools.item(OPTICS, 2), now=self.today)
        self._settle(OPTICS)

    def _change_the_course(self) -> None:
        """The author takes one block out, and lets another one's tool push a single grade only."""
        from xmodule.modulestore.django import modulestore

        change_block(SWITCHED.location, grading_mode="declarative")
        modulestore().delete_item(REMOVED.location, AUTHOR_ID)
        modulestore().publish(COURSE_KEY.make_usage_key("vertical", f"{REMOVED.name}_unit"), AUTHOR_ID)
        follow_course(COURSE_KEY, now=self.today)
        for work in (SWITCHED, REMOVED):
            self._settle(work)

    def _settle(self, work: Work) -> None:
        for grade in self._grades(work, len(self.learners), next_attempt_at__isnull=False):
            self.tools.publish(work, grade.subject.user, at=self.today)

    def _send_nonsense(self) -> None:
        """The tool makes mistakes of the usual kinds, and is told so."""
        known = self.tools.subject(READING, self.learners[40])
        good = {"userId": known, **_FINAL, "scoreGiven": 5, "scoreMaximum": 10}
        mistakes: tuple[Mapping[str, Any], ...] = (
            {**good, "userId": "nobody-of-this-course"},
            {**good, "scoreGiven": -1},
            {**good, "gradingProgress": "Done"},
            {**good, "timestamp": instant(self.today - timedelta(days=60))},
            {**good, "timestamp": instant(self.today + timedelta(days=2))},
            {"userId": known, **_FINAL, "scoreGiven": 5},
        )
        for minute, members in enumerate(mistakes * 2):
            self.tools.post(READING, members, at=self.today - timedelta(minutes=30 - minute))

    def _let_the_lms_fail(self) -> None:
        """For some learners the gradebook refuses the grade; for others it has been failing for a while."""
        gone = self.learners[50 : 50 + REFUSED_BY_LMS]
        stuck = self.learners[60 : 60 + TRIED_AGAIN]
        graded = {**_FINAL, "scoreGiven": 70, "scoreMaximum": 100}
        for user in gone:
            with faults.fault("publish", error="ObjectDoesNotExist", user_id=user.pk):
                self._send(MODEL, user, graded)
        for user in stuck:
            with faults.fault("publish", error="OperationalError", user_id=user.pk):
                self._send(MODEL, user, graded)
                for attempt in range(1, _ATTEMPTS):
                    self.tools.publish(MODEL, user, at=self.today + timedelta(seconds=attempt))

    def _leave_some_waiting(self) -> None:
        """Nobody has got round to these yet."""
        for user in self.learners[70 : 70 + QUEUED]:
            members = {"userId": self.tools.subject(READING, user), **_FINAL, "scoreGiven": 8, "scoreMaximum": 10}
            self.tools.post(READING, members, at=self.today)

    def _send(self, work: Work, user: Any, members: Mapping[str, Any]) -> None:
        subject = self.tools.subject(work, user)
        self.tools.post(work, {"userId": subject, **members}, at=self.today)
        self.tools.publish(work, user, at=self.today)
