"""The list, the marks of the tests and the page of the documentation belong together."""

from __future__ import annotations

import re

from tests.conformance.checklist import read_items, read_sections
from tests.conformance.marks import read_marks
from tests.conformance.page import PAGE, render

LEVELS = {"MUST", "must†", "SHOULD", "REC", "DECIDED", "MAY"}


def test_items_are_complete_and_different() -> None:
    items = [item for section in read_sections() for item in section.items]

    assert len({item.id for item in items}) == len(items)
    assert {item.level for item in items} <= LEVELS
    assert [item.id for item in items if not re.fullmatch("[A-Z]{1,2}-[0-9]{2}", item.id)] == []
    assert [item.id for item in items if not item.sources or not item.promise.endswith(".")] == []


def test_every_item_is_held_by_a_test() -> None:
    holders = read_marks()

    assert [item_id for item_id in read_items() if item_id not in holders] == []


def test_no_test_holds_what_is_not_on_the_list() -> None:
    known = read_items()

    assert {item_id: tests for item_id, tests in read_marks().items() if item_id not in known} == {}


def test_page_of_the_documentation_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(read_sections(), read_marks()), "run `make conformance`"
