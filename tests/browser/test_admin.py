"""The operator's main path and what goes wrong on it, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.running import Sandbox
from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Seat
from tests.browser.test_main_path import LEARNER

pytestmark = pytest.mark.browser

OPERATOR = "Olu Adeyemi"
ADMIN = "/admin/lti_ags"
_NUMBERS = count(1)


def made(sandbox: Sandbox, call: str) -> dict[str, Any]:
    """Run a function of ``operators_rows`` inside the LMS, and return what it printed."""
    code = f"from tests.browser import operators_rows; operators_rows.{call}"
    printed: dict[str, Any] = json.loads(sandbox.manage("shell", "-v", "0", "-c", code).splitlines()[-1])
    return printed


@pytest.fixture
def label() -> str:
    """What a new line item is called."""
    return f"Report {next(_NUMBERS)}"


def search(page: Page, text: str) -> None:
    page.locator("#searchbar").fill(text)
    page.get_by_role("button", name="Search").click()
    page.wait_for_load_state()


def take_action(page: Page, name: str) -> None:
    """Choose the first row of the list, and an action for it."""
    page.locator(".action-select").first.check()
    page.get_by_label("Action:").select_option(name)
    page.get_by_role("button", name="Go").click()
    page.wait_for_load_state()


def test_operator_sees_how_a_tool_does_and_cuts_it_off_and_lets_it_in_again(
    seat: Seat, sandbox: Sandbox, label: str, picture: Callable[..., None]
) -> None:
    refused = made(sandbox, f"add_refusal({label!r})")["delivery"]
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/ltitool/")
    expect(page.locator("tr", has_text="Lab tool")).to_contain_text("Refused:")
    picture(page.locator("#content"), "admin-tools")

    page.get_by_role("link", name="Lab tool").click()
    expect(page.locator(".field-health_details")).to_contain_text("unknown_user")
    expect(page.locator(".field-sheet")).to_contain_text("Access token URL")
    picture(page.locator("#content"), "admin-tool")
    page.get_by_role("link", name="show the delivery").click()
    expect(page.locator("#result_list")).to_contain_text(refused)

    operator.open(f"{ADMIN}/ltitool/?q=Lab+tool")
    take_action(page, "Disable the selected tools")
    expect(page.get_by_role("heading", name="Disable 1 tool?")).to_be_visible()
    check_accessibility(page)
    picture(page.locator("#content"), "admin-confirm")
    page.get_by_role("button", name="Yes, disable").click()
    expect(page.get_by_text("1 tool was changed.")).to_be_visible()
    take_action(page, "Enable the selected tools")
    expect(page.get_by_text("1 tool was changed.")).to_be_visible()


def test_operator_checks_a_key_set_on_purpose(seat: Seat) -> None:
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/ltitool/?q=Lab+tool")

    take_action(page, "Check the key sets of the selected tools now")

    expect(page.get_by_text("Lab tool: 1 usable key.")).to_be_visible()


def test_operator_finds_a_delivery_by_its_id_and_reads_it_without_the_words_to_the_learner(
    seat: Seat, sandbox: Sandbox, label: str, picture: Callable[..., None]
) -> None:
    delivery = made(sandbox, f"add_deleted_item({label!r})")["delivery"]
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/ltiagsdelivery/")

    search(page, delivery)
    page.get_by_role("link", name=delivery).click()

    expect(page.locator(".field-message_as_received")).to_contain_text('"scoreGiven": 40')
    expect(page.locator("#content")).not_to_contain_text("learner's eyes")
    picture(page.locator("#content"), "admin-delivery")


def test_operator_restores_a_line_item_that_a_tool_deleted(
    seat: Seat, sandbox: Sandbox, label: str, picture: Callable[..., None]
) -> None:
    item = made(sandbox, f"add_deleted_item({label!r})")["item"]
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/ltiagslineitem/?state=deleted")
    search(page, str(item))

    take_action(page, "Restore the selected line items")
    expect(page.get_by_role("heading", name="Restore 1 line item?")).to_be_visible()
    page.get_by_role("button", name="Yes, restore").click()

    expect(page.get_by_text("1 line item was restored.")).to_be_visible()
    operator.open(f"{ADMIN}/ltiagslineitem/{item}/change/")
    expect(page.locator(".field-deleted_at")).to_contain_text("-")


def test_operator_rotates_the_platforms_keys(seat: Seat, picture: Callable[..., None]) -> None:
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/platformkey/")

    page.get_by_role("link", name="New signing key").click()
    check_accessibility(page)
    picture(page.locator("#content"), "admin-rotate")
    page.get_by_role("button", name="Yes, make a new key").click()

    expect(page.get_by_text("The new key is")).to_be_visible()


def test_item_that_is_not_deleted_is_not_restored_and_that_is_said(seat: Seat, sandbox: Sandbox, label: str) -> None:
    made(sandbox, f"add_refusal({label!r})")
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/ltiagslineitem/?state=live")

    take_action(page, "Restore the selected line items")
    page.get_by_role("button", name="Yes, restore").click()

    expect(page.get_by_text("is not deleted.")).to_be_visible()


def test_search_for_what_is_not_there_says_so(seat: Seat) -> None:
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/ltiagsdelivery/")

    search(page, "0c7f5b0e-0000-4000-8000-000000000000")

    expect(page.locator("#changelist-search, .paginator").first).to_be_visible()
    expect(page.locator("#content")).to_contain_text("0 results")


def test_registration_with_a_wrong_url_is_refused_beside_the_field(seat: Seat) -> None:
    operator = seat(OPERATOR)
    page = operator.open(f"{ADMIN}/ltitool/add/")

    page.get_by_label("Name:").fill("Essay tool")
    for field in ("OIDC login URL:", "Launch URL:", "Redirect URIs:", "Key set URL:"):
        page.get_by_label(field).fill("https://tool.example/x" + "#part" * (field == "Launch URL:"))
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".field-launch_url .errorlist")).to_contain_text("fragment")


def test_learner_is_shown_nothing_of_it(seat: Seat) -> None:
    learner = seat(LEARNER)

    page = learner.open(f"{ADMIN}/ltiagsgrade/")

    expect(page.locator("#content")).to_contain_text("not authorized")
