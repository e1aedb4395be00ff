"""Editing blocks over HTTP in Studio: handlers, views, validation, and who may."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from openedx_events.content_authoring.signals import XBLOCK_UPDATED

from sandbox import courses, people
from xmodule.modulestore.django import modulestore

pytestmark = pytest.mark.urls("cms.urls")


@pytest.fixture
def studio(teacher):
    """Return a browser in which the author is logged in."""
    client = Client(raise_request_exception=False)
    client.force_login(teacher)
    return client


@pytest.fixture
def updates():
    """Count updates of blocks."""
    told = []

    def listen(sender, **kwargs):
        told.append(kwargs["xblock_info"].usage_key)

    XBLOCK_UPDATED.connect(listen)
    yield told
    XBLOCK_UPDATED.disconnect(listen)


def submit(client, key, values=None, **whole):
    """Send the editor's edits."""
    body = whole or {"values": values or {}, "defaults": []}
    url = f"/xblock/{key}/handler/submit_studio_edits"
    return client.post(url, json.dumps(body), content_type="application/json")


def test_an_edit_is_stored_in_the_draft_and_told(demo, studio, updates):
    answer = submit(studio, demo, {"display_name": "New", "weight": "12.5"})

    assert (answer.status_code, answer.json()) == (200, {"result": "success"})
    block = modulestore().get_item(demo)
    assert (block.display_name, block.weight) == ("New", 12.5)
    assert updates == [demo]


@pytest.mark.parametrize(("weight", "kind"), [(-1, "error"), (5000, "warning")])
def test_an_error_and_a_warning_both_refuse_the_edit(demo, studio, updates, weight, kind):
    answer = submit(studio, demo, {"weight": weight})

    assert answer.status_code == 400
    assert answer.json()["error"]["xblock_id"] == str(demo)
    assert [message["type"] for message in answer.json()["error"]["messages"]] == [kind]
    assert modulestore().get_item(demo).weight == 10.0
    assert updates == [demo]


def test_null_is_stored_where_the_block_does_not_refuse_it(demo, studio):
    answer = submit(studio, demo, {"weight": None})

    assert answer.status_code == 200
    assert modulestore().get_item(demo).weight is None


def test_what_is_no_json_is_refused(demo, studio):
    url = f"/xblock/{demo}/handler/submit_studio_edits"

    answer = studio.post(url, "{", content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid JSON"})


@pytest.mark.parametrize(
    "body",
    [{"defaults": []}, {"values": {"weight": "abc"}, "defaults": []}, {"values": {"custom": "a"}, "defaults": []}],
    ids=["no values", "no number", "no dictionary"],
)
def test_careless_requests_are_internal_errors(demo, studio, body):
    assert submit(studio, demo, **body).status_code == 500


def test_fields_that_are_not_editable_are_ignored(demo, studio):
    answer = submit(studio, demo, {"hidden_id": "stolen"})

    assert answer.status_code == 200
    assert modulestore().get_item(demo).hidden_id == ""


def test_somebody_without_rights_is_answered_and_nothing_is_stored(demo, ada, updates):
    client = Client()
    client.force_login(ada)

    answer = submit(client, demo, {"display_name": "Hacked"})

    assert (answer.status_code, answer.json()) == (200, {"result": "success"})
    assert modulestore().get_item(demo).display_name == "Demo"
    assert updates == []


def test_any_handler_call_is_an_update(demo, studio, updates):
    answer = studio.get(f"/xblock/{demo}/handler/whoami")

    assert answer.status_code == 200
    assert updates == [demo]


def test_an_unknown_handler_is_not_found(demo, studio):
    assert studio.get(f"/xblock/{demo}/handler/nothing").status_code == 404


def test_nobody_calls_handlers_without_a_login(demo, db):
    assert Client().get(f"/xblock/{demo}/handler/whoami").status_code == 302


@pytest.mark.parametrize("view", ["studio_view", "author_view"])
def test_views_are_json_with_html_and_resources(demo, studio, view):
    answer = studio.get(f"/xblock/{demo}/{view}")

    assert answer.status_code == 200
    assert set(answer.json()) == {"html", "resources"}
    assert "Demo" in answer.json()["html"]


def test_a_preview_knows_that_it_is_one_and_an_editor_does_not(demo, studio):
    assert "True" in studio.get(f"/xblock/{demo}/author_view").json()["html"]
    assert modulestore().get_item(demo).runtime.is_author_mode is False


def test_the_editor_is_for_authors_only(demo, ada):
    client = Client()
    client.force_login(ada)

    assert client.get(f"/xblock/{demo}/studio_view").status_code == 403


@pytest.mark.parametrize("view", ["studio_view", "author_view"])
def test_a_view_that_raises_becomes_a_box(demo, studio, view):
    courses.change_block(demo, breaks=view)

    answer = studio.get(f"/xblock/{demo}/{view}")

    assert answer.status_code == 200
    assert f"{view} failed" in answer.json()["html"]


def test_the_units_json_shows_what_validation_says(demo, studio):
    courses.change_block(demo, weight=-1.0)
    unit = modulestore().get_parent_location(demo)

    answer = studio.get(f"/api/contentstore/v1/container/vertical/{unit}/children")

    messages = answer.json()["children"][0]["validation_messages"]
    assert messages == [{"text": "The weight is negative.", "type": "error"}]


def test_a_validation_that_raises_breaks_the_units_json(demo, studio):
    courses.change_block(demo, breaks="validate")
    unit = modulestore().get_parent_location(demo)

    assert studio.get(f"/api/contentstore/v1/container/vertical/{unit}/children").status_code == 500


def test_the_edit_page_may_stand_in_a_frame_and_other_pages_may_not(demo, studio):
    unit = modulestore().get_parent_location(demo)

    assert "X-Frame-Options" not in studio.get(f"/xblock/{demo}/action/edit")
    assert studio.get(f"/container/{unit}")["X-Frame-Options"] == "DENY"


def test_the_services_of_studio_know_no_anonymous_id(demo, teacher, studio):
    studio.get(f"/xblock/{demo}/studio_view")

    services = modulestore().services
    user = services["user"].get_current_user()
    assert user.opt_attrs["edx-platform.user_id"] == teacher.id
    assert user.opt_attrs["edx-platform.anonymous_user_id"] is None
    assert "publish" not in services


def test_handler_urls_in_studio_are_its_own(demo):
    block = modulestore().get_item(demo)

    assert block.runtime.handler_url(block, "whoami") == f"/xblock/{demo}/handler/whoami"


def test_blocks_have_the_fields_that_only_authors_see(demo):
    assert {"copied_from_block", "upstream"} <= set(modulestore().get_item(demo).fields)


def test_a_block_is_created_edited_and_deleted_over_http(demo, studio):
    unit = modulestore().get_parent_location(demo)
    made = studio.post(
        "/xblock/", {"parent_locator": str(unit), "category": "demo_graded"}, content_type="application/json"
    ).json()["locator"]

    edited = studio.post(f"/xblock/{made}", {"metadata": {"weight": 3}}, content_type="application/json")
    deleted = studio.delete(f"/xblock/{made}")

    assert (edited.status_code, deleted.status_code) == (200, 204)
    assert modulestore().get_item(unit).children == [demo]


def test_copy_and_paste_over_http(demo, studio):
    unit = modulestore().get_parent_location(demo)
    studio.post("/api/content-staging/v1/clipboard/", {"usage_key": str(demo)}, content_type="application/json")

    answer = studio.post(
        "/xblock/", {"parent_locator": str(unit), "staged_content": "clipboard"}, content_type="application/json"
    )

    assert answer.json()["locator"].endswith("block@demo_graded2")


def test_a_paste_whose_source_is_gone_is_refused(demo, studio):
    unit = modulestore().get_parent_location(demo)
    studio.post("/api/content-staging/v1/clipboard/", {"usage_key": str(demo)}, content_type="application/json")
    studio.delete(f"/xblock/{demo}")
    studio.post(f"/xblock/{unit}", {"publish": "make_public"}, content_type="application/json")

    answer = studio.post(
        "/xblock/", {"parent_locator": str(unit), "staged_content": "clipboard"}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()) == (400, {"error": "There was a problem pasting your component."})


def test_strangers_may_neither_add_nor_delete(demo, db):
    client = Client()
    client.force_login(people.make_user("stranger"))
    unit = modulestore().get_parent_location(demo)

    added = client.post(
        "/xblock/", {"parent_locator": str(unit), "category": "demo_graded"}, content_type="application/json"
    )

    assert (added.status_code, client.delete(f"/xblock/{demo}").status_code) == (403, 403)


@pytest.mark.parametrize("action", ["duplicate", "copy", "delete", "publish", "discard", "add", "paste"])
def test_the_buttons_of_the_unit_page_work(demo, studio, action):
    unit = modulestore().get_parent_location(demo)

    answer = studio.post(f"/container/{unit}", {"action": action, "block": str(demo), "category": "demo_graded"})

    assert answer.status_code == 302
    assert studio.get(f"/container/{unit}").status_code == 200


def test_the_outline_shows_units_to_authors_only(demo, ada, studio):
    learner = Client()
    learner.force_login(ada)

    assert str(modulestore().get_parent_location(demo)) in studio.get(f"/course/{demo.course_key}").content.decode()
    assert learner.get(f"/course/{demo.course_key}").status_code == 403
    assert str(demo.course_key) in studio.get("/").content.decode()
