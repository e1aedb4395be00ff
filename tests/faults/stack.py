"""The processes of a site: a web server, Celery's workers and commands of the LMS, on servers of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests

from sandbox.processes import REPOSITORY
from tests.support.servers import HOST, MariaDb, Postgres, Redis

#: Short times, so that a lost lease or a retry is not waited for; the relations between them are a site's.
LEASE_SECONDS: Final = 6.0
SWEEP_SECONDS: Final = 2.0
SETTINGS: Final[Mapping[str, Any]] = {
    "LTI_AGS_LEASE_SECONDS": LEASE_SECONDS,
    "LTI_AGS_SWEEP_INTERVAL_SECONDS": SWEEP_SECONDS,
    "LTI_AGS_RETRY_BASE_SECONDS": 1,
    "LTI_AGS_RETRY_MAX_SECONDS": 4,
    "LTI_AGS_TOOL_RATE": "",
    "LTI_AGS_TOKEN_RATE": "",
}
_READY_SECONDS: Final = 90.0


@dataclass
class Process:
    """A process of the site, with those that it starts. It ends with this one: it reads our end of a pipe."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    is_ready: Callable[[str], bool]
    _running: subprocess.Popen[bytes] | None = None
    _starts: int = 0

    @property
    def log(self) -> str:
        """What the process has written since it was started last."""
        return self._log_file.read_text(encoding="utf-8", errors="replace")

    @property
    def _log_file(self) -> Path:
        return self.folder / f"{self.name}-{self._starts}.log"

    def start(self) -> None:
        """Start the process and return when it is ready."""
        self._starts += 1
        with self._log_file.open("wb") as log:
            self._running = subprocess.Popen(
                self.command,
                cwd=REPOSITORY,
                env={**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: self.is_ready(self.log), seconds=_READY_SECONDS, what=f"{self.name} to start")

    def revive(self) -> None:
        """Start the process again if it ended on its own, as every site's process manager does."""
        if self._running is not None and self._running.poll() is not None:
            self.kill()
            self.start()

    def kill(self) -> None:
        """End the process and its children at once, as the kernel or a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the process in good order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._running = self._running, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.poll() is None:
            os.killpg(process.pid, how)
        process.wait(timeout=30)


@dataclass
class Site:
    """Everything that serves, and how to make it fail."""

    database: MariaDb | Postgres
    database_name: str
    redis: Redis
    web_port: int
    folder: Path
    lms_environment: dict[str, str] = field(init=False)
    web: Process = field(init=False)
    worker: Process = field(init=False)

    def __post_init__(self) -> None:
        self.lms_environment = {
            **self.database.environment(),
            "LTI_AGS_DATABASE_NAME": self.database_name,
            "LTI_AGS_PUBLISH": "celery",
            "DJANGO_SETTINGS_MODULE": "sandbox.settings.lms",
            "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'sandbox' / 'standins'}",
            "SANDBOX_BROKER_URL": self.redis.url,
            "SANDBOX_ENV_TOKENS": json.dumps(SETTINGS),
            "SANDBOX_LOG_LEVEL": "INFO",
        }
        python = [sys.executable, "-m"]
        self.web = Process(
            "web",
            [*python, "sandbox.web_server", "sandbox.settings.lms", str(self.web_port)],
            self.lms_environment,
            self.folder,
            lambda _log: self._web_answers(),
        )
        celery = ["celery", "-A", "lms.celery", "worker", "--concurrency=2", "--loglevel=INFO"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.worker = Process(
            "worker",
            [*python, *celery, *quiet],
            {**self.lms_environment, "C_FORCE_ROOT": "1"},
            self.folder,
            lambda log: "ready." in log,
        )

    @property
    def url(self) -> str:
        """The LMS's root."""
        return f"http://{HOST}:{self.web_port}"

    def start(self) -> None:
        """Start what does not run yet; the database does."""
        self.redis.start()
        self.web.start()
        self.worker.start()

    def revive(self) -> None:
        """Start again what ended on its own; some releases of Celery's workers do when their broker is lost."""
        self.web.revive()
        self.worker.revive()

    def stop(self) -> None:
        """Stop all but the database."""
        self.web.stop()
        self.worker.kill()
        self.redis.discard()

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a management command of the LMS."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **self.lms_environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _web_answers(self) -> bool:
        try:
            requests.get(f"{self.url}/api/lti_ags/v1/jwks", timeout=5)
        except requests.RequestException:
            return False
        return True


def wait_until(
    is_so: Callable[[], bool],
    *,
    seconds: float,
    what: Callable[[], str] | str,
    pause: float = 0.1,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Return when something is so; fail when it is not after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not is_so():
        meanwhile()
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what if isinstance(what, str) else what()}")
        time.sleep(pause)
