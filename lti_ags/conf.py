"""
The settings of the app as the code reads them; names, meanings and defaults are in ``lti_ags.settings.common``.

Every setting is read when it is used, so that ``override_settings`` and a site's late changes work. Operators set them
like any other Django setting; edx-platform's YAML may set them too.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lti_ags.constants import PublishMode, ToolAdder
from lti_ags.settings.common import DEFAULTS

__all__ = ["DEFAULTS", "SECRETS_EXPECTED", "SECRET_SETTINGS", "AgsConfigurationError", "app_settings", "are_secrets"]

_Word = TypeVar("_Word", bound=StrEnum)

_RATE: Final = re.compile(r"(?P<number>[0-9]+)/(?P<period>s|sec|second|m|min|minute|h|hour|d|day)")
_PERIOD_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

#: Own derivation label, so that a key derived for one purpose is of no use for another.
_KEY_LABELS: Final[Mapping[str, str]] = {
    "LTI_AGS_TOKEN_KEYS": "lti_ags access tokens and hints",
    "LTI_AGS_ENCRYPTION_KEYS": "lti_ags private keys at rest",
}
#: Settings whose values are never shown.
SECRET_SETTINGS: Final = frozenset(_KEY_LABELS)
#: As many random letters and digits nobody guesses. Not more, as Tutor's SECRET_KEY has as many, and stands at the end
#: of the lists while it is being replaced.
_LEAST_SECRET_LENGTH: Final = 24
#: Completes the sentence "expected …".
SECRETS_EXPECTED: Final = f"a list of texts with {_LEAST_SECRET_LENGTH} characters or more"


class AgsConfigurationError(ImproperlyConfigured):
    """A setting is wrong. Outside ``LtiAgsError`` on purpose: nobody should catch it by accident."""


def are_secrets(value: object) -> bool:
    """Tell whether a value is a list of texts, possibly empty, of which each is long enough to be a secret."""
    # A single text would be taken apart into its letters.
    return isinstance(value, list | tuple) and all(
        isinstance(secret, str) and len(secret.strip()) >= _LEAST_SECRET_LENGTH for secret in value
    )


class AppSettings:
    """Read a setting of the app, or its default."""

    def value(self, name: str) -> Any:
        """Return the site's value of ``name`` (with its ``LTI_AGS_`` prefix), else the default."""
        return getattr(settings, name, DEFAULTS[name])

    def integer(self, name: str) -> int:
        """Return a setting that counts something, as ``int``."""
        return int(self.value(name))

    def seconds(self, name: str) -> float:
        """Return a setting that is a length of time, in seconds."""
        return float(self.value(name))

    def rate(self, name: str) -> tuple[int, int] | None:
        """
        Return a setting such as ``"600/min"`` as a number of requests and a period in seconds; None for no limit.

        Raises:
            AgsConfigurationError: it is no rate.
        """
        text = self.value(name)
        if not text:
            return None
        match = _RATE.fullmatch(str(text))
        if match is None:
            raise AgsConfigurationError(f"{name} is {text!r}; expected a rate like '600/min'")
        return int(match["number"]), _PERIOD_SECONDS[match["period"][0]]

    @property
    def publish_mode(self) -> PublishMode:
        """Where publication runs. Raises ``AgsConfigurationError`` for an unknown word."""
        return self._choice("LTI_AGS_PUBLISH", PublishMode)

    @property
    def tool_adder(self) -> ToolAdder:
        """Who may add a tool to a course in Studio. Raises ``AgsConfigurationError`` for an unknown word."""
        return self._choice("LTI_AGS_TOOLS_ADDED_BY", ToolAdder)

    def _choice(self, name: str, words: type[_Word]) -> _Word:
        word = self.value(name)
        try:
            return words(word)
        except ValueError as error:
            expected = ", ".join(repr(known.value) for known in words)
            raise AgsConfigurationError(f"{name} is {word!r}; expected one of {expected}") from error

    @property
    def lms_root_url(self) -> str:
        """The LMS as browsers and tools reach it, without a trailing slash."""
        return str(getattr(settings, "LMS_ROOT_URL", None) or "http://localhost:8000").rstrip("/")

    @property
    def issuer(self) -> str:
        """The platform's ``iss``: ``LTI_AGS_ISSUER``, else the LMS's root URL."""
        return str(self.value("LTI_AGS_ISSUER") or self.lms_root_url)

    def secret_keys(self, name: str) -> list[bytes]:
        """
        Return the keys of ``LTI_AGS_TOKEN_KEYS`` or ``LTI_AGS_ENCRYPTION_KEYS``, newest first, 32 bytes each.

        The first one signs or encrypts, all of them verify or decrypt. Each configured string is brought to 32 bytes by
        SHA-256 with the setting's label. Where the setting is empty, one key is derived from Django's
        ``SECRET_KEY``, which LMS and Studio share.

        Raises:
            AgsConfigurationError: it is no list, or one of its texts is too short to be a secret. System checks would
                say so, but what serves requests need not run any.
        """
        if not are_secrets(self.value(name)):
            kind = type(self.value(name)).__name__
            raise AgsConfigurationError(f"{name} is a value of type {kind}; expected {SECRETS_EXPECTED}")
        configured = list(self.value(name)) or [str(settings.SECRET_KEY)]
        label = _KEY_LABELS[name].encode()
        return [hashlib.sha256(label + b"\0" + key.encode()).digest() for key in configured]

    def fernet_keys(self) -> list[bytes]:
        """Return ``LTI_AGS_ENCRYPTION_KEYS`` in the base64 form that Fernet takes, newest first."""
        return [base64.urlsafe_b64encode(key) for key in self.secret_keys("LTI_AGS_ENCRYPTION_KEYS")]


app_settings = AppSettings()
