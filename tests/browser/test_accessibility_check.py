"""The accessibility check must be able to fail."""

from __future__ import annotations

import pytest

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser

GOOD = '<main><h1>Good</h1><label for="name">Name</label> <input id="name"></main>'
BAD = '<main><h1>Bad</h1><input id="name"><p style="color: #aaa; background: #fff">Pale</p></main>'
PAGE = '<!doctype html><html lang="en"><head><title>Page</title></head><body>{}</body></html>'


def test_page_without_faults_passes(seat: Seat) -> None:
    page = seat().page
    page.set_content(PAGE.format(GOOD))

    check_accessibility(page)


def test_each_fault_is_told_with_its_rule_its_place_and_where_to_read_on(seat: Seat) -> None:
    page = seat().page
    page.set_content(PAGE.format(BAD))

    with pytest.raises(AssertionError) as failure:
        check_accessibility(page)

    text = str(failure.value)
    assert "2 accessibility findings" in text
    assert "critical label: Form elements must have labels" in text
    assert "at #name in about:blank" in text
    assert "serious color-contrast" in text
    assert "https://dequeuniversity.com/rules/axe/" in text


def test_faults_in_a_frame_of_another_site_are_found(seat: Seat) -> None:
    page = seat().page
    page.route("https://tool.example/", lambda route: route.fulfill(content_type="text/html", body=PAGE.format(BAD)))
    page.set_content(PAGE.format(f'{GOOD}<iframe title="Tool" src="https://tool.example/"></iframe>'))
    page.frame_locator("iframe").get_by_text("Pale").wait_for()

    with pytest.raises(AssertionError, match=r"at #name in https://tool\.example/"):
        check_accessibility(page)
