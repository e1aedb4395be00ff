"""A look at the database of a live site: its tables, its engine, its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now

from lti_ags.conf import app_settings
from lti_ags.data.findings import Finding, Health, failed, passed, warned
from lti_ags.domain.diagnosis import health_of_clock, is_strict, unsuitable_tables
from lti_ags.models import LtiAgsGrade

_APP: Final = "lti_ags"
_TABLES: Final = (
    "SELECT table_name, engine, table_collation FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_name LIKE 'lti\\_ags\\_%%'"
)


def our_database() -> BaseDatabaseWrapper:
    """Return the connection to the database that our tables are in."""
    return connections[router.db_for_write(LtiAgsGrade)]


def look_at_database(connection: BaseDatabaseWrapper, *, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Look at a database that should have our tables. ``clock``: the process's, read at the time of the database's."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield failed(
            "database",
            f"The database cannot be reached ({type(error).__name__}).",
            "Start the database's server, or correct DATABASES.",
        )
        return
    yield _migrations(connection)
    yield from engine_findings(connection)
    yield _clock(connection, clock)


def has_tables(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether anything can be read at all."""
    try:
        return LtiAgsGrade._meta.db_table in connection.introspection.table_names()
    except DatabaseError:
        return False


def engine_findings(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Look at what kind of database a connection leads to, and whether it refuses what it cannot hold."""
    if connection.vendor == "sqlite":
        yield warned(
            "database",
            "The database is SQLite, which lets one process write at a time.",
            "Use MySQL, MariaDB or PostgreSQL for a site that people learn on.",
        )
    elif connection.vendor == "mysql":
        yield from _mysql(connection)
    else:
        yield passed("database", f"The database is {connection.display_name}.")


def _mysql(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@sql_mode")
        [sql_mode] = cursor.fetchone()
        cursor.execute(_TABLES)
        unsuitable = unsuitable_tables({name: (engine, collation) for name, engine, collation in cursor.fetchall()})
    if is_strict(sql_mode):
        yield passed("database", f"The database is {connection.display_name} in strict mode.")
    else:
        yield failed(
            "database",
            f"{connection.display_name} is not in strict mode and cuts values that do not fit.",
            "Add STRICT_TRANS_TABLES to the sql_mode of the database or of Django's connection.",
        )
    if unsuitable:
        yield failed(
            "tables",
            f"These tables are not InnoDB with utf8mb4: {', '.join(unsuitable)}.",
            "Convert them with ALTER TABLE … ENGINE=InnoDB, CONVERT TO CHARACTER SET utf8mb4, after a backup.",
        )


def _migrations(connection: BaseDatabaseWrapper) -> Finding:
    executor = MigrationExecutor(connection)
    targets = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == _APP]
    missing = [
        migration.name for migration, _backwards in executor.migration_plan(targets) if migration.app_label == _APP
    ]
    if not missing:
        return passed("migrations", "Every migration is applied.")
    return failed(
        "migrations", f"These migrations are not applied: {', '.join(missing)}.", "Run 'manage.py migrate lti_ags'."
    )


def _clock(connection: BaseDatabaseWrapper, clock: Callable[[], datetime]) -> Finding:
    recorder = MigrationRecorder(connection)
    present: datetime | None = None
    if recorder.has_table():
        # The one table of which every site has rows.
        rows = recorder.Migration.objects.using(connection.alias).annotate(present=Now())
        present = rows.values_list("present", flat=True).first()
    now = clock()
    if present is None:
        return warned("clock", "The clock of the database cannot be read.", "Run 'manage.py migrate' first.")
    difference = present - now
    tolerance = timedelta(seconds=app_settings.seconds("LTI_AGS_CLOCK_SKEW_SECONDS"))
    health = health_of_clock(difference, tolerance=tolerance)
    seconds = abs(difference.total_seconds())
    if health is Health.PASS:
        return passed("clock", f"The clocks of database and process are {seconds:.1f} s apart.")
    message = f"The clocks of database and process are {seconds:.0f} s apart."
    return Finding("clock", health, message, "Let every machine set its clock by the network (NTP).")
