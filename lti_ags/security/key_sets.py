"""
The key sets of tools, kept as long as their servers say, within bounds.

A set is kept parsed in this process, and as JSON in Django's cache for all processes; either may be lost at any time.
However requests come in, one key server is asked seldom and by few at once, so that neither it nor we can be worn out.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as _

from lti_ags.conf import app_settings
from lti_ags.models.fields import digest_of
from lti_ags.security.key_fetching import FetchedKeySet, KeySetUnavailable, fetch_key_set
from lti_ags.security.public_keys import ToolKey, UnusableKey, choose_key, usable_keys
from lti_ags.security.shared_cache import cached, is_first, keep, leave

log = logging.getLogger(__name__)

T = TypeVar("T")

_MAX_REMEMBERED: Final = 512
#: How long this process goes by its own copy before it looks whether another one has fetched a newer set.
_SYNC_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class KeySet:
    """The usable keys of one URL. Times are seconds since 1970."""

    keys: tuple[ToolKey, ...]
    fetched_at: float
    fresh_until: float

    def is_fresh(self, present: float) -> bool:
        """Whether the server lets it be used without asking again."""
        return present < self.fresh_until

    def is_usable(self, present: float) -> bool:
        """Whether it is fresh, or stale for so short a time that it serves while the server does not answer."""
        return present < self.fresh_until + app_settings.seconds("LTI_AGS_TOOL_KEYS_STALE_SECONDS")


@dataclass(frozen=True, slots=True)
class KnownKeySet:
    """
    What all processes know of a key set. Times are seconds since 1970, or None.

    ``count``: how many keys were found last. ``fetched_at``: when that was. ``failed_at``: when a fetch failed not long
    ago.
    """

    count: int
    fetched_at: float | None
    failed_at: float | None


class _Memory:
    """What this process remembers: the sets it has parsed, least recently used last to go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sets: OrderedDict[str, tuple[KeySet, float]] = OrderedDict()
        self._failures: OrderedDict[str, float] = OrderedDict()

    def get(self, url: str) -> tuple[KeySet | None, float]:
        """Return the set and when it was last compared with the shared cache."""
        with self._lock:
            if url not in self._sets:
                return None, 0.0
            self._sets.move_to_end(url)
            return self._sets[url]

    def put(self, url: str, key_set: KeySet, *, present: float) -> None:
        """Remember a set as the newest one of all processes."""
        with self._lock:
            _remember(self._sets, url, (key_set, present))

    def failed_at(self, url: str) -> float:
        """Return when this process last failed to fetch, 0 if it did not."""
        with self._lock:
            return self._failures.get(url, 0.0)

    def note_failure(self, url: str, *, present: float) -> None:
        """Remember a failure, for when the cache that all processes share does not."""
        with self._lock:
            _remember(self._failures, url, present)


def _remember(memory: OrderedDict[str, T], url: str, value: T) -> None:
    memory[url] = value
    memory.move_to_end(url)
    while len(memory) > _MAX_REMEMBERED:
        memory.popitem(last=False)


_memory = _Memory()


def key_of_url(url: str, *, kid: str | None, algorithm: str, now: datetime) -> ToolKey | None:
    """
    Return the key of a key set that a signature names, or None.

    Fetches the set when it is not known or not fresh any more, and once more, not too soon, for an unknown ``kid``
    (K-08). While the server is down, the keys known last are used for a bounded time.
    """
    present = now.timestamp()
    key_set, synced_at = _memory.get(url)
    if key_set is None or present - synced_at >= _SYNC_SECONDS:
        key_set = _synced(url, key_set, present=present)
    key = _choose(key_set, kid=kid, algorithm=algorithm)
    if key_set is not None and key_set.is_fresh(present) and (key is not None or kid is None):
        return key
    # Stale, or a name that this process does not know: perhaps another one has asked already.
    key_set = _synced(url, key_set, present=present)
    key = _choose(key_set, kid=kid, algorithm=algorithm)
    if key is not None and key_set is not None and key_set.is_fresh(present):
        return key
    key_set = _fetched(url, present=present, known=key_set)
    return _choose(key_set, kid=kid, algorithm=algorithm) if key_set and key_set.is_usable(present) else None


def refetch(url: str, *, now: datetime) -> int:
    """
    Fetch a key set now, whatever is known, as a person asks for it; return how many of its keys can be used.

    Raises:
        KeySetUnavailable: says why it did not work, be it that too many are at it; what was known stays known.
    """
    with _slot(urlsplit(url).netloc) as is_free:
        if not is_free:
            raise KeySetUnavailable(_("too many requests to its server are under way"))
        try:
            return len(_store(url, fetch_key_set(url), present=now.timestamp()).keys)
        except UnusableKey as error:
            raise KeySetUnavailable(error.text, **error.values) from error


def known_key_set(url: str) -> KnownKeySet:
    """Return what is known of a key set, without asking for it."""
    shared: dict[str, Any] | None = cached(_name("set", url))
    failed_at: float | None = cached(_name("failed", url))
    if shared is None:
        return KnownKeySet(count=0, fetched_at=None, failed_at=failed_at)
    return KnownKeySet(count=len(usable_keys(shared)), fetched_at=shared["fetched_at"], failed_at=failed_at)


def _choose(key_set: KeySet | None, *, kid: str | None, algorithm: str) -> ToolKey | None:
    return None if key_set is None else choose_key(key_set.keys, kid=kid, algorithm=algorithm)


def _name(kind: str, subject: str) -> str:
    return f"lti_ags:tool_keys:{kind}:{digest_of(subject)}"


def _synced(url: str, known: KeySet | None, *, present: float) -> KeySet | None:
    """Return the newer one of what this process and all processes know."""
    shared: dict[str, Any] | None = cached(_name("set", url))
    if shared is not None and (known is None or shared["fetched_at"] > known.fetched_at):
        known = KeySet(usable_keys(shared), shared["fetched_at"], shared["fresh_until"])
    if known is not None:
        _memory.put(url, known, present=present)
    return known


def _fetched(url: str, *, present: float, known: KeySet | None) -> KeySet | None:
    """Fetch the set unless that was tried just now or too many are at it; else return what is known."""
    pause = app_settings.seconds("LTI_AGS_TOOL_KEYS_RETRY_SECONDS")
    if known is not None and known.is_fresh(present) and present - known.fetched_at < pause:
        return known
    failed_at = max(_memory.failed_at(url), cached(_name("failed", url)) or 0.0)
    if present - failed_at < pause:
        return known
    with _slot(urlsplit(url).netloc) as is_free:
        if not is_free:
            log.warning("Too many fetches of %s are under way", url)
            return known
        try:
            return _store(url, fetch_key_set(url), present=present)
        except (KeySetUnavailable, UnusableKey) as error:
            log.warning("The key set at %s could not be fetched: %s", url, error)
            _memory.note_failure(url, present=present)
            keep(_name("failed", url), present, seconds=pause)
            return known


def _store(url: str, fetched: FetchedKeySet, *, present: float) -> KeySet:
    least, most = (app_settings.seconds(f"LTI_AGS_TOOL_KEYS_{bound}_CACHE_SECONDS") for bound in ("MIN", "MAX"))
    lifetime = fetched.max_age
    if lifetime is None:
        lifetime = app_settings.seconds("LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS")
    lifetime = min(max(lifetime, least), most)
    key_set = KeySet(usable_keys(fetched.value), present, present + lifetime)
    shared = {"keys": fetched.value["keys"], "fetched_at": key_set.fetched_at, "fresh_until": key_set.fresh_until}
    stale = app_settings.seconds("LTI_AGS_TOOL_KEYS_STALE_SECONDS")
    keep(_name("set", url), shared, seconds=lifetime + stale)
    _memory.put(url, key_set, present=present)
    log.info("Fetched the key set at %s: %s usable keys", url, len(key_set.keys))
    return key_set


@contextmanager
def _slot(host: str) -> Iterator[bool]:
    """Take one of the few turns to ask a host, counted over all processes; yields whether there was one."""
    seconds = app_settings.seconds("LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT") + 5
    for number in range(app_settings.integer("LTI_AGS_TOOL_KEYS_MAX_CONCURRENT_FETCHES")):
        name = _name(f"slot{number}", host)
        if is_first(name, seconds=seconds, otherwise=True):
            try:
                yield True
            finally:
                leave(name)
            return
    yield False
