"""How line items and scores of another component's blocks reach ours, and from there the gradebook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import Scope
from lti_ags.models import LtiAgsLineItem, LtiAgsScore, LtiImportedLineItem, LtiSubject, LtiTool
from lti_ags.services.addresses import line_item_url
from tests.consumer_import.conftest import THEN, OldBlock, Tell, add_old_block
from tests.support.courses import (
    Course,
    configuration_of,
    external_id,
    gradebook_score,
    make_learner,
    make_staff,
    make_user,
)
from tests.support.tools import RegisteredTool, public_pem, rsa_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ours(old: OldBlock, take_over: Tell) -> UsageKey:
    """Our block in the place of the old one, declarative, after the tool was taken over."""
    take_over()
    return old.add_ours()


@pytest.fixture
def programmatic(old: OldBlock, take_over: Tell) -> UsageKey:
    """The same, and the tool manages its line items."""
    take_over()
    return old.add_ours(grading_mode="programmatic")


def test_score_of_a_declarative_block_reaches_the_gradebook(
    old: OldBlock, ours: UsageKey, take_over: Tell, learner: Any
) -> None:
    item = old.add_item()
    old.add_score(item, learner, 8.0, comment="Good")

    told = take_over()

    assert gradebook_score(learner, ours) == (8.0, 10.0)
    score = LtiAgsScore.objects.get()
    assert (score.final_score_given, score.comment, score.timestamp) == (8.0, "Good", THEN)
    assert score.line_item.platform_item_of == configuration_of(ours)
    assert str(score.line_item.imported_from) == f"{item.pk} became {score.line_item_id}"
    assert f"{old.location} -> {ours}" in told
    assert "Line items: 1 new, 0 known. Scores: 1 new, 0 known." in told


def test_zero_is_taken_over(old: OldBlock, ours: UsageKey, take_over: Tell, learner: Any) -> None:
    old.add_score(old.add_item(), learner, 0.0)

    take_over()

    assert gradebook_score(learner, ours) == (0.0, 10.0)


def test_learner_keeps_the_id_that_the_tool_knows(old: OldBlock, ours: UsageKey, take_over: Tell, learner: Any) -> None:
    known_as = external_id(learner)
    old.add_score(old.add_item(), learner, 8.0)

    take_over()

    subject = LtiSubject.objects.get()
    assert (subject.user, subject.subject) == (learner, known_as)


def test_second_run_takes_over_what_came_since_and_nothing_twice(
    old: OldBlock, ours: UsageKey, take_over: Tell, learner: Any, course: Course
) -> None:
    item = old.add_item()
    score = old.add_score(item, learner, 8.0)
    take_over()
    score.score_given, score.timestamp = 4.0, THEN + timedelta(days=1)
    score.save()
    later = make_learner(course)
    old.add_score(item, later, 6.0)

    again, idle = take_over(), take_over()

    assert "Line items: 0 new, 1 known. Scores: 2 new, 0 known." in again
    assert "Line items: 0 new, 1 known. Scores: 0 new, 2 known." in idle
    assert gradebook_score(learner, ours) == (4.0, 10.0)
    assert gradebook_score(later, ours) == (6.0, 10.0)
    assert LtiAgsScore.objects.count() == 2


def test_newer_score_here_is_not_overwritten(old: OldBlock, ours: UsageKey, take_over: Tell, learner: Any) -> None:
    item = old.add_item()
    old.add_score(item, learner, 8.0)
    take_over()
    LtiAgsScore.objects.update(timestamp=THEN + timedelta(days=2), final_score_given=9.0)
    item.scores.update(timestamp=THEN + timedelta(days=1))

    assert "Scores: 0 new, 1 known." in take_over()

    assert LtiAgsScore.objects.get().final_score_given == 9.0


def test_dry_run_counts_and_changes_nothing(old: OldBlock, ours: UsageKey, take_over: Tell, learner: Any) -> None:
    old.add_score(old.add_item(), learner, 8.0)

    told = take_over("--dry-run")

    assert "Line items: 1 new, 0 known. Scores: 1 new, 0 known." in told
    assert not LtiAgsScore.objects.exists()
    assert not LtiImportedLineItem.objects.exists()
    assert gradebook_score(learner, ours) is None


def test_line_items_of_a_programmatic_block_are_the_tools_own(
    old: OldBlock, programmatic: UsageKey, take_over: Tell, learner: Any
) -> None:
    first = old.add_item(label="First", tag="a", end_date_time=THEN)
    second = old.add_item(label=" ", score_maximum=20)
    old.add_score(first, learner, 8.0)
    old.add_score(second, learner, None, grading_progress="Pending", activity_progress="Submitted")

    told = take_over(verbosity=2)

    one, two = LtiAgsLineItem.objects.order_by("pk")
    assert (one.label, one.tag, one.score_maximum, one.end_date_time) == ("First", "a", 10.0, THEN)
    assert one.resource_id == str(old.location)
    assert (two.label, two.score_maximum) == (programmatic.block_id, 20.0)
    assert {one.lti_configuration, two.lti_configuration} == {configuration_of(programmatic)}
    assert not one.is_platform_made
    assert f"Line item {first.pk} is now {line_item_url(one.pk)}" in told
    assert gradebook_score(learner, programmatic) == (8.0, 10.0)


def test_line_item_without_a_block_stays_without_one(
    old: OldBlock, programmatic: UsageKey, take_over: Tell, learner: Any
) -> None:
    old.add_score(old.add_item(resource_link_id=None, label="Apart"), learner, 8.0)

    take_over()

    item = LtiAgsLineItem.objects.get()
    assert (item.label, item.lti_configuration) == ("Apart", None)
    assert item.scores.get().decision == "unlinked"
    assert gradebook_score(learner, programmatic) is None


def test_tool_goes_on_where_it_was(course: Course, take_over: Tell, learner: Any, client: Client) -> None:
    key = rsa_key(4)
    old = add_old_block(course, fields={"lti_1p3_tool_keyset_url": "", "lti_1p3_tool_public_key": public_pem(key)})
    take_over()
    ours = old.add_ours()
    old.add_score(old.add_item(), learner, 8.0)
    take_over()
    auth = RegisteredTool(LtiTool.objects.get(), key).auth(client, Scope.SCORE)

    answer = client.post(
        f"/api/lti_ags/v1/line_items/{LtiAgsLineItem.objects.get().pk}/scores",
        {
            "userId": external_id(learner),
            "timestamp": (timezone.now() - timedelta(minutes=1)).isoformat(),
            "scoreGiven": 9,
            "scoreMaximum": 10,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        },
        content_type="application/vnd.ims.lis.v1.score+json",
        **auth,
    )

    assert answer.status_code == 200
    assert gradebook_score(learner, ours) == (9.0, 10.0)


def test_second_line_item_of_a_declarative_block_is_left_out(old: OldBlock, ours: UsageKey, take_over: Tell) -> None:
    old.add_item()
    second = old.add_item()

    told = take_over()

    assert f"Line item {second.pk} is left out, as the block here lets tools push a single grade" in told
    assert LtiAgsLineItem.objects.count() == 1


def test_line_items_that_cannot_be_used_are_told(
    old: OldBlock, programmatic: UsageKey, take_over: Tell, course: Course
) -> None:
    elsewhere = old.add_item(resource_link_id=course.unit)
    nothing = old.add_item(score_maximum=0)

    told = take_over()

    assert f"Line item {elsewhere.pk} is linked to {course.unit}, whose grade it never reached." in told
    assert f"Line item {nothing.pk} has a maximum of 0, to which nothing is scaled." in told
    assert not LtiAgsLineItem.objects.exists()


def test_scores_that_cannot_be_used_are_counted_by_reason(
    old: OldBlock, ours: UsageKey, take_over: Tell, learner: Any, course: Course
) -> None:
    item = old.add_item()
    old.add_score(item, "8e4bf4a0-0000-4000-8000-000000000000", 8.0)
    old.add_score(item, make_user(), 8.0)
    old.add_score(item, make_learner(course), 8.0, timestamp=datetime(2126, 1, 1, tzinfo=UTC))
    nothing = old.add_score(item, learner, 8.0)
    item.scores.filter(pk=nothing.pk).update(score_maximum=0)

    told = take_over()

    assert "2 scores are left out: their learners are not, and never were, in this course." in told
    assert "1 scores are left out: they are refused (future_timestamp)." in told
    assert "1 scores are left out: no grade can be made of their points." in told
    assert not LtiAgsScore.objects.exists()


def test_scores_of_line_items_that_count_no_more_are_told(
    old: OldBlock, programmatic: UsageKey, take_over: Tell, learner: Any, course: Course
) -> None:
    item = old.add_item()
    take_over()
    course.change(programmatic, grading_mode="declarative")
    old.add_score(item, learner, 8.0)

    assert "1 scores are left out: they are refused (superseded_item)." in take_over()


def test_scores_of_staff_are_taken_over_as_trials(
    old: OldBlock, ours: UsageKey, take_over: Tell, course: Course
) -> None:
    teacher = make_staff(course)
    old.add_score(old.add_item(), teacher, 8.0)

    take_over()

    assert LtiSubject.objects.get().is_staff_trial
    assert gradebook_score(teacher, ours) is None


def test_progress_is_told_within_a_large_block(old: OldBlock, ours: UsageKey, take_over: Tell) -> None:
    item = old.add_item()
    for number in range(500):
        old.add_score(item, f"nobody-{number}", 1.0)

    assert "    500 scores looked at ..." in take_over().splitlines()
