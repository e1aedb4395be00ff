"""What a teacher sees of grades in a real browser: from the course to one learner's history, and the dead ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.running import Sandbox
from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Person, Seat
from tests.browser.test_main_path import COURSE, LEARNER, TEACHER

pytestmark = pytest.mark.browser

STAFF = "/api/lti_ags/v1/staff"


@pytest.fixture(scope="module")
def essay(sandbox: Sandbox) -> dict[str, str]:
    """A block with sixty learners: its title, the uuid of its page, and the id of a refused message."""
    return add_block(sandbox, "Essay on sources", more=55)


@pytest.fixture(scope="module")
def report(sandbox: Sandbox) -> dict[str, str]:
    """A block with fourteen learners."""
    return add_block(sandbox, "Lab report", more=9)


def add_block(sandbox: Sandbox, title: str, *, more: int) -> dict[str, str]:
    code = f"from tests.browser import mixed_grades; mixed_grades.add_block({title!r}, more={more})"
    made: dict[str, str] = json.loads(sandbox.manage("shell", "-v", "0", "-c", code).splitlines()[-1])
    return {"title": title, **made}


def open_block(person: Person, essay: dict[str, str], query: str = "") -> Page:
    return person.open(f"{STAFF}/blocks/{essay['uuid']}{query}")


def first_learners(page: Page, number: int) -> list[str]:
    names = page.locator("table.learners tbody th a")
    expect(names.first).to_be_visible()
    return names.all_inner_texts()[:number]


def test_teacher_goes_from_the_course_to_one_learners_history(seat: Seat, report: dict[str, str], picture: Any) -> None:
    page = seat(TEACHER, timezone_id="Europe/Madrid").open(f"/courses/{COURSE}/course")
    page.get_by_role("link", name="Grades from tools").click()
    expect(page.get_by_role("row", name=report["title"])).to_contain_text("1 Problem")
    check_accessibility(page)
    picture(page.locator("body"), "staff-course")

    page.get_by_role("link", name=report["title"], exact=True).click()
    expect(page.get_by_role("heading", name=report["title"])).to_be_visible()
    assert first_learners(page, 4) == ["Tomasz Kowalski", "Mei Tanaka", "Diego Fuentes", "Zanele Dlamini"]
    expect(page.get_by_role("row", name="Mei Tanaka")).to_contain_text("accept it, and it counts")
    check_accessibility(page)
    picture(page.locator("body"), "staff-block")

    page.get_by_role("searchbox", name="Search").fill("amira")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 learner.", exact=True)).to_be_visible()
    page.get_by_role("link", name="Amira Haddad").click()
    expect(page.get_by_role("heading", name="Amira Haddad")).to_be_visible()
    expect(page.get_by_text("See my note on <b>sources</b> in the text.").first).to_be_visible()
    expect(page.get_by_text("A message of the tool was refused (409, stale_score).")).to_be_visible()
    check_accessibility(page)
    picture(page.locator("body"), "staff-learner")

    page.get_by_role("link", name="Publish again").click()
    expect(page.get_by_role("heading", name="Publish again")).to_be_visible()


def test_table_is_sorted_filtered_and_turned_page_by_page(seat: Seat, essay: dict[str, str]) -> None:
    page = open_block(seat(TEACHER), essay)

    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    page.get_by_role("columnheader", name="Learner", exact=True).get_by_role("link").click()
    assert first_learners(page, 2) == ["Amira Haddad", "Diego Fuentes"]
    expect(page.get_by_role("columnheader", name="Learner", exact=True)).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("Status").select_option("being_graded")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text("1 learner.", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name="Diego Fuentes")).to_contain_text("Being graded")
    page.get_by_role("link", name="Show all learners").click()
    expect(page.get_by_text("Learners 1 to 50 of 60.")).to_be_visible()


def test_teacher_downloads_what_the_search_leaves(seat: Seat, essay: dict[str, str]) -> None:
    page = open_block(seat(TEACHER), essay, "?search=bianchi")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()

    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 6
    assert lines[1].startswith("lina.bianchi,Lina Bianchi,lina.bianchi@example.com,Graded,")


def test_keyboard_reaches_the_content_first_and_can_scroll_the_table(seat: Seat, essay: dict[str, str]) -> None:
    page = open_block(seat(TEACHER), essay)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    region = page.get_by_role("region", name="Grades of the learners in this block")
    region.focus()
    expect(region).to_be_focused()


def test_pages_fit_a_narrow_window(seat: Seat, report: dict[str, str], picture: Any) -> None:
    page = seat(TEACHER).open(f"{STAFF}/courses/{COURSE}")
    page.set_viewport_size({"width": 320, "height": 800})

    for name, link in (("course", report["title"]), ("block", "Tomasz Kowalski"), ("learner", "")):
        check_accessibility(page)
        picture(page.locator("body"), f"staff-{name}-narrow")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        if link:
            page.get_by_role("link", name=link, exact=True).click()
            page.wait_for_load_state()


def test_work_that_could_not_be_graded_is_a_problem_and_says_why(seat: Seat, essay: dict[str, str]) -> None:
    page = open_block(seat(TEACHER), essay, "?status=problem")

    row = page.get_by_role("row", name="Tomasz Kowalski")

    expect(row).to_contain_text("Problem")
    expect(row).to_contain_text("The tool says that it could not grade this work.")


def test_search_without_a_hit_leads_back(seat: Seat, essay: dict[str, str]) -> None:
    page = open_block(seat(TEACHER), essay)
    page.get_by_role("searchbox", name="Search").fill("nobody of this name")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text("No learner matches the search.")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="Show all learners").click()
    expect(page.get_by_text("Learners 1 to 50 of 60.")).to_be_visible()


def test_message_is_found_by_its_id_and_an_unknown_one_is_not(seat: Seat, essay: dict[str, str]) -> None:
    page = seat(TEACHER).open(f"{STAFF}/courses/{COURSE}")
    page.get_by_role("searchbox", name="Delivery id").fill("00000000-0000-4000-8000-000000000000")
    page.get_by_role("button", name="Find the message").click()
    expect(page.get_by_text("None of your courses has a message with this id.")).to_be_visible()
    check_accessibility(page)

    page.get_by_role("searchbox", name="Delivery id").fill(essay["delivery"])
    page.get_by_role("button", name="Find the message").click()

    expect(page.get_by_role("heading", name="Amira Haddad")).to_be_visible()
    expect(page.locator(f"#delivery-{essay['delivery']}")).to_be_in_viewport()


def test_learner_is_told_that_the_pages_are_for_staff(seat: Seat, essay: dict[str, str], picture: Any) -> None:
    page = open_block(seat(LEARNER, allowed=("403",)), essay)

    expect(page.get_by_role("heading", name="This page is for the course's staff")).to_be_visible()
    check_accessibility(page)
    picture(page.locator("body"), "staff-refused")


def test_visitor_logs_in_and_comes_back_to_the_page(seat: Seat, essay: dict[str, str]) -> None:
    page = open_block(seat(), essay, "?search=amira")

    page.get_by_role("button", name=TEACHER).click()

    expect(page.get_by_role("heading", name=essay["title"])).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("amira")


def test_address_of_nothing_gets_a_written_page(seat: Seat) -> None:
    page = seat(TEACHER, allowed=("404",)).open(f"{STAFF}/blocks/00000000-0000-4000-8000-000000000000")

    expect(page.get_by_text("There is nothing under this address.")).to_be_visible()
    check_accessibility(page)
