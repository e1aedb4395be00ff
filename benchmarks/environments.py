"""The virtual environments of the contestants, made once for each state of their requirements."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.places import BUILD, REPOSITORY

#: Personal settings that would make an installation go elsewhere; the same ones that ci/pip-environment sets aside.
_SET_ASIDE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIREMENT", "PIP_CONSTRAINT", "PYTHONHOME", "PYTHONPATH")


_REQUIREMENTS: Final = REPOSITORY / "benchmarks" / "requirements"


def ready_environment(name: str, *, database: str = "sqlite") -> Path:
    """Return the Python of an environment, which is made or made anew where its requirements changed."""
    requirements = [_REQUIREMENTS / f"{name}.txt", *_REQUIREMENTS.glob(f"{database}.txt")]
    folder = BUILD / "env" / "-".join(path.stem for path in requirements)
    python = folder / "bin" / "python"
    stamp = folder / ".installed"
    decisive = [*requirements, REPOSITORY / "setup.py"]
    state = hashlib.sha256(b"".join(path.read_bytes() for path in decisive)).hexdigest()
    if stamp.exists() and stamp.read_text() == state and python.exists():
        return python
    print(f"Making the environment {name} ...", flush=True)
    _run([str(REPOSITORY / "ci" / "make-venv"), str(folder), sys.executable])
    for path in requirements:
        _install(python, "--requirement", str(path))
    if name == "ours":
        _install(python, "setuptools<81")
        _install(python, "--no-deps", "--no-build-isolation", "--editable", str(REPOSITORY))
    stamp.write_text(state)
    return python


def _install(python: Path, *arguments: str) -> None:
    """Install with uv, or with pip where uv is not to be had or cannot reach what it needs."""
    with_uv = [str(python), "-m", "uv", "pip", "install", "--quiet", "--no-config", "--python", str(python), *arguments]
    if subprocess.run(with_uv, capture_output=True, env=_environ(), check=False).returncode == 0:
        return
    print("... with pip, which may take a minute ...", flush=True)
    _run([str(python), "-m", "pip", "install", "--quiet", "--prefer-binary", *arguments])


def _run(command: list[str]) -> None:
    subprocess.run(command, cwd=REPOSITORY, env=_environ(), check=True)


def _environ() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _SET_ASIDE}
    return {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
