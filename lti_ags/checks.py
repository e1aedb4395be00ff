"""
System checks: what about a site's settings keeps tools from trusting it.

They run with ``manage.py check`` and before most commands, so they only read settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from lti_ags.conf import app_settings

#: Nobody else can listen in on what never leaves the machine.
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@register("lti_ags")
def check_root_url(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Warn when the addresses that tools are given are not https (G-01)."""
    root = urlsplit(app_settings.lms_root_url)
    if settings.DEBUG or root.scheme == "https" or root.hostname in _THIS_MACHINE:
        return []
    return [
        Warning(
            f"LMS_ROOT_URL is {app_settings.lms_root_url!r}: tools are given addresses without https.",
            hint="Tokens and grades would travel in clear text, and most tools refuse such a platform.",
            id="lti_ags.W001",
        )
    ]


@register("lti_ags")
def check_issuer(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Refuse an issuer that no tool may accept (L-12)."""
    issuer = urlsplit(app_settings.issuer)
    if issuer.scheme in {"http", "https"} and issuer.netloc and not issuer.query and not issuer.fragment:
        return []
    return [
        Error(
            f"LTI_AGS_ISSUER is {app_settings.issuer!r}; expected an https URL without a query and a fragment.",
            hint="Leave it unset to use LMS_ROOT_URL.",
            id="lti_ags.E001",
        )
    ]
