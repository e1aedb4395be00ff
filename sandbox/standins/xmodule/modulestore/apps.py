"""The app that keeps courses in the database, so that every process of the sandbox sees the same ones."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def set_sqlite_pragmas(sender, connection, **kwargs) -> None:
    """Let readers of an SQLite file go on while another process writes it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")


class ModulestoreConfig(AppConfig):
    """Tables of the modulestore's stand-in."""

    name = "xmodule.modulestore"
    label = "modulestore"

    def ready(self) -> None:
        connection_created.connect(set_sqlite_pragmas, dispatch_uid="sandbox.set_sqlite_pragmas")
