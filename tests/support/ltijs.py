"""The packages of a tool on ltijs, a Node.js library: installed once from the npm registry by who needs them first."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

from sandbox.processes import BUILD

SOURCES: Final = Path(__file__).resolve().parents[1] / "e2e" / "ltijs"


def installed_ltijs() -> Path:
    """Return the folder with the sources and their packages; two processes of one test run take turns."""
    missing = [command for command in ("node", "npm") if shutil.which(command) is None]
    assert not missing, (
        f"{' and '.join(missing)} must be installed: these tests run a tool on ltijs, a Node.js library."
    )
    digest = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = BUILD / "npm" / digest
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for file in SOURCES.iterdir():
            shutil.copy(file, folder)
        if not (folder / "installed").exists():
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"npm could not install ltijs.\n{done.stderr}"
            (folder / "installed").touch()
    return folder
