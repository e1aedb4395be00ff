"""docs/reference/open-edx.rst names tests that exist, for every seam between the package and the platform."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "reference" / "open-edx.rst").read_text(encoding="utf-8")
ROWS = [re.split(r"\n(?=\S)", row, maxsplit=1)[0] for row in re.split(r"^   \* - ", TEXT, flags=re.MULTILINE)[1:]]
HELD = [row for row in ROWS if "Held by" not in row]
SEAMS = 23


@pytest.mark.parametrize("row", HELD, ids=[row.partition("\n")[0] for row in HELD])
def test_row_names_tests_that_exist(row: str) -> None:
    named = re.findall(r"``(tests/[^`:]+)::([^`]+)``", row)

    assert named
    assert [name for file, name in named if f"\ndef {name}(" not in (ROOT / file).read_text(encoding="utf-8")] == []


def test_every_seam_has_its_row() -> None:
    seams = TEXT.split("Seam by seam")[1].split("Inside the services")[0]

    assert len(re.findall(r"^   \* - ", seams, flags=re.MULTILINE)) == SEAMS + 1
    assert len(HELD) > SEAMS


def test_modules_that_are_named_exist() -> None:
    named = re.findall(r"``((?:edx_platform|receivers|xblock|lti_ags)/[\w/.]*)``", TEXT)

    assert named
    assert [path for path in named if not (ROOT / "lti_ags" / path.removeprefix("lti_ags/")).exists()] == []
