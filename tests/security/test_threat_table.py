"""Every threat in docs/concepts/security.rst has a defence, and a test that shows it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "concepts" / "security.rst"


@dataclass(frozen=True)
class Line:
    """One line of a table."""

    threat: str
    defence: str
    tests: tuple[str, ...]


def read_lines() -> list[Line]:
    """Read the lines of every ``list-table`` of three columns, without their headers."""
    found = []
    for row in re.split(r"^   \* - ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        # The row ends where the text is no longer indented.
        text = re.split(r"\n(?=\S)", row, maxsplit=1)[0]
        threat, defence, shown_by = (cell.strip() for cell in re.split(r"^     - ", text, flags=re.MULTILINE))
        if threat != "Threat":
            found.append(Line(threat, defence, tuple(re.findall(r"``(tests/[^`]+)``", shown_by))))
    return found


@cache
def names_of_tests(path: str) -> frozenset[str]:
    """Return the names of the tests in a file; none if there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    functions = [node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


LINES = read_lines()


@pytest.mark.parametrize("line", LINES, ids=[line.threat.partition(":")[0][:60] for line in LINES])
def test_threat_names_tests_that_exist(line: Line) -> None:
    assert line.defence
    assert line.tests
    missing = [test for test in line.tests if test.partition("::")[2] not in names_of_tests(test.partition("::")[0])]
    assert missing == []


def test_table_is_read_whole() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert len(LINES) >= 30
    assert len({line.threat for line in LINES}) == len(LINES)
    assert sum(len(line.tests) for line in LINES) == text.count("``tests/")
