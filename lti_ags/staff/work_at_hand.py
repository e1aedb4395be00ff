"""What goes on in a block: grades that wait to be worked out or published, and what staff did last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lti_ags.constants import StaffAction
from lti_ags.models import LtiAgsBulkAction, LtiConfiguration
from lti_ags.services.action_sentences import words_for_action
from lti_ags.services.bulk_actions import latest_bulk_actions, progress_of
from lti_ags.services.grades import progress_of_block
from lti_ags.staff.action_texts import status_text


def work_at_hand(configuration: LtiConfiguration, *, now: datetime) -> dict[str, Any]:
    """Return what ``work_at_hand.html`` shows, in two statements."""
    return {
        "work": progress_of_block(configuration.pk),
        "latest": [_face(row, now) for row in latest_bulk_actions(configuration)],
    }


def _face(row: LtiAgsBulkAction, now: datetime) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "name": words_for_action(StaffAction(row.action)).name,
        "status": status_text(progress_of(row, now=now, follows_up=False)),
        "began_at": row.created_at,
        "actor": "" if row.actor is None else row.actor.get_username(),
    }
