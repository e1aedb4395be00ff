"""
How many requests a tool may make in a while.

Counted in the site's cache, in windows of fixed length. A cache that is down lets everything pass: a limit protects the
platform from a tool gone wild, and must not be what keeps scores away.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from types import TracebackType
from typing import Final, cast

from django.core.cache import cache
from django.db import Error as DatabaseProblem
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from lti_ags.conf import AgsConfigurationError, app_settings
from lti_ags.data import Caller

logger = logging.getLogger(__name__)

_RATE: Final = re.compile(r"(?P<number>[0-9]+)/(?P<period>s|sec|second|m|min|minute|h|hour|d|day)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

#: The clients of the caches that Django offers; known by name, so that none has to be installed.
_CACHE_PACKAGES: Final = frozenset({"django_redis", "pylibmc", "pymemcache", "redis"})
_CACHE_ERRORS: Final = (OSError, DatabaseProblem, ValueError)


def seconds_to_wait(*, setting: str, caller: str) -> float | None:
    """
    Count one request of ``caller``.

    Arguments:
        setting: the name of the setting with the rate, such as ``"600/min"``; an empty one sets no limit.
        caller: any text.

    Returns:
        None if the request may pass, else the seconds after which the next one may.
    """
    rate = _rate(setting)
    if rate is None:
        return None
    limit, period = rate
    now = time.time()
    window = int(now // period)
    digest = hashlib.sha256(caller.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    with _IfCacheWorks():
        if _count(f"{setting}:{digest}:{window}", lifetime=period) > limit:
            return (window + 1) * period - now
    return None


class ToolThrottle(BaseThrottle):
    """Hold a tool to ``LTI_AGS_TOOL_RATE``, all of its tokens and the platform's web workers together."""

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        """Count the request."""
        caller = cast(Caller, request.auth)
        self._wait = seconds_to_wait(setting="LTI_AGS_TOOL_RATE", caller=str(caller.tool_id))
        return self._wait is None

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self._wait


def _count(key: str, *, lifetime: int) -> int:
    """Add one to a counter that is forgotten some time after its window."""
    if cache.add(key, 1, timeout=lifetime + 5):
        return 1
    return int(cache.incr(key))


def _rate(setting: str) -> tuple[int, int] | None:
    """
    Read a rate as a number of requests and a period in seconds.

    Raises:
        AgsConfigurationError: it is no rate.
    """
    text = app_settings.value(setting)
    if not text:
        return None
    match = _RATE.fullmatch(str(text))
    if match is None:
        raise AgsConfigurationError(f"{setting} is {text!r}; expected a rate like '600/min'")
    return int(match["number"]), _SECONDS[match["period"][0]]


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
            logger.warning("The cache failed (%s); requests are not counted", type(error).__name__)
        return is_of_cache
