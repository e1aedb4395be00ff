"""Which service this thread acts for: the one of the settings, or Studio for a while, in tests and in the demo."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_local = threading.local()


def acts_as_studio() -> bool:
    """Whether blocks are loaded as Studio loads them: draft branch, and the fields that only authors see."""
    return getattr(_local, "studio", False) or settings.ROOT_URLCONF == "cms.urls"


@contextmanager
def as_studio() -> Iterator[None]:
    """Let this thread act as a Studio process would, whatever the settings."""
    before = getattr(_local, "studio", False)
    _local.studio = True
    try:
        yield
    finally:
        _local.studio = before
