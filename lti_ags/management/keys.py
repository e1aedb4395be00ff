"""Keys of Open edX that an operator typed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from opaque_keys import InvalidKeyError


def key_from(kind: Any, text: str, *, option: str) -> Any:
    """Return ``text`` as a key of that ``kind``. Raises ``CommandError`` that names the option."""
    try:
        return kind.from_string(text)
    except InvalidKeyError as error:
        raise CommandError(f"{option}: {text!r} is not a key of Open edX.") from error
