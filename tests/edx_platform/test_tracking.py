"""What is written to the platform's tracking log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lti_ags import edx_platform

# A tracker with the two functions of event-tracking that we use; it keeps what it is told.
TRACKER = """
from contextlib import contextmanager

emitted = []
contexts = []


class Tracker:
    @contextmanager
    def context(self, name, context):
        contexts.append((name, context))
        yield


def get_tracker():
    return Tracker()


def emit(name=None, data=None):
    emitted.append((name, data))
"""


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Install an event-tracking of our own, as Open edX's package is only on the platform."""
    package = tmp_path / "eventtracking"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "tracker.py").write_text(TRACKER)
    monkeypatch.syspath_prepend(tmp_path)
    from eventtracking import tracker as installed

    yield installed
    for name in ("eventtracking.tracker", "eventtracking"):
        del sys.modules[name]


def test_an_event_is_written_with_its_context(tracker: Any) -> None:
    data = {"course_id": "course-v1:A+B+C", "user_id": 7, "points": 8.3}

    edx_platform.emit_tracking_event("openedx.lti_ags.grade.published", data)

    assert tracker.emitted == [("openedx.lti_ags.grade.published", data)]
    assert tracker.contexts == [
        ("openedx.lti_ags.grade.published", {"course_id": "course-v1:A+B+C", "user_id": 7}),
    ]
