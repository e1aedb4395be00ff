"""Bearer authentication on the AGS services (RFC 6750)."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from lti_ags.constants import ErrorCode
from lti_ags.data import Caller
from lti_ags.exceptions import InvalidToken
from lti_ags.models import LtiTool
from lti_ags.models.prepared import PreparedQuery
from lti_ags.security.access_tokens import read_access_token

REALM: Final = "lti_ags"
CHALLENGE: Final = f'Bearer realm="{REALM}"'

_TOOL: Final = PreparedQuery(
    LtiTool, lambda client_id: LtiTool.objects.only("client_id", "is_enabled").filter(client_id=client_id)
)


def authorization_scheme(request: HttpRequest | Request) -> str:
    """Return the scheme of the Authorization header in lower case (RFC 9110 section 11.1); empty without a header."""
    words = request.META.get("HTTP_AUTHORIZATION", "").split(maxsplit=1)
    return words[0].lower() if words else ""


class BearerAuthentication(BaseAuthentication):
    """
    Authenticate a tool by its access token: one HMAC, one SELECT.

    ``request.auth`` becomes the ``Caller``; ``request.user`` is anonymous, as a tool is no user of the platform. Only
    the Authorization header is read, never the query string or the body (B-06). A request without a token is refused
    here, so that no view can forget to.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller]:
        """
        Return who calls.

        Raises:
            InvalidToken: with ``missing_token`` when no bearer token came, else with ``invalid_token``.
        """
        if authorization_scheme(request) != "bearer":
            raise InvalidToken(
                "An access token is needed, in the header: Authorization: Bearer ...", code=ErrorCode.MISSING_TOKEN
            )
        words = request.META["HTTP_AUTHORIZATION"].split()
        if len(words) != 2:
            raise InvalidToken("The Authorization header must hold the word Bearer and one token.")
        claims = read_access_token(words[1], now=timezone.now())
        tool = _TOOL.first(claims.client_id)
        # The database may find a name that differs by case. A tool that is disabled is cut off at once (T-21).
        if tool is None or tool.client_id != claims.client_id or not tool.is_enabled:
            raise InvalidToken("This token is not valid any more.")
        return AnonymousUser(), Caller(tool_id=tool.pk, client_id=tool.client_id, scopes=claims.scopes)

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """Return the challenge of a 401 without credentials; after a bad token, ``error="invalid_token"`` is added."""
        return CHALLENGE
