"""
The databases of a run: files of SQLite, or a private server of MariaDB or PostgreSQL that lives as long as the run.

With ``BENCH_DATABASE_HOST`` (and ``_PORT``, ``_USER``, ``_PASSWORD``) a server that is there already is used instead;
its CPU is not counted then.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.places import BUILD, REPOSITORY
from benchmarks.plan import Dataset
from benchmarks.process import Process, RunFailed
from benchmarks.system import cpu_of_tree

_DATA: Final = BUILD / "data"
#: What decides about the rows that a database is filled with.
_SOURCES: Final = (
    "lti_ags/migrations/*.py",
    "sandbox/standins/**/migrations/*.py",
    "benchmarks/filling.py",
    "benchmarks/tool.py",
    "benchmarks/*/course.py",
    "benchmarks/incumbent/contestant.py",
    "benchmarks/requirements/*.txt",
)
_SECONDS_TO_START: Final = 60
#: A server is at rest when it uses no more than this share of a core for so long.
_IDLE_SHARE: Final = 0.03
_SETTLE_SECONDS: Final = 3
_MOST_SECONDS_TO_SETTLE: Final = 120


class Databases(ABC):
    """One kind of database. ``filled`` are those that a contestant has made in this run."""

    kind: str

    def __init__(self, pythons: dict[str, Path]) -> None:
        self.pythons = pythons

    @abstractmethod
    def prepare(self, contestant: str, dataset: Dataset) -> None:
        """Make the database of a contestant, filled."""

    @abstractmethod
    def environ(self, contestant: str, dataset: Dataset) -> dict[str, str]:
        """Return what tells a process its database."""

    def process(self, contestant: str, dataset: Dataset) -> Process:
        """Start a contestant's process with its database."""
        return Process(
            contestant, dataset, python=self.python_of(contestant), environ=self.environ(contestant, dataset)
        )

    def python_of(self, contestant: str) -> Path:
        """Return the Python of a contestant's environment; the floor lives in ours."""
        return self.pythons["incumbent" if contestant == "incumbent" else "ours"]

    def cpu(self) -> float:
        """Return the seconds of CPU that the server has used so far."""
        return 0.0

    def settle(self) -> None:
        """Wait until what was filled is at rest, so that nobody else's work falls into what is measured."""

    def close(self) -> None:
        """End what was started."""

    def _fill(self, contestant: str, dataset: Dataset, environ: dict[str, str]) -> None:
        # The floor has our tables, filled by our own code.
        filler = "incumbent" if contestant == "incumbent" else "ours"
        process = Process(filler, dataset, python=self.python_of(filler), environ=environ)
        process.ask("fill")
        process.close()


class Sqlite(Databases):
    """Files. What a data set is filled with is kept from run to run, and copied for each."""

    kind = "sqlite"

    def prepare(self, contestant: str, dataset: Dataset) -> None:
        _DATA.mkdir(parents=True, exist_ok=True)
        filler = "incumbent" if contestant == "incumbent" else "ours"
        filled = _DATA / f"{filler}-{dataset.name}.filled"
        state = filled.with_suffix(".state")
        wanted = _state_of(dataset)
        if not (filled.exists() and state.exists() and state.read_text() == wanted):
            _remove(filled)
            self._fill(filler, dataset, {"BENCH_DATABASE_NAME": str(filled)})
            state.write_text(wanted)
        _remove(self._path(contestant, dataset))
        shutil.copyfile(filled, self._path(contestant, dataset))

    def environ(self, contestant: str, dataset: Dataset) -> dict[str, str]:
        return {"BENCH_DATABASE": "sqlite", "BENCH_DATABASE_NAME": str(self._path(contestant, dataset))}

    def _path(self, contestant: str, dataset: Dataset) -> Path:
        return _DATA / f"{contestant}-{dataset.name}.sqlite3"

    def close(self) -> None:
        for path in _DATA.glob("*.sqlite3"):
            _remove(path)


class _Server(Databases):
    """A server of our own on a free port, with its files below ``build/bench``."""

    def __init__(self, pythons: dict[str, Path]) -> None:
        super().__init__(pythons)
        self.server: subprocess.Popen[bytes] | None = None
        self.folder = BUILD / "server" / self.kind
        self.host, self.port = os.environ.get("BENCH_DATABASE_HOST", ""), os.environ.get("BENCH_DATABASE_PORT", "")
        if not self.host:
            self.host, self.port = "127.0.0.1", str(free_port())
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            self.server = self._start()
            self._wait_until_it_answers()

    @abstractmethod
    def _start(self) -> subprocess.Popen[bytes]:
        """Make the server's files and start it."""

    def prepare(self, contestant: str, dataset: Dataset) -> None:
        self._fill(contestant, dataset, self.environ(contestant, dataset))

    def environ(self, contestant: str, dataset: Dataset) -> dict[str, str]:
        return {
            "BENCH_DATABASE": self.kind,
            "BENCH_DATABASE_NAME": f"bench_{contestant}_{dataset.name}",
            "BENCH_DATABASE_HOST": self.host,
            "BENCH_DATABASE_PORT": self.port,
        }

    def cpu(self) -> float:
        return 0.0 if self.server is None else cpu_of_tree(self.server.pid)

    def settle(self) -> None:
        if self.server is None:
            return
        print("Waiting until the server has nothing left to do ...", flush=True)
        for _ in range(_MOST_SECONDS_TO_SETTLE // _SETTLE_SECONDS):
            before = self.cpu()
            time.sleep(_SETTLE_SECONDS)
            if self.cpu() - before < _IDLE_SHARE * _SETTLE_SECONDS:
                return

    def close(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(timeout=120)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_it_answers(self) -> None:
        assert self.server is not None
        for _ in range(_SECONDS_TO_START * 10):
            if self.server.poll() is not None:
                raise RunFailed(f"{self.kind} did not start; see {self.folder}/server.log")
            with socket.socket() as probe:
                if probe.connect_ex((self.host, int(self.port))) == 0:
                    return
            time.sleep(0.1)
        raise RunFailed(f"{self.kind} does not answer after {_SECONDS_TO_START} s")

    def _popen(self, command: list[str], *, user: str | None) -> subprocess.Popen[bytes]:
        with (self.folder / "server.log").open("wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=self.folder)


class MariaDb(_Server):
    """MariaDB as Open edX sites have it: case-insensitive collation, strict."""

    kind = "mariadb"

    def _start(self) -> subprocess.Popen[bytes]:
        server = _command("mariadbd", "mysqld")
        data = self.folder / "data"
        user = [f"--user={_login_name()}"]
        subprocess.run(
            [_command("mariadb-install-db", "mysql_install_db"), "--no-defaults", f"--datadir={data}", *user,
             "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
        )  # fmt: skip
        return self._popen(
            [server, "--no-defaults", f"--datadir={data}", f"--socket={self.folder}/socket", f"--port={self.port}",
             "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=6G", "--innodb-flush-log-at-trx-commit=1",
             "--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci",
             "--max-allowed-packet=256M", *user],
            user=None,
        )  # fmt: skip


class Postgres(_Server):
    """PostgreSQL with its defaults, and memory for the tables. It refuses to run as root."""

    kind = "postgres"

    def _start(self) -> subprocess.Popen[bytes]:
        data = self.folder / "data"
        user = "postgres" if os.geteuid() == 0 else None
        initdb = Path(_command("postgres")).resolve().parent / "initdb"
        if user is not None:
            # Below a folder that only root may enter, another user's server could not find its files.
            self.folder = Path(tempfile.mkdtemp(prefix="lti_ags_bench_"))
            data = self.folder / "data"
            shutil.chown(self.folder, user)
        subprocess.run(
            [str(initdb), "--pgdata", str(data), "--username=postgres", "--auth=trust", "--encoding=UTF8"],
            check=True,
            capture_output=True,
            user=user,
            cwd=self.folder,
        )
        return self._popen(
            [_command("postgres"), "-D", str(data), "-p", self.port, "-k", str(self.folder),
             "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=6GB", "-c", "max_wal_size=4GB"],
            user=user,
        )  # fmt: skip


KINDS: Final[dict[str, type[Databases]]] = {kind.kind: kind for kind in (Sqlite, MariaDb, Postgres)}


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _command(*names: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    raise RunFailed(f"There is no {' or '.join(names)} on this machine; install it, or set BENCH_DATABASE_HOST.")


def _login_name() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def _state_of(dataset: Dataset) -> str:
    digest = hashlib.sha256(json.dumps(asdict(dataset)).encode())
    for pattern in _SOURCES:
        for path in sorted(REPOSITORY.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
