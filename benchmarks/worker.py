"""
The process of one contestant with one database: ``python -m benchmarks.worker ours`` in the contestant's environment.

It takes commands as lines of JSON from its standard input and answers each with one line on its standard output. An
error ends it, with the traceback on its error stream, and with it the run.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import asdict
from typing import Any

from benchmarks.contestant import Contestant
from benchmarks.measures import measured
from benchmarks.plan import Dataset
from benchmarks.statements import statements_of
from benchmarks.works import WORKS, Work
from benchmarks.wsgi import Application


class Worker:
    """Carries out commands; each public method is one."""

    def __init__(self, contestant: Contestant) -> None:
        self.contestant = contestant
        self._application: Application | None = None
        self._task: Work

    @property
    def application(self) -> Application:
        """The application, opened and signed in at first need."""
        if self._application is None:
            self._application = self.contestant.open()
            self.contestant.sign_in(self._application)
        return self._application

    def fill(self) -> None:
        """Fill the database."""
        self.contestant.fill()

    def prepare(self, work: str, requests: int) -> None:
        """Get ready for a piece of work."""
        self._task = WORKS[work](self.contestant, self.application)
        self._task.prepare(requests)

    def run(self) -> dict[str, Any]:
        """Do it and tell the cost here. Nothing else may happen: a database server's CPU is read before and after."""
        with measured() as cost:
            self._task.run()
        return asdict(cost)

    def check(self) -> int:
        """Check what was done, and tell how many units of work it was."""
        return self._task.check()

    def statements(self, work: str) -> list[str]:
        """Do a piece of work once and tell the SQL statements that it took."""
        task = WORKS[work](self.contestant, self.application)
        task.prepare(1)
        statements = statements_of(task.run)
        task.check()
        return statements

    def call(self, method: str, **arguments: Any) -> Any:
        """Do something that only this contestant can."""
        return getattr(self.contestant, method)(**arguments)


def contestant_named(name: str, dataset: Dataset) -> Contestant:
    """Set Django up for a contestant and return it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"benchmarks.{name}.settings"
    import django

    django.setup()
    found: Contestant = importlib.import_module(f"benchmarks.{name}.contestant").CONTESTANT(dataset)
    return found


def main() -> None:
    """Serve commands until the input ends. What the code under test prints goes to the error stream."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    name, dataset = sys.argv[1], Dataset(**json.loads(sys.argv[2]))
    worker = Worker(contestant_named(name, dataset))
    for line in sys.stdin:
        command = json.loads(line)
        print(json.dumps({"value": getattr(worker, command.pop("do"))(**command)}), file=replies)


if __name__ == "__main__":
    main()
