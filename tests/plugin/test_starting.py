"""The services start with the plugin, whatever kind of settings they start with, and Studio serves nothing of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PLATFORM = ("cms", "common", "completion", "edx_when", "lms", "openedx", "xmodule")

BEFORE_SETTINGS = f"""
import json, sys
import lti_ags.apps, lti_ags.settings.common, lti_ags.settings.production, lti_ags.xblock.block
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}} & set({PLATFORM!r}) | ({{
    name for name in sys.modules if name in ("lti_ags.models", "django.contrib.auth.models", "rest_framework.views")
}}))))
"""

STARTED = """
import json
import django
django.setup()
from django.conf import settings
from django.core.checks import run_checks
from django.urls import get_resolver
print(json.dumps({
    "publish": settings.LTI_AGS_PUBLISH,
    "untracked": settings.TRACKING_IGNORE_URL_PATTERNS[-1],
    "served": "lti_ags" in get_resolver().namespace_dict,
    "problems": [str(message.id) for message in run_checks() if message.is_serious()],
}))
"""


def answer_of(script: str, **environment: str) -> Any:
    """What a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_loading_the_plugin_needs_neither_the_platform_nor_models() -> None:
    # The platform loads it while its settings are being made.
    assert answer_of(BEFORE_SETTINGS, DJANGO_SETTINGS_MODULE="no.such.settings") == []


@pytest.mark.parametrize("kind", ["production", "common", "devstack", "test"])
@pytest.mark.parametrize("service", ["lms", "cms"])
def test_service_starts_with_every_kind_of_settings(service: str, kind: str) -> None:
    started = answer_of(
        STARTED,
        DJANGO_SETTINGS_MODULE=f"sandbox.settings.{service}",
        SANDBOX_SETTINGS_TYPE=kind,
        SANDBOX_ENV_TOKENS=json.dumps({"LTI_AGS_PUBLISH": "manual"}),
    )

    assert started == {
        "publish": "manual",
        "untracked": "^/api/lti_ags/v1/",
        "served": service == "lms",
        "problems": [],
    }
