"""The platform's tracking log, which analytics of a site are made from."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from lti_ags.edx_platform.errors import platform_call

#: Members of an event that the platform also wants in its context.
_CONTEXT_KEYS = ("course_id", "org_id", "user_id")


def emit_tracking_event(name: str, data: Mapping[str, Any]) -> None:
    """
    Write an event to the tracking log; nothing happens where event-tracking is not installed.

    Arguments:
        data: what the log may hold: ids, no names. ``course_id``, ``org_id`` and ``user_id`` become its context too.
    """
    if not ("eventtracking" in sys.modules or _is_installed()):
        return
    from eventtracking import tracker

    context = {key: data[key] for key in _CONTEXT_KEYS if key in data}
    with platform_call("writing a tracking event"), tracker.get_tracker().context(name, context):
        tracker.emit(name, dict(data))


@cache
def _is_installed() -> bool:
    """Look for event-tracking once: Python looks for a missing module anew at each import, and this is asked a lot."""
    return find_spec("eventtracking") is not None
