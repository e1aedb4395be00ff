"""Letting go: records past their time, and everything about a user whom the site retires."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Model, QuerySet

from lti_ags.conf import app_settings
from lti_ags.models import LtiAgsBulkAction, LtiAgsDelivery, LtiAgsEvent, LtiAgsScore, LtiSubject
from lti_ags.security import used_tokens
from lti_ags.services.transactions import run_atomically


def expired_records(now: datetime) -> dict[str, QuerySet[Model]]:
    """Return the records whose time is over: deliveries, events and actions by the settings, used tokens by expiry."""
    deliveries = now - timedelta(days=app_settings.integer("LTI_AGS_DELIVERY_RETENTION_DAYS"))
    events = now - timedelta(days=app_settings.integer("LTI_AGS_EVENT_RETENTION_DAYS"))
    return {
        "deliveries": LtiAgsDelivery.objects.filter(received_at__lt=deliveries),
        "events": LtiAgsEvent.objects.filter(happened_at__lt=events),
        "bulk actions": LtiAgsBulkAction.objects.filter(created_at__lt=events),
        "used tokens": used_tokens.expired(now),
    }


def delete_in_batches(rows: QuerySet[Model], *, batch: int = 1000) -> Iterator[int]:
    """Delete rows in short transactions, and yield after each how many are gone."""
    gone = 0
    while True:
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
        if not keys:
            return
        rows.model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
        yield gone


def erase_user(user_id: int) -> None:
    """
    Erase everything about a user: subjects with their scores, grades and history, the messages about them, and their
    name on what they did to other people's grades.

    May be repeated. The gradebook is the platform's own to retire.
    """
    run_atomically(partial(_erase_user, user_id))


def _erase_user(user_id: int) -> None:
    # Locked first, always in the same order: a score that is on its way waits, and then finds nobody. In between, its
    # message would stay behind, or stop the deletion of its learner.
    for subject in list(LtiSubject.objects.select_for_update().filter(user_id=user_id).order_by("pk")):
        # In whatever context: a refused message may have named an item that its tool must not see, and so has none.
        LtiAgsDelivery.objects.filter(user_id_digest=subject.subject_digest).delete()
        scored_by_user = LtiAgsScore.objects.filter(
            subject__context_id=subject.context_id, scoring_user_id=subject.subject
        )
        scored_by_user.update(scoring_user_id="")
        subject.delete()
    LtiAgsEvent.objects.filter(actor_id=user_id).update(actor=None)
    LtiAgsBulkAction.objects.filter(actor_id=user_id).update(actor=None)
