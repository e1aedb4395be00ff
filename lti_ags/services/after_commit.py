"""
What follows a commit and must never undo or fail what was committed.

Django catches the error of a robust callback, but words its log message with the callback's ``__qualname__``, which a
``partial`` does not have: the error of the message would then reach the request. So the callback is a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction


def after_commit(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Call ``function`` once the transaction at hand has committed, at once outside of one; its errors are logged."""

    def call_after_commit() -> None:
        function(*args, **kwargs)

    transaction.on_commit(call_after_commit, robust=True)
