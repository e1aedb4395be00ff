"""Whatever a tool stores comes back as it was, one by one and in lists, and pages hold what was there throughout."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsLineItem, LtiContext
from lti_ags.services.addresses import line_item_url
from tests.support.ags import Ags
from tests.support.bulk import add_scored_learners

pytestmark = pytest.mark.django_db


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80)
#: Everything of JSON: doubles to the last bit, integers that no double holds, any text, nested.
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
URL_NAMES = st.builds(
    "{}://{}/{}".format,
    st.sampled_from(["https", "http", "HTTPS", "tool"]),
    st.sampled_from(["tool.example", "127.0.0.1:8000", "[::1]", "xn--e1afmkfd.example"]),
    st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=30),
)
INSTANTS = st.none() | st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
POINTS = st.floats(min_value=5e-324, allow_infinity=False, allow_nan=False) | st.integers(1, 2**53)


def written(instant: datetime | None) -> str | None:
    """An instant as we write it."""
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")


@pytest.mark.conformance("J-01", "J-02", "J-03", "LI-02", "LI-03", "LI-15", "LI-16", "LI-22")
@settings(max_examples=60)
@given(
    label=TEXTS.filter(str.strip),
    points=POINTS,
    texts=st.tuples(TEXTS, TEXTS),
    instants=st.tuples(INSTANTS, INSTANTS),
    is_released=st.none() | st.booleans(),
    extensions=st.dictionaries(URL_NAMES, VALUES, max_size=3),
)
def test_replaced_item_is_read_and_listed_as_it_was_sent(
    ags: Ags,
    context: LtiContext,
    programmatic_block: UsageKey,
    label: str,
    points: float,
    texts: tuple[str, str],
    instants: tuple[datetime | None, datetime | None],
    is_released: bool | None,
    extensions: dict[str, Any],
) -> None:
    existing = LtiAgsLineItem.objects.filter(context=context).values_list("pk", flat=True).first()
    number = existing or ags.made_item(context, resourceLinkId=str(programmatic_block))
    tag, resource_id = texts
    members = {
        "label": label,
        "scoreMaximum": points,
        "tag": tag,
        "resourceId": resource_id,
        "startDateTime": written(instants[0]),
        "endDateTime": written(instants[1]),
        "gradesReleased": is_released,
    }

    put = ags.put_item(number, **members, **extensions)

    assert put.status_code == 200, put.content
    kept = {name: value for name, value in members.items() if value is not None and value != ""}
    expected = {"id": line_item_url(number), "resourceLinkId": str(programmatic_block), **kept, **extensions}
    [listed] = ags.list_items(context, tag=tag, resource_id=resource_id).json()
    assert put.json() == ags.get_item(number).json() == listed == expected
    # Zero and minus zero, True and 1, 60 and 60.0 are equal in Python, and texts are not.
    assert {name: repr(listed[name]) for name in extensions} == {name: repr(extensions[name]) for name in extensions}


@pytest.mark.conformance("RS-08", "LI-08")
@settings(max_examples=15)
@given(steps=st.lists(st.sampled_from(["insert", "next"]), max_size=12), limit=st.integers(1, 4))
def test_results_that_arrive_between_pages_neither_repeat_nor_hide_others(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, steps: list[str], limit: int
) -> None:
    number = ags.made_item(context)
    line_item = LtiAgsLineItem.objects.get(pk=number)
    throughout = add_scored_learners(line_item, 5)

    response = ags.get_results(number, limit=limit)
    seen = [result["userId"] for result in response.json()]
    for step in [*steps, *["next"] * 25]:
        if step == "insert":
            add_scored_learners(line_item, 1)
        elif "Link" in response:
            response = ags.get(response["Link"].partition(">")[0].removeprefix("<"))
            seen += [result["userId"] for result in response.json()]

    assert "Link" not in response
    assert [user for user in seen if user in throughout] == throughout
    assert len(seen) == len(set(seen))
