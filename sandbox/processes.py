"""Starts the servers of the sandbox as processes of their own, waits for them, and stops them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests

REPOSITORY: Final = Path(__file__).resolve().parents[1]
BUILD: Final = REPOSITORY / "build"
HOST: Final = "127.0.0.1"

_READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 5.0
_PORTS_TO_TRY: Final = 200
_LOG_LINES_SHOWN: Final = 30


class SandboxError(Exception):
    """Something that the person who started the sandbox should read, in a sentence."""


def heed_signals() -> None:
    """
    Take the signal by which processes are asked to end for Ctrl-C, and heed Ctrl-C in any case.

    Shells let the programs that they start in the background ignore it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def is_free(port: int) -> bool:
    """Tell whether a server could listen at this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a connection that was closed a moment ago does not keep a port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def find_port(preferred: int, *, taken: Iterable[int] = ()) -> int:
    """
    Return the first free port from ``preferred`` on.

    Arguments:
        taken: ports that are promised to others already.
    """
    promised = set(taken)
    for port in range(preferred, min(preferred + _PORTS_TO_TRY, 65536)):
        if port not in promised and is_free(port):
            return port
    raise SandboxError(f"No free port was found from {preferred} on.")


def find_ports(first: int, *, count: int) -> list[int]:
    """Return ``count`` free ports, from ``first`` on where they are free."""
    ports: list[int] = []
    for number in range(count):
        ports.append(find_port(first + number, taken=ports))
    return ports


def child_environment(more: Mapping[str, str]) -> dict[str, str]:
    """
    Return the environment for a Python process of the sandbox.

    Where Python was told to keep no compiled code beside the sources, it keeps it in the build folder: the sandbox
    starts many processes with the same modules.
    """
    environment = {**os.environ, **more, "PYTHONUNBUFFERED": "1"}
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment.setdefault("PYTHONPYCACHEPREFIX", str(BUILD / "pycache"))
    return environment


@dataclass
class Server:
    """
    One web server, to be run in a process of its own.

    ``settings`` is its Django settings module. Its log goes to ``log``, anew at each start.
    """

    name: str
    settings: str
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_path: str = "/"
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's root, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start the process; it ends with this one, however this one ends, for it reads our end of a pipe."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "sandbox.web_server", self.settings, str(self.port)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=child_environment(self.environment),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us alone: we stop the servers, in order.
                start_new_session=True,
            )

    def is_running(self) -> bool:
        """Tell whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def wait_until_ready(self, *, timeout: float = _READY_SECONDS) -> None:
        """
        Return when the server answers.

        Raises:
            SandboxError: it ended, or took too long; with the end of its log.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self.is_running():
                raise SandboxError(f"{self.name} did not start.\n{self.log_tail()}")
            try:
                requests.get(self.url + self.ready_path, timeout=5, allow_redirects=False)
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise SandboxError(f"{self.name} did not answer within {timeout:.0f} seconds.\n{self.log_tail()}")

    def stop(self) -> None:
        """End the process: ask first, then insist. A server that does not run is left alone."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        for insist in (process.terminate, process.kill):
            try:
                process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                insist()
        process.wait()
        self._process = None

    def log_tail(self) -> str:
        """Return the last lines of the log, for a person to read."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        shown = lines[-_LOG_LINES_SHOWN:]
        return "\n".join([f"--- the end of {self.log} ---", *shown, "---"])


class Servers:
    """Several servers that start and stop together."""

    def __init__(self, servers: Iterable[Server]) -> None:
        self._servers = list(servers)

    def start(self) -> None:
        """Start them all, without waiting."""
        try:
            for server in self._servers:
                server.start()
        except BaseException:
            self.stop()
            raise

    def wait_until_ready(self) -> None:
        """
        Return when every one of them answers.

        Raises:
            SandboxError: one ended, or took too long.
        """
        for server in self._servers:
            server.wait_until_ready()

    def stop(self) -> None:
        """Stop them all, last first."""
        for server in reversed(self._servers):
            server.stop()

    def serve_until_interrupted(self) -> None:
        """
        Return after Ctrl-C.

        Raises:
            SandboxError: a server ended on its own.
        """
        try:
            while True:
                time.sleep(0.5)
                for server in self._servers:
                    if not server.is_running():
                        raise SandboxError(f"{server.name} has stopped.\n{server.log_tail()}")
        except KeyboardInterrupt:
            print()
