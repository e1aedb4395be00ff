"""
Where the sandbox is being served now, so that a command in another terminal can join it.

It stands in a file, ``build/serving.json`` unless ``SANDBOX_STATE`` names another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_USUAL: Final = Path(__file__).resolve().parents[1] / "build" / "serving.json"
_STATE: Final = Path(os.environ.get("SANDBOX_STATE") or _USUAL)


@contextmanager
def announced(environment: Mapping[str, str]) -> Iterator[None]:
    """Tell other processes, as long as the context lasts, with which environment they join this one."""
    draft = _STATE.with_suffix(f".{os.getpid()}")
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_text(json.dumps({"pid": os.getpid(), "environment": dict(environment)}), encoding="utf-8")
    draft.replace(_STATE)
    try:
        yield
    finally:
        if _state().get("pid") == os.getpid():
            _STATE.unlink(missing_ok=True)


def serving_environment() -> dict[str, str]:
    """Return the environment that joins the sandbox that is being served; empty if none is."""
    state = _state()
    try:
        os.kill(state["pid"], 0)
    except (KeyError, ProcessLookupError):
        return {}
    environment: dict[str, str] = state["environment"]
    return environment


def _state() -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(_STATE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return state
