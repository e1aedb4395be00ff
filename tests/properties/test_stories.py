"""
Whatever tools, authors, staff and crashes do, and in whatever order: what is stored, told and published is what the
model in ``model.py`` says.

``LTI_AGS_STORIES=2000`` tells so many stories instead of a few, new ones each time, and ``LTI_AGS_STORY_STEPS=100``
makes them longer.
"""

from __future__ import annotations

import copy
import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lti_ags.data import Points
from lti_ags.exceptions import Forbidden, StaleScore
from tests.properties import model
from tests.properties.world import DEFAULTS, World

pytestmark = pytest.mark.django_db(transaction=True)

STORIES = os.environ.get("LTI_AGS_STORIES")
STEPS = int(os.environ.get("LTI_AGS_STORY_STEPS", "30"))

FAULTS = [f"{where}_{how}" for where in ("looking", "before", "half", "after") for how in ("dies", "fails")]
PROGRESS = [
    *[("Completed", "FullyGraded")] * 6,
    ("Submitted", "FullyGraded"),
    ("InProgress", "FullyGraded"),
    ("Submitted", "PendingManual"),
    ("Started", "Pending"),
    ("InProgress", "NotReady"),
    ("Initialized", "NotReady"),
    ("Completed", "Failed"),
]
LEARNERS = st.sampled_from([0, 1])
PICKS = st.integers(0, 5)
WHEN = st.sampled_from(["now", "now", "now", "now", "earlier", "on record", "again"])
#: Staff give points that no tool's score comes to; the last one is our own value, out of as many points.
STAFFS = st.sampled_from([(0.111, 1.0), (0.555, 1.0), (9.87, 10.0), (1.23, 10.0), None])


class Stories(RuleBasedStateMachine):
    """One story: the same thing happens to the world and to the model, and both are compared."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.reset()
        self.now = self.world.start + timedelta(hours=10)
        self.moment = 0
        self.staffs = 0
        self.sent: dict[tuple[int, int], dict[str, Any]] = {}
        self.block = model.Block(due=self.world.due)
        self.learners = [model.Learner(), model.Learner(extension=self.world.extended)]

    # Time

    def tick(self) -> int:
        """Let half a minute pass; every moment has its own number."""
        self.moment += 1
        self.now += timedelta(seconds=30)
        return self.moment

    @rule(hours=st.sampled_from([1, 1, 7]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # The tool

    @initialize(maxima=st.lists(st.sampled_from([10.0, 40.0]), max_size=2))
    def first_items(self, maxima: list[float]) -> None:
        for maximum in maxima:
            self.tool_creates_item(maximum)

    def is_programmatic(self) -> bool:
        return self.block.mode == "programmatic"

    def has_items(self) -> bool:
        return bool(self.block.live_items())

    def has_tools_items(self) -> bool:
        return self.is_programmatic() and any(not item.is_platform_made for item in self.block.live_items())

    def some_item(self, pick: int, *, tools: bool = False) -> model.Item:
        items = [item for item in self.block.live_items() if not (tools and item.is_platform_made)]
        return items[pick % len(items)]

    def everybody_wants(self) -> None:
        for learner in self.learners:
            learner.want()

    @precondition(is_programmatic)
    @rule(maximum=st.sampled_from([10.0, 40.0]))
    def tool_creates_item(self, maximum: float) -> None:
        self.tick()
        number = self.world.create_item(maximum, now=self.now)
        self.block.items[number] = model.Item(number, maximum)
        if self.block.missing == "count_as_zero":
            self.everybody_wants()

    @precondition(has_tools_items)
    @rule(pick=PICKS, maximum=st.sampled_from([10.0, 40.0]), released=st.sampled_from([None, True, False]))
    def tool_changes_item(self, pick: int, maximum: float, *, released: bool | None) -> None:
        self.tick()
        item = self.some_item(pick, tools=True)
        self.world.replace_item(item.number, maximum, released, now=self.now)
        if (item.maximum, item.grades_released) != (maximum, released):
            item.maximum, item.grades_released = maximum, released
            self.everybody_wants()

    @precondition(has_tools_items)
    @rule(pick=PICKS)
    def tool_deletes_item(self, pick: int) -> None:
        moment = self.tick()
        item = self.some_item(pick, tools=True)
        self.world.delete_item(item.number, now=self.now)
        item.is_live, item.deleted = False, moment
        self.everybody_wants()

    @precondition(has_items)
    @rule(
        number=LEARNERS,
        pick=PICKS,
        given=st.sampled_from([0, 2.5, 40, 83, 120]),
        handed_in=st.sampled_from([None, 11, 13, 25]),
        is_published=st.booleans(),
    )
    def tool_grades(self, number: int, pick: int, given: float, handed_in: int | None, *, is_published: bool) -> None:
        said = {"maximum": 100, "progress": ("Completed", "FullyGraded"), "when": "now", "comment": ""}
        self.send(number, pick, given=given, handed_in=handed_in, **said)
        if is_published:
            self.attempt(number)

    @precondition(has_items)
    @rule(
        number=LEARNERS,
        pick=PICKS,
        given=st.sampled_from([None, 0, 2.5, 40, 83, 100, 120]),
        maximum=st.sampled_from([100, 60]),
        progress=st.sampled_from(PROGRESS),
        when=WHEN,
        handed_in=st.sampled_from([None, None, 11, 13, 25]),
        comment=st.sampled_from(["", "Well done"]),
    )
    def tool_sends(self, number: int, pick: int, **said: Any) -> None:
        self.send(number, pick, **said)

    def send(self, number: int, pick: int, **said: Any) -> None:
        moment = self.tick()
        item = self.some_item(pick)
        body = self.body_of(number, item, **said)
        expected = self.outcome_of_model(number, item, body, moment)
        try:
            outcome = self.world.send(item.number, body, now=self.now)
        except (StaleScore, Forbidden) as error:
            outcome = type(error).__name__
        assert outcome == expected
        if expected not in ("StaleScore", "Forbidden"):
            self.sent[number, item.number] = body

    def body_of(
        self, number: int, item: model.Item, *, when: str, handed_in: int | None, **said: Any
    ) -> dict[str, Any]:
        """A message as a tool sends it."""
        before = self.sent.get((number, item.number))
        if when == "again" and before is not None:
            return before
        timestamp = self.now.isoformat()
        if when == "on record" and before is not None:
            timestamp = before["timestamp"]
        if when == "earlier":
            timestamp = (self.now - timedelta(hours=2)).isoformat()
        activity, grading = said["progress"]
        body = {
            "userId": self.world.subjects[number].subject,
            "timestamp": timestamp,
            "activityProgress": activity,
            "gradingProgress": grading,
            "scoreGiven": said["given"],
            "scoreMaximum": said["maximum"],
            "comment": said["comment"],
        }
        if handed_in is not None:
            body["submission"] = {"submittedAt": (self.world.start + timedelta(hours=handed_in)).isoformat()}
        return body

    def outcome_of_model(self, number: int, item: model.Item, body: dict[str, Any], moment: int) -> str:
        try:
            return model.receive(self.block, self.learners[number], item, model.Message.of(body), moment=moment)
        except model.Stale:
            return "StaleScore"
        except model.Refused:
            return "Forbidden"

    # The author

    @rule(
        merge=st.sampled_from(["latest", "average", "highest", "total"]),
        missing=st.sampled_from(["leave_out", "count_as_zero"]),
        mode=st.sampled_from(["declarative", "programmatic", "programmatic", "programmatic"]),
    )
    def author_changes_mode_or_merge(self, **chosen: str) -> None:
        self.author_changes(**chosen)

    @rule(
        weight=st.sampled_from([5.0, 10.0]),
        late=st.sampled_from(["accept", "refuse", "ask"]),
        override=st.sampled_from(["keep", "raise", "replace"]),
        release=st.sampled_from(["at_once", "at_once", "hold"]),
        is_graded=st.sampled_from([True, True, True, False]),
    )
    def author_changes_weight_or_policies(self, **chosen: Any) -> None:
        self.author_changes(**chosen)

    def author_changes(self, **chosen: Any) -> None:
        self.tick()
        if all(getattr(self.block, name) == value for name, value in chosen.items()):
            return
        names = {name: name if name in DEFAULTS else f"{name}_policy" for name in chosen}
        names.update(mode="grading_mode", missing="missing_items", is_graded="has_score")
        self.world.change(**{names[name]: value for name, value in chosen.items()})
        for name, value in chosen.items():
            setattr(self.block, name, value)
        self.follow_platform_item()
        self.everybody_wants()

    def follow_platform_item(self) -> None:
        """The platform's item is there in declarative mode, and afterwards as long as it has scores."""
        mine = next((item for item in self.block.items.values() if item.is_platform_made), None)
        has_scores = mine is not None and any(mine.number in learner.records for learner in self.learners)
        is_there = self.block.mode == "declarative" or (mine is not None and mine.is_live and has_scores)
        number = self.world.platform_item()
        assert (number is not None) == is_there
        if number is not None:
            mine = self.block.items.setdefault(number, model.Item(number, self.block.weight, is_platform_made=True))
            mine.maximum = self.block.weight
        if mine is not None:
            mine.is_live = is_there

    # The staff

    @rule(number=LEARNERS, points=STAFFS, is_told=st.booleans())
    def staff_override(self, number: int, points: tuple[float, float] | None, *, is_told: bool) -> None:
        self.override(number, points, is_told=is_told)

    def override(self, number: int, points: tuple[float, float] | None, *, is_told: bool) -> None:
        moment = self.tick()
        learner = self.learners[number]
        if points is None:
            if learner.entry is None or not is_told:
                return
            earned, possible = learner.entry.earned, learner.entry.possible
        else:
            # Never the same value twice: one that nobody tells us of is known by being a new one.
            self.staffs += 1
            earned, possible = points[0] + self.staffs / 10_000, points[1]
        self.world.override(number, Points(earned, possible), now=self.now, is_told=is_told)
        model.staff_override(learner, earned, possible, moment=moment, is_told=is_told)

    def somebody_has_a_certain_grade(self) -> bool:
        return any(learner.entry is not None and not learner.is_uncertain for learner in self.learners)

    @precondition(somebody_has_a_certain_grade)
    @rule(number=LEARNERS)
    def staff_delete_in_bulk(self, number: int) -> None:
        self.tick()
        learner = self.learners[number]
        # Whether a grade that was perhaps published is gone, or never came, nobody can tell.
        if learner.entry is not None and not learner.is_uncertain:
            self.world.delete_in_bulk(number)
            model.staff_delete_in_bulk(learner)

    @rule(number=LEARNERS)
    def staff_clear(self, number: int) -> None:
        self.tick()
        self.world.clear(number, now=self.now)
        model.staff_clear(self.learners[number], self.block.live_items())

    @rule(number=LEARNERS, only_if_higher=st.booleans())
    def staff_rescore(self, number: int, *, only_if_higher: bool) -> None:
        moment = self.tick()
        learner = self.learners[number]
        if learner.has_grade and not (only_if_higher and self.gives_no_more(learner)):
            model.staff_hand_over(learner)
            model.attempt(self.block, learner, now=self.now, moment=moment)
        self.world.use_tools_grade(number, now=self.now, only_if_higher=only_if_higher)

    def gives_no_more(self, learner: model.Learner) -> bool:
        if learner.entry is None:
            return False
        ratio = model.merged_now(self.block, copy.deepcopy(learner))
        return ratio is None or ratio <= learner.entry.earned / learner.entry.possible

    @rule(number=LEARNERS, action=st.sampled_from(["accept_late", "release"]))
    def staff_allow(self, number: int, action: str) -> None:
        self.tick()
        held_by, name = {
            "accept_late": (("late_held", "late_refused"), "is_late_accepted"),
            "release": (("not_released",), "is_released"),
        }[action]
        expected = model.staff_allow(self.learners[number], self.block.live_items(), held_by, name)
        assert self.world.allow(number, action, now=self.now) == expected

    @rule(number=LEARNERS)
    def learner_leaves_or_comes_back(self, number: int) -> None:
        self.tick()
        learner = self.learners[number]
        learner.is_enrolled = not learner.is_enrolled
        self.world.enrol(number, is_enrolled=learner.is_enrolled)
        if learner.is_enrolled and learner.decision in ("not_enrolled", "queued", "retrying"):
            learner.want()

    # The publisher

    @rule(number=LEARNERS)
    def publisher_works(self, number: int) -> None:
        self.attempt(number)

    @rule(number=LEARNERS, fault=st.sampled_from(FAULTS))
    def publisher_fails(self, number: int, fault: str) -> None:
        self.attempt(number, fault)

    @rule(number=LEARNERS, points=STAFFS, is_before=st.booleans())
    def staff_override_while_publisher_is_in_the_gradebook(
        self, number: int, points: tuple[float, float] | None, *, is_before: bool
    ) -> None:
        """What staff do in the very moment in which a publisher writes is neither lost nor taken for ours."""
        moment = self.tick()
        learner = self.learners[number]
        if points is None or model.intent(self.block, learner, now=self.now, moment=moment) == "leave":
            return
        # The publisher finds its claim gone and looks again: whatever it wrote, staff's value is there then.
        model.attempt(self.block, learner, now=self.now, moment=moment, fault="after_dies")
        with self.world.interruption(lambda: self.override(number, points, is_told=True), is_before=is_before):
            self.world.attempt(number, clock=lambda: self.now)
        model.attempt(self.block, learner, now=self.now, moment=self.moment)

    @rule(number=LEARNERS, pick=PICKS, given=st.sampled_from([0, 40, 83]))
    def tool_sends_while_publisher_is_in_the_gradebook(self, number: int, pick: int, given: float) -> None:
        """A score that comes while an older one is published follows it."""
        moment = self.tick()
        learner = self.learners[number]
        if model.intent(self.block, learner, now=self.now, moment=moment) == "leave" or not self.has_items():
            return
        model.attempt(self.block, learner, now=self.now, moment=moment)
        said = {"maximum": 100, "progress": ("Completed", "FullyGraded"), "when": "now", "comment": ""}
        with self.world.interruption(
            lambda: self.send(number, pick, given=given, handed_in=None, **said), is_before=False
        ):
            self.world.attempt(number, clock=lambda: self.now)
        model.attempt(self.block, learner, now=self.now, moment=self.moment)

    def attempt(self, number: int, fault: str | None = None) -> None:
        moment = self.tick()
        model.attempt(self.block, self.learners[number], now=self.now, moment=moment, fault=fault)
        self.world.attempt(number, clock=lambda: self.now, fault=fault)

    def everybody_is_settled(self) -> None:
        """Let every publisher come through at last."""
        self.now += timedelta(hours=2)
        for number, learner in enumerate(self.learners):
            self.attempt(number)
            assert not learner.is_wanted

    @rule()
    def everything_is_published(self) -> None:
        self.everybody_is_settled()
        self.tool_reads_results()

    def teardown(self) -> None:
        self.everybody_is_settled()
        self.tables_and_gradebook_are_as_the_model_says()
        self.tool_reads_results()

    # Comparison

    @invariant()
    def tables_and_gradebook_are_as_the_model_says(self) -> None:
        stored = self.world.scores()
        assert stored.keys() == {
            (number, item) for number, learner in enumerate(self.learners) for item in learner.records
        }
        for (number, item), row in stored.items():
            self.compare_score(row, self.learners[number].records[item])
        grades, held = self.world.grades(), self.world.gradebook()
        for number, learner in enumerate(self.learners):
            self.compare_grade(grades.get(number), learner)
            self.compare_entry(held.get(number), learner.entry)

    def compare_score(self, row: Any, record: model.Record) -> None:
        assert (row.timestamp, row.comment) == (record.timestamp, record.comment)
        assert (row.activity_progress, row.grading_progress) == (record.activity, record.grading)
        assert (row.score_given, row.score_maximum) == (record.given, record.maximum)
        assert (row.started_at, row.submitted_at) == (record.started, record.submitted)
        assert (row.cleared_at is not None) == record.is_cleared
        assert row.decision == record.decision
        final = record.final
        expected = None if final is None else (final.given, final.maximum, final.timestamp, final.submitted)
        kept = (row.final_score_given, row.final_score_maximum, row.final_timestamp, row.final_submitted_at)
        assert (None if row.final_score_given is None else kept) == expected
        before = [(work["given"], datetime.fromisoformat(work["timestamp"])) for work in row.earlier_finals or ()]
        assert before == [(work.given, work.timestamp) for work in record.before]

    def compare_grade(self, grade: Any, learner: model.Learner) -> None:
        assert (grade is not None) == learner.has_grade
        if grade is not None:
            assert (grade.next_attempt_at is not None) == learner.is_wanted
            assert grade.decision == learner.decision
            assert grade.needs_attention == learner.is_flagged
            assert grade.staff_changes == learner.staff_changes

    def compare_entry(self, held: Points | None, entry: model.Entry | None) -> None:
        assert (held is None) == (entry is None)
        if held is not None and entry is not None:
            assert held.possible == entry.possible
            assert held.earned == pytest.approx(entry.earned)

    @rule()
    def tool_reads_results(self) -> None:
        expected = [dict(model.results(self.block, learner)) for learner in self.learners]
        for item in self.block.live_items():
            told = self.world.results(item.number)
            for number, subject in enumerate(self.world.subjects):
                assert told.get(subject.subject) == pytest.approx(expected[number].get(item.number))


def test_stories_of_tools_authors_staff_and_crashes_end_as_the_model_says(db: None, settings: Any) -> None:
    settings.LTI_AGS_PUBLISH = "manual"

    class StoriesOfThisWorld(Stories):
        world = World()

    run_state_machine_as_test(StoriesOfThisWorld, settings=HOW_MANY)


HOW_MANY = settings(
    max_examples=int(STORIES or 25),
    stateful_step_count=STEPS,
    derandomize=STORIES is None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
