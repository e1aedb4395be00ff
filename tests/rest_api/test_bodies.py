"""Bodies that are no JSON, or JSON that must not be guessed at."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import MediaType
from lti_ags.exceptions import MalformedRequest
from lti_ags.models import LtiAgsDelivery, LtiAgsLineItem, LtiAgsScore, LtiContext
from lti_ags.rest_api.parsing import object_of, parse_object
from lti_ags.services.addresses import line_item_url, scores_url
from tests.support.ags import Ags, score_body
from tests.support.asgi import post_without_length
from tests.support.courses import subject_of

pytestmark = pytest.mark.django_db

GOOD = b'"label": "Quiz", "scoreMaximum": 10'


@pytest.fixture
def line_item(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> int:
    return ags.made_item(context, resourceLinkId=str(programmatic_block))


def posted_everywhere(ags: Ags, context: LtiContext, line_item: int, body: bytes) -> list[Any]:
    """Send the body wherever one is read."""
    return [
        ags.request("POST", ags.container(context), body, content_type=MediaType.LINE_ITEM.value),
        ags.request("PUT", line_item_url(line_item), body, content_type=MediaType.LINE_ITEM.value),
        ags.request("POST", scores_url(line_item), body, content_type=MediaType.SCORE.value),
    ]


def assert_nothing_changed(line_item: int) -> None:
    assert LtiAgsLineItem.objects.get().label == "Chapter 5 Test"
    assert not LtiAgsScore.objects.exists()


def test_whole_characters_beyond_the_first_plane_are_kept(ags: Ags, context: LtiContext, line_item: int) -> None:
    body = b'{"label": "\\ud83d\\ude00 \xf0\x9f\x98\x80", "scoreMaximum": 10}'

    response = ags.request("PUT", line_item_url(line_item), body)

    assert response.json()["label"] == "\U0001f600 \U0001f600"


def test_brackets_in_strings_are_no_nesting(ags: Ags, context: LtiContext, line_item: int) -> None:
    label = '[[[[{{{{"\\[[[[[[[[[[[[[[[[[[{{{{{{\\"'

    assert ags.put_item(line_item, label=label).json()["label"] == label


def test_as_many_levels_as_the_setting_says_are_read(
    ags: Ags, context: LtiContext, line_item: int, settings: Any
) -> None:
    settings.LTI_AGS_MAX_JSON_DEPTH = 3

    assert ags.put_item(line_item, **{"https://tool.example/x": [[1], [2], [3], [4], [5]]}).status_code == 200
    assert ags.put_item(line_item, **{"https://tool.example/x": [[[1]]]}).json()["code"] == "malformed_json"


@pytest.mark.parametrize("size", [256 * 1024 + 1, 1024 * 1024], ids=["one byte too many", "a megabyte"])
def test_large_body_is_refused(ags: Ags, context: LtiContext, line_item: int, size: int) -> None:
    body = b'{"comment": "' + b"x" * (size - 15) + b'"}'
    assert len(body) == size

    for response in posted_everywhere(ags, context, line_item, body):
        told = response.json()
        assert (response.status_code, told["code"], told["limit"]) == (413, "request_too_large", 256 * 1024)
    assert LtiAgsDelivery.objects.get().body == ""
    assert_nothing_changed(line_item)


def test_body_as_large_as_the_setting_says_is_read(
    ags: Ags, context: LtiContext, line_item: int, settings: Any, learner: Any, programmatic_block: UsageKey
) -> None:
    user_id = subject_of(learner, programmatic_block).subject
    body = json.dumps(score_body(user_id, comment="x" * 100)).encode()
    settings.LTI_AGS_MAX_BODY_BYTES = len(body)

    assert ags.request("POST", scores_url(line_item), body).status_code == 200
    assert ags.request("POST", scores_url(line_item), body + b" ").status_code == 413


def test_body_without_a_stated_length_is_read_up_to_the_limit(
    ags: Ags, line_item: int, settings: Any, learner: Any, programmatic_block: UsageKey
) -> None:
    body = json.dumps(score_body(subject_of(learner, programmatic_block).subject)).encode()
    settings.LTI_AGS_MAX_BODY_BYTES = len(body)
    path = urlsplit(scores_url(line_item)).path
    token = ags.headers["HTTP_AUTHORIZATION"]

    def post(sent: bytes) -> int:
        response = post_without_length(path, sent, content_type=MediaType.SCORE.value, authorization=token)
        return int(response.status_code)

    assert post(body + b" ") == 413
    assert not LtiAgsScore.objects.exists()
    assert post(body) == 200
    assert LtiAgsScore.objects.count() == 1


def test_stated_length_is_believed_before_anything_is_read(ags: Ags, context: LtiContext, line_item: int) -> None:
    for length, status in [("9" * 12, 413), ("-1", 400), ("many", 400), ("9" * 30, 400)]:
        response = ags.request("POST", ags.container(context), b"{}", CONTENT_LENGTH=length)

        assert response.status_code == status, length


def test_platforms_own_limit_on_bodies_is_told_in_the_same_words(
    ags: Ags, context: LtiContext, line_item: int, settings: Any
) -> None:
    assert ags.headers
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    response = ags.request("POST", ags.container(context), b"{" + GOOD + b"}")

    assert (response.status_code, response.json()["code"]) == (413, "request_too_large")


class CountedName(str):
    """A member's name that counts how often it is compared with another one."""

    __slots__ = ()
    comparisons = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        CountedName.comparisons += 1
        return str.__eq__(self, other)


def test_name_that_comes_twice_among_thousands_is_found_in_one_pass() -> None:
    names = [CountedName(f"m{number}") for number in range(2000)]
    CountedName.comparisons = 0

    with pytest.raises(MalformedRequest, match="The member 'm1999' is there twice"):
        object_of([(name, 0) for name in [*names, CountedName("m1999")]])

    assert CountedName.comparisons < 10


def test_name_that_comes_twice_in_the_largest_body_is_told(ags: Ags, context: LtiContext, line_item: int) -> None:
    names = ",".join(f'"{number}":0' for number in range(26_000))
    body = f'{{{names},"25999":0}}'.encode()
    assert 230_000 < len(body) <= 256 * 1024

    for response in posted_everywhere(ags, context, line_item, body):
        assert (response.status_code, response.json()["code"]) == (400, "malformed_json")
        assert response.json()["message"] == "The member '25999' is there twice."
    assert_nothing_changed(line_item)


def times_parsed(act: Callable[[], Any]) -> int:
    """Count how often a body is taken apart while something is done."""
    count = 0

    def notice(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call" and frame.f_code is parse_object.__code__

    before = sys.getprofile()
    sys.setprofile(notice)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    ("body", "user_id"),
    [
        (b'{"userId": "u1", "userId": "u1"}', ""),
        (b'{"userId": "u1"', ""),
        (b'{"userId": "u1"}', "u1"),
        (b'{"userId": 1}', ""),
        (json.dumps(score_body("u1")).encode(), "u1"),
    ],
    ids=["a member twice", "no JSON", "members missing", "no text", "unknown learner"],
)
def test_refused_score_is_parsed_once_and_recorded_with_its_learner(
    ags: Ags, line_item: int, body: bytes, user_id: str
) -> None:
    assert ags.headers

    assert times_parsed(lambda: ags.request("POST", scores_url(line_item), body)) == 1

    delivery = LtiAgsDelivery.objects.get()
    assert (delivery.body.encode(), delivery.user_id) == (body, user_id)


def test_score_for_an_unknown_item_is_recorded_with_its_learner(ags: Ags, line_item: int) -> None:
    body = json.dumps(score_body("u1")).encode()

    assert ags.request("POST", scores_url(line_item + 1), body).status_code == 404

    delivery = LtiAgsDelivery.objects.get()
    assert (delivery.body.encode(), delivery.user_id) == (body, "u1")


@settings(max_examples=150)
@given(
    name=st.sampled_from(
        [
            "userId",
            "scoreGiven",
            "scoreMaximum",
            "activityProgress",
            "timestamp",
            "comment",
            "submission",
            "label",
            "tag",
        ]
    ),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=4,
    ),
)
def test_no_value_of_any_member_breaks_the_service(
    ags: Ags, context: LtiContext, line_item: int, name: str, value: Any
) -> None:
    score = json.dumps({**score_body("nobody"), name: value}).encode()
    item = json.dumps({"label": "Quiz", "scoreMaximum": 10, name: value}).encode()

    assert ags.request("POST", scores_url(line_item), score).status_code in {400, 403}
    assert ags.request("PUT", line_item_url(line_item), item).status_code in {200, 400}


@settings(max_examples=100)
@given(body=st.binary(max_size=200) | st.text(alphabet='{}[]",:\\u0d8e1 ', max_size=60).map(str.encode))
def test_no_bytes_break_the_service(ags: Ags, context: LtiContext, line_item: int, body: bytes) -> None:
    for response in posted_everywhere(ags, context, line_item, body):
        assert response.status_code == 400
