"""The sandbox's LMS in a process of its own, in a database of its own on the server that ``LTI_AGS_DATABASE`` names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import connection

from sandbox.processes import REPOSITORY, find_ports
from sandbox.running import Sandbox

#: Far from what people and the end-to-end tests use, and each process of a test run looks elsewhere.
FIRST_PORT: Final = 41_000 + os.getpid() % 2000 * 5

_MAKE: Final[Mapping[str, str]] = {
    "mysql": "CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    "postgresql": "CREATE DATABASE {}",
}
_DROP: Final[Mapping[str, str]] = {
    "mysql": "DROP DATABASE {}",
    "postgresql": "DROP DATABASE {} WITH (FORCE)",
}


@dataclass(frozen=True)
class ServedLms:
    """The LMS as tools and browsers reach it."""

    sandbox: Sandbox

    @property
    def url(self) -> str:
        """Its root, without a slash at the end."""
        return self.sandbox.lms.url

    def run(self, module: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """
        Run a module of the tests in a process with the LMS's settings.

        Arguments:
            values: go in as JSON.

        Returns:
            what it printed as JSON.
        """
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=REPOSITORY,
            env={**os.environ, **self.sandbox.environment, "DJANGO_SETTINGS_MODULE": "sandbox.settings.lms"},
            input=json.dumps(values),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed: dict[str, Any] = json.loads(done.stdout)
        return printed


@contextmanager
def served_lms(folder: Path) -> Iterator[ServedLms]:
    """Serve an LMS with the demo course until the end of the ``with`` block."""
    sandbox = Sandbox(folder, ports=find_ports(FIRST_PORT, count=3))
    with _own_database() as names:
        sandbox.environment.update(names)
        sandbox.lms.start()
        try:
            sandbox.prepare()
            sandbox.lms.wait_until_ready()
            yield ServedLms(sandbox)
        finally:
            sandbox.lms.stop()


@contextmanager
def _own_database() -> Iterator[dict[str, str]]:
    """Make a database beside the one of the tests, where the databases live on a server; SQLite has a file."""
    if connection.vendor == "sqlite":
        yield {}
        return
    name = f"lti_ags_conformance_{os.getpid()}"
    _on_server(_MAKE[connection.vendor].format(name))
    try:
        yield {"LTI_AGS_DATABASE_NAME": name}
    finally:
        _on_server(_DROP[connection.vendor].format(name))


def _on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
