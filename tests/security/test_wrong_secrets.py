"""Secrets in the settings that nobody should sign with: nothing is, and everybody is told what they can do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from opaque_keys.edx.keys import UsageKey

from lti_ags.conf import AgsConfigurationError, app_settings
from lti_ags.constants import Scope
from lti_ags.models import LtiContext, PlatformKey
from tests.support.ags import Ags
from tests.support.launches import Launch, form_of, signed_in, start_path
from tests.support.secret_lists import OLD, WRONG
from tests.support.tools import RegisteredTool

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("value", WRONG.values(), ids=WRONG.keys()),
]

JWKS = "/api/lti_ags/v1/jwks"


def assert_told_to_come_back(response: Any) -> None:
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "temporarily_unavailable" in response.json().values()
    assert_nothing_is_told(response)


def assert_nothing_is_told(response: Any) -> None:
    assert "LTI_AGS" not in response.content.decode()
    assert OLD not in response.content.decode()


def assert_operator_is_told(caplog: Any, name: str) -> None:
    assert f"{name} is a value of type" in caplog.text
    assert OLD not in caplog.text
    assert "only-for-tests" not in caplog.text


@pytest.mark.parametrize("name", ["LTI_AGS_TOKEN_KEYS", "LTI_AGS_ENCRYPTION_KEYS"])
def test_no_key_is_made_of_them_and_the_error_does_not_hold_them(name: str, value: object, settings: Any) -> None:
    setattr(settings, name, value)

    with pytest.raises(AgsConfigurationError, match=f"^{name} is a value of type") as caught:
        app_settings.secret_keys(name)

    # Where errors are reported, the variables of the frames often go along.
    ours = [entry.frame.f_locals for entry in caught.traceback if entry.frame.f_globals["__name__"] != __name__]
    assert OLD not in str(ours)
    assert "only-for-tests" not in str(ours)


def test_services_answer_that_it_may_work_later(
    value: object, ags: Ags, context: LtiContext, settings: Any, caplog: Any
) -> None:
    assert ags.headers
    settings.LTI_AGS_TOKEN_KEYS = value

    assert_told_to_come_back(ags.list_items(context))
    assert_operator_is_told(caplog, "LTI_AGS_TOKEN_KEYS")


def test_no_token_is_granted(value: object, client: Client, tool: RegisteredTool, settings: Any, caplog: Any) -> None:
    settings.LTI_AGS_TOKEN_KEYS = value

    assert_told_to_come_back(tool.request_token(client, [Scope.SCORE]))
    assert_operator_is_told(caplog, "LTI_AGS_TOKEN_KEYS")


def test_no_launch_begins(value: object, learner: Any, declarative_block: UsageKey, settings: Any, caplog: Any) -> None:
    settings.LTI_AGS_TOKEN_KEYS = value

    response = signed_in(learner).get(start_path(declarative_block))

    assert response.status_code == 503
    assert "Please try again in a minute." in response.content.decode()
    assert_nothing_is_told(response)
    assert_operator_is_told(caplog, "LTI_AGS_TOKEN_KEYS")


@pytest.mark.parametrize("name", ["LTI_AGS_TOKEN_KEYS", "LTI_AGS_ENCRYPTION_KEYS"])
def test_no_launch_ends(
    name: str,
    value: object,
    learner: Any,
    declarative_block: UsageKey,
    tool: RegisteredTool,
    settings: Any,
    caplog: Any,
) -> None:
    launch = Launch(signed_in(learner), tool, declarative_block)
    parameters = launch.request(launch.begin())
    setattr(settings, name, value)

    response = launch.authorize(parameters)

    assert form_of(response).fields["error"] == "temporarily_unavailable"
    assert_nothing_is_told(response)
    assert_operator_is_told(caplog, name)


def test_no_private_key_is_stored(value: object, client: Client, settings: Any, caplog: Any) -> None:
    settings.LTI_AGS_ENCRYPTION_KEYS = value

    assert_told_to_come_back(client.get(JWKS))
    assert not PlatformKey.objects.exists()
    assert_operator_is_told(caplog, "LTI_AGS_ENCRYPTION_KEYS")
