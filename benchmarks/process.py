"""Processes of contestants: started, asked, ended."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.places import BUILD, REPOSITORY
from benchmarks.plan import Dataset

_TAIL: Final = 3000


class RunFailed(Exception):
    """A process failed or did other work than it was asked for. Nothing of the run is reported."""


class Process:
    """One contestant with one database, alive until it is closed."""

    def __init__(self, contestant: str, dataset: Dataset, *, python: Path, environ: Mapping[str, str]) -> None:
        self.contestant = contestant
        self.dataset = dataset
        self.log = BUILD / "log" / f"{contestant}-{dataset.name}-{environ['BENCH_DATABASE_NAME'].split('/')[-1]}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [str(python), "-m", "benchmarks.worker", contestant, json.dumps(dataset.as_message())],
                cwd=REPOSITORY,
                env={**own_environ(), **environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def ask(self, do: str, **arguments: Any) -> Any:
        """Have a command carried out and return its value."""
        self.tell(do, **arguments)
        return self.answer()

    def tell(self, do: str, **arguments: Any) -> None:
        """Send a command; its answer has to be fetched."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """
        Return the value of the command that was sent last.

        Raises:
            RunFailed: the process ended instead.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise RunFailed(f"{self.contestant} ({self.dataset.name}) failed:\n{self.log.read_text()[-_TAIL:]}")
        return json.loads(line)["value"]

    def close(self) -> None:
        """Let the process end by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def own_environ() -> dict[str, str]:
    """Return the environment for a contestant: nothing that could change how Python or Django behave."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO_", "LTI_AGS_"))}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
