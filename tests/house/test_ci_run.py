"""What runs before a change lands says so when it is asked for something that it does not know."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("legs", [["test"], ["lint", "test"], [""]], ids=["alone", "beside a known one", "empty"])
def test_a_leg_that_is_not_there_is_refused(legs: list[str]) -> None:
    done = subprocess.run(["bash", ".ci/run", *legs], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert f"There is no leg '{legs[-1]}'" in done.stderr
    assert " lint " in done.stderr
    assert done.stdout == ""
