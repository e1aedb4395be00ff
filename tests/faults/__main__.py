"""
Run the fault tests on one database after the other: ``python -m tests.faults mariadb postgres [-k …]``.

What the settings of all processes have to agree on, ports above all, is settled here, before pytest starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.servers import DATABASES, HOST, NoServer, free_port, program


def main() -> int:
    """Run pytest once for each database; the result is that of the worst run."""
    databases = [word for word in sys.argv[1:] if word in DATABASES] or list(DATABASES)
    options = [word for word in sys.argv[1:] if word not in DATABASES]
    try:
        for needed in ("mariadbd", "postgres", "redis-server"):
            program(needed)
    except NoServer as problem:
        print(problem, file=sys.stderr)
        return 1
    return max(_run(database, options) for database in databases)


def _run(database: str, options: list[str]) -> int:
    print(f"=== {database}", flush=True)
    with tempfile.TemporaryDirectory(prefix="lti_ags_faults_") as folder:
        server = DATABASES[database]()
        web_port = free_port()
        environment = {
            **os.environ,
            **server.environment(),
            "LTI_AGS_PUBLISH": "manual",
            "LTI_AGS_REDIS_PORT": str(free_port()),
            "LTI_AGS_WEB_PORT": str(web_port),
            "LMS_ROOT_URL": f"http://{HOST}:{web_port}",
            "SANDBOX_FAULTS": str(Path(folder) / "faults.json"),
        }
        server.folder.rmdir()
        command = [sys.executable, "-m", "pytest", "-m", "services", "-p", "no:randomly", "tests/faults", *options]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
