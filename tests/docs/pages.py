"""The pages of the docs, and the code blocks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"

_DIRECTIVE: Final = re.compile(r"^(?P<indent> *)\.\. code-block:: (?P<language>\S+)$")
_OPTION: Final = re.compile(r"^   :(?P<name>[a-z-]+):(?: (?P<value>.*))?$")
_NOT_RUN: Final = re.compile(r"^ *\.\. not run: (?P<reason>\S.*)$")


@dataclass(frozen=True)
class Block:
    """One ``code-block``. ``reason`` says why nobody runs it; empty where a test does."""

    page: Path
    line: int
    language: str
    caption: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{name_of(self.page)}:{self.line}"


def pages() -> list[Path]:
    """Every page that people read: the docs, and the texts at the root of the repository."""
    return [*sorted(ROOT.glob("*.rst")), *sorted(DOCS.rglob("*.rst"))]


def name_of(page: Path) -> str:
    """The page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks() -> list[Block]:
    """Every code block of every page."""
    return [block for page in pages() for block in read_blocks(page)]


def read_blocks(page: Path) -> Iterator[Block]:
    """Read the code blocks of a page, in their order; those within lists are indented."""
    lines = page.read_text(encoding="utf-8").splitlines()
    reason = ""
    for number, line in enumerate(lines):
        if match := _NOT_RUN.match(line):
            reason = match["reason"]
        elif match := _DIRECTIVE.match(line):
            caption, text = _read_body([below.removeprefix(match["indent"]) for below in lines[number + 1 :]])
            yield Block(page, number + 1, match["language"], caption, text, reason)
            reason = ""
        elif line.strip() and not line.startswith(" "):
            reason = ""


def _read_body(lines: list[str]) -> tuple[str, str]:
    """Return caption and text of the directive whose body begins here."""
    caption, body = "", list[str]()
    for line in lines:
        if line.strip() and not line.startswith("   "):
            break
        if not body and (match := _OPTION.match(line)):
            caption = match["value"] if match["name"] == "caption" else caption
        elif body or line.strip():
            body.append(line[3:])
    return caption, "\n".join(body).rstrip() + "\n"
