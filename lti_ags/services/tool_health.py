"""
How a tool has been doing: when it last came, what was taken of it, and what was refused.

Read when an operator looks, from what is kept anyway. A tool may have sent millions of messages, so only the latest of
them are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lti_ags.models import LtiAgsDelivery, LtiTool
from lti_ags.models.records import FIRST_REFUSED_STATUS
from lti_ags.security.key_sets import KnownKeySet, known_key_set
from lti_ags.security.shared_cache import cached, keep

#: So many of a tool's messages are counted, the latest ones.
COUNTED: Final = 200
_TOKEN_KEPT_SECONDS: Final = timedelta(days=90).total_seconds()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that was refused last: ``delivery_uuid`` finds it, ``code`` says why in one word."""

    delivery_uuid: str
    code: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ToolHealth:
    """
    What is known of a tool; what is None has not happened, or was forgotten since.

    ``token_at``: its last access token. ``score_at``: its last score that was taken. ``accepted`` and ``refused`` are
    counts among its latest ``COUNTED`` messages.
    """

    token_at: datetime | None
    score_at: datetime | None
    accepted: int
    refused: int
    last_refusal: Refusal | None


def note_token(tool_id: int, *, now: datetime) -> None:
    """Remember that a tool was given an access token. In the cache, so that it costs the database nothing."""
    keep(_token_name(tool_id), now.timestamp(), seconds=_TOKEN_KEPT_SECONDS)


def health_of(tool_id: int) -> ToolHealth:
    """Return how a tool has been doing; one statement, which an index bounds."""
    latest = LtiAgsDelivery.objects.filter(tool_id=tool_id).order_by("-received_at", "-id")
    rows = list(latest.values_list("uuid", "status", "code", "received_at")[:COUNTED])
    refusals = [
        Refusal(delivery_uuid=str(uuid), code=code, received_at=received_at)
        for uuid, status, code, received_at in rows
        if status >= FIRST_REFUSED_STATUS
    ]
    accepted = [received_at for _uuid, status, _code, received_at in rows if status < FIRST_REFUSED_STATUS]
    return ToolHealth(
        token_at=_token_at(tool_id),
        score_at=accepted[0] if accepted else None,
        accepted=len(accepted),
        refused=len(refusals),
        last_refusal=refusals[0] if refusals else None,
    )


def key_set_of(tool: LtiTool) -> KnownKeySet | None:
    """Return what is known of a tool's key set, without asking its server; None for a stored key."""
    return known_key_set(tool.jwks_url) if tool.jwks_url else None


def _token_at(tool_id: int) -> datetime | None:
    seconds = cached(_token_name(tool_id))
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)


def _token_name(tool_id: int) -> str:
    return f"lti_ags:token_at:{tool_id}"
