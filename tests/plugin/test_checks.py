"""What the system checks say about a site's addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings


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


def test_issuer_of_its_own_is_fine() -> None:
    assert found(LMS_ROOT_URL="https://lms.example", LTI_AGS_ISSUER="https://example.org/lms") == []
