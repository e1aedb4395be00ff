"""
What a registration of a tool must be like.

Everything is checked before anything is stored, and each refusal names the field.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lti_ags.conf import app_settings
from lti_ags.constants import MAX_ID_LENGTH, GradingMode
from lti_ags.exceptions import MalformedRequest
from lti_ags.security.public_keys import UnusableKey, keys_from_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAX_NAME_LENGTH: Final = 255
MAX_URL_LENGTH: Final = 2000
MAX_REDIRECT_URIS: Final = 50
MAX_KEY_LENGTH: Final = 64 * 1024
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})

#: What people read for the fields that hold addresses; the same words stand beside the fields.
ADDRESS_LABELS: Final[Mapping[str, _StrPromise]] = {
    "oidc_login_url": gettext_lazy("OIDC login URL"),
    "launch_url": gettext_lazy("Launch URL"),
    "redirect_uris": gettext_lazy("Redirect URIs"),
    "jwks_url": gettext_lazy("Key set URL"),
}


@dataclass(frozen=True, slots=True)
class Registration:
    """
    What an operator or an author says about a tool: as they typed it, or as ``checked_registration`` returned it.

    ``redirect_uris``: all that the tool may ask for, compared exactly; none means the launch URL alone.
    ``jwks_url``, ``public_key``: exactly one of them; the key as PEM, JSON Web Key or key set.
    ``grading_mode_ceiling``: the most that an author may let the tool do, a value of ``GradingMode``.
    """

    name: str
    oidc_login_url: str
    launch_url: str
    redirect_uris: Sequence[str] = ()
    jwks_url: str = ""
    public_key: str = ""
    grading_mode_ceiling: str = GradingMode.PROGRAMMATIC.value


def checked_registration(typed: Registration) -> Registration:
    """
    Check what was typed, and trim what may be trimmed.

    Raises:
        MalformedRequest: the first fault, with ``field``; its message holds no key, and is in the active language.
    """
    return Registration(**{field: check() for field, check in _checks(typed).items()})


def find_faults(typed: Registration) -> list[MalformedRequest]:
    """Return every fault for which ``checked_registration`` would refuse, in the order of the fields."""
    faults = []
    for check in _checks(typed).values():
        try:
            check()
        except MalformedRequest as fault:
            faults.append(fault)
    return faults


def _checks(typed: Registration) -> Mapping[str, Callable[[], Any]]:
    """Return for each field of ``Registration`` what checks it."""
    key_set, key = typed.jwks_url.strip(), typed.public_key.strip()
    return {
        "name": lambda: _checked_name(typed.name),
        "oidc_login_url": lambda: _checked_url(typed.oidc_login_url, field="oidc_login_url"),
        "launch_url": lambda: _checked_url(typed.launch_url, field="launch_url"),
        "redirect_uris": lambda: _checked_redirect_uris(typed),
        "jwks_url": lambda: _checked_key_set_url(key_set, public_key=key),
        "public_key": lambda: _checked_public_key(key) if key else "",
        "grading_mode_ceiling": lambda: _checked_ceiling(typed.grading_mode_ceiling),
    }


def checked_identifier(value: str, *, field: str) -> str:
    """
    Check a ``client_id`` or ``deployment_id`` that an operator chose (CORE 3.1.3).

    Raises:
        MalformedRequest: not 1 to 255 visible ASCII characters.
    """
    if not 1 <= len(value) <= MAX_ID_LENGTH or not value.isascii() or not value.isprintable() or " " in value:
        message = _("{field} must be 1 to {limit} visible ASCII characters without spaces.")
        raise MalformedRequest(message.format(field=field, limit=MAX_ID_LENGTH), field=field)
    return value


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        message = _("The name must have 1 to {limit} characters.")
        raise MalformedRequest(message.format(limit=MAX_NAME_LENGTH), field="name")
    _require_storable(name, field="name")
    return name


def _require_storable(text: str, *, field: str) -> None:
    """Refuse NUL and halves of surrogate pairs, which no database can keep."""
    if any(letter == "\0" or unicodedata.category(letter) == "Cs" for letter in text):
        raise MalformedRequest(_("Only plain text can be stored here."), field=field)


def _checked_redirect_uris(typed: Registration) -> tuple[str, ...]:
    if not typed.redirect_uris:
        # Its faults are told of the launch URL, and not once more where it only stands in.
        return (typed.launch_url.strip(),)
    checked = tuple(dict.fromkeys(_checked_url(uri, field="redirect_uris") for uri in typed.redirect_uris))
    if len(checked) > MAX_REDIRECT_URIS:
        message = _("Give at most {limit} redirect URIs.")
        raise MalformedRequest(message.format(limit=MAX_REDIRECT_URIS), field="redirect_uris")
    return checked


def _checked_key_set_url(url: str, *, public_key: str) -> str:
    if url and public_key:
        message = _("Give either the URL of the tool's key set or its public key; both came.")
        raise MalformedRequest(message, field="jwks_url")
    if not url and not public_key:
        message = _("Give either the URL of the tool's key set or its public key; neither came.")
        raise MalformedRequest(message, field="jwks_url")
    return _checked_url(url, field="jwks_url") if url else ""


def _checked_url(url: str, *, field: str) -> str:
    """Take an absolute https URL as it is, since redirect URIs are compared as text; only blanks around it go."""
    url = url.strip()
    fault = _fault_of_url(url)
    if fault:
        message = fault.format(field=ADDRESS_LABELS[field], limit=MAX_URL_LENGTH)
        raise MalformedRequest(message, field=field)
    return url


def _fault_of_url(url: str) -> str:
    """Return what is wrong with an address, with ``{field}`` for its name; an empty string when nothing is."""
    if not url:
        return _("{field} is missing.")
    if len(url) > MAX_URL_LENGTH:
        return _("{field} must have at most {limit} characters.")
    if not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        return _("{field} must hold only characters that a URL may have; encode others.")
    return _fault_of_parts(url)


def _fault_of_parts(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_absolute = bool(parts.hostname) and (parts.port is None or parts.port >= 0)
    except ValueError:
        return _("{field} is not a URL: its host or port cannot be read.")
    if not is_absolute:
        return _("{field} must be an absolute URL, such as https://tool.example/lti.")
    if not _has_good_scheme(parts):
        return _("{field} must start with https://; http:// is only for tools on this machine.")
    if "#" in url:
        return _("{field} must have no fragment (#).")
    return _("{field} must have no user name or password.") if "@" in parts.netloc else ""


def _has_good_scheme(parts: SplitResult) -> bool:
    if parts.scheme == "http":
        return is_this_machine(parts.hostname or "") or bool(app_settings.value("LTI_AGS_ALLOW_PRIVATE_ADDRESSES"))
    return parts.scheme == "https"


def is_this_machine(host: str) -> bool:
    """Return whether what is sent to ``host`` never leaves the machine, so that nobody else can listen in."""
    if host in _LOCAL_HOSTS:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_public_key(text: str) -> str:
    if len(text) > MAX_KEY_LENGTH:
        message = _("The public key must have at most {limit} characters.")
        raise MalformedRequest(message.format(limit=MAX_KEY_LENGTH), field="public_key")
    _require_storable(text, field="public_key")
    try:
        keys_from_text(text)
    except UnusableKey as error:
        message = _("The public key cannot be used: {reason}.").format(reason=error.translated())
        # Not chained: what a private key looks like must not end in a traceback.
        raise MalformedRequest(message, field="public_key") from None
    return text


def _checked_ceiling(value: str) -> str:
    try:
        return GradingMode(value).value
    except ValueError as error:
        message = _("The grading mode ceiling must be one of: {choices}.")
        choices = ", ".join(mode.value for mode in GradingMode)
        raise MalformedRequest(message.format(choices=choices), field="grading_mode_ceiling") from error
