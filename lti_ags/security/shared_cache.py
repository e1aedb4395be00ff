"""
Django's cache, which helps and is never relied upon.

Whichever cache the site has may be down or lose what it was given. Nothing of ours may fail with it.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any, Final

from django.core.cache import cache
from django.db import Error as DatabaseProblem

log = logging.getLogger(__name__)

#: The clients of the caches that Django offers; known by name, so that none has to be installed.
_PACKAGES: Final = frozenset({"django_redis", "pylibmc", "pymemcache", "redis"})
_ERRORS: Final = (OSError, DatabaseProblem, ValueError)


class IfCacheWorks:
    """Goes on after the ``with`` block when the cache failed in it; any other error leaves as it came."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Swallow the errors of caches."""
        is_of_cache = error is not None and (
            isinstance(error, _ERRORS)
            or any(ancestor.__module__.partition(".")[0] in _PACKAGES for ancestor in type(error).__mro__)
        )
        if is_of_cache:
            log.warning("The cache failed (%s); going on without it", type(error).__name__)
        return is_of_cache


def cached(name: str) -> Any:
    """Return what the cache holds under ``name``; None also when it does not answer."""
    with IfCacheWorks():
        return cache.get(name)
    return None


def keep(name: str, value: object, *, seconds: float) -> None:
    """Give the cache a value, if it takes it."""
    with IfCacheWorks():
        cache.set(name, value, timeout=seconds)


def is_first(name: str, *, seconds: float, otherwise: bool) -> bool:
    """Tell whether nobody has been here under ``name`` for so long; ``otherwise`` when the cache does not answer."""
    answer: bool | None = None
    with IfCacheWorks():
        answer = cache.add(name, 1, timeout=seconds)
    # A client that is told to ignore errors answers None, or that the name is there, which then it is not.
    if answer is None or (not answer and cached(name) is None):
        return otherwise
    return bool(answer)


def leave(name: str) -> None:
    """Take a name out of the cache."""
    with IfCacheWorks():
        cache.delete(name)
