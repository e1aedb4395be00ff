"""Line items are linked to the tool's own programmatic blocks in the same course, and stay where they are."""

from __future__ import annotations

import itertools

import pytest
from opaque_keys.edx.keys import UsageKey

from tests.isolation.estates import Estate, everything, item_ids, items_of
from tests.support.ags import LINE_ITEM, Ags
from tests.support.courses import configuration_of


@pytest.mark.conformance("LI-13")
def test_foreign_blocks_cannot_be_linked_to(estates: list[Estate]) -> None:
    before = everything()

    for mine, other in itertools.permutations(estates, 2):
        ags = Ags(mine.tool)
        for block in (other.programmatic_block, other.declarative_block):
            response = ags.create_item(mine.context, resourceLinkId=str(block))

            assert (response.status_code, response.json()["code"]) == (404, "resource_link_not_found")
            assert response.json()["pointer"] == "/resourceLinkId"
    assert everything() == before


@pytest.mark.conformance("LI-13")
def test_declarative_blocks_cannot_be_linked_to(estates: list[Estate]) -> None:
    before = everything()

    for mine in estates:
        response = Ags(mine.tool).create_item(mine.context, resourceLinkId=str(mine.declarative_block))

        assert (response.status_code, response.json()["code"]) == (403, "grading_mode_forbids")
    assert everything() == before


@pytest.mark.parametrize("item", ["linked", "unlinked"])
def test_item_cannot_be_moved_to_another_block(estates: list[Estate], item: str) -> None:
    mine = estates[0]
    own = mine.course.add_block(mine.tool.tool, grading_mode="programmatic")
    configuration_of(own)
    blocks: list[UsageKey] = [own, mine.declarative_block]
    blocks += [block for other in estates[1:] for block in (other.programmatic_block, other.declarative_block)]
    ags = Ags(mine.tool)
    before = everything()

    for block in blocks:
        response = ags.put_item(mine.items[item], **LINE_ITEM, resourceLinkId=str(block))

        assert response.status_code == 400, block
        assert response.json()["pointer"] == "/resourceLinkId"
    assert everything() == before


def test_item_cannot_be_replaced_by_naming_anothers_id(estates: list[Estate]) -> None:
    mine, other = estates[0], estates[2]
    before = everything()

    response = Ags(mine.tool).put_item(mine.items["linked"], id=other.url("linked", "item"))

    assert (response.status_code, response.json()["pointer"]) == (400, "/id")
    assert everything() == before


@pytest.mark.conformance("B-04")
def test_block_that_changed_its_tool_takes_nothing_along(estates: list[Estate]) -> None:
    former, heir = estates[0], estates[2]
    for block in (former.programmatic_block, former.declarative_block):
        former.course.change(block, lti_tool=str(heir.tool.tool.uuid))
        configuration_of(block)
    # Without one, the former tool could make no line items in the course at all.
    configuration_of(former.course.add_block(former.tool.tool, grading_mode="programmatic"))
    before = everything()
    gone = [former.items["linked"], former.items["platform"]]

    for tool in (former.tool, heir.tool):
        ags = Ags(tool)
        for item in gone:
            answers = {ags.get_item(item), ags.get_results(item), ags.put_item(item), ags.delete_item(item)}
            answers.add(ags.post_score(item, former.body("scores", "POST")))
            assert {answer.status_code for answer in answers} == {404}
    linked_by_former = Ags(former.tool).create_item(former.context, resourceLinkId=str(former.programmatic_block))
    assert linked_by_former.status_code == 404
    assert everything() == before


@pytest.mark.conformance("B-04")
def test_new_tool_of_a_block_starts_without_results_and_the_former_finds_its_own_again(
    estates: list[Estate],
) -> None:
    former, heir = estates[0], estates[2]
    block = former.declarative_block
    former.course.change(block, lti_tool=str(heir.tool.tool.uuid))
    configuration_of(block)
    fresh = item_ids(Ags(heir.tool).list_items(heir.context, resource_link_id=str(block)))
    assert len(fresh) == 1
    assert not fresh & items_of(former.context)
    assert Ags(heir.tool).get_results(fresh.pop()).json() == []

    former.course.change(block, lti_tool=str(former.tool.tool.uuid))
    configuration_of(block)

    again = item_ids(Ags(former.tool).list_items(former.context, resource_link_id=str(block)))
    assert again == {former.items["platform"]}
    results = Ags(former.tool).get_results(former.items["platform"]).json()
    assert {result["userId"] for result in results} == {former.subject}
    assert Ags(heir.tool).list_items(heir.context, resource_link_id=str(block)).json() == []
