"""One line item: made, read, replaced, deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import MediaType
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiConfiguration, LtiContext
from lti_ags.services.addresses import line_item_url, line_items_url
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, configuration_of, make_course, subject_of
from tests.support.databases import once_after
from tests.support.examples import example
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
EXTENSION = "https://tool.example/ags/ext"


def stored(number: int) -> LtiAgsLineItem:
    return LtiAgsLineItem.objects.get(pk=number)


@pytest.fixture
def platform_item(declarative_block: UsageKey) -> LtiAgsLineItem:
    return LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block)


@pytest.fixture
def scored_platform_item(
    ags: Ags,
    context: LtiContext,
    course: Course,
    declarative_block: UsageKey,
    platform_item: LtiAgsLineItem,
    learner: Any,
) -> LtiAgsLineItem:
    """The platform's item of a block that has become programmatic; it stays since there is a score on it."""
    user_id = subject_of(learner, declarative_block).subject
    assert ags.post_score(platform_item.pk, score_body(user_id)).status_code == 200
    course.change(declarative_block, grading_mode="programmatic")
    configuration_of(declarative_block)
    return platform_item


@pytest.mark.conformance("LI-11", "N-01", "LI-20", "G-02")
def test_created_item_is_answered_with_its_address(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    response = ags.create_item(context, **example("line_item"))

    item = LtiAgsLineItem.objects.get()
    assert (response.status_code, response["Content-Type"]) == (201, ITEM_TYPE)
    assert response["Location"] == response.json()["id"] == line_item_url(item.pk)
    assert response.json() == {"id": line_item_url(item.pk), **example("line_item")}
    assert (item.context, item.lti_configuration, item.platform_item_of) == (context, None, None)
    assert (item.label, item.score_maximum) == ("Unit 3: fractions", 60.0)


@pytest.mark.conformance("LI-11", "LI-15", "LI-16", "J-01", "J-02", "J-03")
def test_every_member_comes_back_as_it_was_sent(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    link = str(programmatic_block)

    response = ags.create_item(context, **example("line_item_full", resourceLinkId=link))

    number = LtiAgsLineItem.objects.get().pk
    assert response.json() == {
        "id": line_item_url(number),
        "label": example("line_item_full")["label"],
        "scoreMaximum": 60.5,
        "resourceId": "Quiz/3 ",
        "tag": "Grade",
        "resourceLinkId": link,
        "startDateTime": "2026-03-02T07:00:00.250000Z",
        "endDateTime": "2026-03-09T22:59:59Z",
        "gradesReleased": True,
        EXTENSION: {"attempts": [1, 2.5, None, True], "colour": "blue"},
    }
    assert ags.get_item(number).json() == response.json()
    assert stored(number).lti_configuration == LtiConfiguration.objects.get(location=programmatic_block)
    assert stored(number).start_date_time == datetime(2026, 3, 2, 7, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.conformance("LI-11", "J-03")
def test_members_that_are_null_or_empty_count_as_left_out(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey
) -> None:
    response = ags.create_item(
        context,
        id=17,
        resourceId=None,
        tag="",
        resourceLinkId="",
        startDateTime="",
        endDateTime=None,
        gradesReleased=None,
        submissionReview=None,
    )

    assert response.status_code == 201
    assert set(response.json()) == {"id", "label", "scoreMaximum"}


@pytest.mark.conformance("LI-14")
def test_each_post_makes_a_new_item(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    members = {"resourceId": "quiz", "tag": "grade", "resourceLinkId": str(programmatic_block)}

    first, second = ags.made_item(context, **members), ags.made_item(context, **members)

    assert first != second
    assert LtiAgsLineItem.objects.filter(label="Chapter 5 Test", tag="grade").count() == 2


@pytest.mark.conformance("LI-17", "G-04")
@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.ims.lis.v2.lineitem+json",
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/vnd.IMS.lis.v2.lineitem+json;charset=utf-8",
        " application/json ;q=1",
    ],
)
def test_vendor_type_and_plain_json_are_read(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, content_type: str
) -> None:
    response = ags.request("POST", ags.container(context), example("line_item"), content_type=content_type)

    assert (response.status_code, response["Content-Type"]) == (201, ITEM_TYPE)


@pytest.mark.conformance("LI-17")
@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/vnd.ims.lis.v1.score+json",
        "application/vnd.ims.lis.v2.lineitemcontainer+json",
        "application/jsonx",
        "json",
    ],
)
def test_other_types_are_refused(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, content_type: str
) -> None:
    number = ags.made_item(context)

    for method, url in [("POST", ags.container(context)), ("PUT", line_item_url(number))]:
        response = ags.request(method, url, example("line_item"), content_type=content_type)

        assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
        assert ITEM_TYPE in response.json()["message"]
    assert LtiAgsLineItem.objects.get().label == "Chapter 5 Test"


@pytest.mark.conformance("J-02")
def test_longest_members_are_kept_whole(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    members = {"label": "ä" * 1000, "resourceId": "😀" * 256, "tag": "t" * 255 + " ", EXTENSION: "x" * 19_900}

    number = ags.made_item(context, **members)

    answered = ags.get_item(number).json()
    assert {name: answered[name] for name in members} == members


@pytest.mark.conformance("LI-13")
def test_link_to_a_block_of_the_tool_is_made(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    number = ags.made_item(context, resourceLinkId=str(programmatic_block))

    assert ags.get_item(number).json()["resourceLinkId"] == str(programmatic_block)
    assert stored(number).lti_configuration == LtiConfiguration.objects.get(location=programmatic_block)


@pytest.mark.conformance("LI-13")
def test_link_to_what_is_not_the_tools_is_not_found(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, course: Course, other_tool: RegisteredTool
) -> None:
    others = course.add_block(other_tool.tool, grading_mode="programmatic")
    configuration_of(others)
    elsewhere = make_course().add_block(context.tool, grading_mode="programmatic")
    configuration_of(elsewhere)
    links = [
        str(others),
        str(elsewhere),
        str(programmatic_block).upper(),
        str(programmatic_block) + " ",
        str(programmatic_block).replace("@lti_ags", "@problem"),
        "unknown",
    ]

    for link in links:
        response = ags.create_item(context, resourceLinkId=link)

        assert response.status_code == 404, link
        assert (response.json()["code"], response.json()["pointer"]) == ("resource_link_not_found", "/resourceLinkId")
    assert not LtiAgsLineItem.objects.exists()


@pytest.mark.conformance("LI-13")
def test_link_to_a_block_that_left_the_course_is_not_found(
    ags: Ags, context: LtiContext, course: Course, programmatic_block: UsageKey, tool: RegisteredTool
) -> None:
    gone = course.add_block(tool.tool, grading_mode="programmatic")
    configuration = configuration_of(gone)
    configuration.removed_at = configuration.created_at
    configuration.save()

    assert ags.create_item(context, resourceLinkId=str(gone)).status_code == 404


@pytest.mark.conformance("LI-13")
def test_link_to_a_declarative_block_is_refused_with_the_reason(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, declarative_block: UsageKey
) -> None:
    response = ags.create_item(context, resourceLinkId=str(declarative_block))

    assert response.status_code == 403
    assert (response.json()["code"], response.json()["pointer"]) == ("grading_mode_forbids", "/resourceLinkId")
    assert LtiAgsLineItem.objects.filter(platform_item_of=None).count() == 0


def test_context_takes_as_many_items_as_the_site_allows(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT = 2
    first = ags.made_item(context)
    ags.made_item(context)

    refused = ags.create_item(context)

    assert (refused.status_code, refused.json()["code"], refused.json()["limit"]) == (403, "too_many_line_items", 2)
    assert LtiAgsLineItem.objects.count() == 2
    assert ags.delete_item(first).status_code == 204
    assert ags.create_item(context).status_code == 201


@pytest.mark.conformance("LI-22", "LI-25")
def test_put_replaces_everything_and_clears_what_is_left_out(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey
) -> None:
    link = str(programmatic_block)
    number = ags.made_item(context, **example("line_item_full", resourceLinkId=link))

    response = ags.put_item(number, label="Renamed", scoreMaximum=12.5)

    assert (response.status_code, response["Content-Type"]) == (200, ITEM_TYPE)
    expected = {"id": line_item_url(number), "label": "Renamed", "scoreMaximum": 12.5, "resourceLinkId": link}
    assert response.json() == expected
    assert ags.get_item(number).json() == expected
    item = stored(number)
    assert (item.tag, item.resource_id, item.start_date_time, item.grades_released) == ("", "", None, None)


@pytest.mark.conformance("LI-22", "LI-24")
def test_put_of_what_was_answered_changes_nothing(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    number = ags.made_item(context, **example("line_item_full", resourceLinkId=str(programmatic_block)))
    answered = ags.get_item(number).json()

    response = ags.request("PUT", answered["id"], answered)

    assert (response.status_code, response.json()) == (200, answered)


@pytest.mark.conformance("LI-24")
def test_id_and_link_cannot_be_changed(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    linked = ags.made_item(context, resourceLinkId=str(programmatic_block))
    unlinked = ags.made_item(context)
    before = list(LtiAgsLineItem.objects.order_by("id").values())
    attempts = [
        (linked, {"id": line_item_url(unlinked)}, "/id"),
        (linked, {"id": "https://elsewhere.example/1"}, "/id"),
        (linked, {"resourceLinkId": "another"}, "/resourceLinkId"),
        (linked, {"resourceLinkId": str(programmatic_block).upper()}, "/resourceLinkId"),
        (unlinked, {"resourceLinkId": str(programmatic_block)}, "/resourceLinkId"),
    ]

    for number, members, pointer in attempts:
        response = ags.put_item(number, **members)

        assert response.status_code == 400, members
        assert (response.json()["code"], response.json()["pointer"]) == ("immutable_member", pointer)
    assert list(LtiAgsLineItem.objects.order_by("id").values()) == before
    assert ags.put_item(linked, id=7).json()["code"] == "invalid_member"
    assert ags.put_item(linked, id=line_item_url(linked), resourceLinkId=str(programmatic_block)).status_code == 200
    assert ags.put_item(linked, id=None, resourceLinkId=None).json()["resourceLinkId"] == str(programmatic_block)


@pytest.mark.conformance("LI-26", "RS-06")
def test_results_follow_a_changed_maximum(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any
) -> None:
    number = ags.made_item(context, scoreMaximum=100, resourceLinkId=str(programmatic_block))
    user_id = subject_of(learner, programmatic_block).subject
    ags.post_score(number, score_body(user_id, scoreGiven=83, scoreMaximum=100))

    ags.put_item(number, scoreMaximum=10)

    [result] = ags.get_results(number).json()
    assert (result["resultScore"], result["resultMaximum"]) == (8.3, 10)
    assert LtiAgsScore.objects.get().final_score_given == 83.0


def test_changed_maximum_of_one_of_two_items_is_merged_again(
    ags: Ags,
    context: LtiContext,
    course: Course,
    programmatic_block: UsageKey,
    learner: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    course.change(programmatic_block, merge_policy="total")
    configuration_of(programmatic_block)
    user_id = subject_of(learner, programmatic_block).subject
    link = str(programmatic_block)
    first = ags.made_item(context, scoreMaximum=10, resourceLinkId=link)
    second = ags.made_item(context, scoreMaximum=10, resourceLinkId=link)
    with django_capture_on_commit_callbacks(execute=True):
        ags.post_score(first, score_body(user_id, scoreGiven=0))
        ags.post_score(second, score_body(user_id, scoreGiven=100))
    assert LtiAgsGrade.objects.get().ratio == 0.5

    with django_capture_on_commit_callbacks(execute=True):
        ags.put_item(second, scoreMaximum=30)

    assert LtiAgsGrade.objects.get().ratio == 0.75


def test_new_item_counts_as_zero_where_the_block_says_so(
    ags: Ags,
    context: LtiContext,
    course: Course,
    programmatic_block: UsageKey,
    learner: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    course.change(programmatic_block, merge_policy="average", missing_items="count_as_zero")
    configuration_of(programmatic_block)
    user_id = subject_of(learner, programmatic_block).subject
    first = ags.made_item(context, resourceLinkId=str(programmatic_block))
    with django_capture_on_commit_callbacks(execute=True):
        ags.post_score(first, score_body(user_id, scoreGiven=100))
    assert LtiAgsGrade.objects.get().ratio == 1.0

    with django_capture_on_commit_callbacks(execute=True):
        ags.made_item(context, resourceLinkId=str(programmatic_block))

    assert LtiAgsGrade.objects.get().ratio == 0.5


@pytest.mark.conformance("LI-28")
def test_platforms_item_in_programmatic_mode_takes_only_resource_id_and_tag(
    ags: Ags, scored_platform_item: LtiAgsLineItem
) -> None:
    before = ags.get_item(scored_platform_item.pk).json()

    response = ags.put_item(
        scored_platform_item.pk, **example("line_item_full", resourceId="mine", tag="exam", gradesReleased=False)
    )

    assert response.status_code == 200
    assert response.json() == {**before, "resourceId": "mine", "tag": "exam"}
    assert ags.get_item(scored_platform_item.pk).json() == response.json()


def test_put_of_the_platforms_item_leaves_what_the_author_publishes_meanwhile(
    ags: Ags, course: Course, declarative_block: UsageKey, scored_platform_item: LtiAgsLineItem
) -> None:
    def publish() -> None:
        course.change(declarative_block, display_name="New title", weight=20.0)
        configuration_of(declarative_block)

    with once_after("FROM lti_ags_ltiagslineitem", publish):
        response = ags.put_item(scored_platform_item.pk, label="mine", scoreMaximum=1, tag="exam")

    told = response.json()
    assert (response.status_code, told["label"], told["scoreMaximum"], told["tag"]) == (200, "New title", 20, "exam")
    item = stored(scored_platform_item.pk)
    assert (item.label, item.score_maximum, item.tag) == ("New title", 20.0, "exam")


def test_put_that_undoes_one_of_the_same_moment_works_out_the_grades_again(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any
) -> None:
    number = ags.made_item(context, resourceLinkId=str(programmatic_block), scoreMaximum=10)
    assert ags.post_score(number, score_body(subject_of(learner, programmatic_block).subject)).status_code == 200
    wanted = LtiAgsGrade.objects.get().wanted_version

    def put_another() -> None:
        assert ags.put_item(number, label="Essay", scoreMaximum=20).status_code == 200

    with once_after("FROM lti_ags_ltiagslineitem", put_another):
        assert ags.put_item(number, label="Essay", scoreMaximum=10).status_code == 200

    assert stored(number).score_maximum == 10.0
    assert LtiAgsGrade.objects.get().wanted_version == wanted + 2


@pytest.mark.conformance("LI-28")
def test_platforms_item_is_never_deleted(
    ags: Ags,
    context: LtiContext,
    course: Course,
    declarative_block: UsageKey,
    platform_item: LtiAgsLineItem,
    learner: Any,
) -> None:
    user_id = subject_of(learner, declarative_block).subject
    ags.post_score(platform_item.pk, score_body(user_id))
    course.change(declarative_block, grading_mode="programmatic")
    configuration_of(declarative_block)

    response = ags.delete_item(platform_item.pk)

    assert (response.status_code, response.json()["code"]) == (403, "platform_line_item")
    assert stored(platform_item.pk).deleted_at is None


@pytest.mark.conformance("LI-27")
def test_deleted_item_is_gone_and_its_row_stays(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any
) -> None:
    number = ags.made_item(context, resourceLinkId=str(programmatic_block))
    kept = ags.made_item(context)
    user_id = subject_of(learner, programmatic_block).subject
    ags.post_score(number, score_body(user_id))

    response = ags.delete_item(number)

    assert (response.status_code, response.content) == (204, b"")
    assert "Content-Type" not in response
    assert ags.get_item(number).status_code == 404
    assert ags.put_item(number).status_code == 404
    assert ags.delete_item(number).status_code == 404
    assert ags.get_results(number).status_code == 404
    assert ags.post_score(number, score_body(user_id)).status_code == 404
    assert [item["id"] for item in ags.list_items(context).json()] == [line_item_url(kept)]
    assert stored(number).deleted_at is not None
    assert LtiAgsScore.objects.get().line_item_id == number


def test_grade_stays_when_its_last_item_is_deleted_and_is_flagged_for_staff(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    number = ags.made_item(context, resourceLinkId=str(programmatic_block))
    user_id = subject_of(learner, programmatic_block).subject
    with django_capture_on_commit_callbacks(execute=True):
        ags.post_score(number, score_body(user_id))

    with django_capture_on_commit_callbacks(execute=True):
        ags.delete_item(number)

    grade = LtiAgsGrade.objects.get()
    assert grade.published_earned == pytest.approx(8.3)
    assert grade.needs_attention


@pytest.mark.conformance("LI-18")
def test_new_item_has_no_results(ags: Ags, context: LtiContext, programmatic_block: UsageKey) -> None:
    number = ags.made_item(context, resourceLinkId=str(programmatic_block))

    response = ags.get_results(number)

    assert (response.status_code, response.json()) == (200, [])


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.conformance("J-01", "J-02", "LI-11", "LI-22")
@settings(max_examples=60)
@given(
    label=TEXTS.filter(str.strip),
    maximum=st.floats(min_value=5e-324, allow_infinity=False, allow_nan=False) | st.integers(1, 2**53),
    tag=TEXTS,
    resource_id=TEXTS,
    extension=VALUES,
)
def test_every_value_survives_the_round_trip(
    ags: Ags,
    context: LtiContext,
    programmatic_block: UsageKey,
    label: str,
    maximum: float,
    tag: str,
    resource_id: str,
    extension: Any,
) -> None:
    sent = {"label": label, "scoreMaximum": maximum, "tag": tag, "resourceId": resource_id, EXTENSION: extension}
    expected = {name: value for name, value in sent.items() if value != "" or name == EXTENSION}

    created = ags.request("POST", line_items_url(context.uuid), sent, content_type=MediaType.LINE_ITEM.value)
    number = int(created.json()["id"].rpartition("/")[2])
    put = ags.request("PUT", created.json()["id"], created.json(), content_type=MediaType.LINE_ITEM.value)

    assert created.status_code == 201
    assert created.json() == {"id": line_item_url(number), **expected}
    assert put.json() == created.json()
    assert ags.get_item(number).json() == created.json()
    found = [item["id"] for item in ags.list_items(context, tag=tag, resource_id=resource_id).json()]
    assert line_item_url(number) in found
