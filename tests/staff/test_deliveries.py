"""Finding a message by the id that the tool was told."""

from __future__ import annotations

from typing import Any

import pytest

from lti_ags.models import LtiAgsDelivery, LtiConfiguration
from tests.staff.conftest import Score
from tests.support.ags import Ags, score_body
from tests.support.courses import make_course, make_staff, make_user
from tests.support.staff_pages import PREFIX, Visitor, text_of

NOT_FOUND = "None of your courses has a message with this id."


def test_id_leads_to_the_learner_and_the_message(staff: Visitor, block: LtiConfiguration, send_score: Score) -> None:
    grade = send_score("ada", block)
    delivery = LtiAgsDelivery.objects.get()

    response = staff.open("deliveries", delivery=f" {delivery.uuid} ")

    expected = f"{PREFIX}/blocks/{block.uuid}/learners/{grade.pk}#delivery-{delivery.uuid}"
    assert (response.status_code, response["Location"]) == (302, expected)
    assert f'id="delivery-{delivery.uuid}"' in staff.open_learner(block, grade.pk).content.decode()


def test_message_that_led_to_no_grade_is_shown_with_the_reason(
    staff: Visitor, block: LtiConfiguration, ags: Ags
) -> None:
    refused = ags.post_score(block.platform_item.pk, score_body("somebody-unknown", comment="<b>bold</b>"))
    assert refused.status_code == 403

    response = staff.open("deliveries", delivery=str(LtiAgsDelivery.objects.get().uuid))

    text = text_of(response)
    assert "It led to no grade." in text
    assert "(403, unknown_user)" in text
    assert "<b>bold</b>" in text
    assert "<b>" not in response.content.decode()


def test_refused_message_with_half_a_character_in_it_is_shown(
    staff: Visitor, block: LtiConfiguration, ags: Ags
) -> None:
    body = score_body("somebody", comment="left \ud800 right", activityProgress="\udfff")
    assert ags.post_score(block.platform_item.pk, body).status_code == 400

    response = staff.open("deliveries", delivery=str(LtiAgsDelivery.objects.get().uuid))

    assert response.status_code == 200
    assert "left ? right" in text_of(response)


@pytest.mark.parametrize("text", ["00000000-0000-4000-8000-000000000000", "no id", "\x00", "x" * 5000])
def test_unknown_id_is_not_found(staff: Visitor, text: str) -> None:
    response = staff.open("deliveries", delivery=text)

    assert response.status_code == 200
    assert NOT_FOUND in text_of(response)


def test_message_of_a_course_of_others_is_as_unknown_as_none(
    block: LtiConfiguration, learner: Any, send_score: Score
) -> None:
    send_score("ada", block)
    delivery = LtiAgsDelivery.objects.get()

    for user in (learner, make_staff(make_course())):
        response = Visitor(user).open("deliveries", delivery=str(delivery.uuid))

        assert response.status_code == 200
        assert NOT_FOUND in text_of(response)


def test_page_without_an_id_asks_for_one(staff: Visitor) -> None:
    text = text_of(staff.open("deliveries"))

    assert "Delivery id" in text
    assert NOT_FOUND not in text


def test_visitor_who_is_not_logged_in_goes_to_the_login_page(db: None) -> None:
    assert Visitor().open("deliveries").status_code == 302


def test_message_about_something_that_the_tool_may_not_see_is_nobodys(
    block: LtiConfiguration, ags: Ags, other_tool: Any
) -> None:
    stranger = Ags(other_tool)
    assert stranger.post_score(block.platform_item.pk, score_body("x")).status_code == 404
    visitor = Visitor(make_user("operator", is_staff=True))

    response = visitor.open("deliveries", delivery=str(LtiAgsDelivery.objects.get().uuid))

    assert NOT_FOUND in text_of(response)
