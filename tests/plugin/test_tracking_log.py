"""The platform writes what requests say to its tracking log. What tools send is not for that log."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from lti_ags.apps import LtiAgsConfig
from lti_ags.settings import common, production
from tests.support.launches import Launch, signed_in
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

DEFAULT = [r"^/event", r"^/login"]


@pytest.fixture
def tracked(caplog: Any) -> Any:
    caplog.set_level(logging.INFO, logger="tracking")
    return caplog


def test_other_requests_are_logged_with_what_they_say(tracked: Any) -> None:
    Client().post("/courses/nothing", {"answer": "forty-two"})

    assert "forty-two" in tracked.text


def test_assertion_of_a_tool_is_not_logged(tracked: Any, tool: RegisteredTool) -> None:
    token = tool.token(Client())

    assert token
    assert tracked.text == ""


def test_launch_is_not_logged(tracked: Any, tool: RegisteredTool, learner: Any, declarative_block: Any) -> None:
    Launch(signed_in(learner), tool, declarative_block).claims()

    assert "lti_ags" not in tracked.text


def test_addresses_left_out_are_those_that_we_serve() -> None:
    prefix = LtiAgsConfig.plugin_app["url_config"]["lms.djangoapp"]["regex"]

    assert prefix.replace("^", "^/") == common.UNTRACKED_URLS


def test_site_keeps_the_addresses_that_it_leaves_out_itself() -> None:
    module = SimpleNamespace(TRACKING_IGNORE_URL_PATTERNS=DEFAULT)

    common.plugin_settings(module)

    assert [*DEFAULT, "^/api/lti_ags/v1/"] == module.TRACKING_IGNORE_URL_PATTERNS
    assert len(DEFAULT) == 2


def test_site_that_names_addresses_in_its_yaml_still_leaves_ours_out() -> None:
    module = SimpleNamespace(TRACKING_IGNORE_URL_PATTERNS=list(DEFAULT))
    common.plugin_settings(module)
    module.TRACKING_IGNORE_URL_PATTERNS = ["^/heartbeat"]

    production.plugin_settings(module)
    production.plugin_settings(module)

    assert module.TRACKING_IGNORE_URL_PATTERNS == ["^/heartbeat", "^/api/lti_ags/v1/"]
