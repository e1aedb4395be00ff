"""Bulk operations: what waits for the end of the outermost one, and in which order it is then told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction

from xmodule.modulestore.structure import Structure, load_structure, save_structure, stripped


@dataclass
class BulkRecord:
    """
    The open bulk operation of one course in one thread.

    ``before`` holds the branches as they were read, ``pending`` as they are to be written; each is replaced, never
    changed, so that blocks loaded in between stay what they were. ``blocks`` holds the loaded blocks, by the version of
    their branch: loading one again gives the same object, with what was read from it and whom it is bound to.
    """

    depth: int = 0
    publishes: bool = False
    announced_as: object = None
    on_commit: list[Callable[[], None]] = field(default_factory=list)
    before: dict[str, Structure] = field(default_factory=dict)
    pending: dict[str, Structure] = field(default_factory=dict)
    blocks: dict[tuple, object] = field(default_factory=dict)

    def branch(self, course_id: str, branch: str) -> Structure:
        """Return a branch as this operation sees it."""
        if branch not in self.pending:
            self.before[branch] = self.pending[branch] = load_structure(course_id, branch)
        return self.pending[branch]

    def write(self) -> None:
        """Store the branches that have changed; what others changed meanwhile in other blocks stays."""
        changed = [branch for branch in sorted(self.pending) if self.pending[branch] is not self.before[branch]]
        if not changed:
            return
        with transaction.atomic():
            for branch in changed:
                mine, before = self.pending[branch], self.before[branch]
                current = load_structure(mine.course_id, branch, for_update=True)
                save_structure(mine if current.version == before.version else mine.merged(before, current))


class BulkOperations(threading.local):
    """The bulk operations of this thread, by course."""

    def __init__(self) -> None:
        self.records: dict[str, BulkRecord] = {}


class BulkOperationsMixin:
    """Writes and events wait for the end of a bulk operation; ``course_published`` comes once, last."""

    signal_handler = None

    def __init__(self) -> None:
        self._bulk = BulkOperations()

    @contextmanager
    def bulk_operations(self, course_id, emit_signals=True, ignore_case=False) -> Iterator[BulkRecord]:
        """Group reads and writes of one course. After an exception nothing is written, and nobody is told."""
        key = str(stripped(course_id))
        record = self._bulk.records.setdefault(key, BulkRecord())
        record.depth += 1
        try:
            yield record
            if record.depth == 1:
                self._end(key, record, stripped(course_id), emit_signals)
        finally:
            record.depth -= 1
            if record.depth == 0:
                self._bulk.records.pop(key, None)

    def _end(self, key: str, record: BulkRecord, course_key, emit_signals: bool) -> None:
        if emit_signals and record.publishes:
            # Inside the operation: what receivers write belongs to it.
            self.signal_handler.send("pre_publish", course_key=record.announced_as or course_key)
        record.write()
        del self._bulk.records[key]
        for announce in record.on_commit:
            announce()
        if emit_signals and record.publishes:
            self.signal_handler.send("course_published", course_key=course_key)

    def blocks_in_hand(self, course_id) -> dict[tuple, object]:
        """Return the blocks that this thread's operation on the course has loaded; outside of one it keeps none."""
        record = self._bulk.records.get(str(stripped(course_id)))
        return {} if record is None else record.blocks

    def on_commit_changes_to(self, course_id, announce: Callable[[], None]) -> None:
        """Announce at the end of the bulk operation; at once where there is none."""
        record = self._bulk.records.get(str(stripped(course_id)))
        if record is None:
            announce()
        else:
            record.on_commit.append(announce)

    def flag_publish_event(self, course_id, announced_as=None) -> None:
        """Note that the published branch has changed. Call it inside a bulk operation."""
        record = self._bulk.records[str(stripped(course_id))]
        record.publishes = True
        record.announced_as = announced_as or record.announced_as
