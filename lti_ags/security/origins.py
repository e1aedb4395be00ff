"""Web addresses as a page's policies name them: by origin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

#: A user name, or what separates the parts of a policy.
_NOT_IN_ORIGINS: Final = frozenset("@ ;,'\"")


def origins_of(urls: Iterable[str]) -> list[str]:
    """Return the origins of web addresses, each once; what is none would end a directive, and is left out."""
    found = (_origin(url) for url in urls)
    return list(dict.fromkeys(origin for origin in found if origin is not None))


def _origin(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_plain = parts.netloc.isascii() and parts.netloc.isprintable() and not set(parts.netloc) & _NOT_IN_ORIGINS
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and is_plain else None
