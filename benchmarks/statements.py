"""Which SQL statements a piece of work takes, transactions' own statements left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

_OF_TRANSACTIONS: Final = re.compile(
    r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|START TRANSACTION)\b", re.IGNORECASE
)


def statements_of(work: Callable[[], object]) -> list[str]:
    """Return the statements that ``work`` executes, in order."""
    with CaptureQueriesContext(connection) as captured:
        work()
    found = [query["sql"] for query in captured.captured_queries]
    return [statement for statement in found if not _OF_TRANSACTIONS.match(statement)]
