"""Letting go of what is past its time."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsBulkAction, LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsScore, UsedToken
from lti_ags.security.used_tokens import use_once
from tests.services.conftest import platform_item

pytestmark = pytest.mark.django_db(transaction=True)


def prune(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("lti_ags_prune", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def old_and_new(say: Any, learner: Any, declarative: UsageKey, tool: Any) -> None:
    """
    Two scores with their deliveries and events, the first of them years old; two actions of staff, one
    as old; two used tokens, one expired.
    """
    now = timezone.now()
    say(learner, platform_item(declarative), 50.0)
    LtiAgsDelivery.objects.update(received_at=now - timedelta(days=1000))
    LtiAgsEvent.objects.update(happened_at=now - timedelta(days=1000))
    say(learner, platform_item(declarative), 60.0)
    for created_at in (now - timedelta(days=1000), now):
        grade = LtiAgsGrade.objects.get()
        LtiAgsBulkAction.objects.create(
            configuration=grade.configuration, action="release", grade_ids=[grade.pk], total=1, created_at=created_at
        )
    for name in ("old", "new"):
        assert use_once(purpose="test", owner=tool.client_id, token_id=name, expires_at=now + timedelta(hours=1))
    UsedToken.objects.filter(pk=UsedToken.objects.earliest("pk").pk).update(expires_at=now - timedelta(hours=1))


def counts() -> tuple[int, int, int]:
    return LtiAgsDelivery.objects.count(), LtiAgsEvent.objects.count(), UsedToken.objects.count()


def test_what_is_past_its_time_is_deleted_and_nothing_else(old_and_new: None) -> None:
    assert counts() == (2, 2, 2)

    told = prune()

    assert counts() == (1, 1, 1)
    assert told == [
        "1 of 1 deliveries deleted.",
        "1 of 1 events deleted.",
        "1 of 1 bulk actions deleted.",
        "1 of 1 used tokens deleted.",
    ]
    assert (LtiAgsScore.objects.count(), LtiAgsGrade.objects.count()) == (1, 1)


def test_dry_run_only_counts(old_and_new: None) -> None:
    told = prune("--dry-run")

    assert counts() == (2, 2, 2)
    assert told == [
        "1 deliveries would be deleted.",
        "1 events would be deleted.",
        "1 bulk actions would be deleted.",
        "1 used tokens would be deleted.",
    ]


def test_how_long_is_a_setting(old_and_new: None, settings: Any) -> None:
    settings.LTI_AGS_DELIVERY_RETENTION_DAYS = 2000
    settings.LTI_AGS_EVENT_RETENTION_DAYS = 2000

    prune()

    assert counts() == (2, 2, 1)


def test_nothing_to_delete_is_told(db: None) -> None:
    assert prune() == [
        "0 deliveries to delete.",
        "0 events to delete.",
        "0 bulk actions to delete.",
        "0 used tokens to delete.",
    ]
