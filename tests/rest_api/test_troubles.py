"""Limits on requests, and answers while the database, the cache or the LMS is in trouble."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades.faults import fault
from lti_ags.data import Caller, LineItemData
from lti_ags.exceptions import NotFound
from lti_ags.models import LtiAgsDelivery, LtiAgsLineItem, LtiAgsScore, LtiContext, LtiSubject
from lti_ags.services.addresses import scores_url
from lti_ags.services.line_items import delete_line_item, find_line_item, replace_line_item
from tests.support.ags import Ags, score_body
from tests.support.caches import DOWN, FORGETTING
from tests.support.connections import BrokenConnection
from tests.support.courses import Course, external_id, make_learner
from tests.support.databases import failing_statements
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db


def test_tool_that_asks_too_often_is_told_when_to_come_back(
    clock: Any, ags: Ags, context: LtiContext, line_item: int, user_id: str, settings: Any, other_tool: RegisteredTool
) -> None:
    settings.LTI_AGS_TOOL_RATE = "3/day"
    assert [ags.list_items(context).status_code for _ in range(3)] == [200, 200, 200]

    refused = ags.post_score(line_item, score_body(user_id))

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused["Retry-After"] == "43200"
    assert not LtiAgsScore.objects.exists()
    assert not LtiAgsDelivery.objects.exists()
    assert Ags(ags.tool).list_items(context).status_code == 429
    assert Ags(other_tool).get_item(line_item).status_code == 404


def test_rate_of_old_is_over_in_the_next_window(clock: Any, ags: Ags, context: LtiContext, settings: Any) -> None:
    settings.LTI_AGS_TOOL_RATE = "1/min"
    clock.tick(20)
    assert [ags.list_items(context).status_code for _ in range(2)] == [200, 429]

    clock.tick(39)
    refused = ags.list_items(context)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")

    clock.tick(1)
    assert [ags.list_items(context).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("rate", [None, ""])
def test_site_may_set_no_rate(ags: Ags, context: LtiContext, settings: Any, rate: str | None) -> None:
    settings.LTI_AGS_TOOL_RATE = rate

    assert ags.list_items(context).status_code == 200


def test_rate_that_cannot_be_read_is_the_operators_mistake(
    ags: Ags, context: LtiContext, settings: Any, caplog: Any
) -> None:
    assert ags.headers
    settings.LTI_AGS_TOOL_RATE = "many"

    response = ags.list_items(context)

    assert (response.status_code, response.json()["code"]) == (503, "temporarily_unavailable")
    assert int(response["Retry-After"]) > 0
    assert "LTI_AGS_TOOL_RATE is 'many'; expected a rate" in caplog.text


@pytest.mark.parametrize("caches", [DOWN, FORGETTING], ids=["down", "forgetting"])
def test_cache_in_trouble_keeps_no_score_away(
    clock: Any, ags: Ags, line_item: int, user_id: str, settings: Any, caches: Any
) -> None:
    assert ags.headers
    settings.CACHES = caches
    settings.LTI_AGS_TOOL_RATE = "1/day"

    assert [ags.post_score(line_item, score_body(user_id)).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("table", ["lti_ags_ltitool", "lti_ags_ltiagslineitem", "lti_ags_ltiagsscore"])
def test_database_that_does_not_answer_is_told_as_such(
    ags: Ags, line_item: int, user_id: str, error: type[Exception], table: str
) -> None:
    assert ags.headers

    with failing_statements(connection.ops.quote_name(table), error=error):
        response = ags.post_score(line_item, score_body(user_id))

    assert (response.status_code, response.json()["code"]) == (503, "temporarily_unavailable")
    assert int(response["Retry-After"]) > 0
    assert "server has gone away" not in response.content.decode()
    assert not LtiAgsScore.objects.exists()
    assert ags.post_score(line_item, score_body(user_id)).status_code == 200


def test_table_that_is_not_there_is_told_to_the_site_as_the_error_it_is(ags: Ags, line_item: int, user_id: str) -> None:
    assert ags.headers

    with (
        failing_statements(connection.ops.quote_name("lti_ags_ltiagsscore"), error=ProgrammingError),
        pytest.raises(ProgrammingError),
    ):
        ags.post_score(line_item, score_body(user_id))

    assert not LtiAgsDelivery.objects.exists()
    assert ags.post_score(line_item, score_body(user_id)).status_code == 200


def test_refusal_is_answered_though_it_cannot_be_recorded(ags: Ags, line_item: int) -> None:
    with failing_statements("lti_ags_ltiagsdelivery", error=DatabaseError):
        response = ags.post_score(line_item, score_body("nobody"))

    assert (response.status_code, response.json()["code"]) == (403, "unknown_user")
    assert "deliveryId" not in response.json()


def test_body_that_ends_early_is_refused(ags: Ags, line_item: int) -> None:
    response = ags.request(
        "POST", scores_url(line_item), b"{}", **{"wsgi.input": BrokenConnection(), "CONTENT_LENGTH": "2"}
    )

    assert (response.status_code, response.json()["code"]) == (400, "malformed_json")
    assert not LtiAgsScore.objects.exists()


def test_item_that_another_request_deleted_meanwhile_is_neither_replaced_nor_deleted_again(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, tool: RegisteredTool
) -> None:
    number = ags.made_item(context)
    found = find_line_item(number, caller=Caller(tool.tool.pk, tool.client_id, frozenset()))
    assert ags.delete_item(number).status_code == 204
    before = LtiAgsLineItem.objects.values().get(pk=number)

    with pytest.raises(NotFound):
        replace_line_item(LineItemData(label="Back", score_maximum=1.0), line_item=found, now=timezone.now())
    with pytest.raises(NotFound):
        delete_line_item(found, now=timezone.now())

    assert LtiAgsLineItem.objects.values().get(pk=number) == before


@pytest.mark.conformance("S-11")
def test_score_of_a_learner_whom_only_the_lms_knows_waits_for_the_lms(ags: Ags, line_item: int, course: Course) -> None:
    user_id = external_id(make_learner(course))

    with failing_statements("external_user_ids"):
        response = ags.post_score(line_item, score_body(user_id))

    assert (response.status_code, response.json()["code"]) == (503, "temporarily_unavailable")
    assert int(response["Retry-After"]) > 0
    assert LtiAgsDelivery.objects.get(uuid=response.json()["deliveryId"]).status == 503
    assert not LtiSubject.objects.exists()
    assert ags.post_score(line_item, score_body(user_id)).status_code == 200


def test_gradebook_that_fails_fails_no_score(
    ags: Ags, line_item: int, user_id: str, django_capture_on_commit_callbacks: Any
) -> None:
    with fault("publish"), django_capture_on_commit_callbacks(execute=True):
        response = ags.post_score(line_item, score_body(user_id))

    assert response.status_code == 200
    assert ags.get_results(line_item).json()[0]["resultScore"] == 8.3
    assert ags.post_score(line_item, score_body(user_id)).json()["outcome"] == "retrying"
