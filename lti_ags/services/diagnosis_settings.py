"""A look at the settings of a live site, its addresses and its cache."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.checks import ERROR, run_checks
from django.urls import Resolver404, resolve

from lti_ags import edx_platform
from lti_ags.conf import app_settings
from lti_ags.data.findings import Finding, failed, passed, warned
from lti_ags.security.shared_cache import cached, keep, leave
from lti_ags.services.addresses import PREFIX

#: Caches that no other process sees.
_LONELY_CACHES: Final = ("locmem.LocMemCache", "dummy.DummyCache")


def look_at_settings() -> Iterator[Finding]:
    """Look at what ``manage.py check`` says about us, at our addresses, and at the cache."""
    yield from _system_checks()
    yield _root_url()
    yield from _endpoints()
    yield _cache()


def _system_checks() -> Iterator[Finding]:
    # Django runs its checks in any order; what is worst comes first, and the same site reads the same each time.
    messages = sorted(run_checks(tags=["lti_ags"]), key=lambda message: (-message.level, message.id or "", message.msg))
    if not messages:
        yield passed("settings", "The system checks find nothing wrong with the settings.")
    for message in messages:
        judge = failed if message.level >= ERROR else warned
        yield judge("settings", f"{message.msg} ({message.id})", str(message.hint or "Correct the setting."))


def _root_url() -> Finding:
    if not getattr(settings, "LMS_ROOT_URL", None):
        return failed(
            "root_url",
            "LMS_ROOT_URL is not set, so tools are given addresses on their own machine.",
            "Set LMS_ROOT_URL to the address at which browsers and tools reach the LMS.",
        )
    host = urlsplit(app_settings.lms_root_url).hostname or ""
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return warned(
            "root_url",
            f"The host {host!r} of LMS_ROOT_URL cannot be looked up from here.",
            "Correct LMS_ROOT_URL, or make sure that tools, which are elsewhere, can look the name up.",
        )
    return passed("root_url", f"Tools reach this site at {app_settings.lms_root_url}.")


def _endpoints() -> Iterator[Finding]:
    """Look whether the LMS serves us; Studio does not, and need not."""
    if not edx_platform.is_lms():
        return
    path = f"{PREFIX}/token"
    try:
        is_ours = resolve(path).namespace == "lti_ags"
    except Resolver404:
        is_ours = False
    if is_ours:
        yield passed("endpoints", f"The LMS serves the endpoints of tools under {PREFIX}.")
    else:
        yield failed(
            "endpoints",
            f"The LMS does not serve {path}.",
            "Install the package into the LMS, so that the platform's plugins find it, and restart the LMS.",
        )


def _cache() -> Finding:
    backend = str(settings.CACHES["default"]["BACKEND"])
    if backend.endswith(_LONELY_CACHES):
        return warned(
            "cache",
            f"The default cache is {backend.rpartition('.')[2]}, which no other process sees.",
            "Use a cache that all processes share, such as Redis; else each keeps limits and key sets of its own.",
        )
    name, value = f"lti_ags:doctor:{uuid.uuid4()}", uuid.uuid4().hex
    keep(name, value, seconds=60)
    is_kept = cached(name) == value
    leave(name)
    if is_kept:
        return passed("cache", f"The default cache ({type(caches['default']).__name__}) keeps what it is given.")
    return warned(
        "cache",
        f"The default cache ({type(caches['default']).__name__}) does not keep what it is given.",
        "Start the cache's server or correct CACHES; grades get through without it, at a higher cost.",
    )
