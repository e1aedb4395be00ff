"""What a learner meets under a block: the way into the tool, their score, and a sentence where there is none."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Person, Seat
from tests.browser.test_main_path import AUTHOR, LEARNER, UNIT, answer_quiz, open_block

pytestmark = pytest.mark.browser

QUIZ = "block-v1:DemoX+AGS+2026+type@lti_ags+block@quiz"
THIRD_LEARNER, FOURTH_LEARNER, LEAVER = "Mei Tanaka", "Tomasz Kowalski", "Zanele Dlamini"
NARROW = {"width": 320, "height": 800}
#: Ends the session of whoever looks at the page.
LOG_OUT = "fetch('/logout')"
RESIZE = """([subject, height]) => parent.postMessage(JSON.stringify({subject, height}), '*')"""
SWITCH = (
    "from lti_ags.models import LtiTool; from lti_ags.services.tools import set_enabled; "
    "set_enabled(LtiTool.objects.filter(client_id='example-quiz'), is_enabled={})"
)
ENROLMENT = (
    "from common.djangoapps.student.models import CourseEnrollment; from sandbox.people import make_user; "
    "from sandbox.seed import COURSE_KEY; CourseEnrollment.{}(make_user('zanele'), COURSE_KEY)"
)


def open_alone(learner: Person, block: str) -> tuple[Page, Locator]:
    """Open the page of one block, and return the block on it."""
    page = learner.open(f"/xblock/{block}")
    return page, page.locator("section.lti-ags")


def open_told(learner: Person, call: str) -> tuple[Page, Locator]:
    """Make a block by a function of ``told_scores``, and open it."""
    code = f"from tests.browser import told_scores; told_scores.{call}"
    return open_alone(learner, learner.sandbox.manage("shell", "-v", "0", "-c", code).split()[-1])


def refresh(region: Locator) -> None:
    region.get_by_role("button", name="Show my latest score").click()


def height_of(frame: Locator) -> float:
    box = frame.bounding_box()
    assert box is not None
    return box["height"]


def test_learner_without_a_score_sees_the_tool_and_that_there_is_none(seat: Seat, picture: Any) -> None:
    learner = seat(LEARNER)
    page, tool = open_block(learner, unit="Quiz", title="Quiz")
    region = page.get_by_role("region", name="Quiz", exact=True)
    expect(tool.get_by_role("button", name="Send")).to_be_visible()

    expect(region.get_by_text("There is no score yet.")).to_be_visible()
    check_accessibility(page)
    picture(region, "learner-no-score")


def test_learner_sees_score_tool_and_time_after_answering(seat: Seat, picture: Any) -> None:
    page, region = open_alone(seat(THIRD_LEARNER, timezone_id="Asia/Tokyo"), QUIZ)
    tool = region.locator("iframe").content_frame

    answer_quiz(tool, "A score", "A grade of 0", "A column of the gradebook")
    expect(tool.get_by_text("The score was sent to the course")).to_be_visible()
    refresh(region)

    expect(region.get_by_text("10 of 10 points")).to_be_visible()
    expect(region.get_by_text("From Quiz tool,")).to_be_visible()
    assert str(region.locator("time").get_attribute("datetime")).endswith("Z")
    check_accessibility(page)
    picture(region, "learner-graded")


def test_several_scores_are_listed_with_how_they_make_the_grade(seat: Seat, picture: Any) -> None:
    page, region = open_told(seat(FOURTH_LEARNER), "add_several('tomasz')")

    expect(region.locator(".lti-ags-score")).to_have_text("9 of 10 points")
    expect(region.locator(".lti-ags-note")).to_have_text(["Your highest score counts.", "1 part has no score yet."])
    scores = region.locator(".lti-ags-scores li")
    expect(scores.nth(0)).to_contain_text("Essay 90 of 100")
    expect(scores.nth(0)).to_contain_text("This score counts.")
    expect(scores.nth(1)).to_contain_text("Another score counts instead of this one.")
    expect(scores.nth(2)).to_contain_text("Submitted, being graded.")
    expect(scores.nth(0).locator("blockquote")).to_contain_text("Your second source is <b>not</b> in the list")
    check_accessibility(page)
    picture(region, "learner-several-scores")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture(region, "learner-several-scores-narrow")


@pytest.mark.parametrize(
    ("scene", "told"),
    [
        ("add_held", "Graded. Your score is shown when the course team releases it."),
        ("add_late", "Handed in after your due date, so it does not count."),
    ],
)
def test_score_that_does_not_count_says_why(seat: Seat, picture: Any, scene: str, told: str) -> None:
    page, region = open_told(seat(FOURTH_LEARNER), f"{scene}('tomasz')")

    expect(region.get_by_text(told)).to_be_visible()
    expect(region.locator(".lti-ags-score")).to_have_count(0)
    check_accessibility(page)
    picture(region, f"learner-{scene.removeprefix('add_')}")


def test_tool_says_how_high_its_frame_is_and_nobody_else(seat: Seat) -> None:
    page, region = open_alone(seat(THIRD_LEARNER), QUIZ)
    frame = region.locator("iframe")
    expect(frame.content_frame.get_by_role("button", name="Send")).to_be_visible()
    before = height_of(frame)
    tool = next(each for each in page.frames if each.parent_frame)

    page.evaluate(RESIZE, ["lti.frameResize", 777])
    tool.evaluate(RESIZE, ["something.else", 777])
    tool.evaluate(RESIZE, ["lti.frameResize", 640])

    expect(frame).to_have_css("height", "640px")
    assert before != 640
    tool.evaluate(RESIZE, ["lti.frameResize", 99_999])
    expect(frame).to_have_css("height", "5000px")


def test_score_that_cannot_be_read_is_told(seat: Seat, picture: Any) -> None:
    learner = seat(LEARNER, allowed=("ERR_FAILED",))
    page, region = open_alone(learner, QUIZ)
    page.route("**/learner_score*", lambda route: route.abort())

    refresh(region)

    expect(region.get_by_text("The score cannot be read just now. Please try again in a few minutes.")).to_be_visible()
    check_accessibility(page)


def test_score_is_read_on_return_without_a_word_and_with_one_for_who_asked(seat: Seat) -> None:
    page, region = open_alone(seat(LEARNER), QUIZ)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/learner_score*", hold)
    asking = region.get_by_role("status")

    with page.expect_request("**/learner_score*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(asking).to_be_empty()

    refresh(region)
    expect(asking).to_have_text("Reading your score.")
    held[0].continue_()
    expect(asking).to_be_empty()


def test_learner_who_was_signed_out_is_asked_to_sign_in(seat: Seat) -> None:
    page, region = open_alone(seat(LEARNER, allowed=("403",)), QUIZ)
    page.evaluate(LOG_OUT)

    refresh(region)

    expect(region.get_by_text("Sign in to see your score.")).to_be_visible()


def test_tool_that_is_switched_off_is_told_to_learners_and_authors(seat: Seat, picture: Any) -> None:
    learner, author = seat(LEARNER), seat(AUTHOR)
    learner.sandbox.manage("shell", "-c", SWITCH.format("False"))
    try:
        page, region = open_alone(learner, QUIZ)
        expect(region.get_by_text("The tool of this part of the course is switched off.")).to_be_visible()
        expect(region.locator("iframe")).to_have_count(0)
        check_accessibility(page)
        picture(region, "learner-tool-off")
        unit = author.open_studio(f"/container/{UNIT.format('quiz_unit')}")
        expect(unit.locator(".messages .error").first).to_contain_text("switched off on this site")
        check_accessibility(unit)
    finally:
        learner.sandbox.manage("shell", "-c", SWITCH.format("True"))


def test_learner_who_left_the_course_is_told_so_and_later_gets_no_page(seat: Seat) -> None:
    learner = seat(LEAVER, allowed=("403", "404"))
    page, region = open_alone(learner, QUIZ)
    expect(region.locator("iframe")).to_be_visible()
    learner.sandbox.manage("shell", "-c", ENROLMENT.format("unenroll"))
    try:
        refresh(region)
        expect(region.get_by_text("You have no access to this part of the course.")).to_be_visible()
        check_accessibility(page)
        page, region = open_alone(learner, QUIZ)
        expect(page.get_by_role("heading", name="Not Found")).to_be_visible()
        expect(region).to_have_count(0)
    finally:
        learner.sandbox.manage("shell", "-c", ENROLMENT.format("enroll"))


def test_block_fits_a_narrow_window(seat: Seat, picture: Any) -> None:
    learner = seat(LEARNER)
    learner.page.set_viewport_size(NARROW)
    page, region = open_alone(learner, QUIZ)
    expect(region.locator("iframe").content_frame.get_by_role("heading").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    check_accessibility(page)
    picture(region, "learner-narrow")
