"""What the system checks say about a site's settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from lti_ags.conf import DEFAULTS
from tests.support.secret_lists import WRONG

SITE = {"DEBUG": False, "LMS_ROOT_URL": "https://lms.example"}


def messages(**site: Any) -> list[tuple[str, str]]:
    """Id and text of what our checks say about a site that is fine but for these settings."""
    with override_settings(**{**SITE, **site}):
        return [(str(message.id), message.msg) for message in run_checks(tags=["lti_ags"])]


def found(**site: Any) -> list[str]:
    """The ids of what our checks say about a site with these settings."""
    with override_settings(**{"DEBUG": False, **site}):
        return [str(message.id) for message in run_checks(tags=["lti_ags"])]


@pytest.mark.conformance("G-01")
@pytest.mark.parametrize(
    ("site", "ids"),
    [
        ({"LMS_ROOT_URL": "https://lms.example"}, []),
        ({"LMS_ROOT_URL": "http://lms.example"}, ["lti_ags.W001"]),
        ({"LMS_ROOT_URL": "http://lms.example", "DEBUG": True}, []),
        ({"LMS_ROOT_URL": "http://localhost.lms.example"}, ["lti_ags.W001"]),
        ({"LMS_ROOT_URL": "http://127.0.0.1:8000"}, []),
        ({"LMS_ROOT_URL": "http://[::1]:8000"}, []),
    ],
    ids=["https", "http", "debugging", "look-alike", "this machine", "this machine by IPv6"],
)
def test_site_is_warned_when_tools_are_given_plain_addresses(site: dict[str, Any], ids: list[str]) -> None:
    assert found(**site) == ids


@pytest.mark.conformance("L-12")
@pytest.mark.parametrize(
    "issuer", ["https://lms.example?a=b", "https://lms.example#top", "lms.example", "urn:lms", "https://"]
)
def test_issuer_that_no_tool_accepts_is_an_error(issuer: str) -> None:
    assert found(LMS_ROOT_URL="https://lms.example", LTI_AGS_ISSUER=issuer) == ["lti_ags.E001"]


@pytest.mark.conformance("L-12")
def test_root_url_that_is_no_issuer_is_told_by_its_own_name() -> None:
    [(number, text)] = messages(LMS_ROOT_URL="https://lms.example?a=b")

    assert number == "lti_ags.E001"
    assert text.startswith("LMS_ROOT_URL is 'https://lms.example?a=b'; expected an https URL")


def test_issuer_of_its_own_is_fine() -> None:
    assert found(LMS_ROOT_URL="https://lms.example", LTI_AGS_ISSUER="https://example.org/lms") == []


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_setting_is_checked(name: str) -> None:
    told = messages(**{name: {"not": "a value"}})

    assert ("lti_ags.E002", name) in [(number, text.partition(" ")[0]) for number, text in told]


@pytest.mark.parametrize("name", DEFAULTS)
def test_defaults_are_fine(name: str) -> None:
    assert messages(**{name: DEFAULTS[name]}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LTI_AGS_PUBLISH", "sometimes"),
        ("LTI_AGS_TOOLS_ADDED_BY", "everybody"),
        ("LTI_AGS_CELERY_QUEUE", ""),
        ("LTI_AGS_LEASE_SECONDS", 0),
        ("LTI_AGS_LEASE_SECONDS", float("inf")),
        ("LTI_AGS_LEASE_SECONDS", True),
        ("LTI_AGS_LEASE_SECONDS", "120"),
        ("LTI_AGS_CLOCK_SKEW_SECONDS", -1),
        ("LTI_AGS_MAX_JSON_DEPTH", 2.5),
        ("LTI_AGS_SWEEP_BATCH", 0),
        ("LTI_AGS_EVENT_RETENTION_DAYS", 0),
        ("LTI_AGS_TOKEN_RATE", "often"),
        ("LTI_AGS_ALLOW_PRIVATE_ADDRESSES", "no"),
        ("LTI_AGS_FRAME_ANCESTORS", "https://learn.example"),
        ("LTI_AGS_FRAME_ANCESTORS", [""]),
    ],
)
def test_value_that_cannot_work_is_an_error_that_names_it(name: str, value: Any) -> None:
    [(number, text)] = messages(**{name: value})

    assert number == "lti_ags.E002"
    assert text.startswith(f"{name} is {value!r}; expected ")


@pytest.mark.parametrize("name", ["LTI_AGS_TOKEN_KEYS", "LTI_AGS_ENCRYPTION_KEYS"])
@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG.keys())
def test_secrets_that_are_no_list_of_long_texts_are_told_without_showing_them(name: str, value: object) -> None:
    kind = type(value).__name__

    assert messages(**{name: value}) == [
        ("lti_ags.E002", f"{name} is a value of type {kind}; expected a list of texts with 24 characters or more.")
    ]


@pytest.mark.parametrize(
    "site",
    [
        {"LTI_AGS_PUBLISH": "inline"},
        {"LTI_AGS_TOKEN_RATE": ""},
        {"LTI_AGS_CLOCK_SKEW_SECONDS": 0},
        {"LTI_AGS_TOKEN_KEYS": ["only-for-tests-" * 2, "only-for-tests-1-" * 2]},
        {"LTI_AGS_ENCRYPTION_KEYS": ("as-long-as-it-has-to-be.",)},
        {"LTI_AGS_CELERY_QUEUE": "edx.lms.core.high"},
    ],
    ids=repr,
)
def test_other_choices_are_fine(site: dict[str, Any]) -> None:
    assert messages(**site) == []


def test_site_is_warned_when_one_setting_makes_another_pointless() -> None:
    [(number, text)] = messages(LTI_AGS_RETRY_BASE_SECONDS=60, LTI_AGS_RETRY_MAX_SECONDS=30)

    assert number == "lti_ags.W003"
    assert text == "LTI_AGS_RETRY_BASE_SECONDS is 60, which is more than LTI_AGS_RETRY_MAX_SECONDS, 30."


@pytest.mark.parametrize(
    ("seconds", "limit"), [(3 * 24 * 3600, "LTI_AGS_TOOL_KEYS_MAX_CACHE_SECONDS"),
                           (1, "LTI_AGS_TOOL_KEYS_MIN_CACHE_SECONDS")]
)  # fmt: skip
def test_setting_without_effect_is_the_one_that_is_named(seconds: int, limit: str) -> None:
    with override_settings(**SITE, LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS=seconds):
        hints = [message.hint for message in run_checks(tags=["lti_ags"])]

    assert hints == [f"{limit} is the limit, so LTI_AGS_TOOL_KEYS_DEFAULT_CACHE_SECONDS has no effect."]


def test_live_site_is_warned_when_tools_may_have_it_ask_private_addresses() -> None:
    assert found(LMS_ROOT_URL="https://lms.example", LTI_AGS_ALLOW_PRIVATE_ADDRESSES=True) == ["lti_ags.W002"]
    assert found(LTI_AGS_ALLOW_PRIVATE_ADDRESSES=True, DEBUG=True) == []
