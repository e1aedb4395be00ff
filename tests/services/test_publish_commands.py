"""The commands of operators: finish what is left, publish again on purpose."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsGrade
from tests.services.conftest import grade_of, platform_item
from tests.support.courses import Course, configuration_of, gradebook_score, make_course, make_learner

pytestmark = pytest.mark.django_db(transaction=True)


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def learners(course: Course) -> list[Any]:
    return [make_learner(course) for _number in range(3)]


@pytest.fixture
def waiting(say: Any, learners: list[Any], declarative: UsageKey, settings: Any) -> UsageKey:
    """A block with three scores that nobody has published."""
    settings.LTI_AGS_PUBLISH = "manual"
    for learner in learners:
        say(learner, platform_item(declarative), 50.0)
    return declarative


def held(learners: list[Any], location: UsageKey) -> list[tuple[float, float] | None]:
    return [gradebook_score(learner, location) for learner in learners]


# lti_ags_publish_pending


def test_pending_grades_are_published_with_progress(waiting: UsageKey, learners: list[Any]) -> None:
    told = run("lti_ags_publish_pending")

    assert held(learners, waiting) == [(5.0, 10.0)] * 3
    assert told.splitlines() == [
        "3 grades are due, 0 wait for another try.",
        "3 taken, 0 still due.",
        "Done: 3 grades were taken; 0 are due, 0 wait for another try, 0 are in the hands of other processes.",
    ]


def test_pending_grades_that_failed_are_tried_without_waiting(waiting: UsageKey, learners: list[Any]) -> None:
    with faults.fault("publish"):
        told = run("lti_ags_publish_pending")
    assert "3 wait for another try" in told.splitlines()[-1]

    run("lti_ags_publish_pending")

    assert held(learners, waiting) == [(5.0, 10.0)] * 3


def test_pending_grade_that_always_fails_ends_the_command(waiting: UsageKey, learners: list[Any]) -> None:
    with faults.fault("publish", user_id=learners[0].pk):
        told = run("lti_ags_publish_pending")

    assert held(learners, waiting) == [None, (5.0, 10.0), (5.0, 10.0)]
    assert "1 wait for another try" in told.splitlines()[-1]


def test_limit_is_kept(waiting: UsageKey, learners: list[Any]) -> None:
    run("lti_ags_publish_pending", "--limit", "2")

    assert held(learners, waiting).count((5.0, 10.0)) == 2


def test_grade_in_the_hands_of_another_process_is_left_and_told(waiting: UsageKey, learners: list[Any]) -> None:
    LtiAgsGrade.objects.filter(subject__user=learners[0]).update(
        claim="somebody", claimed_until=timezone.now() + timedelta(minutes=1)
    )

    told = run("lti_ags_publish_pending")

    assert held(learners, waiting) == [None, (5.0, 10.0), (5.0, 10.0)]
    assert "1 are in the hands of other processes" in told


def test_studio_is_told_that_only_the_lms_publishes(settings: Any, db: None) -> None:
    settings.ROOT_URLCONF = "cms.urls"

    with pytest.raises(CommandError, match="Only the LMS publishes"):
        run("lti_ags_publish_pending")


# lti_ags_republish


@pytest.fixture
def published(waiting: UsageKey, settings: Any) -> UsageKey:
    """The same block, published, and then lost by the gradebook."""
    run("lti_ags_publish_pending")
    settings.LTI_AGS_PUBLISH = "inline"
    return waiting


def spoil(learners: list[Any], location: UsageKey) -> None:
    """Bring the gradebook out of step, as a restored backup would: our value of an earlier time is there."""
    from lms.djangoapps.courseware.model_data import set_score

    for learner in learners:
        LtiAgsGrade.objects.filter(subject__user=learner).update(
            intents=[{"claim": "backup", "earned": 1.0, "possible": 10.0, "at": timezone.now().isoformat()}]
        )
        set_score(learner.pk, location, 1.0, 10.0)


@pytest.mark.parametrize("option", ["--user-id", "--block", "--course", "--since"])
def test_chosen_grades_are_published_again(
    published: UsageKey, learners: list[Any], course: Course, option: str
) -> None:
    spoil(learners, published)
    value = {
        "--user-id": str(learners[0].pk),
        "--block": str(published),
        "--course": str(course.key),
        "--since": (timezone.now() - timedelta(hours=1)).isoformat(),
    }[option]

    told = run("lti_ags_republish", option, value)

    count = 1 if option == "--user-id" else 3
    assert held(learners, published).count((5.0, 10.0)) == count
    assert told.splitlines() == [
        f"{count} of {count} grades are due again.",
        f"Done: {count} grades will be published again.",
    ]


def test_dry_run_counts_and_changes_nothing(published: UsageKey, learners: list[Any]) -> None:
    spoil(learners, published)

    told = run("lti_ags_republish", "--block", str(published), "--dry-run")

    assert told == "3 grades would be published again.\n"
    assert held(learners, published) == [(1.0, 10.0)] * 3


def test_span_of_time_has_an_end(published: UsageKey, learners: list[Any]) -> None:
    past = (timezone.now() - timedelta(hours=1)).isoformat()

    assert run("lti_ags_republish", "--until", past, "--dry-run").startswith("0 grades")


def test_other_blocks_and_courses_are_left_alone(published: UsageKey, learners: list[Any], tool: Any) -> None:
    elsewhere = make_course().add_block(tool)
    configuration_of(elsewhere)

    assert run("lti_ags_republish", "--block", str(elsewhere), "--dry-run").startswith("0 grades")
    assert run("lti_ags_republish", "--course", str(elsewhere.course_key), "--dry-run").startswith("0 grades")


def test_grade_that_failed_for_good_is_tried_again(say: Any, learners: list[Any], declarative: UsageKey) -> None:
    LtiAgsGrade.objects.all().delete()
    say(learners[0], platform_item(declarative), 50.0)
    LtiAgsGrade.objects.update(decision=GradeDecision.FAILED.value, next_attempt_at=None)

    run("lti_ags_republish", "--user-id", str(learners[0].pk))

    assert grade_of(learners[0], declarative).decision == GradeDecision.PUBLISHED


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Say which grades"),
        (("--block", "no key"), "--block: 'no key' is not a key"),
        (("--course", "no key"), "--course: 'no key' is not a key"),
        (("--since", "yesterday"), "--since: 'yesterday' is not a time"),
        (("--until", "2026-13-41T00:00:00Z"), "--until: .* is not a time that exists"),
    ],
    ids=["nothing", "block", "course", "since", "until"],
)
def test_wrong_choice_is_told(db: None, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("lti_ags_republish", *arguments)
