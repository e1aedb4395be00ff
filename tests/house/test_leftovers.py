"""Nothing is committed that was meant for one machine or for later."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve()

LEFTOVERS = {
    "path of one machine": re.compile(r"(?<![\w.$}])/(?:root|home|Users|work|tmp)/\w"),
    "work put off": re.compile(r"\b(?:TODO|FIXME|XXX)\b"),
    "code hidden from coverage": re.compile(r"pragma: no (?:cover|branch)"),
    "test that does not run": re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b"),
    "tests that are not collected": re.compile(r"\bcollect_ignore"),
    "type error hidden without a code": re.compile(r"# type: ignore(?!\[)"),
    "finding hidden without a rule and a reason": re.compile(r"# noqa(?!: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)* \S)"),
}
#: The one place that says what needs more than a machine has.
EXCEPT = {"tests that are not collected": ROOT / "tests" / "conftest.py"}


def text_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path != HERE and b"\0" not in path.read_bytes()[:1000]]


@pytest.mark.parametrize("kind", LEFTOVERS)
def test_no_committed_file_holds(kind: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in text_files()
        if path != EXCEPT.get(kind)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if LEFTOVERS[kind].search(line)
    ]

    assert found == []
