"""Prints what happens, as it happens, and keeps count of what was not as expected."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TextIO

_BOLD: Final = "1"
_DIM: Final = "2"
_GREEN: Final = "32"
_RED: Final = "1;31"
_NARROWEST: Final = 60
_WIDEST: Final = 116


class Narrator:
    """Speaks to the person at the terminal; marks and colours only where the terminal has them."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._has_colours = self._out.isatty() and "NO_COLOR" not in os.environ
        encoding = (self._out.encoding or "ascii").lower().replace("-", "")
        self._marks = ("✓", "✗") if encoding == "utf8" else ("ok    ", "FAILED")
        self._chapters = 0
        self.checks = 0
        self.failures = 0

    def say(self, text: str = "", *, indent: int = 0) -> None:
        """Print a line, or several."""
        for line in text.splitlines() or [""]:
            print(" " * indent + line if line else "", file=self._out, flush=True)

    def chapter(self, title: str, explanation: str = "") -> None:
        """Begin a part of the story."""
        self._chapters += 1
        self.say()
        self.say(self._in(_BOLD, f"{self._chapters}. {title}"))
        if explanation:
            self.say(self._in(_DIM, explanation), indent=3)

    @contextmanager
    def preparing(self, what: str) -> Iterator[None]:
        """Print what is being made ready, and how long it took once it is."""
        started = time.monotonic()
        print(f"{what} ... ", end="", file=self._out, flush=True)
        try:
            yield
        except BaseException:
            self.say("")
            raise
        self.say(f"{time.monotonic() - started:.1f} s")

    def detail(self, text: str) -> None:
        """Print what came back over the wire, or what else belongs to the step before."""
        for line in _wrapped(text, indent=8):
            self.say(self._in(_DIM, line), indent=8)

    def check(self, sentence: str, *, expected: object, got: object, details: Sequence[str] = ()) -> bool:
        """
        Print a step with its mark.

        Returns:
            Whether what came is what was expected; where it is not, both are printed.
        """
        self.checks += 1
        is_right = expected == got
        mark, colour = (self._marks[0], _GREEN) if is_right else (self._marks[1], _RED)
        self.say(f"   {self._in(colour, mark)} {sentence}")
        for detail in details:
            self.detail(detail)
        if not is_right:
            self.failures += 1
            for name, value in (("expected", expected), ("got", got)):
                for line in _lines(name, value):
                    self.say(self._in(_RED, line), indent=8)
        return is_right

    def fail(self, sentence: str, *, reason: str) -> None:
        """Print a step that could not be taken."""
        self.checks += 1
        self.failures += 1
        self.say(f"   {self._in(_RED, self._marks[1])} {sentence}")
        self.say(self._in(_RED, reason), indent=8)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table with its columns in line."""
        widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
        self.say()
        self.say(self._in(_BOLD, _line(heads, widths)), indent=3)
        self.say("  ".join("-" * width for width in widths), indent=3)
        for row in rows:
            self.say(_line(row, widths), indent=3)

    def _in(self, colour: str, text: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._has_colours and text else text


def _wrapped(text: str, *, indent: int) -> list[str]:
    """Break long lines between words, and set off what continues a line."""
    width = max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size(fallback=(_WIDEST, 24)).columns)) - indent
    lines = []
    for line in text.splitlines():
        lines += textwrap.wrap(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return lines


def _lines(name: str, value: object) -> list[str]:
    """Return a name and a value, with each entry of a list on a line of its own."""
    entries = value if isinstance(value, list) else [value]
    return [f"{name if number == 0 else '':<9} {entry}" for number, entry in enumerate(entries)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
