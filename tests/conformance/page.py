"""
Writes the list and the tests that hold it as a page of the documentation.

``make conformance`` writes it after a good run; ``python -m tests.conformance.page`` from the marks alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.conformance.checklist import Item, Section, read_sections
from tests.conformance.marks import ROOT, Holders, read_marks

PAGE: Final = ROOT / "docs" / "reference" / "conformance.rst"

_HEAD: Final = """\
.. Written by `make conformance` from tests/conformance/items.toml and the tests; changes by hand are lost.

Conformance
===========

What this platform promises to LTI tools, item by item, and the tests that hold each promise. All of them go through the
real URLs with really signed tokens. ``make conformance`` runs exactly these tests, on SQLite or, with ``DB=mariadb`` or
``DB=postgres``, on a server of its own, and fails when an item has no test or a failing one.

The list covers Assignment and Grade Services 2.0 and what it needs of LTI Core 1.3 and of the 1EdTech Security
Framework. Levels are those of the texts: MUST, SHOULD and MAY; *must†* where a text says it in lower case. REC marks
what the texts leave open and we do in the way that serves tools best; DECIDED what we chose on purpose. A MAY is listed
where we make use of it.

Two optional services are not offered: line items in the answer to a Deep Linking request, and the submission review
launch.
"""


def render(sections: Sequence[Section], holders: Holders) -> str:
    """
    Return the page.

    Arguments:
        holders: for each item the tests that hold it.
    """
    items = [item for section in sections for item in section.items]
    tests = {test for item in items for test in holders.get(item.id, [])}
    lines = [*_HEAD.splitlines(), "", f"{len(items)} items are held by {len(tests)} tests."]
    for section in sections:
        lines += ["", section.title, "-" * len(section.title)]
        for item in section.items:
            lines += ["", *_entry(item, holders.get(item.id, []))]
    return "\n".join(lines) + "\n"


def write(text: str, *, page: Path = PAGE) -> None:
    """Write the page where the documentation has it."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")


def _entry(item: Item, tests: Sequence[str]) -> Iterator[str]:
    """Yield a definition: the promise and its sources, and under it the tests by file."""
    yield f"**{item.id}** ({item.level})"
    yield f"    {item.promise} *{item.sources}*"
    yield ""
    by_file: dict[str, list[str]] = {}
    for test in sorted(tests):
        path, _, name = test.partition("::")
        by_file.setdefault(path, []).append(name.removeprefix("test_").replace("_", " "))
    for path, names in by_file.items():
        yield f"    * ``{path}``: {'; '.join(names)}"


if __name__ == "__main__":
    write(render(read_sections(), read_marks()))
