"""Pages and handlers of the LMS: who sees what, headers, cookies, and the gradebook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, override_settings

from sandbox import courses, people
from xmodule.modulestore.django import modulestore


def browser_of(user, **options):
    """Return a browser in which a user is logged in."""
    client = Client(**options)
    client.force_login(user)
    return client


def test_a_learner_sees_a_block_in_a_page_that_may_be_framed(demo, ada):
    answer = browser_of(ada).get(f"/xblock/{demo}")

    assert answer.status_code == 200
    assert "Demo: Demo" in answer.content.decode()
    assert "<h1>Demo</h1>" in answer.content.decode()
    assert "X-Frame-Options" not in answer
    assert {"csrftoken", "sessionid"} <= set(answer.cookies)


def test_neither_strangers_nor_people_who_are_not_enrolled_see_a_block(demo, db):
    assert Client().get(f"/xblock/{demo}").status_code == 404
    assert browser_of(people.make_user("stranger")).get(f"/xblock/{demo}").status_code == 404


def test_staff_see_a_block_without_being_enrolled(demo, teacher):
    assert browser_of(teacher).get(f"/xblock/{demo}").status_code == 200


@pytest.mark.parametrize("fields", [{"visible_to_staff_only": True}, {"start": datetime.now(UTC) + timedelta(days=1)}])
def test_what_a_learner_may_not_load_is_not_found(demo, ada, fields):
    courses.change_block(demo, **fields)

    assert browser_of(ada).get(f"/xblock/{demo}").status_code == 404


def test_the_authors_view_is_not_for_the_lms(demo, ada):
    assert browser_of(ada).get(f"/xblock/{demo}?view=author_view").status_code == 400


def test_a_unit_shows_its_blocks_bound_to_the_learner(demo, ada):
    unit = modulestore().get_parent_location(demo)

    answer = browser_of(ada).get(f"/xblock/{unit}")

    assert "Demo: Demo" in answer.content.decode()
    assert f"/courses/{demo.course_key}/xblock/{demo}/handler/" in answer.content.decode()


def test_handlers_answer_anybody(demo, ada):
    url = f"/courses/{demo.course_key}/xblock/{demo}/handler/whoami"

    assert Client().get(url).json() == {"user": None, "method": "GET"}
    assert browser_of(people.make_user("stranger")).get(url).status_code == 200
    assert browser_of(ada).get(url).json()["user"] == ada.id
    assert "X-Frame-Options" not in Client().get(url)


def test_handlers_want_a_csrf_token_for_a_post_unless_they_are_for_third_parties(demo, ada):
    client = browser_of(ada, enforce_csrf_checks=True)
    url = f"/courses/{demo.course_key}/xblock/{demo}/handler/whoami"

    assert client.post(url).status_code == 403
    assert Client(enforce_csrf_checks=True).post(url.replace("/handler/", "/handler_noauth/")).status_code == 200


def test_an_unknown_handler_or_block_is_not_found(demo, ada):
    client = browser_of(ada)
    base = f"/courses/{demo.course_key}/xblock"

    assert client.get(f"{base}/{demo}/handler/nothing").status_code == 404
    assert client.get(f"{base}/{demo}x/handler/whoami").status_code == 404


def test_handler_urls_are_relative_and_those_for_third_parties_are_not(demo):
    block = modulestore().get_item(demo)
    path = f"/courses/{demo.course_key}/xblock/{demo}"

    with override_settings(LMS_ROOT_URL="https://lms.example.com"):
        assert block.runtime.handler_url(block, "whoami", "more", "a=b") == f"{path}/handler/whoami/more?a=b"
        third_party = block.runtime.handler_url(block, "whoami", thirdparty=True)

    assert third_party == f"https://lms.example.com{path}/handler_noauth/whoami"


def test_other_pages_may_not_be_framed(db):
    assert Client().get("/login")["X-Frame-Options"] == "DENY"


def test_logging_in_is_picking_a_person(course, ada):
    client = Client()

    answer = client.post("/login", {"username": "ada", "next": f"/courses/{course}/course/"})

    assert answer["Location"] == f"/courses/{course}/course/"
    assert client.get(answer["Location"]).status_code == 200
    assert "Ada Okafor" in client.get("/login").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_logging_in_leads_nowhere_else(ada, target):
    assert Client().post("/login", {"username": "ada", "next": target})["Location"] == "/"


def test_the_course_page_is_for_its_people(demo, ada):
    url = f"/courses/{demo.course_key}/course/"

    assert browser_of(ada).get(url).status_code == 200
    assert browser_of(people.make_user("stranger")).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert str(demo.course_key) in Client().get("/").content.decode()


def test_the_gradebook_shows_points_to_staff(demo, ada, ben, teacher, send):
    send(demo, ada, 8.3, 10.0)
    send(demo, ben, 0.0, 10.0)

    answer = browser_of(teacher).get(f"/courses/{demo.course_key}/gradebook")

    text = answer.content.decode()
    assert "Ada Okafor" in text
    assert "8.3 / 10" in text
    assert "0 / 10" in text
    assert "83 %" in text
    assert browser_of(ada).get(f"/courses/{demo.course_key}/gradebook").status_code == 403


def test_the_grades_api_tells_learners_their_own_and_staff_everybodys(demo, ada, ben, teacher, send):
    send(demo, ada, 8.0, 10.0)
    url = f"/api/grades/v1/courses/{demo.course_key}/?username=ada"

    assert browser_of(ada).get(url).json()[0]["percent"] == 0.8
    assert browser_of(teacher).get(url).json()[0]["letter_grade"] == "Pass"
    assert browser_of(ben).get(url).status_code == 403
    assert Client().get(url).status_code == 401


def test_a_block_is_reached_by_jumping_to_it(demo, ada):
    assert browser_of(ada).get(f"/courses/{demo.course_key}/jump_to/{demo}")["Location"] == f"/xblock/{demo}"


def test_resources_come_from_the_public_folder_only(db):
    assert Client().get("/xblock/resource/demo_graded/public/nothing.js").status_code == 404
    assert Client().get("/xblock/resource/demo_graded/blocks.py").status_code == 404
