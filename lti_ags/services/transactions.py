"""
Transactions that survive a lost race.

Two requests about one learner lock in the same order, but a foreign key check or an index gap of InnoDB can still make
the database choose a victim. It has rolled the victim back completely, so running it again is safe and invisible.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, connection, connections, transaction

logger = logging.getLogger(__name__)

T = TypeVar("T")

_TRIES: Final = 4
_PAUSE_SECONDS: Final = 0.05

#: What the databases call a lost race: MySQL's deadlock and lock wait time-out, MariaDB's record that changed since it
#: was read, PostgreSQL's serialisation failure and deadlock, and SQLite's busy file, which has a text only.
_MYSQL_CODES: Final = frozenset({1020, 1205, 1213})
_POSTGRES_CODES: Final = frozenset({"40001", "40P01"})
_SQLITE_TEXT: Final = "database is locked"


def run_atomically(work: Callable[[], T]) -> T:
    """
    Run ``work`` in a transaction of its own, again after a lost race; inside another transaction, run it once.

    ``work`` must have no effect outside the database. Only the outermost transaction can be repeated, since the
    database has undone all of it.

    Raises:
        OperationalError: every try was lost, or the database failed otherwise.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            return work()
    for attempt in range(1, _TRIES):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not is_lost_race(error):
                raise
            logger.info("Transaction lost a race, try %s of %s", attempt, _TRIES)
            time.sleep(_PAUSE_SECONDS * attempt * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
    with transaction.atomic():
        return work()


def drop_unfinished_transactions() -> None:
    """
    Give up the connections of this thread that are in a transaction, at a moment when none can be.

    A time limit may strike while Django opens or closes a transaction. The connection then believes for ever to be in
    it, and refuses every statement of every later task of the process. A new one takes its place.
    """
    for left in connections.all(initialized_only=True):
        if left.in_atomic_block:
            logger.warning("A task has left a transaction open; its database connection is given up")
            left.close()
            del connections[left.alias]


def is_lost_race(error: OperationalError) -> bool:
    """Tell whether the database undid a transaction only because another one was in its way."""
    code = error.args[0] if error.args else None
    if code in _MYSQL_CODES or _SQLITE_TEXT in str(error):
        return True
    cause = error.__cause__
    return getattr(cause, "pgcode", getattr(cause, "sqlstate", None)) in _POSTGRES_CODES
