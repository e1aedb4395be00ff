"""Who may do what: every route and method, with every set of scopes, in both grading modes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import Scope
from lti_ags.models import LtiAgsDelivery, LtiAgsLineItem, LtiAgsScore, LtiContext
from lti_ags.services.addresses import line_item_url, line_items_url, results_url, scores_url
from tests.support.ags import Ags
from tests.support.courses import Course, configuration_of, make_course, make_learner, subject_of
from tests.support.examples import example
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

MANAGE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
READ = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
RESULTS = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORES = "https://purl.imsglobal.org/spec/lti-ags/scope/score"

SCOPE_SETS: Final = [
    frozenset(chosen)
    for size in range(1, 5)
    for chosen in itertools.combinations((MANAGE, READ, RESULTS, SCORES), size)
]


@dataclass
class Scene:
    """A tool with one block in one mode, a learner, and one line item to work on."""

    tool: RegisteredTool
    context: LtiContext
    mode: str
    block: UsageKey
    learner: str

    def line_item(self) -> LtiAgsLineItem:
        """The platform's item where it makes one; else the tool's own, made anew when it was deleted."""
        live = LtiAgsLineItem.objects.filter(context=self.context, deleted_at=None).order_by("id").first()
        if live is not None:
            return live
        number = Ags(self.tool).made_item(self.context, resourceLinkId=str(self.block))
        return LtiAgsLineItem.objects.get(pk=number)

    def url(self, route: str) -> str:
        if route == "container":
            return line_items_url(self.context.uuid)
        number = self.line_item().pk
        return {"item": line_item_url, "scores": scores_url, "results": results_url}[route](number)

    def body(self, route: str, method: str) -> Any:
        if method not in {"POST", "PUT"}:
            return None
        return example("score", userId=self.learner) if route == "scores" else example("line_item")


@pytest.fixture(params=["declarative", "programmatic"])
def scene(request: pytest.FixtureRequest, tool: RegisteredTool, course: Course) -> Scene:
    block = course.add_block(tool.tool, grading_mode=request.param)
    configuration_of(block)
    learner = subject_of(make_learner(course), block).subject
    context = tool.tool.contexts.get()
    return Scene(tool, context, request.param, block, learner)


def state() -> Any:
    """Everything that a tool could change."""
    return (
        list(LtiAgsLineItem.objects.order_by("id").values()),
        list(LtiAgsScore.objects.order_by("id").values()),
    )


# route, method, the scopes of which any one will do, the modes in which it is possible, and the answer then.
ALLOWED: Final = [
    ("container", "GET", {MANAGE, READ}, {"declarative", "programmatic"}, 200),
    ("container", "POST", {MANAGE}, {"programmatic"}, 201),
    ("item", "GET", {MANAGE, READ}, {"declarative", "programmatic"}, 200),
    ("item", "PUT", {MANAGE}, {"programmatic"}, 200),
    ("item", "DELETE", {MANAGE}, {"programmatic"}, 204),
    ("scores", "POST", {SCORES}, {"declarative", "programmatic"}, 200),
    ("results", "GET", {RESULTS}, {"declarative", "programmatic"}, 200),
]


@pytest.mark.conformance("B-03", "B-05", "C-06", "T-15", "LI-20", "G-06")
@pytest.mark.parametrize(
    "scopes", SCOPE_SETS, ids=lambda scopes: "+".join(sorted(s.rpartition("/")[2] for s in scopes))
)
def test_scope_and_mode_must_both_allow(scene: Scene, scopes: frozenset[str]) -> None:
    ags = Ags(scene.tool, tuple(scopes))

    for route, method, opening, modes, success in ALLOWED:
        url, body = scene.url(route), scene.body(route, method)
        before = state()

        response = ags.request(method, url, body)

        told = (route, method, response.status_code, response.content)
        if not scopes & opening:
            assert response.status_code == 403, told
            assert response.json()["code"] == "insufficient_scope", told
            assert response["WWW-Authenticate"] == 'Bearer realm="lti_ags", error="insufficient_scope"'
        elif scene.mode not in modes:
            assert response.status_code == 403, told
            assert response.json()["code"] == "grading_mode_forbids", told
            assert "Tool Grading Configuration" in response.json()["message"], told
        else:
            assert response.status_code == success, told
        if response.status_code == 403 or method == "GET":
            assert state() == before, told
        else:
            assert state() != before, told


NOT_ALLOWED: Final = {
    "container": {"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"},
    "item": {"POST", "PATCH", "HEAD", "OPTIONS", "TRACE"},
    "scores": {"GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"},
    "results": {"POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"},
}
OFFERED: Final = {"container": "GET, POST", "item": "GET, PUT, DELETE", "scores": "POST", "results": "GET"}


@pytest.mark.conformance("G-05", "S-02", "RS-01", "LI-30")
@pytest.mark.parametrize("route", ["container", "item", "scores", "results"])
def test_other_methods_are_told_which_ones_there_are(scene: Scene, route: str) -> None:
    ags = Ags(scene.tool)
    url = scene.url(route)
    before = state()

    for method in sorted(NOT_ALLOWED[route]):
        response = ags.request(method, url, example("line_item"))

        assert response.status_code == 405, method
        assert response["Allow"] == OFFERED[route]
        if method != "HEAD":
            assert response.json()["code"] == "method_not_allowed"
    assert state() == before


@pytest.mark.conformance("B-04", "LI-02", "LI-21")
def test_another_tool_finds_nothing_whatever_its_scopes(scene: Scene, other_tool: RegisteredTool) -> None:
    stranger = Ags(other_tool)

    for route, method, *_ in ALLOWED:
        url, body = scene.url(route), scene.body(route, method)
        before = state()

        response = stranger.request(method, url, body)

        assert response.status_code == 404, (route, method)
        assert response.json()["code"] == "not_found"
        assert state() == before


@pytest.mark.conformance("B-05")
def test_what_is_foreign_is_not_found_even_without_the_scope(scene: Scene, other_tool: RegisteredTool) -> None:
    for scope in Scope:
        stranger = Ags(other_tool, (scope,))
        for route, method, *_ in ALLOWED:
            assert stranger.request(method, scene.url(route), b"{").status_code == 404, (scope, route, method)


@pytest.mark.conformance("B-05")
def test_body_is_not_looked_at_without_the_scope(scene: Scene) -> None:
    reader = Ags(scene.tool, (Scope.LINE_ITEM_READONLY,))

    for route, method in [("container", "POST"), ("item", "PUT"), ("scores", "POST")]:
        response = reader.request(method, scene.url(route), b"\xff not JSON", content_type="text/plain")

        assert (response.status_code, response.json()["code"]) == (403, "insufficient_scope")


@pytest.mark.conformance("B-01", "B-02", "B-06")
@pytest.mark.parametrize(
    ("header", "challenge", "code"),
    [
        (None, 'Bearer realm="lti_ags"', "missing_token"),
        ("Basic dG9vbDpzZWNyZXQ=", 'Bearer realm="lti_ags"', "missing_token"),
        ("Bearer", 'Bearer realm="lti_ags", error="invalid_token"', "invalid_token"),
        ("Bearer not.a.token", 'Bearer realm="lti_ags", error="invalid_token"', "invalid_token"),
        ("Bearer two words", 'Bearer realm="lti_ags", error="invalid_token"', "invalid_token"),
    ],
    ids=["none", "basic", "empty", "foreign", "two"],
)
def test_request_without_a_good_token_is_refused(
    scene: Scene, client: Any, header: str | None, challenge: str, code: str
) -> None:
    good = Ags(scene.tool).headers["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    scene.line_item()
    before = state()

    for route, method, *_ in ALLOWED:
        # A token in the query counts for nothing.
        response = client.generic(method, f"{scene.url(route)}?access_token={good}", b"{}", **headers)

        assert response.status_code == 401, (route, method)
        assert response["WWW-Authenticate"] == challenge
        assert response.json()["code"] == code
        assert good not in response.content.decode()
    assert state() == before
    assert not LtiAgsDelivery.objects.exists()


@pytest.mark.conformance("T-21", "B-02")
def test_token_of_a_disabled_tool_stops_working_at_once(scene: Scene) -> None:
    ags = Ags(scene.tool)
    scores = scene.url("scores")
    assert ags.get(scene.url("container")).status_code == 200

    scene.tool.tool.is_enabled = False
    scene.tool.tool.save()

    assert ags.get(scene.url("container")).status_code == 401
    assert ags.request("POST", scores, example("score")).status_code == 401


@pytest.mark.conformance("T-16", "C-08")
def test_token_works_in_every_context_of_the_tool(scene: Scene) -> None:
    ags = Ags(scene.tool)
    elsewhere = make_course()
    configuration_of(elsewhere.add_block(scene.tool.tool, grading_mode="programmatic"))
    other_context = scene.tool.tool.contexts.exclude(pk=scene.context.pk).get()

    assert ags.list_items(scene.context).status_code == 200
    assert ags.create_item(other_context).status_code == 201


def test_unlinked_item_is_governed_by_whether_the_tool_has_a_programmatic_block(
    ags: Ags, context: LtiContext, course: Course, programmatic_block: UsageKey
) -> None:
    unlinked = ags.made_item(context)
    assert ags.put_item(unlinked, label="Renamed").status_code == 200

    course.change(programmatic_block, grading_mode="declarative")
    configuration_of(programmatic_block)

    assert ags.get_item(unlinked).status_code == 200
    refused = ags.put_item(unlinked, label="Again")
    assert (refused.status_code, refused.json()["code"]) == (403, "grading_mode_forbids")
    assert LtiAgsLineItem.objects.get(pk=unlinked).label == "Renamed"


def test_mode_of_the_linked_block_governs_whatever_other_blocks_allow(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, declarative_block: UsageKey
) -> None:
    declarative_item = LtiAgsLineItem.objects.get(lti_configuration__location=declarative_block)
    programmatic_item = ags.made_item(context, resourceLinkId=str(programmatic_block))

    assert ags.put_item(programmatic_item).status_code == 200
    assert ags.put_item(declarative_item.pk).json()["code"] == "grading_mode_forbids"
    assert ags.delete_item(declarative_item.pk).json()["code"] == "grading_mode_forbids"


@pytest.mark.conformance("B-04")
def test_item_in_a_block_that_now_has_another_tool_is_gone_for_the_former_one(
    ags: Ags, context: LtiContext, course: Course, programmatic_block: UsageKey, other_tool: RegisteredTool
) -> None:
    item = ags.made_item(context, resourceLinkId=str(programmatic_block))

    course.change(programmatic_block, lti_tool=str(other_tool.tool.uuid))
    configuration_of(programmatic_block)

    assert ags.get_item(item).status_code == 404
    assert ags.get_results(item).status_code == 404
    assert ags.put_item(item).status_code == 404
    assert ags.delete_item(item).status_code == 404
    assert ags.list_items(context).json() == []
    assert Ags(other_tool).get_item(item).status_code == 404
