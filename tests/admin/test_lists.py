"""What the operator finds, what is not there to be done, and what looking costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiContext
from tests.admin.conftest import ADMIN, Send
from tests.support.ags import Ags, StatementCount
from tests.support.bulk import add_scored_learners
from tests.support.courses import Course, make_learner, subject_of
from tests.support.databases import plan_of
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

TABLES = ("ltiagslineitem", "ltiagsscore", "ltiagsgrade", "ltiagsdelivery", "ltiagsevent", "lticonfiguration")


def shown(client: Client, table: str, **query: Any) -> list[Any]:
    """Return the keys of the rows that a list shows."""
    response = client.get(f"{ADMIN}/{table}/", query)
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


@pytest.fixture
def delivery(send: Send, item: LtiAgsLineItem, user_id: str) -> LtiAgsDelivery:
    """A score that was taken and published."""
    assert send(item.pk, user_id, comment="Well <b>done</b>").status_code == 200
    return LtiAgsDelivery.objects.get()


@pytest.mark.parametrize(
    "term",
    ["uuid", "subject", "username", "usage_key", "course_key", "tool", "item", "item_url", "code"],
)
def test_delivery_is_found_by(
    term: str, admin_client: Client, delivery: LtiAgsDelivery, declarative_block: UsageKey, learner: Any, send: Send
) -> None:
    send(delivery.line_item_id, "nobody")
    item = delivery.line_item
    assert item is not None
    texts = {
        "uuid": f" {delivery.uuid} ",
        "subject": delivery.user_id,
        "username": learner.username,
        "usage_key": str(declarative_block),
        "course_key": str(declarative_block.course_key),
        "tool": "quiz TOOL",
        "item": str(item.pk),
        "item_url": f"https://lms.example/api/lti_ags/v1/line_items/{item.pk}/scores",
        "code": "queued",
    }

    found = shown(admin_client, "ltiagsdelivery", q=texts[term])

    assert delivery.pk in found


def test_delivery_id_finds_the_score_the_grade_its_history_the_item_and_the_block(
    admin_client: Client, delivery: LtiAgsDelivery
) -> None:
    q = str(delivery.uuid)
    grade = LtiAgsGrade.objects.get()

    assert shown(admin_client, "ltiagsscore", q=q) == [LtiAgsScore.objects.get().pk]
    assert shown(admin_client, "ltiagsgrade", q=q) == [grade.pk]
    assert shown(admin_client, "ltiagsevent", q=q) == list(grade.events.order_by("-pk").values_list("pk", flat=True))
    assert shown(admin_client, "ltiagslineitem", q=q) == [delivery.line_item_id]
    assert shown(admin_client, "lticonfiguration", q=q) == [grade.configuration_id]


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_found_by_block_course_and_learner(
    table: str, admin_client: Client, delivery: LtiAgsDelivery, declarative_block: UsageKey, course: Course
) -> None:
    everything = shown(admin_client, table)

    assert everything
    assert shown(admin_client, table, q=str(declarative_block)) == everything
    assert shown(admin_client, table, q=str(course.key)) == everything
    if table not in {"ltiagslineitem", "lticonfiguration"}:
        assert shown(admin_client, table, q=delivery.user_id) == everything


@pytest.mark.parametrize("table", ["ltiagsgrade", "ltiagsevent", "lticonfiguration"])
def test_url_of_a_line_item_is_not_taken_for_the_number_of_something_else(
    table: str, admin_client: Client, delivery: LtiAgsDelivery
) -> None:
    grade = LtiAgsGrade.objects.get()
    number = grade.configuration_id if table == "lticonfiguration" else grade.pk

    assert shown(admin_client, table, q=str(number))
    assert shown(admin_client, table, q=f"https://lms.example/api/lti_ags/v1/line_items/{number}") == []


def test_url_of_a_line_item_finds_it_and_its_scores(admin_client: Client, delivery: LtiAgsDelivery) -> None:
    url = f"https://lms.example/api/lti_ags/v1/line_items/{delivery.line_item_id}"

    assert shown(admin_client, "ltiagslineitem", q=url) == [delivery.line_item_id]
    assert shown(admin_client, "ltiagsscore", q=url) == [LtiAgsScore.objects.get().pk]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "text",
    ["nothing of the kind", "%", "0", "9" * 30, "block-v1:X+Y+Z+type@lti_ags+block@a", "\u2603", "' OR 1=1 --"],
)
def test_search_for_what_is_not_there_finds_nothing(
    table: str, text: str, admin_client: Client, delivery: LtiAgsDelivery
) -> None:
    assert shown(admin_client, table, q=text) == []


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_read_only(table: str, admin_client: Client, delivery: LtiAgsDelivery) -> None:
    [key, *_others] = shown(admin_client, table)
    row = f"{ADMIN}/{table}/{key}"

    assert admin_client.get(f"{ADMIN}/{table}/add/").status_code == 403
    assert admin_client.get(f"{row}/delete/").status_code == 403
    assert admin_client.post(f"{row}/change/", {"score_given": "10"}).status_code == 403
    page = admin_client.get(f"{row}/change/").content.decode()
    assert 'name="_save"' not in page
    assert "<b>done</b>" not in page
    assert LtiAgsScore.objects.get().score_given == 83


@pytest.mark.parametrize("table", TABLES)
def test_pages_are_for_staff_with_the_permission(table: str, client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("staff", password="x", is_staff=True))

    assert client.get(f"{ADMIN}/{table}/").status_code == 403


def test_message_is_shown_without_what_it_says_to_the_learner(admin_client: Client, delivery: LtiAgsDelivery) -> None:
    page = admin_client.get(f"{ADMIN}/ltiagsdelivery/{delivery.pk}/change/").content.decode()

    assert "&quot;scoreGiven&quot;: 83" in page
    assert "(16 characters)" in page
    assert "Well" not in page


def test_refused_message_with_half_a_character_in_it_is_shown(
    admin_client: Client, ags: Ags, item: LtiAgsLineItem
) -> None:
    assert ags.post_score(item.pk, {"comment": "x", "y": "left \ud800 right"}).status_code == 400
    refused = LtiAgsDelivery.objects.get()

    page = admin_client.get(f"{ADMIN}/ltiagsdelivery/{refused.pk}/change/")

    assert page.status_code == 200
    assert "left ? right" in page.content.decode()


def test_refused_message_that_is_no_json_is_shown_as_it_came(
    admin_client: Client, ags: Ags, item: LtiAgsLineItem
) -> None:
    assert ags.post_score(item.pk, b'{"scoreGiven": ').status_code == 400
    refused = LtiAgsDelivery.objects.get()

    page = admin_client.get(f"{ADMIN}/ltiagsdelivery/{refused.pk}/change/").content.decode()

    assert "{&quot;scoreGiven&quot;: </pre>" in page


def test_work_that_nobody_has_graded_has_no_points_and_nothing_published(
    admin_client: Client, send: Send, item: LtiAgsLineItem, user_id: str
) -> None:
    send(item.pk, user_id, scoreGiven=None, scoreMaximum=None, gradingProgress="Pending")

    scores = admin_client.get(f"{ADMIN}/ltiagsscore/").content.decode()
    grades = admin_client.get(f"{ADMIN}/ltiagsgrade/").content.decode()

    assert '<td class="field-points">none</td>' in scores
    assert '<td class="field-published">nothing</td>' in grades


def test_hostile_texts_are_shown_as_text(admin_client: Client, context: LtiContext, send: Send) -> None:
    evil = "<script>alert(1)</script>"
    item = LtiAgsLineItem.objects.create(context=context, label=evil, score_maximum=1, tag=evil, resource_id=evil)
    send(item.pk, evil)
    delivery = LtiAgsDelivery.objects.get()
    RegisteredTool.register(evil)

    for path in (
        "/ltiagslineitem/", f"/ltiagslineitem/{item.pk}/change/", "/ltiagsdelivery/", "/ltitool/",
        f"/ltiagsdelivery/{delivery.pk}/change/",
    ):  # fmt: skip
        page = admin_client.get(ADMIN + path).content.decode()
        assert evil not in page
        assert "&lt;script&gt;" in page


def test_choice_beside_a_list_narrows_it(admin_client: Client, delivery: LtiAgsDelivery, send: Send) -> None:
    send(delivery.line_item_id, "nobody")
    refused = LtiAgsDelivery.objects.exclude(pk=delivery.pk).get()

    assert shown(admin_client, "ltiagsdelivery", answer="refused") == [refused.pk]
    assert shown(admin_client, "ltiagsdelivery", answer="accepted") == [delivery.pk]
    assert shown(admin_client, "ltiagsdelivery", answer="refused", q="Quiz tool") == [refused.pk]
    assert shown(admin_client, "ltiagsgrade", decision="published") == [LtiAgsGrade.objects.get().pk]
    assert shown(admin_client, "ltiagsgrade", decision="failed") == []
    page = admin_client.get(f"{ADMIN}/ltiagsdelivery/").content.decode()
    assert "refused (of the latest 20,000)" in page


@pytest.mark.parametrize("table", TABLES)
def test_a_list_costs_the_same_however_long_it_is(
    table: str, admin_client: Client, ags: Ags, item: LtiAgsLineItem, delivery: LtiAgsDelivery,
    declarative_block: UsageKey, course: Course,
) -> None:  # fmt: skip
    def cost(**query: Any) -> int:
        with StatementCount() as counted:
            shown(admin_client, table, **query)
        assert [one for one in counted.statements if "COUNT(*)" in one and "LIMIT 5000" not in one] == []
        return len(counted)

    queries: tuple[dict[str, str], ...] = ({}, {"q": str(course.key)}, {"q": str(declarative_block)})
    few = [cost(**query) for query in queries]
    add_scored_learners(item, 40, location=declarative_block)
    LtiAgsLineItem.objects.bulk_create(
        LtiAgsLineItem(context=item.context, lti_configuration=item.lti_configuration, label="x", score_maximum=1.0)
        for _number in range(40)
    )
    LtiAgsEvent.objects.bulk_create(
        LtiAgsEvent(grade=grade, kind="decided", happened_at=delivery.received_at)
        for grade in LtiAgsGrade.objects.all()
    )
    LtiAgsDelivery.objects.bulk_create(
        LtiAgsDelivery(
            tool_id=delivery.tool_id, context=item.context, line_item=item, status=200, code="queued",
            received_at=delivery.received_at,
        )
        for _number in range(40)
    )  # fmt: skip

    assert [cost(**query) for query in queries] == few
    assert few[0] <= 6


@pytest.mark.parametrize("table", TABLES)
def test_a_list_is_read_in_the_order_of_an_index(
    table: str, admin_client: Client, delivery: LtiAgsDelivery, declarative_block: UsageKey, course: Course
) -> None:
    texts = ("", str(course.key), str(declarative_block), "Quiz tool", delivery.user_id, str(delivery.uuid))
    for text in texts:
        with StatementCount() as counted:
            shown(admin_client, table, q=text)
        pages = [one for one in counted.statements if one.startswith("SELECT") and "ORDER BY" in one]
        assert pages
        if connection.vendor == "sqlite":
            # Servers choose other plans for tables as small as a test's.
            assert [
                one for one in pages if "TEMP B-TREE" in str(plan_of(one)) and f'FROM "lti_ags_{table}"' in one
            ] == []


@pytest.mark.parametrize("table", TABLES)
def test_choices_beside_a_list_are_never_counted(table: str, admin_client: Client, delivery: LtiAgsDelivery) -> None:
    page = admin_client.get(f"{ADMIN}/{table}/", {"_facets": "True"})

    assert "Show counts" not in page.content.decode()
    assert page.context["cl"].result_count is not None


def test_two_learners_of_one_name_in_two_courses_are_both_found(
    admin_client: Client, send: Send, item: LtiAgsLineItem, user_id: str, course: Course, declarative_block: UsageKey
) -> None:
    other = subject_of(make_learner(course), declarative_block)
    send(item.pk, user_id)
    send(item.pk, other.subject)

    assert len(shown(admin_client, "ltiagsgrade", q=str(course.key))) == 2
    assert len(shown(admin_client, "ltiagsgrade", q=other.subject)) == 1


def test_undecided_score_is_not_told_as_if_it_were_a_grade(admin_client: Client, delivery: LtiAgsDelivery) -> None:
    LtiAgsScore.objects.update(decision="")
    LtiAgsGrade.objects.update(decision="")

    score = admin_client.get(f"{ADMIN}/ltiagsscore/{LtiAgsScore.objects.get().pk}/change/").content.decode()
    grade = admin_client.get(f"{ADMIN}/ltiagsgrade/{LtiAgsGrade.objects.get().pk}/change/").content.decode()

    assert "This score has not been looked at yet." in score
    assert "No score counts in this block yet." not in score
    assert "No score counts in this block yet." in grade
