"""A tool that a third-party library speaks for: PyLTI1p3 goes through the whole launch."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pylti1p3.contrib.django import DjangoCacheDataStorage, DjangoMessageLaunch, DjangoOIDCLogin
from pylti1p3.tool_config import ToolConfDict

from tests.support.launches import Launch, form_of, start_path


def tool_configuration(launch: Launch) -> ToolConfDict:
    """What the tool's administrator typed, with the platform's key set as it is served."""
    return ToolConfDict(
        {
            "http://127.0.0.1:8000": [
                {
                    "default": True,
                    "client_id": launch.tool.client_id,
                    "auth_login_url": "http://127.0.0.1:8000/api/lti_ags/v1/launch/authorize",
                    "auth_token_url": "http://127.0.0.1:8000/api/lti_ags/v1/token",
                    "key_set": Client().get("/api/lti_ags/v1/jwks").json(),
                    "deployment_ids": [launch.tool.tool.deployment_id],
                }
            ]
        }
    )


class ToolSession(dict):
    """The tool's own session, in memory."""

    session_key = "tool-session"


def tool_request(method: str, parameters: dict[str, str], cookies: dict[str, str], session: ToolSession) -> HttpRequest:
    request = getattr(RequestFactory(), method)("/launch", parameters, secure=True)
    request.COOKIES.update(cookies)
    request.session = session
    return request


@pytest.mark.conformance("L-01", "L-03", "L-10", "L-11", "L-12", "L-14", "C-01")
def test_the_library_accepts_the_launch_and_finds_the_grade_service(launch: Launch, learner: Any) -> None:
    configuration, storage, session = tool_configuration(launch), DjangoCacheDataStorage(), ToolSession()
    arriving = launch.client.get(start_path(launch.usage_key))
    login_parameters = {name: values[0] for name, values in parse_qs(urlsplit(arriving["Location"]).query).items()}

    login = DjangoOIDCLogin(
        tool_request("get", login_parameters, {}, session), configuration, launch_data_storage=storage
    )
    leaving = login.redirect(login_parameters["target_link_uri"])
    answer = launch.client.get(urlsplit(leaving["Location"])._replace(scheme="", netloc="").geturl())
    cookies = {name: morsel.value for name, morsel in leaving.cookies.items()}
    arrived = tool_request("post", form_of(answer).fields, cookies, session)
    message = DjangoMessageLaunch(arrived, configuration, launch_data_storage=storage).validate()

    assert message.is_resource_launch()
    assert message.has_ags()
    assert message.get_launch_data()["sub"]
