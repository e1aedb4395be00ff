"""A site whose doctor is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.services.conftest import course, declarative, healthy_platform, learner, publish_inline, say, tool

__all__ = ["course", "declarative", "healthy_platform", "learner", "publish_inline", "say", "tool"]

#: What the doctor says about one check: health and message, and the advice.
Told = list[tuple[str, str, str]]
Doctor = Callable[..., Told]


@pytest.fixture
def doctor(db: None) -> Doctor:
    """Call the command as an operator does, and keep to one check."""

    def call(check: str, *arguments: str) -> Told:
        findings = [finding for finding in all_findings(*arguments) if finding["check"] == check]
        return [(finding["health"], finding["message"], finding["advice"]) for finding in findings]

    return call


def all_findings(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    # A finding that fails ends the command with an error, after everything was told.
    with suppress(CommandError):
        call_command("lti_ags_doctor", "--json", *arguments, stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found
