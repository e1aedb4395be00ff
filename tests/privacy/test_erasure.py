"""What is left of a learner when the site retires them, and when records are past their time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsScore, LtiSubject
from lti_ags.services.staff_actions import accept_late, clear_learner
from openedx.core.djangoapps.user_api.accounts.signals import USER_RETIRE_LMS_MISC
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, make_learner, make_staff, subject_of
from tests.support.tools import RegisteredTool


def retire(user: Any) -> None:
    """What the platform announces when it retires a user."""
    USER_RETIRE_LMS_MISC.send(sender=None, user=user)


def rows_with(text: str) -> list[str]:
    """The tables in which a text occurs anywhere."""
    return [
        model.__name__
        for model in apps.get_app_config("lti_ags").get_models()
        if any(text in str(list(row.values())) for row in model.objects.values())
    ]


@pytest.fixture
def scored(ags: Ags, line_item: int, declarative_block: UsageKey, learner: Any) -> str:
    """The learner's id, with a score, a comment, a history, and messages that were refused."""
    subject = subject_of(learner, declarative_block).subject
    assert ags.post_score(line_item, score_body(subject, comment="For one pair of eyes")).status_code == 200
    assert ags.post_score(line_item, score_body(subject, timestamp="2020-01-01T00:00:00Z")).status_code == 409
    clear_learner(declarative_block, user_id=learner.pk, now=timezone.now())
    return subject


def test_nothing_of_a_retired_learner_is_left(scored: str, learner: Any) -> None:
    assert rows_with(scored)

    retire(learner)

    assert rows_with(scored) == []
    assert rows_with("For one pair of eyes") == []
    assert not LtiSubject.objects.exists()
    assert not LtiAgsScore.objects.exists()
    assert not LtiAgsGrade.objects.exists()
    assert not LtiAgsEvent.objects.exists()


def test_learner_is_locked_before_anything_about_them_is_erased(scored: str, learner: Any) -> None:
    with CaptureQueriesContext(connection) as count:
        retire(learner)

    statements = [query["sql"] for query in count.captured_queries]
    of_subjects = [sql for sql in statements if "FROM" in sql and "lti_ags_ltisubject" in sql]
    assert of_subjects[0].startswith("SELECT")
    assert ("FOR UPDATE" in of_subjects[0]) is connection.features.has_select_for_update
    assert not any(sql.startswith("DELETE") for sql in statements[: statements.index(of_subjects[0])])


def test_message_that_was_sent_to_a_foreign_item_is_erased_too(
    scored: str, learner: Any, line_item: int, other_tool: RegisteredTool
) -> None:
    assert Ags(other_tool).post_score(line_item, score_body(scored)).status_code == 404
    assert LtiAgsDelivery.objects.filter(tool=other_tool.tool, context=None).exists()

    retire(learner)

    assert not LtiAgsDelivery.objects.exists()


def test_other_learners_keep_what_they_have(
    scored: str, ags: Ags, learner: Any, course: Course, line_item: int, declarative_block: UsageKey
) -> None:
    other = subject_of(make_learner(course), declarative_block).subject
    assert ags.post_score(line_item, score_body(other, scoringUserId=scored)).status_code == 200

    retire(learner)

    score = LtiAgsScore.objects.get()
    assert (score.subject.subject, score.score_given, score.scoring_user_id) == (other, 83, "")
    assert LtiAgsDelivery.objects.get().user_id == other


def test_history_keeps_what_a_retired_teacher_did_and_forgets_who(
    ags: Ags, course: Course, line_item: int, learner: Any, declarative_block: UsageKey
) -> None:
    subject = subject_of(learner, declarative_block).subject
    assert ags.post_score(line_item, score_body(subject)).status_code == 200
    teacher = make_staff(course)
    clear_learner(declarative_block, user_id=learner.pk, now=timezone.now(), actor_id=teacher.pk)
    accept_late(LtiAgsGrade.objects.get(), actor_id=teacher.pk, now=timezone.now())
    assert LtiAgsEvent.objects.filter(actor=teacher).exists()
    before = LtiAgsEvent.objects.count()

    retire(teacher)

    assert not LtiAgsEvent.objects.filter(actor=teacher).exists()
    assert LtiAgsEvent.objects.count() == before


def test_retirement_may_be_repeated_and_may_find_nothing(scored: str, learner: Any, course: Course) -> None:
    for user in (learner, learner, make_learner(course)):
        retire(user)

    assert rows_with(scored) == []


def test_records_go_when_their_time_is_over_and_scores_stay(scored: str, settings: Any) -> None:
    old = timezone.now() - timedelta(days=100)
    LtiAgsDelivery.objects.update(received_at=old)
    LtiAgsEvent.objects.update(happened_at=old)
    settings.LTI_AGS_DELIVERY_RETENTION_DAYS, settings.LTI_AGS_EVENT_RETENTION_DAYS = 101, 101
    call_command("lti_ags_prune")
    assert LtiAgsDelivery.objects.count() == 2

    settings.LTI_AGS_DELIVERY_RETENTION_DAYS, settings.LTI_AGS_EVENT_RETENTION_DAYS = 99, 99
    call_command("lti_ags_prune")

    assert not LtiAgsDelivery.objects.exists()
    assert not LtiAgsEvent.objects.exists()
    assert LtiAgsScore.objects.count() == 1
