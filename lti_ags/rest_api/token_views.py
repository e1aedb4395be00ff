"""
The token endpoint over HTTP.

It speaks OAuth 2.0 and not the language of the other endpoints: forms come in, and errors go out with the codes and
the shape of RFC 6749 section 5.2. That is why it is a plain view and words its own errors.
"""

from __future__ import annotations

import logging
import math
from typing import Any
from urllib.parse import parse_qs

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from lti_ags.conf import AgsConfigurationError
from lti_ags.constants import ErrorCode, TokenError
from lti_ags.exceptions import MalformedRequest, TokenRequestError, TooManyRequests, trail_of
from lti_ags.rest_api.authentication import REALM, authorization_scheme
from lti_ags.rest_api.errors import RETRY_AFTER, WRONG_SETTINGS
from lti_ags.rest_api.headers import KEPT_NOWHERE
from lti_ags.rest_api.parsing import read_body
from lti_ags.services.tokens import grant_token

log = logging.getLogger(__name__)

FORM_TYPE = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 50


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class TokenView(View):
    """
    ``POST …/token``: an access token for a client assertion (T-01 to T-20).

    Not in a request's transaction: a used assertion stays used when the request is refused for its scope.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Grant a token or say why not."""
        try:
            grant = grant_token(_form(request), now=timezone.now())
        except TokenRequestError as error:
            return _refusal(error, scheme=authorization_scheme(request))
        except TooManyRequests as error:
            return _later(error.code, error.message, seconds=error.seconds)
        except (OperationalError, InterfaceError) as error:
            log.warning("The database did not answer: %s", trail_of(error))
            return _later("temporarily_unavailable", "The platform is busy; try again.", seconds=RETRY_AFTER)
        except AgsConfigurationError as error:
            log.error("The site's settings are wrong: %s", error)
            return _later("temporarily_unavailable", WRONG_SETTINGS, seconds=RETRY_AFTER)
        return _uncached(
            {
                "access_token": grant.access_token,
                "token_type": "Bearer",
                "expires_in": grant.expires_in,
                "scope": " ".join(grant.scopes),
            },
            status=200,
        )

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say in JSON that only POST will do."""
        allowed = super().http_method_not_allowed(request, *args, **kwargs)["Allow"]
        body = {"error": TokenError.INVALID_REQUEST, "error_description": "Tokens are asked for with POST."}
        answer = _uncached(body, status=405)
        answer["Allow"] = allowed
        return answer


def _form(request: HttpRequest) -> dict[str, list[str]]:
    """
    Read the form from the body; what is in the query string does not count (RFC 6749 section 3.2).

    Raises:
        TokenRequestError: not a form, not UTF-8, or too large.
    """
    if request.content_type != FORM_TYPE:
        raise TokenRequestError(TokenError.INVALID_REQUEST, f"The Content-Type must be {FORM_TYPE}.")
    if authorization_scheme(request) == "basic":
        # Clients of other platforms may send a secret; it must not be taken for one of two ways to sign in (T-11).
        error = TokenError.INVALID_REQUEST if b"client_assertion=" in _body(request) else TokenError.INVALID_CLIENT
        raise TokenRequestError(error, "Clients prove who they are with client_assertion, never with a password.")
    try:
        text = _body(request).decode("utf-8")
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError as error:
        raise TokenRequestError(TokenError.INVALID_REQUEST, "The form in the body cannot be read.") from error


def _body(request: HttpRequest) -> bytes:
    try:
        return read_body(request)
    except MalformedRequest as error:
        raise TokenRequestError(TokenError.INVALID_REQUEST, error.message) from error


def _refusal(error: TokenRequestError, *, scheme: str) -> HttpResponse:
    """Answer with 400, or 401 and a challenge if the client tried the Authorization header (T-20)."""
    is_challenged = error.error is TokenError.INVALID_CLIENT and scheme != ""
    body = {"error": error.error, "error_description": error.message}
    answer = _uncached(body, status=401 if is_challenged else 400)
    if is_challenged:
        answer["WWW-Authenticate"] = f'{"Basic" if scheme == "basic" else "Bearer"} realm="{REALM}"'
    return answer


def _later(error: str, message: str, *, seconds: float) -> HttpResponse:
    """Answer that the same request may succeed after a while: two statuses that RFC 6749 leaves to HTTP."""
    status = 429 if error == ErrorCode.TOO_MANY_REQUESTS else 503
    answer = _uncached({"error": error, "error_description": message}, status=status)
    answer["Retry-After"] = str(math.ceil(seconds))
    return answer


def _uncached(body: dict[str, Any], *, status: int) -> JsonResponse:
    return JsonResponse(body, status=status, headers={**KEPT_NOWHERE, "Pragma": "no-cache"})
