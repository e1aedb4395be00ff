"""The one method in which this backend differs from Django's own."""

from __future__ import annotations

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Open transactions with BEGIN IMMEDIATE: else a reader that then writes fails when another has written."""

    def _start_transaction_under_autocommit(self) -> None:
        self.cursor().execute("BEGIN IMMEDIATE")
