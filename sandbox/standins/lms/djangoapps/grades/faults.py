"""
Lets tests and demonstrations make the LMS fail, in this process and in others on the machine.

The faults stand in a small file beside the database, so that setting one belongs to no transaction. A fault names a
point, and strikes when the code of the stand-ins passes it:

* ``publish``: SCORE_PUBLISHED arrives; nothing is written yet.
* ``half``: the StudentModule is written, the grade is not recalculated.
* ``published``: all is done; the caller never hears of it.
* ``recalculate``: the recalculation task runs.
* ``get_score``, ``set_score``, ``get_item``, ``bind``, ``read_grades``, ``external_id``, ``has_access``,
  ``preference``: that function is called.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, InterfaceError, OperationalError

POINTS = (
    "publish",
    "half",
    "published",
    "recalculate",
    "get_score",
    "set_score",
    "get_item",
    "bind",
    "read_grades",
    "external_id",
    "has_access",
    "preference",
)


class Crash(BaseException):
    """The end of a process, for tests that have only one: nothing catches it, so nothing more is done or recorded."""


ERRORS = {
    error.__name__: error
    for error in (
        OperationalError,
        DatabaseError,
        InterfaceError,
        RuntimeError,
        ValueError,
        ConnectionError,
        TypeError,
        ObjectDoesNotExist,
        Crash,
    )
}


def faults_file() -> Path:
    """Return the file of this sandbox; test workers have one each."""
    named = os.environ.get("SANDBOX_FAULTS") or settings.SANDBOX_FAULTS
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return Path(f"{named}.{worker}" if worker else named)


def set_fault(
    point: str,
    *,
    error: str | None = "OperationalError",
    user_id: int | None = None,
    seconds: float | None = None,
    times: int | None = None,
    delay: float = 0.0,
    kill: bool = False,
) -> None:
    """
    Make the LMS fail at a point, until :func:`clear_faults`.

    Arguments:
        error: name of the exception to raise (see ``ERRORS``); None only delays.
        user_id: only for this learner; None is for all.
        seconds: only for so long from now.
        times: only so often, all processes together.
        delay: sleep so long first; without an error the LMS is merely slow, with a large one it hangs.
        kill: end the process at once, as a crash would.
    """
    if point not in POINTS:
        raise ValueError(f"{point!r} is not one of {POINTS}")
    if error is not None and error not in ERRORS:
        raise ValueError(f"{error!r} is not one of {sorted(ERRORS)}")
    fault = {
        "point": point,
        "error": error,
        "user_id": user_id,
        "until": None if seconds is None else time.time() + seconds,
        "times": times,
        "delay": delay,
        "kill": kill,
    }
    _write([*_read(), fault])


def clear_faults() -> None:
    """Let the LMS work again."""
    faults_file().unlink(missing_ok=True)


@contextmanager
def fault(point: str, **options) -> Iterator[None]:
    """Set a fault for a while; the arguments are those of :func:`set_fault`. All faults are gone afterwards."""
    set_fault(point, **options)
    try:
        yield
    finally:
        clear_faults()


def strike(point: str, user_id: int | None = None) -> None:
    """Fail here, if a fault says so."""
    if not faults_file().exists():
        return
    faults = _read()
    for one in faults:
        if one["point"] != point or one["user_id"] not in (None, user_id):
            continue
        if (one["until"] is not None and time.time() > one["until"]) or one["times"] == 0:
            continue
        if one["times"] is not None:
            one["times"] -= 1
            _write(faults)
        _fail(one)


def _fail(one: dict) -> None:
    if one["delay"]:
        time.sleep(one["delay"])
    if one["kill"]:
        os._exit(137)
    if one["error"] is not None:
        raise ERRORS[one["error"]](f"A fault of the sandbox at {one['point']}")


def _read() -> list[dict]:
    try:
        return json.loads(faults_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []


def _write(faults: list[dict]) -> None:
    path = faults_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(json.dumps(faults), encoding="utf-8")
    fresh.replace(path)
