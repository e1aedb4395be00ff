"""
Run the fault tests on some databases at once, all by default: ``python -m tests.faults mariadb postgres [-k …]``.

The tests wait more than they work, so that the databases hardly hold each other up. What the settings of all processes
of a site have to agree on, ports above all, is settled here, before pytest starts. The output of each run is kept and
printed as a whole.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
    print(f"Breaking sites on {' and '.join(databases)}; this takes some minutes ...", flush=True)
    worst = 0
    with ThreadPoolExecutor(len(databases)) as pool:
        for done in pool.map(lambda database: _run(database, options), databases):
            print(done.stdout, flush=True)
            # Of a pytest that was killed, the code is the signal's number, less than zero.
            worst = max(worst, abs(done.returncode))
    return worst


def _run(database: str, options: Sequence[str]) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory(prefix="lti_ags_faults_") as folder:
        web_port = free_port()
        environment = {
            **os.environ,
            **DATABASES[database](folder=Path(folder)).environment(),
            "LTI_AGS_PUBLISH": "manual",
            "LTI_AGS_REDIS_PORT": str(free_port()),
            "LTI_AGS_WEB_PORT": str(web_port),
            "LMS_ROOT_URL": f"http://{HOST}:{web_port}",
            "SANDBOX_FAULTS": str(Path(folder) / "faults.json"),
        }
        command = [sys.executable, "-m", "pytest", "-m", "services", "-p", "no:randomly", "tests/faults", *options]
        return subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )


if __name__ == "__main__":
    sys.exit(main())
