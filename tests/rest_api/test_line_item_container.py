"""The line item container: what is listed, filtered, and page by page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from hypothesis import given, settings
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsLineItem, LtiContext
from lti_ags.services.addresses import line_item_url, line_items_url
from tests.support.ags import Ags
from tests.support.courses import Course, configuration_of
from tests.support.secret_lists import NEW, OLD
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"


def numbers(response: HttpResponse) -> list[int]:
    """The ids in a list, without what all of them begin with."""
    assert response.status_code == 200, response.content
    return [int(item["id"].rpartition("/")[2]) for item in response.json()]


def next_url(response: HttpResponse) -> str | None:
    """The URL of the next page, taken out as a common client does it: from a header in lower case."""
    if "Link" not in response:
        return None
    url, _, relation = response["Link"].lower().partition(">; ")
    assert relation == 'rel="next"'
    return url.removeprefix("<")


def walk(ags: Ags, first: HttpResponse) -> list[list[int]]:
    """Follow the links to the last page."""
    pages = [numbers(first)]
    url = next_url(first)
    while url is not None:
        response = ags.get(url)
        pages.append(numbers(response))
        url = next_url(response)
    return pages


@pytest.mark.conformance("LI-01", "LI-02", "LI-20", "N-01", "C-07")
def test_container_lists_platform_made_and_tool_made_items(
    ags: Ags, context: LtiContext, declarative_block: UsageKey, programmatic_block: UsageKey
) -> None:
    linked = ags.made_item(context, resourceLinkId=str(programmatic_block), tag="grade")
    unlinked = ags.made_item(context, label="Left over")

    response = ags.list_items(context)

    platform_item = LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block)
    assert response["Content-Type"] == CONTAINER_TYPE
    assert response.json() == [
        {
            "id": line_item_url(platform_item.pk),
            "label": "Quiz",
            "scoreMaximum": 10,
            "resourceLinkId": str(declarative_block),
            "startDateTime": "2020-01-01T00:00:00Z",
        },
        {
            "id": line_item_url(linked),
            "label": "Chapter 5 Test",
            "scoreMaximum": 60,
            "tag": "grade",
            "resourceLinkId": str(programmatic_block),
        },
        {"id": line_item_url(unlinked), "label": "Left over", "scoreMaximum": 60},
    ]


@pytest.mark.conformance("B-04", "LI-02")
def test_container_holds_nothing_of_other_tools_and_courses(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, course: Course, other_tool: RegisteredTool
) -> None:
    own = ags.made_item(context)
    configuration_of(course.add_block(other_tool.tool, grading_mode="programmatic"))
    others = Ags(other_tool).made_item(other_tool.tool.contexts.get())

    assert numbers(ags.list_items(context)) == [own]
    assert numbers(Ags(other_tool).list_items(other_tool.tool.contexts.get())) == [others]


@pytest.mark.conformance("N-02", "N-03", "S-27")
@pytest.mark.parametrize(
    "accept",
    ["application/json", "application/vnd.ims.lis.v2.lineitem+json", "text/html", "*/*;q=0", "image/png, nonsense", ""],
)
def test_any_accept_header_gets_the_containers_own_type(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, accept: str
) -> None:
    ags.made_item(context)

    response = ags.request("GET", ags.container(context), HTTP_ACCEPT=accept)

    assert (response.status_code, response["Content-Type"]) == (200, CONTAINER_TYPE)


@pytest.fixture
def items(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> dict[str, int]:
    """Four items that differ in what filters look at."""
    link = str(programmatic_block)
    return {
        "linked quiz": ags.made_item(context, resourceLinkId=link, resourceId="quiz", tag="grade"),
        "linked essay": ags.made_item(context, resourceLinkId=link, resourceId="essay", tag="grade"),
        "loose quiz": ags.made_item(context, resourceId="quiz", tag="grade"),
        "loose QUIZ": ags.made_item(context, resourceId="QUIZ", tag="Grade "),
    }


@pytest.mark.conformance("LI-03", "LI-04", "LI-05", "J-02")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"resource_link_id": "<link>"}, {"linked quiz", "linked essay"}),
        ({"resource_id": "quiz"}, {"linked quiz", "loose quiz"}),
        ({"resource_id": "QUIZ"}, {"loose QUIZ"}),
        ({"tag": "grade"}, {"linked quiz", "linked essay", "loose quiz"}),
        ({"tag": "Grade "}, {"loose QUIZ"}),
        ({"tag": "Grade"}, set()),
        ({"resource_link_id": "<link>", "resource_id": "quiz"}, {"linked quiz"}),
        ({"resource_id": "quiz", "tag": "grade"}, {"linked quiz", "loose quiz"}),
        ({"resource_link_id": "<link>", "resource_id": "essay", "tag": "none"}, set()),
        ({"resource_id": "unknown"}, set()),
        ({"resource_link_id": "block-v1:No+Such+Run+type@lti_ags+block@1"}, set()),
        ({"resource_link_id": "no key at all"}, set()),
        ({"tag": "x" * 5000}, set()),
        ({"tag": "gr\0ade"}, set()),
        ({"resource_id": "😀"}, set()),
        ({"tag": "", "resource_id": ""}, {"linked quiz", "linked essay", "loose quiz", "loose QUIZ"}),
        ({"lti_link_id": "ignored"}, {"linked quiz", "linked essay", "loose quiz", "loose QUIZ"}),
    ],
)
def test_filters_match_exactly_and_intersect(
    ags: Ags,
    context: LtiContext,
    programmatic_block: UsageKey,
    items: dict[str, int],
    query: dict[str, str],
    found: set[str],
) -> None:
    query = {name: value.replace("<link>", str(programmatic_block)) for name, value in query.items()}

    response = ags.list_items(context, **query)

    assert set(numbers(response)) == {items[name] for name in found}


@pytest.mark.conformance("LI-03")
def test_resource_link_id_is_found_when_its_plus_signs_arrive_as_spaces(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, items: dict[str, int]
) -> None:
    unquoted = f"{line_items_url(context.uuid)}?resource_link_id={programmatic_block}"
    quoted = f"{line_items_url(context.uuid)}?resource_link_id={quote(str(programmatic_block), safe='')}"

    assert "+" in str(programmatic_block)
    assert set(numbers(ags.get(unquoted))) == {items["linked quiz"], items["linked essay"]}
    assert numbers(ags.get(quoted)) == numbers(ags.get(unquoted))


@pytest.mark.conformance("LI-06", "LI-07", "LI-08", "LI-10")
@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (6, [6, 1]), (7, [7]), (1000, [7])])
def test_pages_follow_each_other_and_hold_everything_once(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, limit: int, sizes: list[int]
) -> None:
    made = [ags.made_item(context, label=f"Item {number}") for number in range(7)]

    pages = walk(ags, ags.list_items(context, limit=limit))

    assert [len(page) for page in pages] == sizes
    assert [number for page in pages for number in page] == made


@pytest.mark.conformance("LI-07", "LI-10")
def test_link_carries_filters_and_limit_in_lower_case(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey
) -> None:
    tag = "Größe: MiXed Case"
    wanted = [ags.made_item(context, tag=tag, resourceId="R+1") for _ in range(3)]
    ags.made_item(context, tag=tag.lower(), resourceId="R+1")

    first = ags.list_items(context, tag=tag, resource_id="R+1", limit=1)

    link = first["Link"]
    assert link == link.lower()
    assert link.startswith(f"<{line_items_url(context.uuid)}?page=")
    assert link.endswith('>; rel="next"')
    assert walk(ags, first) == [[number] for number in wanted]


@pytest.mark.conformance("LI-08")
def test_page_without_a_limit_has_the_sites_size(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_LINE_ITEMS_PAGE_SIZE = 2
    settings.LTI_AGS_MAX_PAGE_SIZE = 3
    for _ in range(5):
        ags.made_item(context)

    assert [len(page) for page in walk(ags, ags.list_items(context))] == [2, 2, 1]
    assert [len(page) for page in walk(ags, ags.list_items(context, limit=4))] == [3, 2]
    assert [len(page) for page in walk(ags, ags.list_items(context, limit="9" * 400))] == [3, 2]


def test_default_page_size_is_one_hundred(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    LtiAgsLineItem.objects.bulk_create(
        LtiAgsLineItem(context=context, label=f"Item {number}", score_maximum=1.0) for number in range(101)
    )

    assert [len(page) for page in walk(ags, ags.list_items(context))] == [100, 1]


@pytest.mark.conformance("LI-10")
def test_page_that_was_damaged_or_belongs_elsewhere_is_refused(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey
) -> None:
    first, _ = ags.made_item(context), ags.made_item(context)
    page = next_url(ags.list_items(context, limit=1)).partition("page=")[2]  # type: ignore[union-attr]  # there is one
    damaged = [
        "",
        "2",
        "zz",
        page[:-2],
        page[:-1],
        page + "00",
        page.upper(),
        ("0" if page[0] != "0" else "1") + page[1:],
        page[:-1] + ("0" if page[-1] != "0" else "1"),
        "7b7d",
    ]

    for text in damaged:
        response = ags.list_items(context, page=text)

        assert (response.status_code, response.json()["code"]) == (400, "invalid_parameter"), text
        assert response.json()["field"] == "page"
    assert ags.get_results(first, page=page).status_code == 400
    assert ags.list_items(context, page=page).status_code == 200


def test_page_written_with_the_key_before_still_works(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_TOKEN_KEYS = [OLD]
    ags.made_item(context)
    second = ags.made_item(context)
    url = next_url(ags.list_items(context, limit=1))

    settings.LTI_AGS_TOKEN_KEYS = [NEW, OLD]

    assert url is not None
    assert numbers(ags.get(url)) == [second]


@pytest.mark.conformance("LI-08")
@settings(max_examples=15)
@given(steps=st.lists(st.sampled_from(["insert", "delete", "next"]), max_size=12), limit=st.integers(1, 4))
def test_changes_between_pages_neither_repeat_nor_skip_what_was_there_throughout(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, steps: list[str], limit: int
) -> None:
    for number in numbers(ags.list_items(context)):
        assert ags.delete_item(number).status_code == 204
    throughout = [ags.made_item(context, label=f"Stays {number}") for number in range(4)]
    others = [ags.made_item(context, label="May go")]

    response = ags.list_items(context, limit=limit)
    seen = numbers(response)
    for step in [*steps, *["next"] * 20]:
        url = next_url(response)
        if step == "insert":
            others.append(ags.made_item(context, label="New"))
        elif step == "delete" and others:
            ags.delete_item(others.pop())
        elif step == "next" and url is not None:
            response = ags.get(url)
            seen += numbers(response)

    assert [number for number in seen if number in throughout] == throughout
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    "uuid",
    [
        "00000000-0000-4000-8000-000000000000",
        "not-a-uuid",
        "{upper}",
        "{bare}",
        "{braced}",
        "1",
        "%00",
        "%0A",
        "é",
    ],
)
def test_unknown_container_is_not_found(ags: Ags, context: LtiContext, uuid: str) -> None:
    spelled = uuid.format(upper=str(context.uuid).upper(), bare=context.uuid.hex, braced=quote(f"{{{context.uuid}}}"))
    response = ags.get(f"/api/lti_ags/v1/contexts/{spelled}/line_items")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_more_parameters_than_the_site_reads_are_refused(ags: Ags, context: LtiContext) -> None:
    response = ags.list_items(context, **{f"unknown{number}": 1 for number in range(1001)})

    assert (response.status_code, response.json()["code"]) == (400, "invalid_parameter")
