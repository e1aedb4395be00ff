"""Writing a learner's score into the gradebook, and reading it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from lti_ags import edx_platform
from lti_ags.data import BlockGrading, Enrolment, Points
from lti_ags.exceptions import BlockNotFound, PermanentPlatformError, TransientPlatformError

pytestmark = pytest.mark.platform

FREEZE = "grades.enforce_freeze_grade_after_course_end"


def test_a_published_score_is_read_back(block: Any, learner: Any) -> None:
    edx_platform.publish_score(block, user_id=learner.pk, points=Points(8.3, 10.0))

    score = edx_platform.read_score(block, user_id=learner.pk)

    assert score is not None
    assert score.earned == pytest.approx(8.3)
    assert score.possible == 10.0


def test_a_published_score_becomes_a_grade(site: Any, block: Any, learner: Any) -> None:
    edx_platform.publish_score(str(block), user_id=learner.pk, points=Points(8.3, 10.0))

    assert site.gradebook(learner, block) == pytest.approx((8.3, 10.0))


def test_a_score_on_another_scale_is_weighed_by_the_lms(site: Any, block: Any, learner: Any) -> None:
    edx_platform.publish_score(block, user_id=learner.pk, points=Points(50.0, 100.0))

    assert site.gradebook(learner, block) == pytest.approx((5.0, 10.0))


def test_zero_is_a_score(site: Any, block: Any, learner: Any) -> None:
    edx_platform.publish_score(block, user_id=learner.pk, points=Points(0.0, 10.0))

    assert edx_platform.read_score(block, user_id=learner.pk) == Points(0.0, 10.0)
    assert site.gradebook(learner, block) == (0.0, 10.0)


def test_a_lower_score_replaces_a_higher_one(block: Any, learner: Any) -> None:
    edx_platform.publish_score(block, user_id=learner.pk, points=Points(9.0, 10.0))
    edx_platform.publish_score(block, user_id=learner.pk, points=Points(2.0, 10.0))

    assert edx_platform.read_score(block, user_id=learner.pk) == Points(2.0, 10.0)


def test_a_cleared_score_is_none_and_counts_nothing(site: Any, block: Any, learner: Any) -> None:
    edx_platform.publish_score(block, user_id=learner.pk, points=Points(9.0, 10.0))
    edx_platform.clear_score(block, user_id=learner.pk)

    assert edx_platform.read_score(block, user_id=learner.pk) is None
    assert edx_platform.read_scores(block, user_ids=[learner.pk]) == {}
    assert site.gradebook(learner, block) == (0.0, 10.0)


def test_a_score_can_be_cleared_twice_and_without_there_being_one(block: Any, learner: Any) -> None:
    edx_platform.clear_score(block, user_id=learner.pk)
    edx_platform.clear_score(block, user_id=learner.pk)

    assert edx_platform.read_score(block, user_id=learner.pk) is None


def test_only_the_named_learner_is_graded_whoever_is_bound(site: Any, course: Any, block: Any, learner: Any) -> None:
    other = site.learner(course)
    edx_platform.bind_block(edx_platform.load_block(block), user_id=other.pk)

    edx_platform.publish_score(block, user_id=learner.pk, points=Points(7.0, 10.0))

    assert edx_platform.read_scores(block, user_ids=[learner.pk, other.pk]) == {learner.pk: Points(7.0, 10.0)}


def test_what_is_sent_names_block_and_learner_and_deletes_only_what_is_cleared(block: Any, learner: Any) -> None:
    with _listening() as received:
        edx_platform.publish_score(block, user_id=learner.pk, points=Points(7.0, 10.0))
        edx_platform.clear_score(block, user_id=learner.pk)

    published, cleared = received
    assert published.pop("block").scope_ids.usage_id == block
    assert cleared.pop("block").scope_ids.user_id is None
    common = {"user": learner, "only_if_higher": False, "grader_response": None}
    assert published == {"raw_earned": 7.0, "raw_possible": 10.0, "score_deleted": False, **common}
    assert cleared == {"raw_earned": None, "raw_possible": None, "score_deleted": True, **common}


def test_nothing_is_sent_for_a_block_that_is_not_published(site: Any, unit: Any, learner: Any) -> None:
    draft = site.draft_block(unit)

    with _listening() as received, pytest.raises(BlockNotFound):
        edx_platform.publish_score(draft, user_id=learner.pk, points=Points(1.0, 1.0))

    assert received == []


def test_a_user_who_does_not_exist_cannot_be_graded(block: Any) -> None:
    with pytest.raises(PermanentPlatformError, match="no user"):
        edx_platform.publish_score(block, user_id=2**30, points=Points(1.0, 1.0))


@pytest.mark.parametrize("error", [OperationalError("gone away"), KeyError("a bug"), TimeoutError()], ids=repr)
def test_what_a_receiver_raises_can_be_tried_again_and_its_text_stays_inside(
    block: Any, learner: Any, error: Exception
) -> None:
    with _listening(error), pytest.raises(TransientPlatformError) as caught:
        edx_platform.publish_score(block, user_id=learner.pk, points=Points(7.0, 10.0))

    assert str(caught.value) == f"publishing a score: {type(error).__name__}"
    assert caught.value.__cause__ is error


def test_scores_of_many_learners_are_one_query(site: Any, course: Any, block: Any) -> None:
    learners = [site.learner(course) for _ in range(4)]
    for number, learner in enumerate(learners[:3]):
        edx_platform.publish_score(block, user_id=learner.pk, points=Points(float(number), 10.0))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        scores = edx_platform.read_scores(block, user_ids=[learner.pk for learner in learners])

    assert len(queries) == 1
    assert scores == {learner.pk: Points(float(number), 10.0) for number, learner in enumerate(learners[:3])}


def test_scores_of_nobody_are_none(block: Any) -> None:
    assert edx_platform.read_scores(block, user_ids=[]) == {}


@pytest.mark.parametrize(("earned", "possible"), [(None, None), (None, 10.0), (8.0, None), (0.0, 0.0)])
def test_a_row_of_the_lms_without_a_score_is_none(
    block: Any, learner: Any, earned: float | None, possible: float | None
) -> None:
    from lms.djangoapps.courseware.models import StudentModule

    StudentModule.objects.create(
        student=learner,
        module_state_key=block,
        course_id=block.course_key,
        module_type="lti_ags",
        grade=earned,
        max_grade=possible,
    )

    assert edx_platform.read_score(block, user_id=learner.pk) is None
    assert edx_platform.read_scores(block, user_ids=[learner.pk]) == {}


def test_the_state_of_a_learner_who_can_be_graded(block: Any, learner: Any) -> None:
    edx_platform.publish_score(block, user_id=learner.pk, points=Points(7.0, 10.0))

    state = edx_platform.lms_state(block, user_id=learner.pk)

    assert state.block == BlockGrading(is_graded=True, score_maximum=10.0)
    assert state.enrolment is Enrolment.ENROLLED
    assert state.are_grades_frozen is False
    assert state.score == Points(7.0, 10.0)


def test_the_state_in_a_block_that_is_not_there(site: Any, unit: Any, learner: Any) -> None:
    state = edx_platform.lms_state(site.draft_block(unit), user_id=learner.pk)

    assert state.block is None
    assert state.score is None


@pytest.mark.parametrize(
    ("fields", "grading"),
    [
        ({"has_score": False, "weight": 4.0}, BlockGrading(is_graded=False, score_maximum=4.0)),
        ({"weight": 0.0}, BlockGrading(is_graded=True, score_maximum=None)),
        ({"weight": None}, BlockGrading(is_graded=True, score_maximum=None)),
    ],
    ids=["not graded", "weight zero", "no weight"],
)
def test_the_state_tells_what_the_block_says_about_grades(
    site: Any, unit: Any, learner: Any, fields: dict[str, Any], grading: BlockGrading
) -> None:
    assert edx_platform.lms_state(site.block(unit, **fields), user_id=learner.pk).block == grading


@pytest.mark.parametrize(("end", "are_frozen"), [(datetime(2026, 1, 2, tzinfo=UTC), True), (None, False)])
def test_the_state_tells_that_grades_are_frozen(site: Any, end: datetime | None, are_frozen: bool) -> None:
    course = site.course(start=datetime(2025, 1, 1, tzinfo=UTC), end=end)
    block, learner = site.block(site.unit(course)), site.learner(course)
    site.override_flag(FREEZE, course)

    assert edx_platform.lms_state(block, user_id=learner.pk).are_grades_frozen is are_frozen


@pytest.mark.django_db
def test_grades_of_a_course_without_an_overview_are_not_frozen(site: Any) -> None:
    site.override_flag(FREEZE, _key("course-v1:ContractX+Nowhere+2026"))

    state = edx_platform.lms_state("block-v1:ContractX+Nowhere+2026+type@lti_ags+block@nothing", user_id=site.user().pk)

    assert state.are_grades_frozen is False


def _key(text: str) -> Any:
    from opaque_keys.edx.keys import CourseKey

    return CourseKey.from_string(text)


@contextmanager
def _listening(error: Exception | None = None) -> Iterator[list[dict[str, Any]]]:
    """Note what SCORE_PUBLISHED carries, and raise an error if there is one to raise."""
    from lms.djangoapps.grades.api import signals

    received: list[dict[str, Any]] = []

    def receiver(sender: Any, signal: Any, **kwargs: Any) -> None:
        received.append(kwargs)
        if error is not None:
            raise error

    signals.SCORE_PUBLISHED.connect(receiver)
    try:
        yield received
    finally:
        signals.SCORE_PUBLISHED.disconnect(receiver)
