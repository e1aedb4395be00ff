"""Things that happen in the very moment in which a publisher is in the gradebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lms.djangoapps.grades.api import signals


@contextmanager
def while_publishing(act: Callable[[], Any], *, is_before: bool) -> Iterator[None]:
    """Let somebody ``act`` once, while a publisher is in the gradebook: before its value is written, or after."""
    is_open = True

    def interrupt(**_kwargs: Any) -> None:
        nonlocal is_open
        if is_open:
            is_open = False
            act()

    signals.SCORE_PUBLISHED.connect(interrupt, dispatch_uid="while publishing", weak=False)
    if is_before:
        receivers = signals.SCORE_PUBLISHED.receivers
        receivers.insert(0, receivers.pop())
    try:
        yield
    finally:
        signals.SCORE_PUBLISHED.disconnect(dispatch_uid="while publishing")
    assert not is_open, "nothing was published"
