"""Bulk operations: what waits for the end of the outermost one, and in which order it is then told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class BulkRecord:
    """The open bulk operation of one course in one thread."""

    depth: int = 0
    publishes: bool = False
    announced_as: object = None
    on_commit: list[Callable[[], None]] = field(default_factory=list)


class BulkOperations(threading.local):
    """The bulk operations of this thread."""

    def __init__(self) -> None:
        self.records: dict[str, BulkRecord] = {}


class BulkOperationsMixin:
    """Events wait for the end of a bulk operation; ``course_published`` comes once, last."""

    signal_handler = None

    def __init__(self) -> None:
        self._bulk = BulkOperations()

    @contextmanager
    def bulk_operations(self, course_id, emit_signals=True, ignore_case=False) -> Iterator[None]:
        """Group reads and writes of one course."""
        key = self._bulk_key(course_id)
        record = self._bulk.records.setdefault(key, BulkRecord())
        record.depth += 1
        try:
            yield
        finally:
            if record.depth == 1:
                self._end(key, record, course_id, emit_signals)
            else:
                record.depth -= 1

    def _bulk_key(self, course_id) -> str:
        return str(course_id.for_branch(None).version_agnostic())

    def _end(self, key: str, record: BulkRecord, course_id, emit_signals: bool) -> None:
        course_key = course_id.for_branch(None).version_agnostic()
        try:
            if emit_signals and record.publishes:
                # Inside the operation: what receivers write belongs to it.
                self.signal_handler.send("pre_publish", course_key=record.announced_as or course_key)
        finally:
            record.depth = 0
            del self._bulk.records[key]
        for announce in record.on_commit:
            announce()
        if emit_signals and record.publishes:
            self.signal_handler.send("course_published", course_key=course_key)

    def on_commit_changes_to(self, course_id, announce: Callable[[], None]) -> None:
        """Announce at the end of the bulk operation; at once where there is none."""
        record = self._bulk.records.get(self._bulk_key(course_id))
        if record is None:
            announce()
        else:
            record.on_commit.append(announce)

    def flag_publish_event(self, course_id, announced_as=None) -> None:
        """Note that the published branch has changed. Call it inside a bulk operation."""
        record = self._bulk.records[self._bulk_key(course_id)]
        record.publishes = True
        record.announced_as = announced_as or record.announced_as
