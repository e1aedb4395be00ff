"""Who sees the pages of the staff, and what the others are told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from lms.djangoapps.courseware.masquerade import MASQUERADE_SETTINGS_KEY, CourseMasquerade
from lms.djangoapps.grades.faults import clear_faults, set_fault
from lti_ags.models import LtiConfiguration
from openedx.core.djangoapps.user_api.models import UserPreference
from tests.support.courses import Course, make_course, make_staff, make_user
from tests.support.staff_pages import PREFIX, Visitor, text_of


def paths(block: LtiConfiguration) -> list[str]:
    return [f"courses/{block.course_key}", f"blocks/{block.uuid}"]


def test_staff_of_the_course_see_its_pages(staff: Visitor, block: LtiConfiguration) -> None:
    assert [staff.open(path).status_code for path in paths(block)] == [200, 200]


def test_staff_of_the_site_see_the_pages_of_every_course(block: LtiConfiguration) -> None:
    visitor = Visitor(make_user("operator", is_staff=True))

    assert [visitor.open(path).status_code for path in paths(block)] == [200, 200]


def test_pages_answer_with_and_without_a_slash_at_the_end(staff: Visitor, block: LtiConfiguration) -> None:
    assert [staff.open(f"{path}/").status_code for path in paths(block)] == [200, 200]


def test_visitor_who_is_not_logged_in_goes_to_the_login_page_and_comes_back(block: LtiConfiguration) -> None:
    response = Visitor().open(f"blocks/{block.uuid}", search="a b")

    assert response.status_code == 302
    assert response["Location"] == f"/login?next={PREFIX}/blocks/{block.uuid}%3Fsearch%3Da%2Bb"


def test_visitor_who_is_not_logged_in_learns_nothing_about_blocks(db: None) -> None:
    assert Visitor().open(f"blocks/{uuid4()}").status_code == 302


@pytest.mark.parametrize("who", ["learner", "staff of another course"])
def test_others_read_that_the_page_is_for_staff(who: str, learner: Any, block: LtiConfiguration) -> None:
    visitor = Visitor(learner if who == "learner" else make_staff(make_course()))

    for path in paths(block):
        response = visitor.open(path)

        assert response.status_code == 403
        assert "Only the staff of this course can see this page." in text_of(response)
        assert block.title not in text_of(response)


@override_settings(SESSION_SERIALIZER="tests.support.sessions.ObjectSerializer")
def test_staff_who_view_the_course_as_a_learner_do_not_see_the_pages(
    teacher: Any, course: Course, block: LtiConfiguration
) -> None:
    staff = Visitor(teacher)
    session = staff.client.session
    session[MASQUERADE_SETTINGS_KEY] = {course.key: CourseMasquerade(course.key, role="student")}
    session.save()

    response = staff.open_block(block)

    assert response.status_code == 403
    assert "You are viewing the course as a learner." in text_of(response)


@pytest.mark.parametrize(
    "path",
    ["blocks/00000000-0000-4000-8000-000000000000", "blocks/quiz", "courses/no-course", "courses/library-v1:Org+Lib"],
)
def test_unknown_addresses_get_a_written_page(staff: Visitor, path: str) -> None:
    response = staff.open(path)

    assert response.status_code == 404
    assert "There is nothing under this address." in text_of(response)


def test_page_is_for_later_while_the_lms_cannot_tell_who_is_staff(staff: Visitor, block: LtiConfiguration) -> None:
    set_fault("has_access")
    try:
        response = staff.open_block(block)
    finally:
        clear_faults()

    assert response.status_code == 503
    assert "Please try again in a minute." in text_of(response)


def test_pages_load_nothing_and_are_framed_by_nobody(staff: Visitor, block: LtiConfiguration) -> None:
    response = staff.open_block(block)

    policy = response["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]


def test_times_are_in_the_zone_that_the_viewer_chose(staff: Visitor, teacher: Any, block: LtiConfiguration) -> None:
    UserPreference.objects.create(user=teacher, key="time_zone", value="America/Bogota")

    assert "Times are in the zone America/Bogota." in text_of(staff.open_block(block))


@pytest.mark.parametrize("value", ["Middle/Earth", "../../etc/passwd"])
def test_zone_that_nobody_knows_is_the_sites(
    staff: Visitor, teacher: Any, block: LtiConfiguration, value: str, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    UserPreference.objects.create(user=teacher, key="time_zone", value=value)

    assert "Times are in the zone Europe/Madrid." in text_of(staff.open_block(block))


def test_page_is_shown_while_the_lms_cannot_tell_the_zone(staff: Visitor, block: LtiConfiguration) -> None:
    set_fault("preference")
    try:
        response = staff.open_block(block)
    finally:
        clear_faults()

    assert response.status_code == 200
    assert "Times are in the zone UTC." in text_of(response)


def test_nothing_is_changed_by_sending_a_form_to_a_page(staff: Visitor, block: LtiConfiguration) -> None:
    assert staff.client.post(f"{PREFIX}/blocks/{block.uuid}").status_code == 405
