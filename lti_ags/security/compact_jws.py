"""
Taking a signed JWT apart before anything in it is believed (RFC 7515, RFC 7519).

Everything here may be hostile: every size is bounded, and whatever is wrong ends as ``MalformedJws``.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final

#: Assertions of real tools have less than 2,000 characters; a certificate chain in the header makes them longer.
MAX_LENGTH: Final = 16 * 1024


class MalformedJws(ValueError):
    """Why a text is not a compact JWS with JSON in it."""


@dataclass(frozen=True, slots=True)
class CompactJws:
    """A signed JWT, taken apart. ``signed`` is what the signature must belong to; nothing is verified yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def take_apart(text: str) -> CompactJws:
    """
    Read a compact JWS without verifying it.

    Raises:
        MalformedJws: too long, not three base64url segments, or not JSON objects without repeated members.
    """
    if len(text) > MAX_LENGTH:
        raise MalformedJws(f"it is longer than {MAX_LENGTH} characters")
    segments = text.split(".")
    if len(segments) != 3:
        raise MalformedJws("it is not three segments joined by dots")
    header, payload, signature = (_decode(segment) for segment in segments)
    signed = f"{segments[0]}.{segments[1]}".encode("ascii")
    return CompactJws(_json_object(header), _json_object(payload), signed, signature)


def _decode(segment: str) -> bytes:
    """Decode base64url without padding, strictly: two texts never mean the same bytes."""
    try:
        data = base64.b64decode(segment.encode("ascii") + b"=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedJws("a segment is not base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != segment:
        raise MalformedJws("a segment is not base64url")
    return data


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique_members)
    except (ValueError, RecursionError) as error:
        raise MalformedJws("a segment does not hold a JSON object") from error
    if not isinstance(value, dict):
        raise MalformedJws("a segment does not hold a JSON object")
    return value


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeated member")
    return members
