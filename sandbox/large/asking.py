"""Whether the person at the terminal wants the large course, and having it made while they wait."""

from __future__ import annotations

import os

from sandbox.processes import SandboxError
from sandbox.running import Noticed, Sandbox

_SEEDS = ("", "large")


def wants_large_course() -> bool:
    """
    Tell whether ``SEED`` in the environment asks for it.

    Raises:
        SandboxError: it asks for something that there is not.
    """
    seed = os.environ.get("SEED", "").strip().lower()
    if seed not in _SEEDS:
        raise SandboxError(f"SEED is {seed!r}; it may be left out, or be: large.")
    return seed == "large"


def make_large_course(sandbox: Sandbox, *, noticed: Noticed) -> None:
    """Have it made in a process of its own; it takes up to a minute."""
    with noticed("Making a course with 200 learners and a term of work (manage.py seed_large)"):
        sandbox.manage("seed_large")
