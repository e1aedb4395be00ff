"""
What the project promises about scores and grades of one block, written a second time, as small and plain as can be.

Nothing of ``lti_ags`` is imported: points, times and words only. There is one learner's story in ``Learner``; the
block, its items and the author's choices are in ``Block``. A story is told in the order of real events, publication
included, so that a process which dies at some step of it is a part of the story too.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LEASE = timedelta(seconds=120)

HANDED_IN = ("Submitted", "Completed")


@dataclass
class Final:
    """A tool's last word that is a grade."""

    given: float
    maximum: float
    timestamp: datetime
    submitted: datetime | None
    arrived: int

    @property
    def handed_in(self) -> datetime:
        return self.submitted or self.timestamp

    @property
    def ratio(self) -> float:
        return min(self.given / self.maximum, 1.0)


@dataclass
class Record:
    """What is on record for a learner on an item: the last message, and the last grade that it did not undo."""

    timestamp: datetime
    message: str
    activity: str
    grading: str
    given: float | None
    maximum: float | None
    comment: str
    started: datetime | None = None
    submitted: datetime | None = None
    final: Final | None = None
    #: Grades for works that were handed in before the one of ``final``.
    before: tuple[Final, ...] = ()
    #: What counts of all of them; set when it is decided.
    standing: Final | None = None
    is_cleared: bool = False
    cleared: int | None = None
    is_late_accepted: bool = False
    is_released: bool = False
    decision: str = ""


@dataclass
class Item:
    """A line item that is linked to the block."""

    number: int
    maximum: float
    is_platform_made: bool = False
    grades_released: bool | None = None
    is_live: bool = True
    deleted: int | None = None


@dataclass
class Block:
    """The author's choices, and the line items."""

    weight: float = 10.0
    is_graded: bool = True
    mode: str = "programmatic"
    merge: str = "latest"
    missing: str = "leave_out"
    late: str = "accept"
    override: str = "keep"
    release: str = "at_once"
    due: datetime | None = None
    items: dict[int, Item] = field(default_factory=dict)

    def live_items(self) -> list[Item]:
        return [item for item in self.items.values() if item.is_live]


@dataclass
class Entry:
    """The gradebook's entry of a learner: points, and who wrote them. ``known_at``: when staff were seen to."""

    earned: float
    possible: float
    is_staffs: bool = False
    known_at: int | None = None


@dataclass
class Learner:
    """One learner's story in the block."""

    extension: datetime | None = None
    is_enrolled: bool = True
    records: dict[int, Record] = field(default_factory=dict)
    entry: Entry | None = None
    #: Whether there is a grade of ours at all, whether it is to be worked out, and by when nobody else may.
    has_grade: bool = False
    is_wanted: bool = False
    leased_until: datetime | None = None
    decision: str = ""
    is_flagged: bool = False
    #: When we last published with success, and what the gradebook is believed to hold since.
    published: int | None = None
    is_believed_published: bool = False
    #: A publication that may or may not have arrived: its process died, or the LMS failed.
    is_uncertain: bool = False
    staff_changes: int = 0

    def want(self) -> None:
        if self.has_grade:
            self.is_wanted = True
            self.decision = "queued"


@dataclass
class Plan:
    """What a publisher does to the gradebook: ``action`` is set, clear or leave."""

    action: str
    decision: str
    earned: float = 0.0


class Stale(Exception):
    """The message is older than the one on record, or as old and different."""


class Refused(Exception):
    """Only the platform's own item takes scores now."""


# --- Scores --------------------------------------------------------------------------------------------------------


@dataclass
class Message:
    """A score message as a tool sends it."""

    text: str
    timestamp: datetime
    activity: str
    grading: str
    given: float | None
    maximum: float | None
    comment: str
    started: datetime | None
    submitted: datetime | None

    @classmethod
    def of(cls, body: dict[str, Any]) -> Message:
        submission = body.get("submission", {})
        return cls(
            text=json.dumps(body, sort_keys=True),
            timestamp=datetime.fromisoformat(body["timestamp"]),
            activity=body["activityProgress"],
            grading=body["gradingProgress"],
            given=body["scoreGiven"],
            maximum=body["scoreMaximum"],
            comment=body["comment"],
            started=_moment(submission.get("startedAt")),
            submitted=_moment(submission.get("submittedAt")),
        )

    @property
    def is_grade(self) -> bool:
        return self.grading == "FullyGraded" and self.given is not None

    @property
    def takes_back(self) -> bool:
        back_at_start = (self.activity, self.grading) == ("Initialized", "NotReady")
        return self.given is None and (self.grading == "FullyGraded" or back_at_start)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def receive(block: Block, learner: Learner, item: Item, message: Message, *, moment: int) -> str:
    """Take a message, and return the outcome that the tool is told."""
    if block.mode == "declarative" and not item.is_platform_made:
        raise Refused
    old = learner.records.get(item.number)
    if old is not None and message.timestamp <= old.timestamp:
        if message.text == old.message:
            return _outcome_of_retry(learner, old, message)
        raise Stale
    record = _successor(old, message, moment)
    record.decision = _decision(block, item, record, due=None)
    learner.records[item.number] = record
    learner.has_grade = True
    learner.want()
    if record.decision not in ("contributes", "cleared"):
        return record.decision
    return "queued" if message.is_grade or message.takes_back else "not_final"


def _outcome_of_retry(learner: Learner, record: Record, message: Message) -> str:
    if record.decision not in ("contributes", "cleared"):
        return record.decision
    return learner.decision if message.is_grade or message.takes_back else "not_final"


def _successor(old: Record | None, message: Message, moment: int) -> Record:
    record = Record(
        message.timestamp, message.text, message.activity, message.grading, message.given, message.maximum,
        message.comment,
    )  # fmt: skip
    if old is not None:
        record.started, record.submitted, record.final = old.started, old.submitted, old.final
        record.before = old.before
        record.is_cleared, record.cleared = old.is_cleared, old.cleared
        record.is_late_accepted, record.is_released = old.is_late_accepted, old.is_released
    _follow_submission(record, message)
    if message.takes_back:
        record.final, record.is_cleared, record.cleared = None, True, moment
        record.before = ()
        record.is_late_accepted = False
    if message.is_grade:
        assert message.given is not None
        assert message.maximum is not None
        record.final = Final(message.given, message.maximum, message.timestamp, record.submitted, moment)
        if old is None or old.final is None or record.final.handed_in > old.final.handed_in:
            record.is_late_accepted = False
        if old is not None and old.final is not None:
            works = [*old.before, old.final]
            record.before = tuple(work for work in works if work.handed_in < record.final.handed_in)[-20:]
        record.is_cleared = False
    return record


def _follow_submission(record: Record, message: Message) -> None:
    if message.activity == "Initialized":
        record.started = None
    elif record.started is None and message.activity in ("Started", "InProgress"):
        record.started = message.timestamp
    if message.started is not None:
        record.started = message.started
    if message.activity not in HANDED_IN:
        record.submitted = None
    elif record.submitted is None:
        record.submitted = message.timestamp
    if message.submitted is not None:
        record.submitted = message.submitted


# --- What a score means for the grade ------------------------------------------------------------------------------


def _decision(block: Block, item: Item, record: Record, *, due: datetime | None) -> str:
    if block.mode == "declarative" and not item.is_platform_made:
        return "superseded_item"
    if record.final is None:
        return "cleared" if record.is_cleared else "not_final"
    record.standing = record.final
    if due is not None and not record.is_late_accepted and block.late != "accept" and record.final.handed_in > due:
        record.standing = max(
            (work for work in record.before if work.handed_in <= due), key=lambda work: work.handed_in, default=None
        )
    is_free = item.grades_released is True or (item.grades_released is None and block.release == "at_once")
    if record.standing is not None and not is_free and not record.is_released:
        return "not_released"
    if record.standing is not record.final:
        return {"refuse": "late_refused", "ask": "late_held"}[block.late]
    return "contributes"


def due_of(block: Block, learner: Learner) -> datetime | None:
    """The learner's own due date, where the block has one."""
    return None if block.due is None else learner.extension or block.due


def _decide_all(block: Block, learner: Learner) -> None:
    due = due_of(block, learner)
    for number, record in learner.records.items():
        item = block.items[number]
        if not item.is_live:
            record.decision = "unlinked"
        elif record.final is not None or record.is_cleared:
            record.decision = _decision(block, item, record, due=due)


def merged_now(block: Block, learner: Learner) -> float | None:
    """The ratio that the scores give now. ``learner`` is a copy: nothing is decided by asking."""
    _decide_all(block, learner)
    return merged(block, learner)


def merged(block: Block, learner: Learner) -> float | None:
    """The ratio that the contributing scores give."""
    counting = [item for item in block.live_items() if block.mode == "programmatic" or item.is_platform_made]
    finals = {item.number: _contribution(learner, item) for item in counting}
    given = {number: final for number, final in finals.items() if final is not None}
    if not given:
        return None
    if block.merge == "latest":
        return max((final.timestamp, number, final.ratio) for number, final in given.items())[2]
    if block.merge == "highest":
        return max(final.ratio for final in given.values())
    weighed = [item for item in counting if block.missing == "count_as_zero" or item.number in given]
    weights = {item.number: item.maximum if block.merge == "total" else 1.0 for item in weighed}
    earned = sum(given[number].ratio * weight for number, weight in weights.items() if number in given)
    return min(earned / sum(weights.values()), 1.0)


def _contribution(learner: Learner, item: Item) -> Final | None:
    record = learner.records.get(item.number)
    is_counting = record is not None and record.decision in ("contributes", "late_refused", "late_held")
    return record.standing if record is not None and is_counting else None


# --- Publication ---------------------------------------------------------------------------------------------------


def attempt(block: Block, learner: Learner, *, now: datetime, moment: int, fault: str | None = None) -> Plan | None:
    """
    One publisher looks at the grade.

    ``fault``: it dies (``…_dies``) or the LMS fails (``…_fails``) while it is ``looking``, ``before`` the gradebook has
    the value, when that is ``half`` done, or ``after``. Returns what was tried, None where there was nothing to do.
    """
    if not learner.is_wanted or (learner.leased_until is not None and now < learner.leased_until):
        return None
    if fault is not None and fault.startswith("looking"):
        learner.decision = "retrying" if fault.endswith("fails") else learner.decision
        return None
    _notice_deletion(block, learner)
    _decide_all(block, learner)
    plan = _plan(block, learner, moment)
    learner.leased_until = None
    learner.is_flagged = plan.decision == "published" and merged(block, learner) is None
    if learner.is_flagged:
        live = [record for number, record in learner.records.items() if block.items[number].is_live]
        late = max(_late_arrivals(live), default=None)
        learner.is_flagged = late is None or max(_deletions(block, learner), default=-1) > late
    if plan.action == "leave":
        learner.is_wanted = False
        learner.decision = plan.decision
        if plan.decision == "cleared":
            learner.is_believed_published = learner.is_uncertain = False
        return plan
    if learner.entry is not None and not learner.entry.is_staffs:
        learner.is_believed_published = True
    if fault is None or not fault.startswith("before"):
        learner.entry = None if plan.action == "clear" else Entry(plan.earned, block.weight)
    if fault is None:
        settle(learner, plan, moment)
        return plan
    learner.is_uncertain = True
    if fault.endswith("dies"):
        learner.leased_until = now + LEASE
    else:
        learner.decision = "retrying"
    return plan


def intent(block: Block, learner: Learner, *, now: datetime, moment: int) -> str:
    """What a publisher would do to the gradebook now: set, clear or leave."""
    plan = attempt(copy.deepcopy(block), copy.deepcopy(learner), now=now, moment=moment)
    return "leave" if plan is None else plan.action


def settle(learner: Learner, plan: Plan, moment: int) -> None:
    """The publication is written down."""
    learner.is_wanted = learner.is_uncertain = False
    learner.decision = plan.decision
    learner.published = moment
    learner.is_believed_published = plan.action == "set"


def _notice_deletion(block: Block, learner: Learner) -> None:
    """A grade that is gone without our doing was taken away by staff, and the scores in it with it."""
    if learner.entry is not None or not learner.is_believed_published or learner.is_uncertain:
        return
    learner.staff_changes += 1
    learner.is_believed_published = False
    for number, record in learner.records.items():
        if not block.items[number].is_live or record.final is None or learner.published is None:
            continue
        record.before = tuple(work for work in record.before if work.arrived > learner.published)
        if record.final.arrived <= learner.published:
            record.final, record.before, record.is_cleared, record.decision = None, (), True, "cleared"
            record.is_late_accepted = False


def _plan(block: Block, learner: Learner, moment: int) -> Plan:
    if not block.is_graded:
        return Plan("leave", "block_not_graded")
    if not learner.is_enrolled:
        return Plan("leave", "not_enrolled")
    ratio = merged(block, learner)
    staffs = learner.entry if learner.entry is not None and learner.entry.is_staffs else None
    is_kept = staffs is not None and _is_kept(block, learner, staffs, ratio)
    if staffs is not None and staffs.known_at is None:
        staffs.known_at = moment
        learner.staff_changes += 1
    if ratio is None:
        return _plan_without_grade(block, learner, is_kept=is_kept)
    if is_kept:
        return Plan("leave", "override_kept")
    return Plan("set", "published", ratio * block.weight)


def _is_kept(block: Block, learner: Learner, staffs: Entry, ratio: float | None) -> bool:
    """Whether staff's value stands against what the tool's scores give."""
    changed = staffs.known_at if staffs.known_at is not None else learner.published
    counting = [_contribution(learner, item) for item in block.live_items()]
    arrivals = [final.arrived for final in counting if final is not None]
    is_newer = changed is None or (bool(arrivals) and max(arrivals) > changed)
    if ratio is None or not is_newer:
        return True
    if block.override == "raise":
        return ratio <= staffs.earned / staffs.possible + 1e-6
    return block.override == "keep"


def _plan_without_grade(block: Block, learner: Learner, *, is_kept: bool) -> Plan:
    if is_kept:
        return Plan("leave", "override_kept")
    if learner.entry is None:
        return Plan("leave", "cleared" if learner.published is not None else "")
    told = [
        record
        for number, record in learner.records.items()
        if block.items[number].is_live and (record.final is not None or record.is_cleared)
    ]
    counting = [record for record in told if record.decision != "superseded_item"]
    if not counting or _outlives(block, learner, counting):
        return Plan("leave", "published")
    return Plan("clear", "cleared")


def _outlives(block: Block, learner: Learner, counting: list[Record]) -> bool:
    """Whether an item was deleted, or late work came, last of all: neither takes a grade back."""
    left = max([*_deletions(block, learner), *_late_arrivals(counting)], default=None)
    if left is None or (learner.published is not None and learner.published >= left):
        return False
    return all(record.cleared is None or record.cleared <= left for record in counting if record.is_cleared)


def _deletions(block: Block, learner: Learner) -> list[int]:
    return [
        item.deleted
        for number, record in learner.records.items()
        if (item := block.items[number]).deleted is not None and record.final is not None
    ]


def _late_arrivals(records: list[Record]) -> list[int]:
    return [
        record.final.arrived
        for record in records
        if record.final is not None and record.decision in ("late_refused", "late_held")
    ]


# --- Staff ---------------------------------------------------------------------------------------------------------


def staff_override(learner: Learner, earned: float, possible: float, *, moment: int, is_told: bool) -> None:
    """Staff set the problem's score. ``is_told``: by the platform's own action, which tells us."""
    learner.entry = Entry(earned, possible, is_staffs=True)
    if is_told and learner.has_grade:
        learner.entry.known_at = moment
        learner.staff_changes += 1
        learner.leased_until = None
        learner.want()


def staff_delete_in_bulk(learner: Learner) -> None:
    """Staff delete the state of all learners; nobody tells us."""
    learner.entry = None


def staff_clear(learner: Learner, live: list[Item]) -> None:
    """Staff delete one learner's state."""
    learner.entry = None
    if not learner.has_grade:
        return
    for item in live:
        record = learner.records.get(item.number)
        if record is not None:
            record.final, record.before, record.is_cleared, record.decision = None, (), True, "cleared"
            record.is_late_accepted = False
    learner.is_wanted = learner.is_uncertain = learner.is_believed_published = learner.is_flagged = False
    learner.leased_until = None
    learner.decision = "cleared"


def staff_hand_over(learner: Learner) -> None:
    """Staff ask for the tool's grade in place of theirs, or of an entry that is gone."""
    if learner.entry is not None:
        learner.entry.is_staffs = False
    else:
        learner.is_believed_published = False
    learner.want()


def staff_allow(learner: Learner, live: list[Item], held_by: tuple[str, ...], name: str) -> int:
    """Staff let scores count that a policy holds back. Returns how many."""
    held = [
        record
        for item in live
        if (record := learner.records.get(item.number)) is not None and record.decision in held_by
    ]
    for record in held:
        setattr(record, name, True)
    if held:
        learner.want()
    return len(held)


# --- Results -------------------------------------------------------------------------------------------------------


def results(block: Block, learner: Learner) -> Iterator[tuple[int, float]]:
    """Each live item with the result that its tool reads, in points of the item."""
    for item in block.live_items():
        record = learner.records.get(item.number)
        value = None if record is None else _result(block, learner, item, record)
        if value is not None:
            yield item.number, value


def _result(block: Block, learner: Learner, item: Item, record: Record) -> float | None:
    final = record.final
    own = None if final is None else final.given * item.maximum / final.maximum
    is_withheld = record.decision in ("late_refused", "late_held", "not_released")
    others = [
        number
        for number, other in learner.records.items()
        if number != item.number and block.items[number].is_live and other.decision == "contributes"
    ]
    if record.decision == "superseded_item" or others:
        return None if is_withheld else own
    entry = learner.entry
    of_gradebook = None if entry is None else entry.earned / entry.possible * item.maximum
    is_lost = entry is None and learner.decision in ("published", "override_kept")
    if is_withheld or is_lost:
        return of_gradebook
    return of_gradebook if entry is not None and entry.is_staffs else own
