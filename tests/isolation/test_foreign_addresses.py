"""Tools, courses, configurations, routes and methods: what is another tool's is not there, and stays as it is."""

from __future__ import annotations

import itertools
from typing import Final

import pytest

from lti_ags.constants import Scope
from lti_ags.models import LtiAgsDelivery, LtiAgsLineItem
from lti_ags.services.addresses import line_item_url, line_items_url, results_url, scores_url
from tests.isolation.estates import Estate, everything, item_ids, items_of
from tests.support.ags import Ags
from tests.support.tools import RegisteredTool

#: What the requests are about, their route, method, and the answer that the owner gets.
REQUESTS: Final = [
    ("container", "container", "GET", 200),
    ("container", "container", "POST", 201),
    ("platform", "item", "GET", 200),
    ("platform", "item", "PUT", 403),
    ("platform", "item", "DELETE", 403),
    ("platform", "scores", "POST", 200),
    ("platform", "results", "GET", 200),
    ("linked", "item", "GET", 200),
    ("linked", "item", "PUT", 200),
    ("linked", "scores", "POST", 200),
    ("linked", "results", "GET", 200),
    ("linked", "item", "DELETE", 204),
    ("unlinked", "item", "GET", 200),
    ("unlinked", "item", "PUT", 200),
    ("unlinked", "scores", "POST", 200),
    ("unlinked", "results", "GET", 200),
    ("unlinked", "item", "DELETE", 204),
]
NAMES: Final = [f"{method} {target} {route}" for target, route, method, _answer in REQUESTS]


def pairs(estates: list[Estate]) -> list[tuple[RegisteredTool, Estate]]:
    """Each tool with each estate of the other one."""
    tools = {estate.tool.client_id: estate.tool for estate in estates}.values()
    return [(tool, estate) for tool, estate in itertools.product(tools, estates) if estate.tool is not tool]


@pytest.mark.conformance("B-04", "B-05")
@pytest.mark.parametrize(("target", "route", "method", "_answer"), REQUESTS, ids=NAMES)
def test_foreign_is_not_found_and_nothing_changes(
    estates: list[Estate], target: str, route: str, method: str, _answer: int
) -> None:
    before = everything()

    assert len(pairs(estates)) == 4
    for stranger, estate in pairs(estates):
        response = Ags(stranger).request(method, estate.url(target, route), estate.body(route, method))

        assert (response.status_code, response.json()["code"]) == (404, "not_found"), estate.name
        assert everything() == before


@pytest.mark.conformance("B-05")
@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.name)
def test_foreign_is_not_found_whatever_the_scope_and_the_body(estates: list[Estate], scope: Scope) -> None:
    before = everything()

    for stranger, estate in pairs(estates):
        ags = Ags(stranger, (scope,))
        answers = {
            ags.request(method, estate.url(target, route), b"{").status_code for target, route, method, _ in REQUESTS
        }

        assert answers == {404}
    assert everything() == before


@pytest.mark.parametrize(("target", "route", "method", "answer"), REQUESTS, ids=NAMES)
def test_owner_reaches_the_same_in_each_course(
    estates: list[Estate], target: str, route: str, method: str, answer: int
) -> None:
    for estate in estates:
        response = Ags(estate.tool).request(method, estate.url(target, route), estate.body(route, method))

        assert response.status_code == answer, (estate.name, response.content)


@pytest.mark.parametrize(("target", "route", "method", "_answer"), REQUESTS, ids=NAMES)
def test_foreign_and_missing_are_told_in_the_same_words(
    estates: list[Estate], target: str, route: str, method: str, _answer: int
) -> None:
    stranger, estate = pairs(estates)[0]
    number = 987_654_321
    missing = {
        "container": line_items_url("00000000-0000-4000-8000-000000000000"),
        "item": line_item_url(number),
        "scores": scores_url(number),
        "results": results_url(number),
    }[route]
    ags = Ags(stranger)

    answers = [ags.request(method, url, estate.body(route, method)) for url in (estate.url(target, route), missing)]

    foreign, unknown = ({**answer.json(), "deliveryId": ""} for answer in answers)
    assert foreign == unknown
    assert dict(answers[0].items()) == {**dict(answers[1].items()), "Content-Length": answers[0]["Content-Length"]}


def test_record_of_a_foreign_score_names_the_sender_and_no_item(estates: list[Estate]) -> None:
    stranger, estate = pairs(estates)[0]
    response = Ags(stranger).post_score(estate.items["linked"], estate.body("scores", "POST"))

    delivery = LtiAgsDelivery.objects.get(uuid=response.json()["deliveryId"])

    assert delivery.tool == stranger.tool
    assert (delivery.line_item, delivery.context) == (None, None)


@pytest.mark.conformance("LI-02")
def test_container_lists_what_the_tool_has_in_that_course(estates: list[Estate]) -> None:
    for estate in estates:
        assert item_ids(Ags(estate.tool).list_items(estate.context)) == items_of(estate.context)


def test_filters_of_a_container_find_nothing_of_other_contexts(estates: list[Estate]) -> None:
    for mine, other in itertools.permutations(estates, 2):
        ags = Ags(mine.tool)

        for block in (other.programmatic_block, other.declarative_block):
            assert ags.list_items(mine.context, resource_link_id=str(block)).json() == []
        assert item_ids(ags.list_items(mine.context, resource_id="r-1", tag="t-1")) == {
            mine.items["linked"],
            mine.items["unlinked"],
        }


def test_page_of_one_container_opens_no_other(estates: list[Estate]) -> None:
    first = estates[0]
    link = Ags(first.tool).list_items(first.context, limit=1)["Link"]
    query = link.partition(">")[0].partition("?")[2]

    for other in estates[1:]:
        assert Ags(other.tool).get(f"{line_items_url(other.context.uuid)}?{query}").status_code == 400


def test_ids_of_foreign_items_cannot_be_guessed_from_ones_own(estates: list[Estate]) -> None:
    last = LtiAgsLineItem.objects.order_by("-pk").values_list("pk", flat=True)[0]

    for tool in (estates[0].tool, estates[2].tool):
        ags = Ags(tool)
        seen = {number for number in range(1, last + 2) if ags.get_item(number).status_code == 200}

        assert seen == {number for estate in estates if estate.tool is tool for number in items_of(estate.context)}
