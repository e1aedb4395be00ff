"""
The authentication request with which a tool answers our login initiation.

Spec: 1EdTech Security Framework 1.0 section 5.1.1.2; OpenID Connect Core 3.1.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lti_ags.exceptions import LtiAgsError


class RefusalCode(StrEnum):
    """The values of ``error`` in an answer to the tool (L-09)."""

    INVALID_REQUEST = "invalid_request"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    LOGIN_REQUIRED = "login_required"
    ACCESS_DENIED = "access_denied"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"


class AuthenticationRefused(LtiAgsError):
    """The tool's request is answered with ``error`` at its own address; the message becomes ``error_description``."""

    def __init__(self, error: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class AuthenticationRequest:
    """A well-formed authentication request; whether its hints are good is another question."""

    nonce: str
    login_hint: str
    message_hint: str


#: Parameters with one possible value each, and what a tool is told that sends another.
_FIXED: Final[Mapping[str, tuple[str, RefusalCode]]] = {
    "response_type": ("id_token", RefusalCode.UNSUPPORTED_RESPONSE_TYPE),
    "response_mode": ("form_post", RefusalCode.INVALID_REQUEST),
    "prompt": ("none", RefusalCode.INVALID_REQUEST),
}


def read_authentication_request(parameters: Mapping[str, Sequence[str]]) -> AuthenticationRequest:
    """
    Check the request as L-05 says.

    Arguments:
        parameters: every parameter with all of its values, as the query or the form holds them.

    Raises:
        AuthenticationRefused: names the parameter at fault.
    """
    _require_no_repetition(parameters)
    for name, (expected, code) in _FIXED.items():
        if _required(parameters, name) != expected:
            raise AuthenticationRefused(code, f"{name} must be '{expected}'.")
    if "openid" not in _required(parameters, "scope").split():
        raise AuthenticationRefused(RefusalCode.INVALID_SCOPE, "scope must contain 'openid'.")
    return AuthenticationRequest(
        nonce=_required(parameters, "nonce"),
        login_hint=_required(parameters, "login_hint"),
        message_hint=_required(parameters, "lti_message_hint"),
    )


def single_value(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    """Return a parameter that was sent exactly once; None if it was left out or repeated."""
    values = parameters.get(name, ())
    return values[0] if len(values) == 1 else None


def _required(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    value = single_value(parameters, name)
    if value is None or not value.strip():
        raise AuthenticationRefused(RefusalCode.INVALID_REQUEST, f"{name} is missing.")
    return value


def _require_no_repetition(parameters: Mapping[str, Sequence[str]]) -> None:
    """Refuse a parameter that was sent twice (RFC 6749 section 3.1)."""
    repeated = sorted(name for name, values in parameters.items() if len(values) > 1 and name.isascii())
    if repeated:
        raise AuthenticationRefused(RefusalCode.INVALID_REQUEST, f"{repeated[0][:64]} must not be sent twice.")
