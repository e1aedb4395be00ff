"""`make help` is the table of contents of the house."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Steps that other targets take; nobody types them.
INTERNAL = {"venv", "servers"}


def test_help_lists_every_target_with_a_sentence() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (\S+)$", makefile, flags=re.MULTILINE)) - INTERNAL

    printed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    described = dict(re.findall(r"^\s+make (\S+)\s+(\S.*)$", printed, flags=re.MULTILINE))
    assert described.keys() == targets
    assert [sentence for sentence in described.values() if not sentence.endswith(".")] == []
