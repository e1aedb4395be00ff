"""How another app registers tools and says where they may be used."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest
from django.test import Client

from lti_ags import api
from lti_ags.models import LtiTool
from lti_ags.services.addresses import token_url
from tests.support.courses import Course
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

TOOL: Final[dict[str, Any]] = {
    "name": "Quiz tool",
    "oidc_login_url": "https://tool.example/login",
    "launch_url": "https://tool.example/launch",
    "jwks_url": "https://tool.example/jwks",
}


def test_tool_is_registered_and_its_administrator_is_told_what_to_type_in(course: Course) -> None:
    sheet = api.register_tool(**TOOL, courses=[course.key])

    row = LtiTool.objects.get()
    assert (sheet.client_id, sheet.deployment_id, sheet.tool_uuid) == (
        row.client_id,
        row.deployment_id,
        str(row.uuid),
    )
    assert sheet.token_url == token_url()
    assert row.redirect_uris == ["https://tool.example/launch"]
    assert api.registration_sheet(sheet.tool_uuid) == sheet
    [listed] = api.list_tools(course.key)
    assert listed == api.ToolSummary(
        tool_uuid=sheet.tool_uuid,
        name="Quiz tool",
        client_id=sheet.client_id,
        deployment_id=sheet.deployment_id,
        ceiling=api.GradingMode.PROGRAMMATIC,
        is_enabled=True,
    )


@pytest.mark.parametrize(
    ("argument", "value"), [("jwks_url", "ftp://tool.example"), ("ceiling", "everything"), ("courses", ["nonsense"])]
)
def test_registration_that_cannot_be_used_names_the_argument(argument: str, value: Any) -> None:
    with pytest.raises(api.MalformedRequest) as caught:
        api.register_tool(**{**TOOL, argument: value})

    assert caught.value.field == argument
    assert not LtiTool.objects.exists()


def test_tool_may_be_used_where_it_is_made_available(course: Course) -> None:
    sheet = api.register_tool(**TOOL)
    assert api.list_tools(str(course.key)) == ()

    api.make_tool_available(sheet.tool_uuid, orgs=["DemoX"])

    assert [tool.tool_uuid for tool in api.list_tools(str(course.key))] == [sheet.tool_uuid]


def test_tool_that_is_switched_off_is_cut_off(course: Course, client: Client) -> None:
    tool = RegisteredTool.register()
    assert api.set_tool_enabled(tool.tool.uuid, is_enabled=False)

    assert not api.set_tool_enabled(tool.tool.uuid, is_enabled=False)
    assert api.list_tools(course.key) == ()
    assert tool.request_token(client, ["https://purl.imsglobal.org/spec/lti-ags/scope/score"]).status_code == 400


@pytest.mark.parametrize(
    ("tool_uuid", "error"), [(uuid4(), api.NotFound), ("quiz", api.MalformedRequest)], ids=["unknown", "no UUID"]
)
def test_tool_that_does_not_exist_is_refused(tool_uuid: object, error: type[api.LtiAgsError]) -> None:
    with pytest.raises(error) as caught:
        api.set_tool_enabled(tool_uuid, is_enabled=False)

    assert caught.value.field == "tool_uuid"
    with pytest.raises(error):
        api.registration_sheet(tool_uuid)
    with pytest.raises(error):
        api.make_tool_available(tool_uuid, everywhere=True)


def test_course_that_has_no_key_is_refused() -> None:
    with pytest.raises(api.MalformedRequest, match="course_key is 'DemoX'"):
        api.list_tools("DemoX")
