"""
Database and broker servers of our own: started from the installed programs, on free ports, with a folder each.

They take nothing from, and leave nothing to, whatever serves on the machine already, and may be killed and started
again. All that they hold is gone with their folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

HOST: Final = "127.0.0.1"
_READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0
#: A RAM disk spares the waiting for the disk; this much has to be free there.
_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the folders in it are made by mkdtemp
_BYTES_NEEDED: Final = 3 * 2**30


class NoServer(Exception):
    """A server cannot be had here, and why."""


def free_port() -> int:
    """Return a port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def new_folder() -> Path:
    """Make a folder for a server: in memory where there is room for it."""
    has_room = os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _BYTES_NEEDED
    return Path(tempfile.mkdtemp(prefix="lti_ags_server_", dir=_IN_MEMORY if has_room else None))


@dataclass
class Server:
    """One server process, and the folder with all that it keeps."""

    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=new_folder)
    _process: subprocess.Popen[bytes] | None = None

    name: ClassVar[str]
    #: The account that runs it, when we are root and it refuses root.
    user: ClassVar[str | None] = None

    def prepare(self) -> None:
        """Make what has to be there before the first start."""

    def command(self) -> list[str]:
        """Return the command that serves in the foreground."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server, for the first time or again, and return when it takes connections."""
        if not (self.folder / "prepared").exists():
            self.folder.chmod(0o755)
            self.prepare()
            (self.folder / "prepared").touch()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_user(),
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"{self.name} does not start:\n{self.log_tail()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(signal.SIGKILL)

    def hang(self) -> None:
        """Let the server take connections and answer nothing, until it is killed."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGSTOP)

    def discard(self) -> None:
        """End the server and delete what it kept."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_tail(self) -> str:
        """Return the end of what the server wrote."""
        text = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-20:])

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            # The whole group, which only this server's processes are in.
            os.killpg(process.pid, how)
        process.wait(timeout=_STOP_SECONDS)

    def _answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _as_user(self) -> dict[str, str]:
        return {"user": self.user, "group": self.user} if self.user is not None and os.geteuid() == 0 else {}

    def _run(self, *command: str | Path) -> None:
        """Run a program of the server's, as the server's account."""
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False, **self._as_user()
        )
        if done.returncode != 0:
            raise NoServer(f"{self.name}: {command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


class MariaDb(Server):
    """MariaDB as edx-platform's MySQL is set up: strict, utf8mb4, case-insensitive."""

    name = "mariadb"

    def prepare(self) -> None:
        account = ["--user=root"] if os.geteuid() == 0 else []
        self._run(
            program("mariadb-install-db"), "--no-defaults", f"--datadir={self.folder / 'data'}", *account,
            "--auth-root-authentication-method=normal", "--skip-test-db",
        )  # fmt: skip

    def command(self) -> list[str]:
        return [
            program("mariadbd"),
            "--no-defaults",
            *(["--user=root"] if os.geteuid() == 0 else []),
            f"--datadir={self.folder / 'data'}",
            f"--port={self.port}",
            f"--bind-address={HOST}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
            "--sql-mode=STRICT_TRANS_TABLES",
            "--max-connections=300",
            "--innodb-buffer-pool-size=128M",
            # What is committed survives a killed server; a power cut of the machine is not among the faults.
            "--innodb-flush-log-at-trx-commit=2",
        ]

    def environment(self) -> dict[str, str]:
        """Return what makes the sandbox's settings use this server."""
        return _database_environment(self, account="root")


class Postgres(Server):
    """PostgreSQL as it comes, but for waiting for the disk."""

    name = "postgres"
    user = "postgres"

    def prepare(self) -> None:
        data = self.folder / "data"
        data.mkdir()
        if self._as_user():
            shutil.chown(data, user=self.user, group=self.user)
            shutil.chown(self.folder, user=self.user, group=self.user)
        self._run(program("initdb"), "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")

    def command(self) -> list[str]:
        options = {
            "port": str(self.port),
            "listen_addresses": HOST,
            "unix_socket_directories": str(self.folder),
            "max_connections": "300",
            "shared_buffers": "128MB",
            # In our folder, so that nothing stays behind when the server is killed.
            "dynamic_shared_memory_type": "mmap",
            "fsync": "off",
            "full_page_writes": "off",
        }
        chosen = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [program("postgres"), "-D", str(self.folder / "data"), *chosen]

    def environment(self) -> dict[str, str]:
        """Return what makes the sandbox's settings use this server."""
        return _database_environment(self, account="postgres")

    def kill(self) -> None:
        """End the server as a power cut would; its processes are one group, but each has to be told."""
        super().kill()
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)


class Redis(Server):
    """Redis, which keeps nothing on disk: what lies in it is lost when it ends."""

    name = "redis"

    def command(self) -> list[str]:
        return [
            program("redis-server"), "--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no",
            "--dir", str(self.folder),
        ]  # fmt: skip

    @property
    def url(self) -> str:
        """The broker as Celery knows it."""
        return f"redis://{HOST}:{self.port}/0"


DATABASES: Final[dict[str, type[MariaDb] | type[Postgres]]] = {"mariadb": MariaDb, "postgres": Postgres}


def program(name: str) -> str:
    """
    Return the path of an installed program; those of PostgreSQL may be in a folder of their own.

    Raises:
        NoServer: says what to install.
    """
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is not None:
        return found
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if versions:
        return str(versions[-1])
    raise NoServer(f"There is no {name} here: install Debian's mariadb-server, postgresql and redis-server.")


def _database_environment(server: Server, *, account: str) -> dict[str, str]:
    return {
        "LTI_AGS_DATABASE": server.name,
        "LTI_AGS_DATABASE_HOST": HOST,
        "LTI_AGS_DATABASE_PORT": str(server.port),
        "LTI_AGS_DATABASE_USER": account,
        "LTI_AGS_DATABASE_PASSWORD": "",
    }
