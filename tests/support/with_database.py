"""
Run a command with a database server of its own: ``python -m tests.support.with_database mariadb pytest …``.

The command finds the server by its environment, as the sandbox's settings read it. Afterwards nothing is left. SQLite
needs no server; it is a name here so that nobody has to tell it apart.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

from tests.support.servers import DATABASES, MariaDb, NoServer, Postgres


def main() -> int:
    """Start the server if one is needed, run the rest of the command line as Python's ``-m``, and return its result."""
    name, *command = sys.argv[1:]
    if name != "sqlite" and name not in DATABASES:
        print(f"DB={name}: it must be sqlite, {' or '.join(DATABASES)}.", file=sys.stderr)
        return 1
    return _run(command, os.environ) if name == "sqlite" else _with_server(DATABASES[name](), command)


def _with_server(server: MariaDb | Postgres, command: list[str]) -> int:
    started = time.monotonic()
    # Whoever is told to stop stops the server first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        server.start()
        print(f"{server.name} serves on port {server.port}, started in {time.monotonic() - started:.0f} s.", flush=True)
        return _run(command, {**os.environ, **server.environment()})
    except NoServer as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        server.discard()


def _run(command: list[str], environment: Mapping[str, str]) -> int:
    return subprocess.run([sys.executable, "-m", *command], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
