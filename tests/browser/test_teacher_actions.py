"""What a teacher does to grades in a real browser: choose, read what will happen, confirm, and see what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.running import Sandbox
from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Person, Seat
from tests.browser.test_main_path import COURSE, LEARNER, TEACHER

pytestmark = pytest.mark.browser

_NUMBERS = count(1)
STAFF = "/api/lti_ags/v1/staff"


def run(sandbox: Sandbox, call: str) -> dict[str, Any]:
    """Run a function of ``held_grades`` inside the LMS, and return what it printed."""
    code = f"from tests.browser import held_grades; held_grades.{call}"
    lines = sandbox.manage("shell", "-v", "0", "-c", code).splitlines()
    printed: dict[str, Any] = json.loads(lines[-1])
    return printed


@pytest.fixture
def title() -> str:
    """The title of a new block."""
    return f"Essay {next(_NUMBERS)}"


@pytest.fixture
def block_path(sandbox: Sandbox, title: str) -> str:
    """The page of a new block with five held scores."""
    return f"{STAFF}/blocks/{run(sandbox, f'add_block({title!r})')['uuid']}"


@pytest.fixture
def gradebook_fails_for_mei(sandbox: Sandbox) -> Iterator[None]:
    """The LMS raises whenever something is published for one of the learners."""
    faults = "from lms.djangoapps.grades import faults; from django.contrib.auth.models import User; "
    sandbox.manage(
        "shell", "-v", "0", "-c", f"{faults}faults.set_fault('publish', user_id=User.objects.get(username='mei').pk)"
    )
    yield
    sandbox.manage("shell", "-v", "0", "-c", f"{faults}faults.clear_faults()")


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=f"Choose {name}").check()


def grade_of(teacher: Person, learner: str, title: str) -> str:
    """What the gradebook of the course has for a learner in the block of that title; others' tests have theirs."""
    page = teacher.open(f"/courses/{COURSE}/gradebook")
    titles = page.get_by_role("columnheader").all_inner_texts()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=learner))
    return row.get_by_role("cell").nth(titles.index(title) - 1).inner_text()


def press(page: Page, action: str) -> None:
    page.get_by_role("button", name=action, exact=True).click()


def test_teacher_releases_some_grades_then_all_the_others(
    seat: Seat, block_path: str, title: str, picture: Any
) -> None:
    teacher = seat(TEACHER)
    page = teacher.open(block_path)
    choose(page, "Amira Haddad", "Mei Tanaka")
    press(page, "Release grades")

    expect(page.get_by_text("This will be done for 2 learners.")).to_be_visible()
    expect(page.get_by_role("link", name="Mei Tanaka")).to_be_visible()
    check_accessibility(page)
    picture(page.locator("body"), "staff-action-confirm")
    press(page, "Release grades")

    expect(page.get_by_role("status")).to_contain_text("Done: 2 of 2 grades changed.")
    assert grade_of(teacher, "Amira Haddad", title) == "5 / 10"
    assert "10" not in grade_of(teacher, "Tomasz Kowalski", title)

    page = teacher.open(block_path)
    page.get_by_role("checkbox", name="All 5 learners").check()
    press(page, "Release grades")
    expect(page.get_by_text("This will change the grades of 3 of the 5 learners you have chosen.")).to_be_visible()
    press(page, "Release grades")

    expect(page.get_by_role("status")).to_contain_text("Done: 3 of 5 grades changed.")
    expect(page.get_by_text("2 learners: There is no score that waits for its release.")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="Back to the block").click()
    page.get_by_text("What the course team did last").click()
    expect(page.get_by_role("listitem").filter(has_text="Done: 3 of 5 grades changed.")).to_be_visible()
    check_accessibility(page)
    assert grade_of(teacher, "Tomasz Kowalski", title) == "8 / 10"


def test_teacher_changes_their_mind_on_the_page_that_asks(seat: Seat, block_path: str) -> None:
    teacher = seat(TEACHER)
    page = teacher.open(block_path)
    choose(page, "Amira Haddad")
    press(page, "Clear grades")
    expect(page.get_by_text("A cleared grade does not come back by itself")).to_be_visible()

    page.get_by_role("link", name="Change nothing").click()

    expect(page).to_have_url(teacher.sandbox.lms.url + block_path)
    expect(page.get_by_role("row", name="Amira Haddad")).to_contain_text("50 of 100")


def test_keyboard_alone_is_enough(seat: Seat, block_path: str) -> None:
    page = seat(TEACHER).open(block_path)
    page.get_by_role("checkbox", name="Choose Diego Fuentes").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Release grades", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Release grades", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Done: 1 of 1 grade changed.")


def test_pages_fit_a_narrow_window(seat: Seat, block_path: str) -> None:
    page = seat(TEACHER).open(block_path)
    page.set_viewport_size({"width": 320, "height": 800})
    choose(page, "Diego Fuentes")
    press(page, "Use the tool's grade")

    expect(page.get_by_text("nothing would change")).to_be_visible()
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_nothing_chosen_is_explained(seat: Seat, block_path: str) -> None:
    page = seat(TEACHER, allowed=("400",)).open(block_path)

    press(page, "Release grades")

    expect(page.get_by_role("alert")).to_contain_text("No learner is chosen.")
    check_accessibility(page)
    page.get_by_role("link", name="Back to the block").click()
    expect(page.get_by_role("checkbox", name="Choose Amira Haddad")).to_be_visible()


def test_failure_for_one_learner_is_told_and_tried_again(
    seat: Seat, sandbox: Sandbox, block_path: str, picture: Any, request: pytest.FixtureRequest
) -> None:
    page = seat(TEACHER).open(block_path)
    page.get_by_role("checkbox", name="All 5 learners").check()
    press(page, "Release grades")
    press(page, "Release grades")
    page.goto(sandbox.lms.url + block_path)
    page.get_by_role("checkbox", name="All 5 learners").check()
    press(page, "Clear grades")
    request.getfixturevalue("gradebook_fails_for_mei")
    press(page, "Clear grades")

    expect(page.get_by_role("status")).to_contain_text("Finished: 4 of 5 grades changed, 1 failed.")
    expect(page.get_by_text("1 learner: The gradebook could not be reached")).to_be_visible()
    expect(page.get_by_role("link", name="Mei Tanaka")).to_be_visible()
    check_accessibility(page)
    picture(page.locator("body"), "staff-action-failed")

    sandbox.manage("shell", "-v", "0", "-c", "from lms.djangoapps.grades import faults; faults.clear_faults()")
    page.get_by_role("link", name="Try again for those that failed").click()
    press(page, "Clear grades")
    expect(page.get_by_role("status")).to_contain_text("Done: 1 of 1 grade changed.")


def test_action_that_stands_still_says_how_far_it_is_and_goes_on(
    seat: Seat, sandbox: Sandbox, block_path: str, title: str
) -> None:
    action = run(sandbox, f"add_stopped_action({title!r})")["uuid"]
    page = seat(TEACHER).open(f"{STAFF}/bulk/{action}")

    expect(page.get_by_role("status")).to_contain_text("Stopped after 0 of 5 learners.")
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    check_accessibility(page)
    press(page, "Go on")

    expect(page.get_by_role("status")).to_contain_text("Done: 5 of 5 grades changed.")


def test_button_that_is_pressed_twice_does_it_once_and_the_way_back_says_so(seat: Seat, block_path: str) -> None:
    page = seat(TEACHER).open(block_path)
    choose(page, "Zanele Dlamini")
    press(page, "Release grades")
    page.get_by_role("button", name="Release grades", exact=True).dblclick()
    expect(page.get_by_role("status")).to_contain_text("Done: 1 of 1 grade changed.")

    page.go_back()

    expect(page.get_by_text("You have chosen 1 learner, and nothing would change.")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_learner_is_told_that_the_page_is_for_staff(seat: Seat, block_path: str) -> None:
    page = seat(LEARNER, allowed=("403",)).open(f"{block_path}/actions/clear?all=1")

    expect(page.get_by_text("Only the staff of this course can see this page.")).to_be_visible()
    check_accessibility(page)
    assert COURSE not in page.inner_text("body")
