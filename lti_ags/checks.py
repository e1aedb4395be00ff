"""
System checks: settings that cannot work, and settings that keep tools from trusting the site.

They run with ``manage.py check`` and before most commands, so they only read settings. Every setting has a rule here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from lti_ags.conf import (
    DEFAULTS,
    SECRET_SETTINGS,
    SECRETS_EXPECTED,
    AgsConfigurationError,
    app_settings,
    are_secrets,
)
from lti_ags.constants import PublishMode, ToolAdder
from lti_ags.services.registrations import is_this_machine

_ISSUER_HINT: Final = "It is the issuer for tools, too, unless LTI_AGS_ISSUER says otherwise."


@register("lti_ags")
def check_root_url(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Warn when the addresses that tools are given are not https (G-01)."""
    root = urlsplit(app_settings.lms_root_url)
    if settings.DEBUG or root.scheme == "https" or is_this_machine(root.hostname or ""):
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
    is_own = bool(app_settings.value("LTI_AGS_ISSUER"))
    name, hint = ("LTI_AGS_ISSUER", "Leave it unset to use LMS_ROOT_URL.") if is_own else ("LMS_ROOT_URL", _ISSUER_HINT)
    return [
        Error(
            f"{name} is {app_settings.issuer!r}; expected an https URL without a query and a fragment.",
            hint=hint,
            id="lti_ags.E001",
        )
    ]


class _Rule(NamedTuple):
    """``expected`` completes the sentence "expected …"; ``holds`` takes the name of a setting and its value."""

    expected: str
    holds: Callable[[str, Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_list_of_texts(value: Any) -> bool:
    # A single text would be taken apart into its letters.
    return isinstance(value, list | tuple) and all(isinstance(text, str) and text.strip() for text in value)


def _is_rate(name: str) -> bool:
    try:
        app_settings.rate(name)
    except AgsConfigurationError:
        return False
    return True


_POSITIVE: Final = _Rule("a number above 0", lambda _name, value: _is_number(value) and value > 0)
_NOT_NEGATIVE: Final = _Rule("a number of 0 or more", lambda _name, value: _is_number(value) and value >= 0)
_COUNT: Final = _Rule("a whole number of 1 or more", lambda _name, value: _is_count(value))
_TEXTS: Final = _Rule("a list of non-empty texts", lambda _name, value: _is_list_of_texts(value))
_SECRETS: Final = _Rule(SECRETS_EXPECTED, lambda _name, value: are_secrets(value))
_RATE: Final = _Rule("a rate such as '600/min', or an empty text", lambda name, _value: _is_rate(name))
_SWITCH: Final = _Rule("True or False", lambda _name, value: isinstance(value, bool))
_NAME: Final = _Rule("a non-empty text", lambda _name, value: isinstance(value, str) and bool(value))
_NAME_OR_NONE: Final = _Rule("a non-empty text or None", lambda name, value: value is None or _NAME.holds(name, value))
_MODE: Final = _Rule(
    f"one of {', '.join(repr(mode.value) for mode in PublishMode)}",
    lambda _name, value: value in [mode.value for mode in PublishMode],
)
_ADDER: Final = _Rule(
    f"one of {', '.join(repr(adder.value) for adder in ToolAdder)}",
    lambda _name, value: value in [adder.value for adder in ToolAdder],
)

#: The rule of every setting; what ends in _SECONDS or _TIMEOUT is a length of time, and the others are named.
_RULES: Final[Mapping[str, _Rule]] = {
    **{name: _POSITIVE for name in DEFAULTS if name.endswith(("_SECONDS", "_TIMEOUT"))},
    **{name: _COUNT for name in DEFAULTS if "_MAX_" in name and not name.endswith("_SECONDS")},
    **{name: _COUNT for name in DEFAULTS if name.endswith(("_PAGE_SIZE", "_DAYS", "_BATCH"))},
    **{name: _RATE for name in DEFAULTS if name.endswith("_RATE")},
    "LTI_AGS_PUBLISH": _MODE,
    "LTI_AGS_TOOLS_ADDED_BY": _ADDER,
    "LTI_AGS_CELERY_QUEUE": _NAME_OR_NONE,
    "LTI_AGS_LMS_QUEUE": _NAME,
    "LTI_AGS_ISSUER": _NAME_OR_NONE,
    "LTI_AGS_TOKEN_KEYS": _SECRETS,
    "LTI_AGS_ENCRYPTION_KEYS": _SECRETS,
    "LTI_AGS_ASSERTION_AUDIENCES": _TEXTS,
    "LTI_AGS_FRAME_ANCESTORS": _TEXTS,
    "LTI_AGS_ALLOW_PRIVATE_ADDRESSES": _SWITCH,
    # Clocks that must agree, key servers that may be asked at once, and old keys that are never used, are choices.
    "LTI_AGS_CLOCK_SKEW_SECONDS": _NOT_NEGATIVE,
    "LTI_AGS_FUTURE_TOLERANCE_SECONDS": _NOT_NEGATIVE,
    "LTI_AGS_KEY_OVERLAP_SECONDS": _NOT_NEGATIVE,
    "LTI_AGS_JWKS_MAX_AGE_SECONDS": _NOT_NEGATIVE,
    "LTI_AGS_SWEEP_INTERVAL_SECONDS": _NOT_NEGATIVE,
    "LTI_AGS_TOOL_KEYS_STALE_SECONDS": _NOT_NEGATIVE,
    "LTI_AGS_TOOL_KEYS_RETRY_SECONDS": _NOT_NEGATIVE,
}

#: Pairs of which the first must not be larger than the second, or else it has no effect.
_ORDERED: Final = (
    ("LTI_AGS_RETRY_BASE_SECONDS", "LTI_AGS_RETRY_MAX_SECONDS"),
    ("LTI_AGS_TOOL_KEYS_CONNECT_TIMEOUT", "LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT"),
    ("LTI_AGS_TOOL_KEYS_READ_TIMEOUT", "LTI_AGS_TOOL_KEYS_TOTAL_TIMEOUT"),
    ("LTI_AGS_TOOL_KEYS_MIN_CACHE_SECONDS", "LTI_AGS_TOOL_KEYS_MAX_CACHE_SECONDS"),
    ("LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS", "LTI_AGS_TOOL_KEYS_MAX_CACHE_SECONDS"),
    ("LTI_AGS_LINE_ITEMS_PAGE_SIZE", "LTI_AGS_MAX_PAGE_SIZE"),
    ("LTI_AGS_RESULTS_PAGE_SIZE", "LTI_AGS_MAX_PAGE_SIZE"),
)


@register("lti_ags")
def check_values(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Refuse a value that the code cannot use. Secrets are not repeated."""
    return [
        Error(
            f"{name} is {_shown(name)}; expected {_RULES[name].expected}.",
            hint=f"The default is {DEFAULTS[name]!r}.",
            id="lti_ags.E002",
        )
        for name in DEFAULTS
        if not _RULES[name].holds(name, app_settings.value(name))
    ]


#: The other way round: the second, where it is the smaller one, has no effect.
_RAISED: Final = (("LTI_AGS_TOOL_KEYS_MIN_CACHE_SECONDS", "LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS"),)


@register("lti_ags")
def check_order(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Warn when one setting makes another one pointless."""
    return [
        Warning(
            f"{first} is {app_settings.value(first)!r}, which is more than {second}, {app_settings.value(second)!r}.",
            hint=f"{limit} is the limit, so {pointless} has no effect.",
            id="lti_ags.W003",
        )
        for first, second, limit, pointless in (
            *((first, second, second, first) for first, second in _ORDERED),
            *((first, second, first, second) for first, second in _RAISED),
        )
        if _is_larger(app_settings.value(first), app_settings.value(second))
    ]


@register("lti_ags")
def check_private_addresses(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Warn when a live site may be made to ask machines of its own network."""
    if settings.DEBUG or app_settings.value("LTI_AGS_ALLOW_PRIVATE_ADDRESSES") is not True:
        return []
    return [
        Warning(
            "LTI_AGS_ALLOW_PRIVATE_ADDRESSES is True: tools may have this server ask private addresses for their keys.",
            hint="It is meant for trying things out. Leave it unset on a site with tools of others.",
            id="lti_ags.W002",
        )
    ]


def _is_larger(first: Any, second: Any) -> bool:
    return _is_number(first) and _is_number(second) and first > second


def _shown(name: str) -> str:
    """Return a value for a message, or only its type where it is secret."""
    value = app_settings.value(name)
    return f"a value of type {type(value).__name__}" if name in SECRET_SETTINGS else repr(value)
