"""
What a registration of a tool must be like.

Everything is checked before anything is stored, and each refusal names the field.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lti_ags.conf import app_settings
from lti_ags.constants import MAX_ID_LENGTH, GradingMode
from lti_ags.exceptions import MalformedRequest
from lti_ags.security.public_keys import UnusableKey, keys_from_text

MAX_NAME_LENGTH: Final = 255
MAX_URL_LENGTH: Final = 2000
MAX_REDIRECT_URIS: Final = 50
MAX_KEY_LENGTH: Final = 64 * 1024
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Registration:
    """What an operator says about a tool. Exactly one of ``jwks_url`` and ``public_key`` is not empty."""

    name: str
    oidc_login_url: str
    launch_url: str
    redirect_uris: tuple[str, ...]
    jwks_url: str = ""
    public_key: str = ""
    grading_mode_ceiling: GradingMode = GradingMode.PROGRAMMATIC


def checked_registration(
    *,
    name: str,
    oidc_login_url: str,
    launch_url: str,
    redirect_uris: Sequence[str],
    jwks_url: str = "",
    public_key: str = "",
    grading_mode_ceiling: GradingMode | str = GradingMode.PROGRAMMATIC,
) -> Registration:
    """
    Check what an operator typed, and trim what may be trimmed.

    Arguments:
        redirect_uris: all that the tool may ask for; compared exactly.
        jwks_url, public_key: exactly one of them; the key as PEM, JSON Web Key or key set.
        grading_mode_ceiling: the most that an author may let the tool do.

    Raises:
        MalformedRequest: with ``field``; its message holds no key.
    """
    jwks_url, public_key = jwks_url.strip(), public_key.strip()
    if bool(jwks_url) == bool(public_key):
        expected = "Give either the URL of the tool's key set or its public key"
        came = "both came" if jwks_url else "neither came"
        raise MalformedRequest(f"{expected}; {came}.", field="jwks_url")
    return Registration(
        name=_checked_name(name),
        oidc_login_url=_checked_url(oidc_login_url, field="oidc_login_url"),
        launch_url=_checked_url(launch_url, field="launch_url"),
        redirect_uris=_checked_redirect_uris(redirect_uris),
        jwks_url=_checked_url(jwks_url, field="jwks_url") if jwks_url else "",
        public_key=_checked_public_key(public_key) if public_key else "",
        grading_mode_ceiling=_checked_ceiling(grading_mode_ceiling),
    )


def checked_identifier(value: str, *, field: str) -> str:
    """
    Check a ``client_id`` or ``deployment_id`` that an operator chose (CORE 3.1.3).

    Raises:
        MalformedRequest: not 1 to 255 visible ASCII characters.
    """
    if not 1 <= len(value) <= MAX_ID_LENGTH or not value.isascii() or not value.isprintable() or " " in value:
        raise MalformedRequest(
            f"{field} must be 1 to {MAX_ID_LENGTH} visible ASCII characters without spaces.", field=field
        )
    return value


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME_LENGTH or "\0" in name:
        raise MalformedRequest(f"The name must have 1 to {MAX_NAME_LENGTH} characters.", field="name")
    return name


def _checked_redirect_uris(uris: Sequence[str]) -> tuple[str, ...]:
    checked = tuple(dict.fromkeys(_checked_url(uri, field="redirect_uris") for uri in uris))
    if not 1 <= len(checked) <= MAX_REDIRECT_URIS:
        raise MalformedRequest(f"Give 1 to {MAX_REDIRECT_URIS} redirect URIs.", field="redirect_uris")
    return checked


def _checked_url(url: str, *, field: str) -> str:
    """Take an absolute https URL as it is, since redirect URIs are compared as text; only blanks around it go."""
    url = url.strip()
    if not url:
        raise MalformedRequest(f"{field} is missing.", field=field)
    if len(url) > MAX_URL_LENGTH:
        raise MalformedRequest(f"{field} must have at most {MAX_URL_LENGTH} characters.", field=field)
    if not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise MalformedRequest(f"{field} must hold only characters that a URL may have; encode others.", field=field)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise MalformedRequest(f"{field} is not a URL: its host or port cannot be read.", field=field) from error
    if not parts.hostname:
        raise MalformedRequest(f"{field} must be an absolute URL, such as https://tool.example/lti.", field=field)
    _require_scheme(parts, field=field)
    if "#" in url:
        raise MalformedRequest(f"{field} must have no fragment (#).", field=field)
    if "@" in parts.netloc:
        raise MalformedRequest(f"{field} must have no user name or password.", field=field)
    return url


def _require_scheme(parts: SplitResult, *, field: str) -> None:
    if parts.scheme == "https":
        return
    if parts.scheme == "http" and (
        _is_local(parts.hostname or "") or app_settings.value("LTI_AGS_ALLOW_PRIVATE_ADDRESSES")
    ):
        return
    raise MalformedRequest(f"{field} must start with https://; http:// is only for tools on this machine.", field=field)


def _is_local(host: str) -> bool:
    if host in LOCAL_HOSTS:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_public_key(text: str) -> str:
    if len(text) > MAX_KEY_LENGTH:
        raise MalformedRequest(f"public_key must have at most {MAX_KEY_LENGTH} characters.", field="public_key")
    try:
        keys_from_text(text)
    except UnusableKey as error:
        # Not chained: what a private key looks like must not end in a traceback.
        raise MalformedRequest(f"public_key cannot be used: {error}.", field="public_key") from None
    return text


def _checked_ceiling(value: GradingMode | str) -> GradingMode:
    try:
        return GradingMode(value)
    except ValueError as error:
        expected = " or ".join(mode.value for mode in GradingMode)
        raise MalformedRequest(f"grading_mode_ceiling must be {expected}.", field="grading_mode_ceiling") from error
