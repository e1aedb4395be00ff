"""What becomes of scores and grades is told to the platform's tracking log, where there is one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from tests.services.conftest import platform_item
from tests.services.test_override_policy import teacher_sets
from tests.support.courses import Course

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db(transaction=True)


class Tracker:
    """The part of event-tracking's interface that there is to use."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, dict[str, Any]]] = []
        self.contexts: list[tuple[str, dict[str, Any]]] = []

    def get_tracker(self) -> Tracker:
        return self

    @contextmanager
    def context(self, name: str, ctx: dict[str, Any]) -> Iterator[None]:
        self.contexts.append((name, ctx))
        yield

    def emit(self, name: str, data: dict[str, Any]) -> None:
        self.emitted.append((name, data))


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch) -> Tracker:
    """A site on which event-tracking is installed."""
    installed = Tracker()
    package = ModuleType("eventtracking")
    package.tracker = installed  # type: ignore[attr-defined]  # made here, so no stub knows it
    monkeypatch.setitem(sys.modules, "eventtracking", package)
    return installed


def names(tracker: Tracker) -> list[str]:
    return [name for name, _data in tracker.emitted]


def test_score_and_grade_are_told_with_ids_only(
    say: Any, learner: Any, declarative: UsageKey, course: Course, tracker: Tracker
) -> None:
    say(learner, platform_item(declarative), 80.0, comment=f"Well done, {learner.username}")

    assert sorted(names(tracker)) == ["openedx.lti_ags.grade.published", "openedx.lti_ags.score.accepted"]
    data = dict(tracker.emitted)["openedx.lti_ags.grade.published"]
    assert (data["earned"], data["possible"], data["user_id"]) == (8.0, 10.0, learner.pk)
    assert (data["course_id"], data["block_id"]) == (str(course.key), str(declarative))
    assert ("openedx.lti_ags.grade.published", {"course_id": str(course.key), "org_id": "DemoX",
                                                "user_id": learner.pk}) in tracker.contexts  # fmt: skip
    assert learner.username not in str(tracker.emitted)
    assert "Well done" not in str(tracker.emitted)


def test_each_outcome_has_its_name(say: Any, learner: Any, declarative: UsageKey, tracker: Tracker) -> None:
    item = platform_item(declarative)
    with faults.fault("publish", error="RuntimeError"):
        say(learner, item, 70.0)
    say(learner, item, 80.0)
    say(learner, item, None)
    teacher_sets(learner, declarative, 6.0)

    grades = [name.rpartition(".")[2] for name in names(tracker) if ".grade." in name]
    assert grades == ["publication_failed", "published", "cleared", "decided"]


def test_page_of_the_docs_tells_each_event_with_its_members(
    say: Any, learner: Any, declarative: UsageKey, tracker: Tracker
) -> None:
    section = (ROOT / "docs/reference/signals.rst").read_text(encoding="utf-8").partition("\nTracking events\n")[2]
    rows = re.findall(r"^   \* - ``(openedx\.\S+)``\n     - .*\n     - (.*)$", section, flags=re.MULTILINE)
    common = set(re.findall(r"``(\w+_id)``", section.partition(".. list-table::")[0]))
    item = platform_item(declarative)

    with faults.fault("publish", error="RuntimeError"):
        say(learner, item, 70.0)
    say(learner, item, 80.0)
    say(learner, item, None)
    teacher_sets(learner, declarative, 6.0)

    told = {name: common | set(re.findall(r"``(\w+)``", members)) for name, members in rows}
    assert told == {name: set(data) for name, data in tracker.emitted}


def test_log_that_fails_changes_nothing(
    say: Any,
    learner: Any,
    declarative: UsageKey,
    tracker: Tracker,
    monkeypatch: pytest.MonkeyPatch,
    failed_receivers: list[BaseException],
) -> None:
    from tests.support.courses import gradebook_score

    def refuse(name: str, data: dict[str, Any]) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(tracker, "emit", refuse)

    say(learner, platform_item(declarative), 80.0)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert {str(error) for error in failed_receivers} == {"writing a tracking event: OSError"}
    failed_receivers.clear()
