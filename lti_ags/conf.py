"""
The settings of the app: names, defaults, and the little logic around them.

Every setting is read when it is used, so that ``override_settings`` and a site's late changes work. Operators set them
like any other Django setting; edx-platform's YAML may set them too.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lti_ags.constants import PublishMode

DEFAULTS: Final[Mapping[str, Any]] = {
    # Publication
    "LTI_AGS_PUBLISH": PublishMode.CELERY.value,
    "LTI_AGS_CELERY_QUEUE": None,
    "LTI_AGS_LMS_QUEUE": "edx.lms.core.default",
    "LTI_AGS_LEASE_SECONDS": 120,
    "LTI_AGS_RETRY_BASE_SECONDS": 10,
    "LTI_AGS_RETRY_MAX_SECONDS": 3600,
    "LTI_AGS_SWEEP_INTERVAL_SECONDS": 60,
    "LTI_AGS_SWEEP_BATCH": 50,
    # Trust
    "LTI_AGS_ISSUER": None,
    "LTI_AGS_TOKEN_KEYS": (),
    "LTI_AGS_ENCRYPTION_KEYS": (),
    "LTI_AGS_TOKEN_LIFETIME_SECONDS": 3600,
    "LTI_AGS_ASSERTION_AUDIENCES": (),
    "LTI_AGS_CLOCK_SKEW_SECONDS": 60,
    "LTI_AGS_ASSERTION_MAX_AGE_SECONDS": 600,
    "LTI_AGS_ASSERTION_MAX_LIFETIME_SECONDS": 3600,
    "LTI_AGS_HINT_LIFETIME_SECONDS": 300,
    "LTI_AGS_ID_TOKEN_LIFETIME_SECONDS": 300,
    # Origins, besides the LMS and its learning front end, in whose pages a launch may be shown.
    "LTI_AGS_FRAME_ANCESTORS": (),
    "LTI_AGS_KEY_OVERLAP_SECONDS": 7 * 24 * 3600,
    "LTI_AGS_JWKS_MAX_AGE_SECONDS": 3600,
    # Key sets of tools
    "LTI_AGS_TOOL_KEYS_CONNECT_TIMEOUT": 3.0,
    "LTI_AGS_TOOL_KEYS_READ_TIMEOUT": 5.0,
    "LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT": 8.0,
    "LTI_AGS_TOOL_KEYS_MAX_BYTES": 256 * 1024,
    "LTI_AGS_TOOL_KEYS_MIN_CACHE_SECONDS": 60,
    "LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS": 3600,
    "LTI_AGS_TOOL_KEYS_MAX_CACHE_SECONDS": 24 * 3600,
    "LTI_AGS_TOOL_KEYS_STALE_SECONDS": 24 * 3600,
    "LTI_AGS_TOOL_KEYS_RETRY_SECONDS": 30,
    "LTI_AGS_TOOL_KEYS_MAX_CONCURRENT_FETCHES": 2,
    "LTI_AGS_ALLOW_PRIVATE_ADDRESSES": False,
    # Requests
    "LTI_AGS_FUTURE_TOLERANCE_SECONDS": 300,
    "LTI_AGS_MAX_BODY_BYTES": 256 * 1024,
    "LTI_AGS_MAX_JSON_DEPTH": 20,
    "LTI_AGS_MAX_COMMENT_LENGTH": 10_000,
    "LTI_AGS_MAX_EXTENSIONS_LENGTH": 20_000,
    "LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT": 200_000,
    "LTI_AGS_LINE_ITEMS_PAGE_SIZE": 100,
    "LTI_AGS_RESULTS_PAGE_SIZE": 1000,
    "LTI_AGS_MAX_PAGE_SIZE": 1000,
    "LTI_AGS_TOKEN_RATE": "6000/min",
    "LTI_AGS_TOOL_RATE": "12000/min",
    # Retention
    "LTI_AGS_DELIVERY_RETENTION_DAYS": 180,
    "LTI_AGS_EVENT_RETENTION_DAYS": 730,
}

#: Own derivation label, so that a key derived for one purpose is of no use for another.
_KEY_LABELS: Final[Mapping[str, str]] = {
    "LTI_AGS_TOKEN_KEYS": "lti_ags access tokens and hints",
    "LTI_AGS_ENCRYPTION_KEYS": "lti_ags private keys at rest",
}


class AgsConfigurationError(ImproperlyConfigured):
    """A setting is wrong. Outside ``LtiAgsError`` on purpose: nobody should catch it by accident."""


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

    @property
    def publish_mode(self) -> PublishMode:
        """Where publication runs. Raises ``AgsConfigurationError`` for an unknown word."""
        word = self.value("LTI_AGS_PUBLISH")
        try:
            return PublishMode(word)
        except ValueError as error:
            expected = ", ".join(repr(mode.value) for mode in PublishMode)
            raise AgsConfigurationError(f"LTI_AGS_PUBLISH is {word!r}; expected one of {expected}") from error

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

        The first one signs or encrypts, all of them verify or decrypt. Each configured string of any length is brought
        to 32 bytes by SHA-256 with the setting's label. Where the setting is empty, one key is derived from Django's
        ``SECRET_KEY``, which LMS and Studio share.
        """
        configured = [str(key) for key in self.value(name)] or [str(settings.SECRET_KEY)]
        label = _KEY_LABELS[name].encode()
        return [hashlib.sha256(label + b"\0" + key.encode()).digest() for key in configured]

    def fernet_keys(self) -> list[bytes]:
        """Return ``LTI_AGS_ENCRYPTION_KEYS`` in the base64 form that Fernet takes, newest first."""
        return [base64.urlsafe_b64encode(key) for key in self.secret_keys("LTI_AGS_ENCRYPTION_KEYS")]


app_settings = AppSettings()
