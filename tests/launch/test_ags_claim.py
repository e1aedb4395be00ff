"""The AGS claim of a launch: what the tool may do with grades, and where."""

from __future__ import annotations

from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import GradingMode, MediaType, Scope
from lti_ags.models import LtiAgsLineItem
from tests.support.ags import Ags
from tests.support.courses import Course, make_course, make_learner, make_staff
from tests.support.launches import Launch, ags_claim, signed_in
from tests.support.tools import RegisteredTool

ALL_SCOPES = [Scope.LINE_ITEM, Scope.LINE_ITEM_READONLY, Scope.RESULT_READONLY, Scope.SCORE]
CUSTOM = "https://purl.imsglobal.org/spec/lti/claim/custom"


def endpoint(user: Any, tool: RegisteredTool, location: UsageKey) -> dict[str, Any]:
    """The claim of a launch, which must be there."""
    return ags_claim(Launch(signed_in(user), tool, location).claims())


def made(ags: Ags, line_items: str, item: dict[str, Any]) -> dict[str, Any]:
    """A line item that the tool creates at the address of the claim."""
    response = ags.request("POST", line_items, item, content_type=MediaType.LINE_ITEM.value)
    assert response.status_code == 201, response.content
    return response.json()


@pytest.mark.conformance("C-01", "C-02", "C-03", "C-04", "C-06", "C-10")
def test_a_declarative_block_gives_both_addresses_and_three_scopes(
    tool: RegisteredTool, learner: Any, declarative_block: UsageKey
) -> None:
    claim = endpoint(learner, tool, declarative_block)

    item = LtiAgsLineItem.objects.get()
    assert claim == {
        "scope": [Scope.LINE_ITEM_READONLY, Scope.RESULT_READONLY, Scope.SCORE],
        "lineitems": f"http://127.0.0.1:8000/api/lti_ags/v1/contexts/{item.context.uuid}/line_items",
        "lineitem": f"http://127.0.0.1:8000/api/lti_ags/v1/line_items/{item.pk}",
    }


@pytest.mark.conformance("C-04", "C-10", "C-11")
def test_a_programmatic_block_without_items_gives_the_container_and_all_scopes(
    tool: RegisteredTool, learner: Any, programmatic_block: UsageKey
) -> None:
    claim = endpoint(learner, tool, programmatic_block)

    assert claim["scope"] == ALL_SCOPES
    assert set(claim) == {"scope", "lineitems"}


@pytest.mark.conformance("C-01", "C-02")
def test_staff_get_the_claim_as_learners_do(
    tool: RegisteredTool, learner: Any, course: Course, declarative_block: UsageKey
) -> None:
    assert endpoint(make_staff(course), tool, declarative_block) == endpoint(learner, tool, declarative_block)


@pytest.mark.conformance("C-01")
@pytest.mark.parametrize("fields", [{"has_score": False}, {"weight": 0.0}], ids=["not graded", "no points"])
def test_a_block_that_is_not_graded_gives_no_claim(
    course: Course, tool: RegisteredTool, learner: Any, fields: dict[str, Any]
) -> None:
    location = course.add_block(tool.tool, **fields)

    assert ags_claim(Launch(signed_in(learner), tool, location).claims()) is None


@pytest.mark.conformance("C-04", "C-05", "C-07")
def test_the_line_item_is_named_while_the_link_has_exactly_one(
    tool: RegisteredTool, learner: Any, programmatic_block: UsageKey, ags: Ags
) -> None:
    line_items = endpoint(learner, tool, programmatic_block)["lineitems"]
    named: list[str | None] = []
    items = [{"label": label, "scoreMaximum": 1, "resourceLinkId": str(programmatic_block)} for label in ("a", "b")]

    first = made(ags, line_items, items[0])
    named.append(endpoint(learner, tool, programmatic_block).get("lineitem"))
    second = made(ags, line_items, items[1])
    named.append(endpoint(learner, tool, programmatic_block).get("lineitem"))
    ags.request("DELETE", second["id"])
    named.append(endpoint(learner, tool, programmatic_block).get("lineitem"))

    assert named == [first["id"], None, first["id"]]


@pytest.mark.conformance("C-05")
def test_an_item_that_is_linked_to_nothing_is_not_named(
    tool: RegisteredTool, learner: Any, programmatic_block: UsageKey, ags: Ags
) -> None:
    line_items = endpoint(learner, tool, programmatic_block)["lineitems"]

    made(ags, line_items, {"label": "loose", "scoreMaximum": 1})

    assert "lineitem" not in endpoint(learner, tool, programmatic_block)


@pytest.mark.conformance("C-10")
def test_declarative_again_names_the_platforms_item_whatever_the_tool_made(
    tool: RegisteredTool, learner: Any, course: Course, programmatic_block: UsageKey, ags: Ags
) -> None:
    line_items = endpoint(learner, tool, programmatic_block)["lineitems"]
    made(ags, line_items, {"label": "mine", "scoreMaximum": 1, "resourceLinkId": str(programmatic_block)})

    course.change(programmatic_block, grading_mode=GradingMode.DECLARATIVE.value)

    claim = endpoint(learner, tool, programmatic_block)
    platform_item = LtiAgsLineItem.objects.get(platform_item_of__isnull=False)
    assert claim["lineitem"].endswith(f"/line_items/{platform_item.pk}")
    assert Scope.LINE_ITEM not in claim["scope"]


@pytest.mark.conformance("C-10")
def test_a_tool_with_a_declarative_ceiling_gets_no_more(course: Course, learner: Any) -> None:
    tool = RegisteredTool.register(grading_mode_ceiling=GradingMode.DECLARATIVE)
    location = course.add_block(tool.tool, grading_mode=GradingMode.PROGRAMMATIC.value)

    claim = endpoint(learner, tool, location)

    assert Scope.LINE_ITEM not in claim["scope"]
    assert "lineitem" in claim


@pytest.mark.conformance("C-03", "C-08")
def test_the_container_is_the_courses_and_the_same_in_every_launch(
    tool: RegisteredTool, learner: Any, declarative_block: UsageKey, programmatic_block: UsageKey
) -> None:
    addresses = {endpoint(learner, tool, block)["lineitems"] for block in (declarative_block, programmatic_block)}
    addresses.add(endpoint(learner, tool, declarative_block)["lineitems"])
    other = make_course()

    elsewhere = endpoint(make_learner(other), tool, other.add_block(tool.tool))["lineitems"]

    assert len(addresses) == 1
    assert elsewhere not in addresses


@pytest.mark.conformance("C-06", "C-07", "C-09")
def test_every_scope_of_the_claim_can_be_had_and_the_addresses_work(
    tool: RegisteredTool, learner: Any, declarative_block: UsageKey, ags: Ags
) -> None:
    claim = endpoint(learner, tool, declarative_block)

    [item] = ags.get(claim["lineitems"]).json()

    assert item["id"] == claim["lineitem"]
    assert not any("scores" in str(value) or "results" in str(value) for value in claim.values())


@pytest.mark.conformance("D-04")
def test_the_variables_of_ags_are_filled_in(course: Course, tool: RegisteredTool, learner: Any) -> None:
    custom = {"items": "$LineItems.url", "item": "$LineItem.url", "other": "$Context.id", "in_text": "x $LineItem.url"}
    location = course.add_block(tool.tool, custom_parameters=custom)

    claims = Launch(signed_in(learner), tool, location).claims()

    claim = ags_claim(claims)
    assert claims[CUSTOM] == {**custom, "items": claim["lineitems"], "item": claim["lineitem"]}


@pytest.mark.conformance("D-04")
def test_the_line_item_variable_stays_as_it_is_without_exactly_one_item(
    course: Course, tool: RegisteredTool, learner: Any
) -> None:
    location = course.add_block(
        tool.tool, grading_mode=GradingMode.PROGRAMMATIC.value, custom_parameters={"item": "$LineItem.url"}
    )

    claims = Launch(signed_in(learner), tool, location).claims()

    assert claims[CUSTOM] == {"item": "$LineItem.url"}
