"""What the doctor says about settings, addresses and the cache."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.doctor.conftest import Doctor
from tests.support.caches import DOWN

SHARED = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache"}}


def test_settings_that_the_checks_like_pass(doctor: Doctor) -> None:
    assert doctor("settings") == [("pass", "The system checks find nothing wrong with the settings.", "")]


def test_what_the_checks_say_is_told_with_its_hint(doctor: Doctor, settings: Any) -> None:
    settings.LMS_ROOT_URL = "http://lms.example"
    settings.LTI_AGS_ISSUER = "lms"

    told = doctor("settings")

    assert [(health, message.rpartition(" ")[2]) for health, message, _advice in told] == [
        ("fail", "(lti_ags.E001)"),
        ("warn", "(lti_ags.W001)"),
    ]
    assert told[0][2] == "Leave it unset to use LMS_ROOT_URL."


def test_address_that_can_be_looked_up_passes(doctor: Doctor, settings: Any) -> None:
    settings.LMS_ROOT_URL = "http://127.0.0.1:8000"

    assert doctor("root_url") == [("pass", "Tools reach this site at http://127.0.0.1:8000.", "")]


def test_address_that_nobody_knows_is_to_be_looked_at(doctor: Doctor, settings: Any) -> None:
    settings.LMS_ROOT_URL = "https://lms.invalid"

    [(health, message, _advice)] = doctor("root_url")

    assert (health, message) == ("warn", "The host 'lms.invalid' of LMS_ROOT_URL cannot be looked up from here.")


def test_missing_address_fails(doctor: Doctor, settings: Any) -> None:
    settings.LMS_ROOT_URL = ""

    [(health, _message, advice)] = doctor("root_url")

    assert health == "fail"
    assert advice.startswith("Set LMS_ROOT_URL")


def test_lms_serves_our_endpoints(doctor: Doctor) -> None:
    assert doctor("endpoints") == [("pass", "The LMS serves the endpoints of tools under /api/lti_ags/v1.", "")]


@pytest.mark.parametrize("urls", ["tests.doctor.no_urls", "tests.doctor.other_urls"], ids=["none", "another's"])
def test_lms_that_does_not_serve_us_fails(doctor: Doctor, urls: str) -> None:
    with override_settings(ROOT_URLCONF=urls, SERVICE_VARIANT="lms"):
        [(health, message, _advice)] = doctor("endpoints")

    assert (health, message) == ("fail", "The LMS does not serve /api/lti_ags/v1/token.")


def test_studio_need_not_serve_us(doctor: Doctor, settings: Any) -> None:
    settings.ROOT_URLCONF = "cms.urls"

    assert doctor("endpoints") == []


def test_cache_of_one_process_is_to_be_looked_at(doctor: Doctor) -> None:
    [(health, message, _advice)] = doctor("cache")

    assert (health, message) == ("warn", "The default cache is LocMemCache, which no other process sees.")


def test_cache_that_all_processes_share_passes(doctor: Doctor, tmp_path: Any) -> None:
    with override_settings(CACHES={"default": {**SHARED["default"], "LOCATION": str(tmp_path)}}):
        assert doctor("cache") == [("pass", "The default cache (FileBasedCache) keeps what it is given.", "")]


def test_cache_that_is_down_is_to_be_looked_at(doctor: Doctor) -> None:
    with override_settings(CACHES=DOWN):
        [(health, message, _advice)] = doctor("cache")

    assert (health, message) == ("warn", "The default cache (CacheThatIsDown) does not keep what it is given.")
