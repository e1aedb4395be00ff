"""Compare the stand-in of ``lti_consumer`` with the real package, in the environment that the benchmarks have of it."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.environments import ready_environment

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = Path(__file__).with_name("tables.py")


def told_by(python: Path, module: str, *, paths: list[Path], settings: str) -> list[str]:
    """Return what ``tables.py`` prints in an environment."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        "DJANGO_SETTINGS_MODULE": settings,
        "BENCH_DATABASE": "sqlite",
        "BENCH_DATABASE_NAME": ":memory:",
    }
    command = [str(python), str(SCRIPT), module]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def main() -> int:
    """Print where the two differ, and return the exit status."""
    real = told_by(
        ready_environment("incumbent"),
        "lti_consumer.lti_xblock",
        paths=[ROOT, ROOT / "benchmarks" / "incumbent" / "platform"],
        settings="benchmarks.incumbent.settings",
    )
    standin = told_by(
        Path(sys.executable),
        "lti_consumer.block",
        paths=[ROOT, ROOT / "sandbox" / "standins"],
        settings="sandbox.settings.lms",
    )
    differences = list(difflib.unified_diff(real, standin, "the real package", "the stand-in", lineterm=""))
    print("\n".join(differences) or "The stand-in has the tables and fields of the real package.")
    return int(bool(differences))


if __name__ == "__main__":
    sys.exit(main())
