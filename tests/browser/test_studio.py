"""The editor in Studio: what an author chooses, what it warns of, and how a tool is added to the course."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.running import Sandbox
from sandbox.tool.registrations import REGISTRATIONS_FILE
from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Person, Seat
from tests.browser.test_main_path import AUTHOR, COURSE, TEACHER, UNIT, add_component, answer_quiz, open_block

pytestmark = pytest.mark.browser

LAB = "block-v1:DemoX+AGS+2026+type@lti_ags+block@lab"
PRACTICE = "block-v1:DemoX+AGS+2026+type@lti_ags+block@practice"
NARROW = {"width": 320, "height": 800}


def open_editor(person: Person, block: str = LAB) -> Page:
    return person.open_studio(f"/xblock/{block}/action/edit")


def outlook(page: Page) -> Locator:
    """The sentence that says what will happen."""
    return page.locator(".lti-ags-outlook p:visible")


def cautions(page: Page) -> Locator:
    return page.locator(".lti-ags-caution:visible")


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def open_form(page: Page) -> Locator:
    """Open the form that adds a tool."""
    form = page.locator(".lti-ags-adding")
    form.get_by_text("Add a tool to this course").click()
    return form


def test_sentence_and_warnings_follow_what_the_author_chooses(seat: Seat, picture: Any) -> None:
    page = open_editor(seat(AUTHOR))
    expect(outlook(page)).to_have_text(
        "Maximum score 10 · the tool makes its own line items; until it does, nobody is graded."
    )

    page.get_by_label("Late work").select_option("refuse")
    expect(cautions(page)).to_contain_text(["no due date"])
    page.get_by_label("Maximum score").fill("12.5")
    page.get_by_label("Only allow tools to push a single grade per student").check()
    expect(page.get_by_label("Several scores")).to_be_hidden()
    expect(outlook(page)).to_contain_text("Maximum score 12.5 · one line item is made when this is published.")
    check_accessibility(page)
    picture(page.locator("[data-section=grades]"), "studio-warnings")

    page.get_by_label("Tool", exact=True).select_option("")
    expect(cautions(page)).to_contain_text(["No tool is chosen.", "no due date"])
    expect(outlook(page)).to_contain_text("no line item is made until a tool is chosen")
    page.get_by_label("Graded").uncheck()
    expect(cautions(page)).to_contain_text(["No tool is chosen.", "not graded"])
    expect(outlook(page)).to_have_text("Not graded: scores from the tool do not become grades.")
    check_accessibility(page)


def test_what_cannot_be_saved_is_told_beside_its_field_which_gets_the_focus(seat: Seat, picture: Any) -> None:
    page = open_editor(seat(AUTHOR, allowed=("400",)))
    page.get_by_label("Title").fill(" ")
    page.get_by_label("Launch URL", exact=True).fill("lesson-1")
    page.get_by_label("Maximum score").fill("0")
    page.get_by_role("button", name="Save").click()

    title, url = page.get_by_label("Title"), page.get_by_label("Launch URL", exact=True)
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".lti-ags-setting .lti-ags-error:visible")).to_have_count(3)
    expect(url).to_have_attribute("aria-invalid", "true")
    check_accessibility(page)
    picture(page.locator("main"), "studio-refused")

    title.fill("Lab")
    url.fill("")
    page.get_by_label("Maximum score").fill("10")
    page.get_by_role("button", name="Save").press("Enter")
    page.wait_for_url("**/container/**")


def test_editor_tells_when_studio_cannot_be_reached(seat: Seat) -> None:
    page = open_editor(seat(AUTHOR, allowed=("ERR_FAILED",)))
    page.route("**/submit_studio_edits", lambda route: route.abort())

    page.get_by_role("button", name="Save").click()

    problems = page.locator(".lti-ags-settings-problems")
    expect(problems).to_have_text("Studio cannot be reached. Check your connection and try again.")
    expect(problems).to_be_focused()


def test_editor_tells_an_author_who_was_signed_out_what_to_do(seat: Seat) -> None:
    author = seat(AUTHOR, allowed=("403",))
    page = open_editor(author)
    page.get_by_label("Maximum score").fill("11")
    author.context.clear_cookies()

    page.get_by_role("button", name="Save").click()

    expect(page.locator(".lti-ags-settings-problems")).to_contain_text("Sign in again in another window")
    expect(page.get_by_label("Maximum score")).to_have_value("11")
    check_accessibility(page)


def test_admin_of_the_course_adds_a_tool_chooses_it_and_copies_what_its_administrator_needs(
    seat: Seat, picture: Any
) -> None:
    admin = seat(TEACHER, permissions=["clipboard-read", "clipboard-write"])
    page = open_editor(admin, PRACTICE)
    form = open_form(page)
    tool = admin.sandbox.tool.url
    form.get_by_label("Name of the tool").fill("Essay tool")
    form.get_by_label("OIDC login URL").fill(f"{tool}/login")
    form.get_by_label("Launch URL").fill(f"{tool}/launch")
    form.get_by_role("textbox", name="Key set URL").fill(f"{tool}/jwks")
    check_accessibility(page)
    picture(form, "studio-add-tool")
    form.get_by_role("button", name="Check and add the tool").press("Enter")

    heading = page.get_by_role("heading", name="What the administrator of Essay tool needs from this site")
    expect(heading).to_be_focused()
    expect(page.get_by_text("Essay tool is added and chosen. Save to keep the choice.")).to_be_visible()
    chosen = page.get_by_label("Tool", exact=True).locator("option:checked")
    expect(chosen).to_have_text("Essay tool")
    added = page.locator(".lti-ags-added")
    added.get_by_role("button", name="Copy Client ID").press("Enter")
    expect(added.get_by_role("status")).to_have_text("Copied: Client ID")
    client_id = added.locator("dd", has=page.get_by_role("button", name="Copy Client ID")).locator("code").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == client_id
    check_accessibility(page)
    picture(added, "studio-tool-sheet")

    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/container/**")
    expect(page.get_by_text("Tool: Essay tool")).to_be_visible()
    page.get_by_role("button", name="Discard changes").click()


def test_added_tool_opens_and_grades_once_its_administrator_has_typed_in_the_values(seat: Seat) -> None:
    admin, learner = seat(TEACHER), seat("Amira Haddad")
    page = admin.open_studio(f"/container/{UNIT.format('quiz_unit')}")
    add_component(page)
    page.get_by_label("Title").fill("Quiz of our own")
    form = open_form(page)
    tool = admin.sandbox.tool.url
    form.get_by_label("Name of the tool").fill("Tool of our own")
    form.get_by_label("OIDC login URL").fill(f"{tool}/login")
    form.get_by_label("Launch URL").fill(f"{tool}/launch")
    form.get_by_role("textbox", name="Key set URL").fill(f"{tool}/jwks")
    form.get_by_role("button", name="Check and add the tool").click()
    expect(page.get_by_text("Tool of our own is added and chosen.")).to_be_visible()
    tell_tool(admin.sandbox, page.locator(".lti-ags-added"))
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/container/**")
    page.get_by_role("button", name="Publish").click()

    seen, frame = open_block(learner, unit="Quiz", title="Quiz of our own")
    answer_quiz(frame, "A score", "A grade of 0", "A column of the gradebook")
    expect(frame.get_by_text("The score was sent to the course")).to_be_visible()
    region = seen.get_by_role("region", name="Quiz of our own", exact=True)
    region.get_by_role("button", name="Show my latest score").click()
    expect(region.get_by_text("1 of 1 points")).to_be_visible()
    expect(region.get_by_text("From Tool of our own,")).to_be_visible()


def tell_tool(sandbox: Sandbox, sheet: Locator) -> None:
    """Be the tool's administrator: type the values of the sheet into the tool's own settings."""
    values = dict(zip(sheet.locator("dt").all_inner_texts(), sheet.locator("dd code").all_inner_texts(), strict=True))
    client = {
        "client_id": values["Client ID"],
        "deployment_ids": [values["Deployment ID"]],
        "auth_login_url": values["Authentication request URL (OIDC login)"],
        "auth_token_url": values["Access token URL"],
        "key_set_url": values["Public key set URL"],
    }
    file = sandbox.folder / "tool" / REGISTRATIONS_FILE
    known = json.loads(file.read_text(encoding="utf-8"))
    known.setdefault(values["Issuer (platform ID)"], []).append(client)
    file.write_text(json.dumps(known), encoding="utf-8")


def test_form_says_beside_each_field_what_is_wrong_with_a_tool(seat: Seat, picture: Any) -> None:
    admin = seat(TEACHER, allowed=("400",))
    page = open_editor(admin)
    form = open_form(page)
    form.get_by_label("Name of the tool").fill("Quiz tool")
    form.get_by_label("OIDC login URL").fill("http://tool.example.org/login#start")
    form.get_by_label("Launch URL").fill("tool.example.org")
    form.get_by_role("textbox", name="Key set URL").fill(f"{admin.sandbox.tool.url}/nothing-here")
    form.get_by_role("button", name="Check and add the tool").click()

    errors = form.locator(".lti-ags-error:visible")
    expect(errors).to_have_text(
        [
            "This course has a tool of that name already. Choose another name.",
            "OIDC login URL must have no fragment (#).",
            "Launch URL must be an absolute URL, such as https://tool.example/lti.",
        ]
    )
    expect(form.get_by_label("Name of the tool")).to_be_focused()
    check_accessibility(page)
    picture(form, "studio-add-tool-refused")

    form.get_by_label("Name of the tool").fill("Another tool")
    form.get_by_label("OIDC login URL").fill("https://tool.example.org/login")
    form.get_by_label("Launch URL").fill("https://tool.example.org/launch")
    form.get_by_role("button", name="Check and add the tool").click()
    expect(errors).to_have_text(
        ["The key set cannot be fetched from this address: the server answers with status 404."]
    )
    form.get_by_role("textbox", name="Key set URL").fill("http://127.0.0.1:9/jwks")
    form.get_by_role("button", name="Check and add the tool").click()
    expect(errors.last).to_contain_text("this site reaches no server at this address")
    form.get_by_role("textbox", name="Key set URL").fill("")
    form.get_by_role("textbox", name="Public key").fill("my key")
    form.get_by_role("button", name="Check and add the tool").click()
    expect(errors.last).to_contain_text("The public key cannot be used")


def test_author_who_may_not_add_tools_reads_whom_to_ask(seat: Seat) -> None:
    page = open_editor(seat(AUTHOR))

    expect(page.get_by_text("An admin of this course can add it here, or the site's operator.")).to_be_visible()
    expect(page.locator(".lti-ags-adding")).to_have_count(0)


def test_person_without_rights_in_the_course_gets_no_editor(seat: Seat) -> None:
    stranger = seat("Amira Haddad", allowed=("403", "404"))

    page = open_editor(stranger)

    expect(page.locator(".lti-ags-editor")).to_have_count(0)


def test_editor_fits_a_narrow_window(seat: Seat, picture: Any) -> None:
    admin = seat(TEACHER)
    admin.page.set_viewport_size(NARROW)
    page = open_editor(admin)
    open_form(page)

    assert fits(page)
    check_accessibility(page)
    picture(page.locator("main"), "studio-editor-narrow")


def test_block_on_its_units_page_shows_what_will_happen_and_folds_the_ids_away(seat: Seat, picture: Any) -> None:
    author = seat(AUTHOR, permissions=["clipboard-read", "clipboard-write"])
    page = author.open_studio(f"/container/{COURSE.replace('course', 'block', 1)}+type@vertical+block@lab_unit")
    block = page.locator(".component").first

    expect(block.get_by_text("Maximum score")).to_be_visible()
    expect(block.get_by_text("Resource link", exact=True)).to_be_hidden()
    block.get_by_text("For the tool's developer").click()
    block.get_by_role("button", name="Copy Resource link").click()
    expect(block.get_by_role("status")).to_have_text("Copied: Resource link")
    assert page.evaluate("navigator.clipboard.readText()") == LAB
    check_accessibility(page)
    picture(block, "studio-block")
