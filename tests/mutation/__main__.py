"""
Change the rules of grading in every small way, and see whether the tests of the rules notice.

``lti_ags.domain`` and ``tests/domain`` are copied aside, with the little that they import, and mutmut runs there. A
change that no test notices has to be explained in ``survivors.toml``; one that is not fails the run, and so does an
explanation that nothing needs any more.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
WORK: Final = ROOT / "build" / "mutation"
SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
COPIED: Final = (
    "lti_ags/__init__.py",
    "lti_ags/constants.py",
    "lti_ags/exceptions.py",
    "lti_ags/data",
    "lti_ags/domain",
    "tests/domain",
)
CONFIGURATION: Final = """
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:django"]
pythonpath = ["."]

[tool.mutmut]
source_paths = ["lti_ags/domain"]
also_copy = ["lti_ags", "tests"]
pytest_add_cli_args_test_selection = ["tests/domain"]
use_git_change_detection = false
"""
#: What mutmut says of a change that was noticed.
NOTICED: Final = frozenset({"killed", "timeout", "caught by type check"})

#: A change: the function, the lines that go, the lines that come; blanks at their ends do not count.
Change = tuple[str, tuple[str, ...], tuple[str, ...]]


def main() -> int:
    """Run, and return the exit status."""
    prepare()
    run = subprocess.run(
        [*mutmut(), "run"], cwd=WORK, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    outcomes = dict(read_outcomes())
    if run.returncode or not outcomes:
        print(run.stdout[-2000:])
        return run.returncode or 1
    survived = {change_of(name): f"{name}: {outcome}" for name, outcome in outcomes.items() if outcome not in NOTICED}
    explained = read_explanations()
    for change in survived.keys() - explained.keys():
        print(f"No test notices this change ({survived[change]}):")
        print("\n".join([f"    - {line}" for line in change[1]] + [f"    + {line}" for line in change[2]]))
    for change in explained.keys() - survived.keys():
        print(f"{SURVIVORS.name} explains what a test notices, or what is not there: {change}")
    print(f"{len(outcomes)} changes, {len(outcomes) - len(survived)} noticed, {len(explained)} explained.")
    return int(survived.keys() != explained.keys())


def prepare() -> None:
    """Copy what is needed to a folder of its own."""
    shutil.rmtree(WORK, ignore_errors=True)
    for name in COPIED:
        source, target = ROOT / name, WORK / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (WORK / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")


def mutmut() -> list[str]:
    """Return the command of this environment; as a module, it would import the rules as they are, unchanged."""
    return [str(Path(sys.executable).with_name("mutmut"))]


def read_outcomes() -> Iterator[tuple[str, str]]:
    """Yield each change by its name, with what became of it."""
    told = ask("results", "--all", "true")
    for line in told.splitlines():
        found = re.fullmatch(r"\s+(\S+__mutmut_\d+): (.+)", line)
        if found:
            yield found[1], found[2]


def change_of(name: str) -> Change:
    """Return what a change does."""
    lines = [line for line in ask("show", name).splitlines() if not line.startswith(("---", "+++"))]
    gone = tuple(line[1:].strip() for line in lines if line.startswith("-") and line[1:].strip())
    come = tuple(line[1:].strip() for line in lines if line.startswith("+") and line[1:].strip())
    return name.partition("__mutmut_")[0], gone, come


def read_explanations() -> dict[Change, str]:
    """Read which changes may go unnoticed, and why."""
    listed = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))["survivor"]
    return {(row["function"], tuple(row["gone"]), tuple(row["come"])): row["reason"] for row in listed}


def ask(*arguments: str) -> str:
    """Ask the tool about its last run."""
    return subprocess.run([*mutmut(), *arguments], cwd=WORK, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
