"""
What goes wrong in the platform, in two words: try again, or stop.

Publishing a score runs code of many apps, for every one that listens to a grade. There is no list of what they may
raise, and one learner's grade must not be given up because of somebody else's bug that is mended tomorrow. So whatever
the platform's own code raises, and whatever any Python code may raise by mistake, counts as transient: the publisher
tries again, less and less often, and never gives up by itself. What is none of these, say an error of a library that we
have never heard of, passes through unchanged: the publisher's outermost loop is the one place that records anything at
all.

Our messages name the action and the class of the error. They leave out its text, which may hold a learner's name.

The cause is logged here, once, for many callers answer in their own words and drop it. A block that is not there is no
failure: authors delete blocks.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final

from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, SuspiciousOperation, ValidationError
from django.db import Error as DatabaseProblem

from lti_ags.exceptions import BlockNotFound, PermanentPlatformError, PlatformError, TransientPlatformError, trail_of

logger = logging.getLogger(__name__)

#: The database, the network, and mistakes in somebody's Python.
_TRANSIENT: Final = (
    DatabaseProblem,
    OSError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    ImproperlyConfigured,
    SuspiciousOperation,
    ValidationError,
)

#: Packages whose exceptions are known by where they are defined, so that none has to be imported: the stores and
#: brokers behind the platform, and the platform's own code.
_TRANSIENT_PACKAGES: Final = frozenset(
    {
        *("amqp", "bson", "celery", "elasticsearch", "kombu", "meilisearch", "pymongo", "redis"),
        *("cms", "common", "completion", "edx_when", "eventtracking", "lms", "opaque_keys", "openedx"),
        *("openedx_events", "openedx_filters", "submissions", "xblock", "xmodule"),
    }
)

#: The modulestore's word for "no such block or course in this branch".
_NOT_FOUND: Final = "ItemNotFoundError"


class PlatformCall:
    """
    Turns what leaves the ``with`` block into one of our errors, the original one being its cause.

    It is no ``except Exception``: an error that it does not know leaves as it came.
    """

    def __init__(self, action: str) -> None:
        self.action = action

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Log the cause, and raise our error in the place of one that is known."""
        translated = None if error is None else platform_error(error, action=self.action)
        if error is None or translated is None:
            return
        if not isinstance(translated, BlockNotFound):
            logger.warning("The platform failed: %s: %s", translated.message, trail_of(error))
        raise translated from error


def platform_call(action: str) -> PlatformCall:
    """
    Guard one call of the platform, its imports included.

    Arguments:
        action: what was being done, to begin the message with: "publishing a score".

    Raises:
        BlockNotFound: the published course has no such block.
        TransientPlatformError: the platform failed; it may work later.
        PermanentPlatformError: a module, a user or a row that has to be there is not.
    """
    return PlatformCall(action)


def platform_error(error: BaseException, *, action: str) -> PlatformError | None:
    """Return our error for one of the platform's; None for one that is ours already or not known."""
    if isinstance(error, PlatformError) or not isinstance(error, Exception):
        return None
    kinds = type(error).__mro__
    if any(kind.__name__ == _NOT_FOUND for kind in kinds):
        return BlockNotFound(f"{action}: the published course has no such block")
    if isinstance(error, ImportError):
        return PermanentPlatformError(f"{action}: this process has no module {error.name or 'of that name'}")
    if isinstance(error, ObjectDoesNotExist):
        return PermanentPlatformError(f"{action}: {type(error).__qualname__}")
    if isinstance(error, _TRANSIENT) or any(_package_of(kind) in _TRANSIENT_PACKAGES for kind in kinds):
        return TransientPlatformError(f"{action}: {type(error).__name__}")
    return None


def _package_of(kind: type) -> str:
    """Return the top-level package that defines a class."""
    return kind.__module__.partition(".")[0]
