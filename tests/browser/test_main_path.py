"""The whole way in a real browser: an author adds a block, a learner answers the tool, a teacher sees the grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Person, Seat

pytestmark = pytest.mark.browser

COURSE = "course-v1:DemoX+AGS+2026"
UNIT = "block-v1:DemoX+AGS+2026+type@vertical+block@{}"
AUTHOR, TEACHER, LEARNER, SECOND_LEARNER = "Rosa Lindqvist", "Ines Duarte", "Amira Haddad", "Diego Fuentes"


def add_block(author: Person, *, unit: str, title: str, tool: str, choose: Callable[[Page], None]) -> None:
    """Add a component in Studio, fill in its editor, and publish the unit."""
    page = author.open_studio(f"/container/{UNIT.format(unit)}")
    add_component(page)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Tool", exact=True).select_option(tool)
    choose(page)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/container/**")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Learners see this unit as it is here.")).to_be_visible()


def add_component(page: Page) -> None:
    """Add one of our blocks to the unit that is open, and open its editor."""
    edits = page.get_by_role("link", name="Edit")
    known = edits.count()
    page.get_by_label("Kind").select_option("lti_ags")
    page.get_by_role("button", name="Add").click()
    # The page that is still there has a last one, too.
    expect(edits).to_have_count(known + 1)
    edits.last.click()


def open_block(learner: Person, *, unit: str, title: str) -> tuple[Page, FrameLocator]:
    """Go from the course page to a block, and return its page and the tool's frame in it."""
    page = learner.open(f"/courses/{COURSE}/course")
    page.get_by_role("link", name=unit, exact=True).first.click()
    block = page.get_by_role("region", name=title, exact=True)
    # As a learner would: a frame far below loads only when it comes near.
    block.scroll_into_view_if_needed()
    return page, block.locator("iframe").content_frame


def answer_quiz(tool: Any, *answers: str) -> None:
    for answer in answers:
        tool.get_by_label(answer, exact=True).check()
    tool.get_by_role("button", name="Send").click()


def gradebook_row(teacher: Person, learner: str) -> str:
    page = teacher.open(f"/courses/{COURSE}/gradebook")
    return page.get_by_role("row", name=learner).inner_text()


def test_author_adds_a_block_and_a_learner_earns_a_grade_in_it(seat: Seat, picture: Any) -> None:
    author, learner, teacher = seat(AUTHOR), seat(LEARNER), seat(TEACHER)

    def choose(page: Page) -> None:
        page.get_by_label("Maximum score").fill("5")
        page.get_by_label("Only allow tools to push a single grade per student").check()
        expect(page.get_by_label("Several scores")).to_be_hidden()
        check_accessibility(page)
        picture(page.locator("main"), "studio-editor")

    add_block(author, unit="quiz_unit", title="Week 2 quiz", tool="Quiz tool", choose=choose)
    page, tool = open_block(learner, unit="Quiz", title="Week 2 quiz")
    expect(tool.get_by_role("heading", name="Week 2 quiz")).to_be_visible()
    picture(page.get_by_role("region", name="Week 2 quiz", exact=True), "learner-launch")
    answer_quiz(tool, "A score", "A grade of 0", "A column of the gradebook")
    expect(tool.get_by_text("The score was sent to the course")).to_be_visible()

    region = page.get_by_role("region", name="Week 2 quiz", exact=True)
    region.get_by_role("button", name="Show my latest score").click()
    expect(region.get_by_text("5 of 5 points")).to_be_visible()
    check_accessibility(page)
    picture(region, "learner-score")
    assert "5 / 5" in gradebook_row(teacher, LEARNER)
    picture(teacher.page.locator("main"), "gradebook")


def test_tool_manages_its_own_line_items_where_the_author_lets_it(seat: Seat, picture: Any) -> None:
    author, learner, teacher = seat(AUTHOR), seat(SECOND_LEARNER), seat(TEACHER)

    def choose(page: Page) -> None:
        page.get_by_label("Maximum score").fill("20")
        page.get_by_label("Allow tools to manage their own grades").check()
        page.get_by_label("Several scores").select_option("highest")
        check_accessibility(page)
        picture(page.locator("main"), "studio-editor-programmatic")

    add_block(author, unit="lab_unit", title="Week 2 lab", tool="Lab tool", choose=choose)
    _page, tool = open_block(learner, unit="Lab", title="Week 2 lab")
    answer_quiz(tool, "A score", "A grade of 0", "A single grade")
    expect(tool.get_by_text("The score was sent to the course")).to_be_visible()

    assert "16.6 / 20" in gradebook_row(teacher, SECOND_LEARNER)


def test_tool_opens_in_a_window_of_its_own_where_the_author_chose_so(seat: Seat) -> None:
    author, learner = seat(AUTHOR), seat(LEARNER)

    def choose(page: Page) -> None:
        page.get_by_label("Open the tool in").select_option("window")

    add_block(author, unit="quiz_unit", title="Quiz in a window", tool="Quiz tool", choose=choose)
    page = learner.open(f"/courses/{COURSE}/course")
    page.get_by_role("link", name="Quiz", exact=True).first.click()
    region = page.get_by_role("region", name="Quiz in a window", exact=True)
    with page.expect_popup() as opened:
        region.get_by_role("link", name="Open").click()

    expect(opened.value.get_by_role("heading", name="Quiz in a window")).to_be_visible()
    expect(region.locator("iframe")).to_have_count(0)
