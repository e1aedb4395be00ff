"""The operator's pages about tools."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from lti_ags.models import LtiTool, LtiToolAvailability
from lti_ags.services.addresses import token_url
from lti_ags.services.tools import Place, places_of
from tests.support.key_server import key_server
from tests.support.tools import RegisteredTool, public_pem, rsa_key

pytestmark = pytest.mark.django_db

LIST: Final = "/admin/lti_ags/ltitool/"
COURSE: Final = "course-v1:Org+Course+Run"
FORM: Final[dict[str, Any]] = {
    "name": "Quiz tool",
    "is_enabled": "on",
    "grading_mode_ceiling": "declarative",
    "oidc_login_url": "https://tool.example/login",
    "launch_url": "https://tool.example/launch",
    "redirect_uris": "https://tool.example/launch\r\n\r\n https://tool.example/b ",
    "jwks_url": "https://tool.example/jwks",
    "public_key": "",
    "orgs": "Org\nOther",
    "courses": COURSE,
}


def page_of(tool: LtiTool) -> str:
    return f"{LIST}{tool.pk}/change/"


def test_tool_is_registered_and_its_sheet_shown(admin_client: Client) -> None:
    response = admin_client.post(f"{LIST}add/", {**FORM, "_continue": "1"}, follow=True)

    tool = LtiTool.objects.get()
    assert response.status_code == 200
    assert (tool.grading_mode_ceiling, tool.is_enabled) == ("declarative", True)
    assert tool.redirect_uris == ["https://tool.example/launch", "https://tool.example/b"]
    assert places_of(tool) == [Place(course_key=COURSE), Place(org="Org"), Place(org="Other")]
    page = response.content.decode()
    assert token_url() in page
    assert tool.deployment_id in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"launch_url": "http://tool.example/"}, "Launch URL must start with https://"),
        ({"redirect_uris": "nonsense"}, "Redirect URIs must be an absolute URL"),
        ({"jwks_url": ""}, "neither came"),
        ({"public_key": "x"}, "both came"),
        ({"courses": "nonsense"}, "is not a course key"),
        ({"orgs": "a" * 300}, "An organisation must have"),
        ({"name": ""}, "This field is required"),
    ],
    ids=repr,
)
def test_wrong_field_is_told_and_nothing_stored(changes: dict[str, str], words: str, admin_client: Client) -> None:
    response = admin_client.post(f"{LIST}add/", {**FORM, **changes})

    assert response.status_code == 200
    assert words in response.content.decode()
    assert LtiTool.objects.count() == 0


def test_page_of_a_tool_shows_what_is_stored(admin_client: Client) -> None:
    tool = RegisteredTool.register("<b>Quiz</b>", orgs=["Org"]).tool

    page = admin_client.get(page_of(tool)).content.decode()

    assert "<b>Quiz</b>" not in page
    assert "&lt;b&gt;Quiz&lt;/b&gt;" in page
    assert "https://tool.example/launch</textarea>" in page.replace("\n", "")
    assert "Org</textarea>" in page
    assert tool.client_id in page


def test_change_is_saved_and_ids_stay(admin_client: Client) -> None:
    tool = RegisteredTool.register(everywhere=True).tool
    form = {**FORM, "name": "New name", "jwks_url": "", "public_key": public_pem(rsa_key(1)), "orgs": "Org"}
    del form["is_enabled"]

    response = admin_client.post(page_of(tool), {**form, "client_id": "evil", "deployment_id": "evil"})

    row = LtiTool.objects.get()
    assert response.status_code == 302
    assert (row.name, row.is_enabled, row.jwks_url) == ("New name", False, "")
    assert (row.client_id, row.deployment_id, row.uuid) == (tool.client_id, tool.deployment_id, tool.uuid)
    assert places_of(row) == [Place(course_key=COURSE), Place(org="Org")]


def test_every_fault_is_told_beside_its_field_and_in_our_words(admin_client: Client) -> None:
    form = {**FORM, "oidc_login_url": "http://tool.example/login", "jwks_url": "", "courses": "nonsense"}

    page = admin_client.post(f"{LIST}add/", form).content.decode()

    assert "OIDC login URL must start with https://" in page
    assert "neither came" in page
    assert "is not a course key" in page
    assert "Constraint" not in page
    assert not LtiTool.objects.exists()


def test_history_names_what_was_changed_and_nothing_else(admin_client: Client) -> None:
    tool = RegisteredTool.register(
        oidc_login_url=FORM["oidc_login_url"], jwks_url=FORM["jwks_url"], orgs=["Org", "Other"], courses=[COURSE],
        redirect_uris=["https://tool.example/launch", "https://tool.example/b"], grading_mode_ceiling="declarative",
    ).tool  # fmt: skip
    form = {name: value for name, value in FORM.items() if name != "is_enabled"}

    admin_client.post(page_of(tool), form)

    assert json.loads(LogEntry.objects.get().change_message) == [{"changed": {"fields": ["Enabled"]}}]


def test_place_that_stays_is_not_made_anew(admin_client: Client) -> None:
    tool = RegisteredTool.register(orgs=["Org", "Other"]).tool
    (stays,) = LtiToolAvailability.objects.filter(tool=tool, org="Org")

    admin_client.post(page_of(tool), {**FORM, "orgs": "Org", "courses": ""})

    assert LtiToolAvailability.objects.get(tool=tool) == stays


def test_tools_are_disabled_and_enabled_by_action(admin_client: Client) -> None:
    tools = [RegisteredTool.register(name).tool for name in ("A", "B")]
    chosen = {"_selected_action": [tool.pk for tool in tools]}

    asked = admin_client.post(LIST, {"action": "disable", **chosen})
    before = list(LtiTool.objects.values_list("is_enabled", flat=True))
    disabled = admin_client.post(LIST, {"action": "disable", "confirmed": "yes", **chosen}, follow=True)
    states = list(LtiTool.objects.values_list("is_enabled", flat=True))
    admin_client.post(LIST, {"action": "enable", **chosen})

    assert "Disable 2 tools?" in asked.content.decode()
    assert before == [True, True]
    assert states == [False, False]
    assert "2 tools were changed." in disabled.content.decode()
    assert list(LtiTool.objects.values_list("is_enabled", flat=True)) == [True, True]
    assert LogEntry.objects.count() == 4


def test_tool_is_never_deleted(admin_client: Client, tool: RegisteredTool) -> None:
    page = admin_client.post(f"{LIST}{tool.tool.pk}/delete/", {"post": "yes"})
    admin_client.post(LIST, {"action": "delete_selected", "_selected_action": [tool.tool.pk], "post": "yes"})

    assert page.status_code == 403
    assert LtiTool.objects.count() == 1


def test_key_set_is_fetched_on_demand_and_the_outcome_told(admin_client: Client, settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True
    with key_server() as server:
        server.publish("a")
        good = RegisteredTool.register("Good", jwks_url=server.url).tool
        stored = RegisteredTool.register("Stored").tool
        bad = RegisteredTool.register("Bad", jwks_url=f"{server.origin.rpartition(':')[0]}:1/jwks").tool

        chosen = {"_selected_action": [good.pk, stored.pk, bad.pk]}
        page = admin_client.post(LIST, {"action": "check_key_sets", **chosen}, follow=True).content.decode()

        assert server.count == 1
    assert "Good: 1 usable key." in page
    assert "Stored has a stored key and no key set." in page
    assert "Bad: nothing answers there" in page


def test_pages_are_for_staff_with_the_permission(client: Client, tool: RegisteredTool, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("staff", password="x", is_staff=True))

    assert client.get(page_of(tool.tool)).status_code == 403
    assert client.post(LIST, {"action": "disable", "_selected_action": [tool.tool.pk]}).status_code == 403
    tool.tool.refresh_from_db()
    assert tool.tool.is_enabled
