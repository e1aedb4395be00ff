"""The real services with a real block in the stand-in platform, as the stories of the property test need them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone

from common.djangoapps.student.models import CourseEnrollment
from edx_when.api import set_date_for_block
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades import faults
from lms.djangoapps.grades.api import signals
from lti_ags import edx_platform
from lti_ags.data import Caller, LineItemData, LineItemRecord, Points
from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsLineItem, LtiAgsScore
from lti_ags.rest_api.parsing import parse_object
from lti_ags.rest_api.score_members import read_score
from lti_ags.services.grade_rows import find_grade_of_user
from lti_ags.services.line_items import (
    create_line_item,
    delete_line_item,
    find_context,
    find_line_item,
    replace_line_item,
)
from lti_ags.services.publishing import publish_grade
from lti_ags.services.results import list_results
from lti_ags.services.scores import record_score
from lti_ags.services.staff_actions import (
    accept_late,
    clear_learner,
    record_staff_override,
    release,
    use_tools_grade,
)
from tests.support.courses import configuration_of, make_course, make_learner, make_staff, subject_of
from tests.support.tools import RegisteredTool

#: Where a fault of the model strikes in the stand-ins.
POINTS: Final = {"before": "publish", "half": "half", "after": "published", "looking": "get_score"}
DEFAULTS: Final = {
    "weight": 10.0, "has_score": True, "grading_mode": "programmatic", "merge_policy": "latest",
    "missing_items": "leave_out", "late_policy": "accept", "override_policy": "keep", "release_policy": "at_once",
}  # fmt: skip


class World:
    """One block of one tool, two learners, one of whom has an extension of the due date."""

    def __init__(self) -> None:
        self.start = timezone.now() - timedelta(days=3)
        self.due = self.start + timedelta(hours=12)
        self.extended = self.start + timedelta(hours=24)
        self.course = make_course(due=self.due)
        self.tool = RegisteredTool.register("Quiz tool").tool
        self.fields = dict(DEFAULTS)
        self.location = self.course.add_block(self.tool, **self.fields)
        self.configuration = configuration_of(self.location)
        self.learners = [make_learner(self.course), make_learner(self.course)]
        set_date_for_block(self.course.key, self.course.subsection, "due", self.extended, user=self.learners[1])
        self.subjects = [subject_of(learner, self.location) for learner in self.learners]
        self.teacher = make_staff(self.course)
        self.caller = Caller(tool_id=self.tool.pk, client_id=self.tool.client_id, scopes=frozenset())

    def reset(self) -> None:
        """Make the block as it was at the start, and forget what was said about it."""
        faults.clear_faults()
        self.change(**DEFAULTS)
        for rows in (LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsScore, LtiAgsLineItem):
            rows.objects.all().delete()
        StudentModule.objects.filter(module_state_key=self.location).delete()
        for learner in self.learners:
            CourseEnrollment.enroll(learner, self.course.key)

    # The tool

    def item(self, item_id: int) -> LineItemRecord:
        return find_line_item(item_id, caller=self.caller)

    def create_item(self, maximum: float, *, now: datetime) -> int:
        context = self.tool.contexts.get()
        record = find_context(str(context.uuid), caller=self.caller)
        data = LineItemData(label="Essay", score_maximum=maximum, resource_link_id=str(self.location))
        return create_line_item(data, context=record, now=now).id

    def replace_item(self, item_id: int, maximum: float, released: bool | None, *, now: datetime) -> None:
        data = LineItemData(label="Essay", score_maximum=maximum, grades_released=released)
        replace_line_item(data, line_item=self.item(item_id), now=now)

    def delete_item(self, item_id: int, *, now: datetime) -> None:
        delete_line_item(self.item(item_id), now=now)

    def send(self, item_id: int, body: dict[str, Any], *, now: datetime) -> str:
        text = json.dumps(body)
        message = read_score(parse_object(text.encode()))
        return record_score(message, line_item=self.item(item_id), body=text, now=now).outcome

    def results(self, item_id: int) -> dict[str, float | None]:
        page = list_results(self.item(item_id), limit=100)
        return {result.user_id: result.result_score for result in page.results}

    def platform_item(self) -> int | None:
        found = LtiAgsLineItem.objects.filter(platform_item_of=self.configuration, deleted_at=None).first()
        return None if found is None else found.pk

    # The author and the staff

    def change(self, **fields: Any) -> None:
        """Change fields of the block and publish it; nothing happens where they are so already."""
        if any(self.fields[name] != value for name, value in fields.items()):
            self.fields.update(fields)
            self.course.change(self.location, **fields)

    def enrol(self, number: int, *, is_enrolled: bool) -> None:
        move = CourseEnrollment.enroll if is_enrolled else CourseEnrollment.unenroll
        move(self.learners[number], self.course.key)

    def override(self, number: int, points: Points, *, now: datetime, is_told: bool) -> None:
        user_id = self.learners[number].pk
        edx_platform.publish_score(self.location, user_id=user_id, points=points)
        if is_told:
            record_staff_override(self.location, user_id=user_id, points=points, now=now)

    def delete_in_bulk(self, number: int) -> None:
        StudentModule.objects.filter(student=self.learners[number], module_state_key=self.location).delete()

    def clear(self, number: int, *, now: datetime) -> None:
        clear_learner(self.location, user_id=self.learners[number].pk, now=now)

    def use_tools_grade(self, number: int, *, now: datetime, only_if_higher: bool) -> None:
        user_id = self.learners[number].pk
        use_tools_grade(self.location, user_id=user_id, now=now, only_if_higher=only_if_higher)

    def allow(self, number: int, action: str, *, now: datetime) -> int:
        grade = find_grade_of_user(self.location, user_id=self.learners[number].pk)
        if grade is None:
            return 0
        act = {"accept_late": accept_late, "release": release}[action]
        return act(grade, actor_id=self.teacher.pk, now=now)

    # The publisher

    def attempt(self, number: int, *, clock: Callable[[], datetime], fault: str | None = None) -> None:
        """Let one publisher look at the learner's grade; it may die, or the LMS may fail."""
        if fault is not None:
            where, _, how = fault.partition("_")
            faults.set_fault(POINTS[where], error="Crash" if how == "dies" else "OperationalError", times=1)
        try:
            publish_grade(configuration_id=self.configuration.pk, subject_id=self.subjects[number].pk, clock=clock)
        except faults.Crash:
            pass
        finally:
            faults.clear_faults()

    @contextmanager
    def interruption(self, act: Callable[[], None], *, is_before: bool) -> Iterator[None]:
        """Have something happen once while a publisher is in the LMS: before its value is written, or after."""
        is_open = [True]

        def interrupt(**_kwargs: Any) -> None:
            if is_open[0]:
                is_open[0] = False
                act()

        signals.SCORE_PUBLISHED.connect(interrupt, weak=False, dispatch_uid="interruption")
        if is_before:
            receivers = signals.SCORE_PUBLISHED.receivers
            receivers.insert(0, receivers.pop())
        try:
            yield
        finally:
            signals.SCORE_PUBLISHED.disconnect(dispatch_uid="interruption")
        assert not is_open[0], "no publisher was in the LMS"

    # What there is

    def scores(self) -> dict[tuple[int, int], LtiAgsScore]:
        """All scores, by learner and item."""
        numbers = {subject.pk: number for number, subject in enumerate(self.subjects)}
        return {(numbers[score.subject_id], score.line_item_id): score for score in LtiAgsScore.objects.all()}

    def grades(self) -> dict[int, LtiAgsGrade]:
        """All grades, by learner; ``staff_changes`` counts the entries of the history that tell of one."""
        numbers = {subject.pk: number for number, subject in enumerate(self.subjects)}
        changes = Count("events", filter=Q(events__kind="changed_by_staff"))
        return {numbers[grade.subject_id]: grade for grade in LtiAgsGrade.objects.annotate(staff_changes=changes)}

    def gradebook(self) -> dict[int, Points]:
        """The gradebook's entries, by learner."""
        numbers = {learner.pk: number for number, learner in enumerate(self.learners)}
        held = edx_platform.read_scores(self.location, user_ids=numbers)
        return {numbers[user_id]: points for user_id, points in held.items()}
