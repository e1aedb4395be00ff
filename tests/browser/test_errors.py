"""What people see in a real browser when something is not right."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Seat
from tests.browser.test_main_path import AUTHOR, COURSE, LEARNER, UNIT

pytestmark = pytest.mark.browser

QUIZ = "block-v1:DemoX+AGS+2026+type@lti_ags+block@quiz"
START = f"/api/lti_ags/v1/launch/start/{QUIZ}"


def test_editor_says_beside_the_field_what_is_wrong_and_saves_nothing(seat: Seat) -> None:
    author = seat(AUTHOR, allowed=("400",))
    page = author.open_studio(f"/xblock/{QUIZ}/action/edit")

    page.get_by_label("Maximum score").fill("")
    page.get_by_role("button", name="Save").click()

    error = page.locator(".lti-ags-error:visible")
    expect(error).to_have_count(1)
    expect(error).to_contain_text("number")
    author.open_studio(f"/xblock/{QUIZ}/action/edit")
    expect(page.get_by_label("Maximum score")).to_have_value("10")


def test_numbers_survive_an_author_whose_language_writes_them_with_a_comma(seat: Seat) -> None:
    author = seat(AUTHOR, locale="de-DE", extra_http_headers={"Accept-Language": "de-de"})
    page = author.open_studio(f"/xblock/{QUIZ}/action/edit")

    expect(page.locator("[data-field-name=weight] input")).to_have_value("10")


def test_block_without_a_tool_tells_the_author_what_to_do_and_the_learner_a_plain_sentence(seat: Seat) -> None:
    author, learner = seat(AUTHOR), seat(LEARNER)
    page = author.open_studio(f"/container/{UNIT.format('quiz_unit')}")
    page.get_by_label("Kind").select_option("lti_ags")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Publish").click()

    expect(page.locator("ul.messages").last).to_contain_text("tool")
    seen = learner.open(f"/courses/{COURSE}/course")
    seen.get_by_role("link", name="Quiz", exact=True).first.click()
    expect(seen.locator(".lti-ags-note").last).to_be_visible()
    expect(seen.locator("section.lti-ags").last.locator("iframe")).to_have_count(0)
    check_accessibility(page)
    check_accessibility(seen)


def test_launch_without_signing_in_is_refused_in_plain_words(seat: Seat) -> None:
    stranger = seat(allowed=("403",))

    page = stranger.open(START)

    expect(page.get_by_text("Sign in")).to_be_visible()
    check_accessibility(page)


def test_learner_of_no_course_is_told_that_there_is_nothing(seat: Seat) -> None:
    visitor = seat(LEARNER, allowed=("404",))

    page = visitor.open(START.replace("2026", "2025"))

    expect(page.get_by_text("no such page")).to_be_visible()


def test_launch_page_that_is_sent_again_is_refused_by_the_platform_and_explained_by_the_tool(seat: Seat) -> None:
    learner = seat(LEARNER, allowed=("400", "401", "403"))
    requests: list[str] = []
    learner.page.on("request", lambda request: requests.append(request.url))
    learner.open(START)
    learner.page.wait_for_url(f"{learner.sandbox.tool.url}/**")
    authorization = next(url for url in requests if "/launch/authorize" in url)

    learner.page.goto(authorization)

    expect(learner.page.get_by_role("alert")).to_contain_text("before")
