"""
How many requests somebody may make in a while.

Counted in the site's cache, in windows of fixed length. A cache that is down lets everything pass: a limit protects the
platform from a tool gone wild, and must not be what keeps scores away.
"""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache

from lti_ags.conf import app_settings
from lti_ags.security.shared_cache import IfCacheWorks


def seconds_to_wait(*, setting: str, caller: str, is_counted: bool = True) -> float | None:
    """
    Count one request of ``caller``, and hold it to a rate.

    Arguments:
        setting: the name of the setting with the rate, such as ``"600/min"``; an empty one sets no limit.
        caller: any text.
        is_counted: False only looks whether one more would be too many.

    Returns:
        None if the request may pass, else the seconds after which the next one may.
    """
    rate = app_settings.rate(setting)
    if rate is None:
        return None
    limit, period = rate
    now = time.time()
    window = int(now // period)
    digest = hashlib.sha256(caller.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    key = f"{setting}:{digest}:{window}"
    with IfCacheWorks():
        number = _count(key, lifetime=period) if is_counted else int(cache.get(key) or 0) + 1
        if number > limit:
            return (window + 1) * period - now
    return None


def _count(key: str, *, lifetime: int) -> int:
    """Add one to a counter that is forgotten some time after its window."""
    if cache.add(key, 1, timeout=lifetime + 5):
        return 1
    # A cache that is down behind a client that ignores errors answers None.
    return int(cache.incr(key) or 0)
