"""
From errors to the answers of the AGS services.

The token endpoint and the key set, which answer as OAuth 2.0 and caches want it, and the launch, which answers people,
word their own.

Every body has a stable ``code`` and a ``message``; ``pointer`` (RFC 6901) or ``field`` names what is at fault where one
thing is. An error that is not known here is a mistake of ours and stays a 500.

Spec: conformance items B-02, B-03, G-05, G-06 and the error matrix; RFC 6750 section 3; RFC 9110.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from rest_framework import exceptions as drf
from rest_framework.response import Response

from lti_ags.conf import AgsConfigurationError
from lti_ags.constants import ErrorCode, MediaType
from lti_ags.exceptions import (
    Forbidden,
    InsufficientScope,
    InvalidToken,
    LimitExceeded,
    LtiAgsError,
    MalformedRequest,
    NotFound,
    PlatformError,
    RequestTooLarge,
    StaleScore,
    UnknownUser,
    UnsupportedMediaType,
    trail_of,
)
from lti_ags.rest_api.authentication import CHALLENGE

logger = logging.getLogger(__name__)

#: Seconds after which it is worth trying again when the database or the LMS did not answer, or we are not set up.
RETRY_AFTER: Final = 10
#: To wait is all that a tool can do; which setting it is, is for the operator's log only.
WRONG_SETTINGS: Final = "The platform is not set up as it should be; its operator has to mend that. Try again later."

#: The nearest ancestor that is listed decides.
_STATUS: Final[Mapping[type, int]] = {
    InvalidToken: 401,
    InsufficientScope: 403,
    Forbidden: 403,
    UnknownUser: 403,
    LimitExceeded: 403,
    NotFound: 404,
    RequestTooLarge: 413,
    UnsupportedMediaType: 415,
    StaleScore: 409,
    MalformedRequest: 400,
    PlatformError: 503,
}

_DRF_CODES: Final[Mapping[int, ErrorCode]] = {
    405: ErrorCode.METHOD_NOT_ALLOWED,
    429: ErrorCode.TOO_MANY_REQUESTS,
}


def exception_handler(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Return the answer to an error of our views, or None for one that nobody expected."""
    if isinstance(error, LtiAgsError):
        return _own_answer(error)
    if isinstance(error, drf.APIException):
        return _drf_answer(error)
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("The database did not answer: %s", trail_of(error))
        return unavailable("The platform's database does not answer at the moment; try again.")
    if isinstance(error, AgsConfigurationError):
        logger.error("The site's settings are wrong: %s", error)
        return unavailable(WRONG_SETTINGS)
    if isinstance(error, SuspiciousOperation):
        return _answer(400, ErrorCode.INVALID_PARAMETER, "The request cannot be read.")
    return None


def status_of(error: LtiAgsError) -> int:
    """Return the HTTP status that an error is answered with."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 400)


def unavailable(message: str) -> Response:
    """Return a 503 that says when to try again."""
    answer = _answer(503, ErrorCode.TEMPORARILY_UNAVAILABLE, message)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer


def _own_answer(error: LtiAgsError) -> Response:
    status = status_of(error)
    if status == 503:
        logger.warning("The platform did not answer: %s", error.message)
        answer = unavailable("The learning platform does not answer at the moment; try again.")
        answer.data.update(error.details)
        return answer
    answer = _answer(status, error.code, error.message, error)
    if status == 401:
        answer["WWW-Authenticate"] = _challenge(error.code)
    elif isinstance(error, InsufficientScope):
        answer["WWW-Authenticate"] = f'{CHALLENGE}, error="insufficient_scope"'
    return answer


def _challenge(code: ErrorCode) -> str:
    """Return the challenge of a 401; a request without credentials made no error (RFC 6750 section 3.1)."""
    return CHALLENGE if code is ErrorCode.MISSING_TOKEN else f'{CHALLENGE}, error="invalid_token"'


def _drf_answer(error: drf.APIException) -> Response:
    """Answer what Django REST framework refused on its own: the method and the rate."""
    code = _DRF_CODES.get(error.status_code, ErrorCode.INVALID_PARAMETER)
    answer = _answer(error.status_code, code, str(error.detail))
    wait = getattr(error, "wait", None)
    if wait is not None:
        answer["Retry-After"] = str(math.ceil(wait))
    return answer


def _answer(status: int, code: ErrorCode, message: str, error: LtiAgsError | None = None) -> Response:
    body: dict[str, object] = {"code": code.value, "message": message}
    if error is not None:
        if error.pointer is not None:
            body["pointer"] = error.pointer
        if error.field is not None:
            body["field"] = error.field
        body.update(error.details)
    return Response(body, status=status, content_type=MediaType.JSON.value)
