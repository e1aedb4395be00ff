"""A look at what trust is built on in a live site: secrets of the settings, the platform's keys, the keys of tools."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from lti_ags import edx_platform
from lti_ags.conf import SECRETS_EXPECTED, app_settings, are_secrets
from lti_ags.data.findings import Finding, failed, passed, warned
from lti_ags.models import LtiTool
from lti_ags.security.key_fetching import KeySetUnavailable
from lti_ags.security.key_sets import refetch
from lti_ags.security.platform_keys import published_keys
from lti_ags.security.public_keys import UnusableKey, keys_from_text
from lti_ags.security.shared_cache import cached, keep

_SECRETS: Final = ("LTI_AGS_TOKEN_KEYS", "LTI_AGS_ENCRYPTION_KEYS")
_REMEMBERED_SECONDS: Final = 24 * 3600.0


def look_at_secrets() -> Iterator[Finding]:
    """
    Look whether the secrets are our own, and the same in LMS and Studio.

    Each service leaves a short digest of its secrets in the shared cache for a day, for the other one to compare.
    """
    unusable = [name for name in _SECRETS if not are_secrets(app_settings.value(name))]
    for name in _SECRETS:
        if name in unusable:
            kind = type(app_settings.value(name)).__name__
            yield failed(
                "secrets",
                f"{name} is a value of type {kind}; expected {SECRETS_EXPECTED}. Tools get no answer, and nothing is "
                "launched.",
                f"Set {name} to a list with one long random text, the same in LMS and Studio, and restart both.",
            )
        elif app_settings.value(name):
            yield passed("secrets", f"{name} is set.")
        else:
            yield warned(
                "secrets",
                f"{name} is empty, so SECRET_KEY stands in for it, and cannot be changed without harm.",
                f"Set {name} to a list with one long random text, the same in LMS and Studio; the platform's keys "
                "need 'manage.py lti_ags_rotate_keys --at-once' afterwards.",
            )
    if not unusable:
        yield _same_secrets()


def look_at_platform_keys(*, now: datetime) -> Iterator[Finding]:
    """Look whether the platform can sign launches, now and after the retirement of what signs now."""
    keys = published_keys(now=now)
    signing = [key for key in keys if key.signs_from <= now]
    if not keys:
        yield passed("platform_keys", "There is no platform key yet; the first launch makes one.")
        return
    for key in keys:
        if not key.is_readable:
            yield failed(
                "platform_keys",
                f"The private key {key.kid} cannot be decrypted, so launches fail.",
                "Add the secret that encrypted it to the end of LTI_AGS_ENCRYPTION_KEYS in LMS and Studio, or make a "
                "new key: 'manage.py lti_ags_rotate_keys --at-once'.",
            )
    if not signing:
        yield warned(
            "platform_keys",
            "The only platform key does not sign yet; the next launch makes another one.",
            "Let the machines set their clocks by the network (NTP), and look at 'clock'.",
        )
    elif all(key.retires_at is not None for key in keys):
        yield warned(
            "platform_keys",
            "Every platform key has an end, and none is there to follow.",
            "Run 'manage.py lti_ags_rotate_keys' now, so that tools know the next key in time.",
        )
    elif all(key.is_readable for key in keys):
        yield passed("platform_keys", f"{len(keys)} platform keys are published, and {signing[0].kid} signs.")


def look_at_tools(tools: Sequence[LtiTool] | None, *, now: datetime) -> Iterator[Finding]:
    """Look at the keys of tools; those at a URL are fetched, as a token request would, within the same limits."""
    chosen = LtiTool.objects.filter(is_enabled=True).order_by("name", "pk") if tools is None else tools
    none_left = True
    for tool in chosen:
        none_left = False
        yield _keys_of(tool, now)
    if none_left:
        yield warned("tool_keys", "No tool is enabled.", "Register one with 'manage.py lti_ags_register_tool'.")


def _same_secrets() -> Finding:
    own, other = ("lms", "cms") if edx_platform.is_lms() else ("cms", "lms")
    keys = [key for name in _SECRETS for key in app_settings.secret_keys(name)]
    digest = hashlib.sha256(b"lti_ags doctor\0" + b"".join(keys)).hexdigest()[:8]
    keep(_name_of(own), digest, seconds=_REMEMBERED_SECONDS)
    theirs = cached(_name_of(other))
    if theirs is None:
        return passed(
            "same_secrets", f"The secrets here have the mark {digest}; run this in {other}, which must have the same."
        )
    if theirs == digest:
        return passed("same_secrets", f"LMS and Studio have the same secrets (mark {digest}).")
    return failed(
        "same_secrets",
        f"LMS and Studio have different secrets: the mark is {digest} here and {theirs} in {other}.",
        f"Give LMS and Studio the same {' and '.join(_SECRETS)} (or SECRET_KEY), restart both, and run this in both.",
    )


def _name_of(service: str) -> str:
    return f"lti_ags:doctor:secrets:{service}"


def _keys_of(tool: LtiTool, now: datetime) -> Finding:
    try:
        count = refetch(tool.jwks_url, now=now) if tool.jwks_url else len(keys_from_text(tool.public_key))
    except (KeySetUnavailable, UnusableKey) as error:
        message = f"{_called(tool)} gets no token, as its keys cannot be had: {error}."
        return failed("tool_keys", message, _where(tool))
    if not count:
        message = f"{_called(tool)}: its key set holds no key that can be used."
        return failed("tool_keys", message, "Ask the tool's administrator to publish an RSA or EC key for signatures.")
    return passed("tool_keys", f"{_called(tool)}: {count} keys can be used.")


def _called(tool: LtiTool) -> str:
    return f"Tool {tool.name!r} ({tool.client_id})"


def _where(tool: LtiTool) -> str:
    if tool.jwks_url:
        return f"Look at {tool.jwks_url} from this machine, and ask the tool's administrator."
    return "Store the tool's public key anew in the admin."
