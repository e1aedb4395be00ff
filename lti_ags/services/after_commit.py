"""
What follows a commit and must never undo or fail what was committed.

Django has robust callbacks for that, but logs their errors with all of their words, which may quote what was written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from lti_ags.exceptions import trail_of

logger = logging.getLogger(__name__)


def after_commit(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Call ``function`` once the transaction at hand has committed, at once outside of one; its errors are logged."""

    def call_after_commit() -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - what is committed must not fail with it
            logger.error("What should follow a commit failed: %s", trail_of(error))

    transaction.on_commit(call_after_commit)
