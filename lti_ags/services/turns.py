"""Whose turn it is to do what one process of the site should do now and then. Decided in the site's cache."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final

from django.core.cache import cache
from django.db import Error as DatabaseProblem

logger = logging.getLogger(__name__)

#: The clients of the caches that Django offers; known by name, so that none has to be installed.
_CACHE_PACKAGES: Final = frozenset({"django_redis", "pylibmc", "pymemcache", "redis"})
_CACHE_ERRORS: Final = (OSError, DatabaseProblem, ValueError)


def is_our_turn(name: str, *, seconds: float) -> bool:
    """
    Tell whether nobody has been told so about ``name`` for ``seconds``.

    A cache that is down lets everybody have the turn: what is done twice does no harm, what nobody does would.
    """
    with _IfCacheWorks():
        return bool(cache.add(f"lti_ags.turn:{name}", 1, timeout=seconds))
    return True


class _IfCacheWorks:
    """Goes on after the ``with`` block when the cache failed in it; any other error leaves as it came."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Swallow the errors of caches."""
        is_of_cache = error is not None and (
            isinstance(error, _CACHE_ERRORS)
            or any(ancestor.__module__.partition(".")[0] in _CACHE_PACKAGES for ancestor in type(error).__mro__)
        )
        if is_of_cache:
            logger.warning("The cache failed (%s); nobody else's turn is known", type(error).__name__)
        return is_of_cache
