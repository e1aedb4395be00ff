"""
Run a command with a database server of its own: ``python -m tests.support.with_database mariadb pytest …``.

The command finds the server by its environment, as the sandbox's settings read it. Afterwards nothing is left.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.support.servers import DATABASES, NoServer


def main() -> int:
    """Start the server, run the rest of the command line as Python's ``-m``, and return its result."""
    name, *command = sys.argv[1:]
    server = DATABASES[name]()
    started = time.monotonic()
    try:
        server.start()
        print(f"{name} serves on port {server.port}, started in {time.monotonic() - started:.0f} s.", flush=True)
        environment = {**os.environ, **server.environment()}
        return subprocess.run([sys.executable, "-m", *command], env=environment, check=False).returncode
    except NoServer as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        server.discard()


if __name__ == "__main__":
    sys.exit(main())
