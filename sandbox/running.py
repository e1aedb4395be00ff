"""The sandbox as a whole: LMS, Studio and the example tool, with one database and one folder for what they write."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from sandbox.processes import REPOSITORY, SandboxError, Server, Servers, child_environment, find_ports
from sandbox.serving import announced

#: A context manager that is told what is being done while it is being done.
Noticed = Callable[[str], AbstractContextManager[None]]

_LINES_SHOWN: Final = 30


#: As an operator would write it in the platform's YAML: tools on this machine may be asked for their keys, and soon
#: again, for whoever tries a tool out starts it often.
_OPERATORS_SETTINGS: Final = {"LTI_AGS_ALLOW_PRIVATE_ADDRESSES": True, "LTI_AGS_TOOL_KEYS_RETRY_SECONDS": 1}


def unnoticed(_what: str) -> AbstractContextManager[None]:
    """Tell nobody."""
    return nullcontext()


class Sandbox:
    """
    One sandbox; a context manager that serves.

    ``folder`` holds its logs and the tool's files, and its database unless ``database`` says where.
    """

    def __init__(self, folder: Path, *, ports: Sequence[int], database: Path | None = None) -> None:
        lms_port, studio_port, tool_port = ports
        self.folder = folder
        logs = folder / "logs"
        self.lms = Server("The LMS", "sandbox.settings.lms", lms_port, logs / "lms.log")
        self.studio = Server("Studio", "sandbox.settings.cms", studio_port, logs / "studio.log")
        self.tool = Server("The example tool", "sandbox.tool.settings", tool_port, logs / "tool.log")
        self.environment = {
            "SANDBOX_DB": str(database or folder / "sandbox.sqlite3"),
            "SANDBOX_FAULTS": str(folder / "faults.json"),
            "LMS_ROOT_URL": self.lms.url,
            "CMS_ROOT_URL": self.studio.url,
            "TOOL_URL": self.tool.url,
            "TOOL_FOLDER": str(folder / "tool"),
            "SANDBOX_ENV_TOKENS": json.dumps(_OPERATORS_SETTINGS),
        }
        for server in (self.lms, self.studio, self.tool):
            server.environment = self.environment
        self._servers = Servers([self.lms, self.studio, self.tool])

    @classmethod
    def on_free_ports(cls, folder: Path, *, first: int = 8000) -> Sandbox:
        """Return a sandbox on the first three ports that are free from ``first`` on."""
        return cls(folder, ports=find_ports(first, count=3))

    def __enter__(self) -> Sandbox:
        """Start the servers, without waiting for them: they need no database to begin with."""
        self._servers.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._servers.stop()

    def prepare(self, *, noticed: Noticed = unnoticed) -> None:
        """
        Make the database, the course and its people, or bring them up to date.

        Arguments:
            noticed: a context manager that is told, for each step, what is being done.
        """
        lines = self._lines_of("prepare_sandbox")
        with noticed("Making the database"):
            next(lines)
        with noticed("Making a course, its learners and its staff"):
            for _line in lines:
                pass

    def wait_until_ready(self, *, noticed: Noticed = unnoticed) -> None:
        """Return when every server answers."""
        with noticed("Waiting for the servers"):
            self._servers.wait_until_ready()

    def manage(self, *arguments: str) -> str:
        """
        Run one of Django's commands in a process of its own, with the LMS's settings, and return what it printed.

        Raises:
            SandboxError: it failed; with what it said.
        """
        return "".join(self._lines_of(*arguments))

    def _lines_of(self, *arguments: str) -> Iterator[str]:
        with TemporaryFile("w+", encoding="utf-8") as errors:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=REPOSITORY,
                env=child_environment({**self.environment, "DJANGO_SETTINGS_MODULE": "sandbox.settings.lms"}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            with process:
                yield from process.stdout or ()
            if process.returncode != 0:
                errors.seek(0)
                said = "\n".join(errors.read().splitlines()[-_LINES_SHOWN:])
                raise SandboxError(f"manage.py {' '.join(arguments)} failed.\n{said}")

    def serve_until_interrupted(self) -> None:
        """Serve until Ctrl-C, and let commands of the root ``manage.py`` join meanwhile."""
        with announced(self.environment):
            self._servers.serve_until_interrupted()

    def logs(self) -> str:
        """Return the ends of the servers' logs, for a person to read."""
        return "\n".join(server.log_tail() for server in (self.lms, self.studio, self.tool))
