"""Reads the LMS's gradebook page as a teacher's browser shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from sandbox.browser import Browser, BrowserError


@dataclass(frozen=True)
class Gradebook:
    """The points of every learner: ``points[learner][block]``, as the page writes them."""

    points: Mapping[str, Mapping[str, str]]

    def of(self, learner: str, block: str) -> str:
        """
        Return a learner's points in a block, by their names: ``8.3 / 10``, or ``Not attempted``.

        Raises:
            BrowserError: the page has no such learner.
        """
        if learner not in self.points:
            raise BrowserError(f"{learner} is not in the gradebook.")
        return self.points[learner].get(block, "no such block")


def read_gradebook(browser: Browser, url: str) -> Gradebook:
    """
    Open the page and read its table.

    Raises:
        BrowserError: there is no table.
    """
    page = browser.open(url)
    reader = _TableReader()
    reader.feed(page.html)
    if not reader.rows:
        raise BrowserError(f"{page.url} ({page.status}) shows no gradebook. It says: {page.text[:500]}")
    heads, *rows = reader.rows
    points = {row[0]: dict(zip(heads[1:], row[1:], strict=False)) for row in rows}
    return Gradebook(points)


class _TableReader(HTMLParser):
    """Collects the cells of the page's tables."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._is_in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._is_in_cell = False
            self.rows[-1][-1] = " ".join(self.rows[-1][-1].split())

    def handle_data(self, data: str) -> None:
        if self._is_in_cell:
            self.rows[-1][-1] += data
