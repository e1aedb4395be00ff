"""What changes a grade without a new score leads to the learners concerned, in the background, with progress."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import GradeDecision
from lti_ags.data import LineItemData
from lti_ags.models import LtiAgsGrade
from lti_ags.services.configurations import find_configuration
from lti_ags.services.grades import BlockProgress, progress_of_block
from lti_ags.services.line_items import delete_line_item, find_line_item, replace_line_item
from lti_ags.services.sweeping import publish_overdue
from tests.services.conftest import caller_of, grade_of, new_item, platform_item
from tests.support.courses import Course, gradebook_score, make_learner

pytestmark = pytest.mark.django_db(transaction=True)


def progress(location: UsageKey) -> BlockProgress:
    configuration = find_configuration(location)
    assert configuration is not None
    return progress_of_block(configuration.pk)


@pytest.fixture
def two_items(programmatic: UsageKey, tool: Any, course: Course) -> tuple[int, int]:
    return new_item(tool, programmatic, course), new_item(tool, programmatic, course, score_maximum=30.0)


@pytest.mark.parametrize(
    ("policies", "earned"),
    [
        ({"merge_policy": "latest"}, 2.0),
        ({"merge_policy": "highest"}, 9.0),
        ({"merge_policy": "average"}, 5.5),
        ({"merge_policy": "total"}, 3.75),
        ({"weight": 20.0}, 4.0),
        ({"release_policy": "hold"}, None),
    ],
)
def test_change_of_the_block_reaches_the_gradebook(
    say: Any, learner: Any, programmatic: UsageKey, course: Course, two_items: Any, policies: Any, earned: float | None
) -> None:
    say(learner, two_items[0], 90.0)
    say(learner, two_items[1], 20.0)

    course.change(programmatic, **policies)

    held = gradebook_score(learner, programmatic)
    assert (None if held is None else held[0]) == (None if earned is None else pytest.approx(earned))


def test_new_item_counts_as_zero_where_the_author_wants_it(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course
) -> None:
    course.change(programmatic, merge_policy="average", missing_items="count_as_zero")
    say(learner, new_item(tool, programmatic, course), 80.0)

    new_item(tool, programmatic, course)

    assert gradebook_score(learner, programmatic) == (4.0, 10.0)


def test_items_weight_in_the_total_follows_the_tool(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course, two_items: Any
) -> None:
    course.change(programmatic, merge_policy="total")
    say(learner, two_items[0], 90.0)
    say(learner, two_items[1], 20.0)

    record = find_line_item(two_items[1], caller=caller_of(tool))
    replace_line_item(LineItemData(label="Essay", score_maximum=10.0), line_item=record, now=timezone.now())

    assert gradebook_score(learner, programmatic) == (5.5, 10.0)


def test_deleted_item_takes_its_score_out_of_the_grade(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, two_items: Any
) -> None:
    say(learner, two_items[0], 90.0)
    say(learner, two_items[1], 20.0)

    delete_line_item(find_line_item(two_items[1], caller=caller_of(tool)), now=timezone.now())

    assert gradebook_score(learner, programmatic) == (9.0, 10.0)


def test_progress_of_a_large_block_is_told(say: Any, declarative: UsageKey, course: Course, settings: Any) -> None:
    learners = [make_learner(course) for _number in range(4)]
    for learner in learners:
        say(learner, platform_item(declarative), 50.0)
    assert progress(declarative) == BlockProgress(total=4, waiting=0)

    settings.LTI_AGS_PUBLISH = "manual"
    course.change(declarative, weight=20.0)
    assert progress(declarative) == BlockProgress(total=4, waiting=4)

    publish_overdue(limit=3)
    assert progress(declarative) == BlockProgress(total=4, waiting=1)


def test_all_learners_of_a_block_are_reached_however_many_they_are(
    say: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    learners = [make_learner(course) for _number in range(53)]
    for learner in learners:
        say(learner, platform_item(declarative), 50.0)
    publish_overdue(limit=100)
    settings.LTI_AGS_PUBLISH = "celery"

    course.change(declarative, weight=20.0)

    assert progress(declarative) == BlockProgress(total=53, waiting=0)
    assert {gradebook_score(learner, declarative) for learner in learners} == {(10.0, 20.0)}


def test_title_alone_works_nothing_out_again(say: Any, learner: Any, declarative: UsageKey, course: Course) -> None:
    say(learner, platform_item(declarative), 50.0)
    version = grade_of(learner, declarative).wanted_version

    course.change(declarative, display_name="Another title")

    assert grade_of(learner, declarative).wanted_version == version


def test_what_was_seen_before_a_change_is_looked_at_again(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    """The block changes while a publisher is between its look at the LMS and its claim."""
    from lti_ags import edx_platform
    from lti_ags.services.leases import NoLease, Sight, lease_grade
    from lti_ags.services.publishing import publish_grade

    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative), 50.0)
    grade = grade_of(learner, declarative)
    seen = Sight(
        grade_id=grade.pk,
        subject_id=grade.subject_id,
        revision=grade.revision,
        lms=edx_platform.lms_state(declarative, user_id=learner.pk),
        due_at=None,
    )

    course.change(declarative, weight=20.0)

    assert lease_grade(seen, now=timezone.now()) is NoLease.OUTDATED
    publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id)
    assert gradebook_score(learner, declarative) == (10.0, 20.0)


def test_block_that_goes_and_comes_back_has_its_grades(
    say: Any, learner: Any, declarative: UsageKey, course: Course
) -> None:
    from xmodule.modulestore.django import modulestore

    say(learner, platform_item(declarative), 50.0)
    block = modulestore().get_item(declarative)
    fields = {name: getattr(block, name) for name in ("display_name", "weight", "lti_tool")}
    modulestore().delete_item(declarative, course.author_id)
    course.publish()
    assert grade_of(learner, declarative).decision == GradeDecision.BLOCK_MISSING

    modulestore().create_child(course.author_id, course.unit, "lti_ags", block_id=declarative.block_id, fields=fields)
    course.publish()

    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED
    assert LtiAgsGrade.objects.count() == 1
