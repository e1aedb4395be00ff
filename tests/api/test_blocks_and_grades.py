"""What another app reads about blocks, grades and scores, and how it asks for publication and erasure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags import api
from lti_ags.constants import GradingProgress
from lti_ags.models import LtiAgsGrade, LtiConfiguration, LtiSubject, LtiTool
from lti_ags.services.configurations import mark_removed
from tests.services.conftest import new_item, platform_item
from tests.support.courses import Course, gradebook_score, make_learner

pytestmark = pytest.mark.django_db(transaction=True)

NOWHERE = "block-v1:DemoX+None+1+type@lti_ags+block@none"


def test_block_is_told_with_its_tool_and_its_progress(
    declarative: UsageKey, tool: LtiTool, course: Course, say: Any, learner: Any, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative))

    assert api.read_block(declarative) == api.BlockSummary(
        usage_key=str(declarative),
        course_key=str(course.key),
        title="Quiz",
        tool_uuid=str(tool.uuid),
        grading_mode=api.GradingMode.DECLARATIVE,
        is_graded=True,
        is_removed=False,
        score_maximum=10.0,
        total_grades=1,
        waiting_grades=1,
    )


def test_block_that_lost_its_tool_and_left_the_course_is_told_so(declarative: UsageKey) -> None:
    LtiConfiguration.objects.update(tool=None)
    mark_removed(declarative, now=timezone.now())

    block = api.read_block(str(declarative))

    assert block is not None
    assert (block.tool_uuid, block.is_removed) == (None, True)


def test_nothing_is_told_about_a_block_without_a_tool() -> None:
    assert api.read_block(NOWHERE) is None
    assert api.read_grade(NOWHERE, user_id=1) is None
    assert list(api.list_scores(NOWHERE)) == []


def test_keys_may_carry_a_branch(declarative: UsageKey) -> None:
    block = api.read_block(declarative.for_branch("published-branch"))

    assert block is not None
    assert block.usage_key == str(declarative)


def test_zero_is_a_grade(declarative: UsageKey, say: Any, learner: Any) -> None:
    say(learner, platform_item(declarative), 0.0)

    grade = api.read_grade(declarative, user_id=learner.pk)

    assert grade is not None
    assert (grade.points, grade.ratio) == (api.Points(earned=0.0, possible=10.0), 0.0)
    assert (grade.decision, grade.reason) == (api.GradeDecision.PUBLISHED, "The grade is in the gradebook.")
    assert (grade.usage_key, grade.user_id, grade.last_error) == (str(declarative), learner.pk, "")
    assert grade.is_settled
    assert grade.published_at is not None


def test_grade_that_the_lms_refuses_is_told_with_the_reason(declarative: UsageKey, say: Any, learner: Any) -> None:
    with faults.fault("publish"):
        say(learner, platform_item(declarative))

    grade = api.read_grade(declarative, user_id=learner.pk)

    assert grade is not None
    assert (grade.points, grade.decision, grade.is_settled) == (None, api.GradeDecision.RETRYING, False)
    assert grade.last_error


def test_value_of_the_course_team_is_what_the_gradebook_holds(declarative: UsageKey, say: Any, learner: Any) -> None:
    say(learner, platform_item(declarative))
    LtiAgsGrade.objects.update(
        decision=api.GradeDecision.OVERRIDE_KEPT.value, override_earned=2.0, override_possible=10.0
    )

    grade = api.read_grade(declarative, user_id=learner.pk)

    assert grade is not None
    assert grade.points == api.Points(earned=2.0, possible=10.0)


def test_learner_without_a_score_has_no_grade(declarative: UsageKey, learner: Any) -> None:
    assert api.read_grade(declarative, user_id=learner.pk) is None


def test_scores_are_listed_for_each_learner_and_line_item(
    programmatic: UsageKey, tool: LtiTool, course: Course, say: Any, learner: Any
) -> None:
    other = make_learner(course)
    essay, draft = new_item(tool, programmatic, course), new_item(tool, programmatic, course, label="Draft")
    say(learner, essay, 40.0, comment="Well <b>done</b>")
    say(learner, draft, None, grading_progress=GradingProgress.PENDING)
    say(other, essay, 0.0)

    scores = list(api.list_scores(programmatic))

    assert [(score.user_id, score.label, score.given, score.maximum) for score in scores] == [
        (learner.pk, "Essay", 40.0, 100.0),
        (learner.pk, "Draft", None, None),
        (other.pk, "Essay", 0.0, 100.0),
    ]
    first, pending, _other = scores
    assert (first.comment, first.line_item_id) == ("Well <b>done</b>", essay)
    assert (first.decision, first.reason) == (
        api.ScoreDecision.CONTRIBUTES,
        "This score counts toward the grade.",
    )
    assert pending.grading_progress is api.GradingProgress.PENDING
    assert first.activity_progress is api.ActivityProgress.COMPLETED
    assert first.timestamp < first.received_at


def test_scores_of_one_learner_are_listed_alone(declarative: UsageKey, course: Course, say: Any, learner: Any) -> None:
    say(make_learner(course), platform_item(declarative), 10.0)
    say(learner, platform_item(declarative), 20.0)

    assert [score.given for score in api.list_scores(declarative, user_id=learner.pk)] == [20.0]


def test_score_taken_back_says_nothing_of_the_grade_that_another_score_makes(
    programmatic: UsageKey, tool: LtiTool, course: Course, say: Any, learner: Any
) -> None:
    essay, draft = new_item(tool, programmatic, course), new_item(tool, programmatic, course, label="Draft")
    say(learner, essay, 40.0)
    say(learner, draft, 20.0)
    say(learner, draft, None)

    _essay, cleared = api.list_scores(programmatic)

    assert gradebook_score(learner, programmatic) == (4.0, 10.0)
    assert (cleared.decision, cleared.reason) == (
        api.ScoreDecision.CLEARED,
        "This score was taken back and does not count.",
    )


def test_score_that_nobody_judged_yet_has_no_decision(declarative: UsageKey, say: Any, learner: Any) -> None:
    say(learner, platform_item(declarative))
    configuration = LtiConfiguration.objects.get()
    configuration.platform_item.scores.update(decision="")

    [score] = api.list_scores(declarative)

    assert (score.decision, score.reason) == (None, "")


def test_chosen_grades_are_published_again(declarative: UsageKey, say: Any, learner: Any) -> None:
    say(learner, platform_item(declarative))
    before = LtiAgsGrade.objects.get().published_version

    assert api.republish_grades(usage_key=declarative, user_id=learner.pk) == 1

    assert LtiAgsGrade.objects.get().published_version == before + 1
    assert gradebook_score(learner, declarative) == pytest.approx((8.3, 10.0))


def test_grades_outside_the_choice_are_left_alone(
    declarative: UsageKey, course: Course, say: Any, learner: Any
) -> None:
    say(learner, platform_item(declarative))
    later = timezone.now() + timedelta(hours=1)

    assert api.republish_grades(course_key=course.key, since=later) == 0
    assert api.republish_grades(course_key=str(course.key), until=later) == 1


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({}, None),
        ({"usage_key": "quiz"}, "usage_key"),
        ({"course_key": "DemoX"}, "course_key"),
        ({"since": datetime(2026, 5, 3)}, "since"),  # noqa: DTZ001 - a time without a zone is what is refused
        ({"until": datetime(2026, 5, 3)}, "until"),  # noqa: DTZ001 - a time without a zone is what is refused
        ({"since": datetime(2026, 5, 3, tzinfo=UTC), "usage_key": "x"}, "usage_key"),
    ],
    ids=["nothing", "usage key", "course key", "since", "until", "one of two"],
)
def test_choice_that_makes_no_sense_is_refused_by_name(choice: dict[str, Any], field: str | None) -> None:
    with pytest.raises(api.MalformedRequest) as caught:
        api.republish_grades(**choice)

    assert caught.value.field == field


def test_learner_is_erased(declarative: UsageKey, say: Any, learner: Any, course: Course) -> None:
    say(learner, platform_item(declarative))
    say(make_learner(course), platform_item(declarative))

    api.erase_learner(user_id=learner.pk)
    api.erase_learner(user_id=learner.pk)

    assert not LtiSubject.objects.filter(user=learner).exists()
    assert len(list(api.list_scores(declarative))) == 1
