"""The course that we are measured with: made through the platform's names, then filled up by copying rows."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Max
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from benchmarks.contestant import FIRST_FRESH_LEARNER, SAME_LEARNER
from benchmarks.filling import copy_row, finish, hurry, make_tables
from benchmarks.plan import Dataset
from benchmarks.tool import CLIENT_ID, SCORE_MAXIMUM, Message, learner_id, points_of, public_key_pem
from lti_ags import edx_platform
from lti_ags.constants import GradingMode
from lti_ags.data import Caller, LineItemData
from lti_ags.models import (
    LtiAgsDelivery,
    LtiAgsGrade,
    LtiAgsLineItem,
    LtiAgsScore,
    LtiConfiguration,
    LtiContext,
    LtiSubject,
)
from lti_ags.models.fields import digest_of
from lti_ags.rest_api.parsing import parse_object
from lti_ags.rest_api.score_members import read_score
from lti_ags.services.configurations import context_for, follow_block
from lti_ags.services.line_items import create_line_item, find_context, find_line_item
from lti_ags.services.publishing import publish_grade
from lti_ags.services.registrations import Registration
from lti_ags.services.scores import record_score
from lti_ags.services.subjects import remember_subject
from lti_ags.services.tools import Place, register_tool
from sandbox.courses import add_graded_block, make_course

COURSE: Final = "course-v1:DemoX+Speed+2026"
#: The block whose results are read, and the one that new scores come to.
RESULTS_BLOCK: Final = "results"
SCORES_BLOCK: Final = "scores"
_ITEMS_BLOCK: Final = "items"


def find_places() -> tuple[LtiContext, dict[str, int]]:
    """Return the tool's context and the platform's item of each block by the block's name."""
    context = LtiContext.objects.get(tool__client_id=CLIENT_ID)
    items = LtiAgsLineItem.objects.filter(platform_item_of__isnull=False).select_related("platform_item_of")
    return context, {item.platform_item_of.location.block_id: item.pk for item in items if item.platform_item_of}


class _Filler:
    """Fills one database."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.now = timezone.now()
        self.context, self.items = find_places()
        self.caller = Caller(tool_id=self.context.tool_id, client_id=CLIENT_ID, scopes=frozenset())
        self.first_user = (get_user_model().objects.aggregate(most=Max("pk"))["most"] or 0) + 1000

    def pattern(self, block: str, *, learner: int, points: int, publish: bool) -> LtiSubject:
        """Have one learner scored by the real services, as the pattern for copies."""
        subject = self.known_learner(learner)
        item = find_line_item(self.items[block], caller=self.caller)
        body = Message(learner, points, 0).body()
        record_score(read_score(parse_object(body)), line_item=item, body=body.decode(), now=self.now)
        if publish and item.configuration_id is not None:
            publish_grade(configuration_id=item.configuration_id, subject_id=subject.pk)
        return subject

    def known_learner(self, number: int) -> LtiSubject:
        """Enrol a learner and have them launched into the tool."""
        from common.djangoapps.student.models import CourseEnrollment

        user = get_user_model().objects.create_user(username=f"learner{number}")
        CourseEnrollment.enroll(user, CourseKey.from_string(COURSE))
        return remember_subject(context=self.context, user_id=user.pk, subject=learner_id(number), is_staff_trial=False)

    def copy_learners(self, pattern: LtiSubject, numbers: range) -> range:
        """Copy a learner; return the subjects' keys."""
        from common.djangoapps.student.models import CourseEnrollment

        users = _keys(get_user_model(), len(numbers))
        subjects = _keys(LtiSubject, len(numbers))
        shift, offset = users.start - numbers.start, subjects.start - numbers.start
        copy_row(pattern.user, numbers, id=lambda n: n + shift, username=lambda n: f"learner{n}")
        if self.dataset.waiting:
            # Only the publisher asks whether somebody is in the course.
            enrolment = CourseEnrollment.objects.get(user_id=pattern.user_id)
            copy_row(enrolment, numbers, id=_numbered(CourseEnrollment, numbers), user_id=lambda n: n + shift)
        copy_row(
            pattern,
            numbers,
            id=lambda n: n + offset,
            user_id=lambda n: n + shift,
            subject=learner_id,
            subject_digest=lambda n: digest_of(learner_id(n)),
        )
        return subjects

    def copy_scores(self, pattern: LtiSubject, numbers: range, subjects: range) -> None:
        """Copy a learner's score with everything that came of it."""
        from lms.djangoapps.courseware.models import StudentModule

        score = LtiAgsScore.objects.get(subject=pattern)
        grade = LtiAgsGrade.objects.get(subject=pattern)
        delivery = LtiAgsDelivery.objects.get(user_id_digest=pattern.subject_digest)
        is_published = grade.published_at is not None
        offset = subjects.start - numbers.start
        users = LtiSubject.objects.get(pk=subjects.start).user_id - numbers.start
        points = _points_of
        copy_row(
            score,
            numbers,
            id=_numbered(LtiAgsScore, numbers),
            subject_id=lambda n: n + offset,
            score_given=points,
            final_score_given=points,
            delivery_uuid=lambda _n: uuid.uuid4(),
        )
        copy_row(
            grade,
            numbers,
            id=_numbered(LtiAgsGrade, numbers),
            subject_id=lambda n: n + offset,
            ratio=lambda n: points(n) / SCORE_MAXIMUM if is_published else None,
            published_earned=lambda n: points(n) if is_published else None,
        )
        copy_row(
            delivery,
            numbers,
            id=_numbered(LtiAgsDelivery, numbers),
            uuid=lambda _n: uuid.uuid4(),
            user_id=learner_id,
            user_id_digest=lambda n: digest_of(learner_id(n)),
            body=lambda n: Message(n, points_of(n), 0).body().decode(),
        )
        if is_published:
            row = StudentModule.objects.get(student_id=pattern.user_id)
            copy_row(
                row,
                numbers,
                id=_numbered(StudentModule, numbers),
                student_id=lambda n: n + users,
                grade=points,
            )

    def copy_line_items(self, number: int) -> None:
        """Let the tool make a line item, and copy it until there are ``number``."""
        have = LtiAgsLineItem.objects.count()
        block = LtiConfiguration.objects.get(grading_mode=GradingMode.PROGRAMMATIC.value)
        context = find_context(str(self.context.uuid), caller=self.caller)
        data = LineItemData(label="Item 0", score_maximum=10.0, resource_link_id=str(block.location), tag="final")
        made = LtiAgsLineItem.objects.get(pk=create_line_item(data, context=context, now=self.now).id)
        copies = range(max(0, number - have - 1))
        copy_row(
            made,
            copies,
            id=_numbered(LtiAgsLineItem, copies),
            label=lambda n: f"Item {n + 1}",
            resource_id=lambda n: f"item-{n}",
            resource_id_digest=lambda n: digest_of(f"item-{n}"),
        )


def fill_course(dataset: Dataset) -> None:
    """Make the database of a data set."""
    from common.djangoapps.student.models import CourseEnrollment
    from lms.djangoapps.courseware.models import StudentModule

    make_tables()
    _make_places()
    filler = _Filler(dataset)
    hurry()
    if dataset.line_items:
        filler.copy_line_items(dataset.line_items)
    scored_block = RESULTS_BLOCK if dataset.is_crowded else SCORES_BLOCK
    if dataset.scores:
        # The pattern is the first of the learners whom it is copied for.
        pattern = filler.pattern(RESULTS_BLOCK, learner=0, points=points_of(0), publish=True)
        numbers = range(1, dataset.scores)
        filler.copy_scores(pattern, numbers, filler.copy_learners(pattern, numbers))
    if dataset.waiting:
        pattern = filler.pattern(SCORES_BLOCK, learner=0, points=points_of(0), publish=False)
        numbers = range(1, dataset.waiting)
        filler.copy_scores(pattern, numbers, filler.copy_learners(pattern, numbers))
    if dataset.fresh:
        same = filler.pattern(scored_block, learner=SAME_LEARNER, points=points_of(SAME_LEARNER), publish=True)
        filler.copy_learners(same, range(FIRST_FRESH_LEARNER, FIRST_FRESH_LEARNER + dataset.fresh))
    finish(
        get_user_model(), CourseEnrollment, StudentModule, LtiSubject, LtiAgsLineItem, LtiAgsScore, LtiAgsGrade,
        LtiAgsDelivery,
    )  # fmt: skip


def _make_places() -> None:
    """Register the tool and publish a course with its three blocks."""
    registration = Registration(
        name="Benchmark tool",
        oidc_login_url="https://tool.example/login",
        launch_url="https://tool.example/launch",
        public_key=public_key_pem(),
    )
    tool = register_tool(registration, places=[Place()], client_id=CLIENT_ID)
    key = make_course(COURSE)
    context_for(tool.pk, course_key=key)
    for name in (RESULTS_BLOCK, SCORES_BLOCK, _ITEMS_BLOCK):
        mode = GradingMode.PROGRAMMATIC if name == _ITEMS_BLOCK else GradingMode.DECLARATIVE
        location = add_graded_block(
            key,
            block_id=name,
            display_name=name.title(),
            weight=float(SCORE_MAXIMUM),
            lti_tool=str(tool.uuid),
            grading_mode=mode.value,
        )
        follow_block(edx_platform.block_choices(location), now=timezone.now())


def _points_of(number: int) -> float:
    return float(points_of(number))


def _keys(model: type[Any], number: int) -> range:
    """Return as many primary keys that are free."""
    first = (model.objects.aggregate(most=Max("pk"))["most"] or 0) + 1
    return range(first, first + number)


def _numbered(model: type[Any], numbers: range) -> Any:
    """Return what gives each number its primary key."""
    shift = _keys(model, len(numbers)).start - numbers.start
    return lambda number: number + shift
