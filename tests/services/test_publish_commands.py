"""The commands of operators: finish what is left, publish again on purpose."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from completion.models import BlockCompletion
from lms.djangoapps.grades import faults
from lti_ags import edx_platform
from lti_ags.constants import ActivityProgress, EventKind, GradeDecision, GradingProgress
from lti_ags.data import Points
from lti_ags.models import LtiAgsEvent, LtiAgsGrade, LtiAgsScore
from lti_ags.services.staff_actions import record_staff_override
from lti_ags.services.staff_timelines import read_timeline
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
    """Bring the gradebook out of step: a process of ours that died has written its older value there."""
    from lms.djangoapps.courseware.model_data import set_score

    for learner in learners:
        LtiAgsGrade.objects.filter(subject__user=learner).update(
            intents=[{"claim": "dead", "earned": 1.0, "possible": 10.0, "at": timezone.now().isoformat()}]
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


# lti_ags_republish --after-restore

BACKUP = timedelta(hours=1)


def after_restore(*arguments: str) -> str:
    """Say that the gradebook is as it was an hour ago."""
    return run("lti_ags_republish", "--after-restore", "--since", (timezone.now() - BACKUP).isoformat(), *arguments)


def restore_gradebook(learner: Any, location: UsageKey, earned: float | None) -> None:
    """Put an older entry into the gradebook, or let it have none; nobody tells us."""
    from lms.djangoapps.courseware.model_data import set_score
    from lms.djangoapps.courseware.models import StudentModule

    if earned is None:
        StudentModule.objects.filter(student=learner, module_state_key=location).delete()
    else:
        set_score(learner.pk, location, earned, 10.0)


def team_sets(learner: Any, location: UsageKey, earned: float, *, at: datetime) -> None:
    points = Points(earned, 10.0)
    edx_platform.publish_score(location, user_id=learner.pk, points=points)
    record_staff_override(location, user_id=learner.pk, points=points, now=at)


def test_grades_that_a_restored_gradebook_lost_or_has_as_they_were_are_published_again(
    published: UsageKey, learners: list[Any]
) -> None:
    for learner, earned in zip(learners, [None, 1.0, 5.0], strict=True):
        restore_gradebook(learner, published, earned)

    told = after_restore()

    assert told.splitlines() == [
        "3 of 3 grades are due again.",
        "Done: 3 grades will be published again.",
    ]
    assert held(learners, published) == [(5.0, 10.0)] * 3
    assert set(LtiAgsScore.objects.values_list("final_score_given", flat=True)) == {50.0}
    assert not LtiAgsEvent.objects.filter(kind=EventKind.CHANGED_BY_STAFF).exists()
    assert LtiAgsEvent.objects.filter(kind=EventKind.STAFF_ACTION, details={"action": "after_restore"}).count() == 3


def test_later_scores_count_after_a_restored_gradebook(published: UsageKey, learners: list[Any], say: Any) -> None:
    restore_gradebook(learners[0], published, 1.0)
    after_restore()

    say(learners[0], platform_item(published), 70.0)

    assert gradebook_score(learners[0], published) == (7.0, 10.0)


def test_older_value_that_was_taken_for_the_teams_before_the_operator_says_what_it_is_gives_way(
    published: UsageKey, learners: list[Any]
) -> None:
    restore_gradebook(learners[0], published, 1.0)
    run("lti_ags_republish", "--block", str(published))
    assert grade_of(learners[0], published).decision == GradeDecision.OVERRIDE_KEPT

    after_restore()

    assert gradebook_score(learners[0], published) == (5.0, 10.0)
    assert grade_of(learners[0], published).decision == GradeDecision.PUBLISHED


@pytest.mark.parametrize("earned", [None, 5.0], ids=["lost", "as it was"])
def test_what_the_team_set_after_the_backup_is_put_back(
    published: UsageKey, learners: list[Any], earned: float | None
) -> None:
    team_sets(learners[0], published, 9.0, at=timezone.now())
    restore_gradebook(learners[0], published, earned)

    after_restore()

    assert gradebook_score(learners[0], published) == (9.0, 10.0)
    assert grade_of(learners[0], published).decision == GradeDecision.OVERRIDE_KEPT


def test_what_the_team_set_before_the_backup_stands(published: UsageKey, learners: list[Any]) -> None:
    team_sets(learners[0], published, 9.0, at=timezone.now() - 2 * BACKUP)

    after_restore()

    assert gradebook_score(learners[0], published) == (9.0, 10.0)
    assert grade_of(learners[0], published).decision == GradeDecision.OVERRIDE_KEPT


def test_completion_that_is_lost_with_the_gradebook_is_told_again(
    say: Any, learner: Any, declarative: UsageKey
) -> None:
    say(
        learner, platform_item(declarative), None,
        activity_progress=ActivityProgress.SUBMITTED, grading_progress=GradingProgress.PENDING,
    )  # fmt: skip
    BlockCompletion.objects.all().delete()

    after_restore()

    assert BlockCompletion.objects.get(user=learner).completion == 1.0


def test_dry_run_after_a_restore_changes_nothing(published: UsageKey, learners: list[Any]) -> None:
    restore_gradebook(learners[0], published, None)

    assert after_restore("--dry-run") == "3 grades would be published again.\n"

    assert held(learners, published) == [None, (5.0, 10.0), (5.0, 10.0)]
    assert not LtiAgsEvent.objects.filter(kind=EventKind.STAFF_ACTION).exists()


def test_gradebook_that_cannot_be_read_after_a_restore_is_told(
    published: UsageKey, learners: list[Any], settings: Any
) -> None:
    settings.ROOT_URLCONF = "cms.urls"

    with pytest.raises(CommandError, match="gradebook could not be read"):
        after_restore()


def test_history_tells_of_the_restore_and_names_no_staff(published: UsageKey, learners: list[Any]) -> None:
    restore_gradebook(learners[0], published, 1.0)
    after_restore()
    grade = grade_of(learners[0], published)

    timeline, _is_cut = read_timeline(grade.configuration, grade)
    [entry] = [entry for entry in timeline if "backup" in entry.text]

    assert entry.actor == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Say which grades"),
        (("--after-restore", "--user-id", "1"), "--after-restore: say with --since"),
        (("--block", "no key"), "--block: 'no key' is not a key"),
        (("--course", "no key"), "--course: 'no key' is not a key"),
        (("--since", "yesterday"), "--since: 'yesterday' is not a time"),
        (("--until", "2026-13-41T00:00:00Z"), "--until: .* is not a time that exists"),
    ],
    ids=["nothing", "restored when", "block", "course", "since", "until"],
)
def test_wrong_choice_is_told(db: None, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("lti_ags_republish", *arguments)
