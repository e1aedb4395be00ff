"""
The errors of the project, one leaf for each thing a caller can do about it.

``rest_api.errors`` turns them into HTTP answers; the token endpoint, the key set and the launch, whose answers have
another form, word their own. Messages name the field, what was expected and what came; never a token, a key or a
learner's name.
"""

from __future__ import annotations

import traceback
from typing import Final

from lti_ags.constants import ErrorCode, TokenError

_MOST_BEHIND: Final = 10


class LtiAgsError(Exception):
    """
    Root of everything that a caller of this app may want to catch.

    Arguments:
        message: a plain sentence for the other side.
        code: stable, for machines; every leaf has a default.
        pointer: JSON pointer to the member at fault (RFC 6901), where there is one.
        field: name of the query or form parameter at fault, where there is one.
        details: further JSON members of the error body.
    """

    default_code: ErrorCode = ErrorCode.INVALID_MEMBER

    def __init__(
        self,
        message: str,
        *,
        code: ErrorCode | None = None,
        pointer: str | None = None,
        field: str | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code if code is not None else self.default_code
        self.pointer = pointer
        self.field = field
        self.details = details or {}


class InvalidToken(LtiAgsError):
    """No usable access token: malformed, expired, foreign, or of a tool that is disabled. 401."""

    default_code = ErrorCode.INVALID_TOKEN


class InsufficientScope(LtiAgsError):
    """The token is good but does not hold the scope. 403."""

    default_code = ErrorCode.INSUFFICIENT_SCOPE


class Forbidden(LtiAgsError):
    """The grading mode, or the kind of line item, does not allow it. 403 with the reason."""

    default_code = ErrorCode.MODE_FORBIDS


class NotFound(LtiAgsError):
    """Unknown, deleted, or somebody else's: the three cannot be told apart from outside. 404."""

    default_code = ErrorCode.NOT_FOUND


class MalformedRequest(LtiAgsError, ValueError):
    """The request is not what the specification says. 400."""


class UnsupportedMediaType(MalformedRequest):
    """The body is typed as something that the endpoint does not read. 415."""

    default_code = ErrorCode.UNSUPPORTED_MEDIA_TYPE


class RequestTooLarge(MalformedRequest):
    """The body is larger than the setting allows. 413."""

    default_code = ErrorCode.REQUEST_TOO_LARGE


class ScoreRejected(MalformedRequest):
    """A well-formed score that cannot be taken as it is. 400."""


class StaleScore(ScoreRejected):
    """Older than the score on record, or as old but different. 409; ``details`` has the timestamp it lost to."""

    default_code = ErrorCode.STALE_SCORE


class UnknownUser(LtiAgsError):
    """The score's user is not, and never was, in the course. 403 with the reason."""

    default_code = ErrorCode.UNKNOWN_USER


class LimitExceeded(LtiAgsError):
    """A limit of the site is reached. 403 with the reason."""

    default_code = ErrorCode.TOO_MANY_LINE_ITEMS


class TokenRequestError(LtiAgsError):
    """
    The token endpoint refuses.

    ``error`` is one of the codes of RFC 6749 section 5.2; the message becomes ``error_description``.
    """

    def __init__(self, error: TokenError, message: str) -> None:
        super().__init__(message)
        self.error = error


class TooManyRequests(LtiAgsError):
    """A tool asks for tokens faster than the site allows. 429; ``seconds`` until the next request may come."""

    default_code = ErrorCode.TOO_MANY_REQUESTS

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class LaunchError(LtiAgsError):
    """A launch that cannot go on. The person in the browser reads ``message``."""


class PlatformError(LtiAgsError):
    """Open edX could not do what was asked."""

    default_code = ErrorCode.TEMPORARILY_UNAVAILABLE


class TransientPlatformError(PlatformError):
    """It may work later: try again."""


class PermanentPlatformError(PlatformError):
    """It will not work until somebody changes something: stop and say why."""


class BlockNotFound(PermanentPlatformError):
    """The published branch of the course has no such block."""


def trail_of(error: BaseException) -> str:
    """
    Tell an error without its words, which may quote a row that was being written, or name a learner.

    Returns:
        the kind of the error and of those behind it, at most ten, each with the module and line where it left our code
        and where it was raised: ``"TransientPlatformError (…) from OperationalError (lti_ags.…:80, django.…:105)"``.
    """
    told: list[str] = []
    behind: BaseException | None = error
    while behind is not None and len(told) < _MOST_BEHIND:
        places = ", ".join(_places(behind))
        told.append(f"{type(behind).__name__} ({places})" if places else type(behind).__name__)
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)
    return " from ".join(told)


def _places(error: BaseException) -> list[str]:
    """Return the innermost place of ours on the way of an error, and the innermost of all."""
    frames = traceback.walk_tb(error.__traceback__)
    places = [f"{frame.f_globals.get('__name__')}:{line}" for frame, line in frames]
    ours = [place for place in places if place.startswith("lti_ags.")]
    return list(dict.fromkeys(ours[-1:] + places[-1:]))
