"""Each request of the table of bad requests: what is answered, and that nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from lti_ags.models import LtiAgsDelivery, LtiAgsLineItem, UsedToken
from tests.rest_api.bad_requests import BadRequest, bad_requests
from tests.support.ags import Ags
from tests.support.courses import configuration_of, external_id, make_course, make_learner, make_user, subject_of
from tests.support.examples import example
from tests.support.tools import RegisteredTool

TABLE = list(bad_requests())
#: Each refused score leaves a record, and each token request a mark.
MAY_CHANGE = {LtiAgsDelivery, UsedToken}

State = dict[str, list[dict[str, Any]]]


def state() -> State:
    """Every row of every other table, the platform's own included."""
    tables = [model for model in apps.get_models() if model not in MAY_CHANGE and model._meta.managed]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in tables}


@dataclass
class Scene:
    """A tool at work in a course, and what it must not reach."""

    ags: Ags
    places: dict[str, str]
    state: State = field(default_factory=dict)

    def send(self, request: BadRequest) -> Any:
        """Send a request with what there is in the places."""
        url, body = request.url, request.body
        for place, value in self.places.items():
            url = url.replace(place, value)
            body = None if body is None else body.replace(place.encode(), value.encode())
        return self.ags.request(request.method, url, body, content_type=request.content_type)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Made once: what every request has to leave as it is."""
    with django_db_blocker.unblock(), transaction.atomic():
        scene = make_scene()
        scene.state = state()
        yield scene
        transaction.set_rollback(True)


def make_scene() -> Scene:
    tool, other = RegisteredTool.register("Quiz tool"), RegisteredTool.register("Essay tool")
    course = make_course()
    programmatic = course.add_block(tool.tool, grading_mode="programmatic")
    declarative = course.add_block(tool.tool)
    others_block = course.add_block(other.tool, grading_mode="programmatic")
    for block in (programmatic, declarative, others_block):
        configuration_of(block)
    context, others_context = tool.tool.contexts.get(), other.tool.contexts.get()
    ags = Ags(tool)
    item = ags.made_item(context, **example("line_item_full", resourceLinkId=str(programmatic)))
    deleted = ags.made_item(context)
    assert ags.delete_item(deleted).status_code == 204
    user_id = subject_of(make_learner(course), programmatic).subject
    assert ags.post_score(item, example("score", userId=user_id)).status_code == 200
    platforms = LtiAgsLineItem.objects.get(platform_item_of__location=declarative)
    places = {
        "<user>": user_id,
        "<item>": str(item),
        "<link>": str(programmatic),
        "<context>": str(context.uuid),
        "<other tool's item>": str(Ags(other).made_item(others_context)),
        "<other tool's context>": str(others_context.uuid),
        "<other tool's link>": str(others_block),
        "<deleted item>": str(deleted),
        "<platform's item>": str(platforms.pk),
        "<declarative link>": str(declarative),
        "<stranger>": external_id(make_user("stranger")),
    }
    return Scene(ags, places)


@pytest.mark.conformance(
    "G-04", "G-05", "G-06", "B-04", "B-05", "J-01", "J-02", "LI-08", "LI-10", "LI-12", "LI-13", "LI-15", "LI-16",
    "LI-17", "LI-21", "LI-23", "LI-24", "LI-28", "LI-30", "S-02", "S-03", "S-04", "S-05", "S-08", "S-09", "S-10",
    "S-11", "S-12", "S-13", "S-14", "S-15", "S-28", "RS-08",
)  # fmt: skip
@pytest.mark.parametrize("request_", TABLE, ids=[row.name for row in TABLE])
def test_bad_request_is_refused_and_changes_nothing(scene: Scene, request_: BadRequest) -> None:
    deliveries = LtiAgsDelivery.objects.count()

    response = scene.send(request_)

    told = response.json()
    assert (response.status_code, told["code"]) == (request_.status, request_.code), told
    assert told.get("pointer", told.get("field")) == request_.at, told
    assert response["Content-Type"] == "application/json"
    assert told["message"]
    assert len(told["message"]) < 600
    assert state() == scene.state
    if "deliveryId" in told:
        delivery = LtiAgsDelivery.objects.get(uuid=told["deliveryId"])
        assert (delivery.status, delivery.code, delivery.message) == (request_.status, request_.code, told["message"])
    is_score = request_.method == "POST" and request_.url.endswith("/scores")
    assert LtiAgsDelivery.objects.count() == deliveries + is_score
    assert ("deliveryId" in told) == is_score


def test_table_is_long_and_names_each_request_once() -> None:
    assert len(TABLE) >= 300
    assert len({row.name for row in TABLE}) == len(TABLE)
