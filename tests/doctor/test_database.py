"""What the doctor says about the database and its clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler
from django.utils import timezone
from freezegun import freeze_time

from lti_ags.services.diagnosis import diagnose
from lti_ags.services.diagnosis_database import engine_findings, has_tables, look_at_database
from tests.doctor.conftest import Doctor

GOOD_TABLES: Final = [("lti_ags_ltitool", "InnoDB", "utf8mb4_unicode_ci")]


class MySqlThatIsElsewhere:
    """A connection to MySQL as far as the doctor asks, with the answers of a server that is set up like this."""

    vendor = "mysql"
    display_name = "MySQL"

    def __init__(self, *, sql_mode: str, tables: Sequence[tuple[str, str, str]]) -> None:
        self._answers = {"@@sql_mode": [(sql_mode,)], "information_schema": list(tables)}
        self._rows: list[Any] = []

    @contextmanager
    def cursor(self) -> Iterator[MySqlThatIsElsewhere]:
        yield self

    def execute(self, sql: str) -> None:
        [self._rows] = [rows for words, rows in self._answers.items() if words in sql]

    def fetchone(self) -> Any:
        return self._rows[0]

    def fetchall(self) -> list[Any]:
        return self._rows


class PostgresThatIsElsewhere:
    """A connection to PostgreSQL, of which nothing is asked."""

    vendor = "postgresql"
    display_name = "PostgreSQL"


def told_about(elsewhere: Any) -> list[tuple[str, str, str]]:
    return [(finding.check, finding.health.value, finding.message) for finding in engine_findings(elsewhere)]


def test_site_with_every_migration_passes(doctor: Doctor) -> None:
    assert doctor("migrations") == [("pass", "Every migration is applied.", "")]


def test_missing_migrations_fail_by_name(doctor: Doctor) -> None:
    recorder = MigrationRecorder(connection)
    newest = max(name for app, name in recorder.applied_migrations() if app == "lti_ags")
    recorder.record_unapplied("lti_ags", newest)

    [(health, message, advice)] = doctor("migrations")

    assert (health, message) == ("fail", f"These migrations are not applied: {newest}.")
    assert advice == "Run 'manage.py migrate lti_ags'."


def test_database_of_this_run_is_told(doctor: Doctor) -> None:
    expected = {"sqlite": "warn", "mysql": "pass", "postgresql": "pass"}

    assert [health for health, _message, _advice in doctor("database")] == [expected[connection.vendor]]
    assert doctor("tables") == []


def test_sqlite_is_not_for_a_site_that_people_learn_on() -> None:
    class SqliteThatIsElsewhere:
        vendor = "sqlite"

    assert [(check, health) for check, health, _message in told_about(SqliteThatIsElsewhere())] == [
        ("database", "warn")
    ]


def test_postgresql_passes() -> None:
    assert told_about(PostgresThatIsElsewhere()) == [("database", "pass", "The database is PostgreSQL.")]


def test_mysql_in_strict_mode_with_full_text_passes() -> None:
    elsewhere = MySqlThatIsElsewhere(sql_mode="ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES", tables=GOOD_TABLES)

    assert told_about(elsewhere) == [("database", "pass", "The database is MySQL in strict mode.")]


def test_mysql_that_cuts_values_fails() -> None:
    elsewhere = MySqlThatIsElsewhere(sql_mode="NO_ENGINE_SUBSTITUTION", tables=GOOD_TABLES)

    assert told_about(elsewhere) == [
        ("database", "fail", "MySQL is not in strict mode and cuts values that do not fit.")
    ]


def test_mysql_tables_without_transactions_or_full_text_fail_by_name() -> None:
    tables = [
        *GOOD_TABLES,
        ("lti_ags_b", "MyISAM", "utf8mb4_unicode_ci"),
        ("lti_ags_a", "InnoDB", "utf8mb3_general_ci"),
    ]

    told = told_about(MySqlThatIsElsewhere(sql_mode="STRICT_ALL_TABLES", tables=tables))

    assert told[1] == ("tables", "fail", "These tables are not InnoDB with utf8mb4: lti_ags_a, lti_ags_b.")


def test_clocks_that_agree_pass(doctor: Doctor) -> None:
    [(health, message, _advice)] = doctor("clock")

    assert health == "pass"
    assert message.startswith("The clocks of database and process are ")


@pytest.mark.parametrize(("minutes", "health"), [(-0.5, "warn"), (0.5, "warn"), (-5, "fail"), (5, "fail")])
def test_clocks_that_differ_are_told(doctor: Doctor, minutes: float, health: str) -> None:
    with freeze_time(timezone.now() + timedelta(minutes=minutes)):
        [(told, message, advice)] = doctor("clock")

    assert told == health
    assert message in {
        f"The clocks of database and process are {seconds:.0f} s apart."
        for seconds in range(int(abs(minutes) * 60) - 20, int(abs(minutes) * 60) + 20)
    }
    assert advice == "Let every machine set its clock by the network (NTP)."


def test_clock_of_an_empty_database_cannot_be_read(doctor: Doctor) -> None:
    MigrationRecorder(connection).Migration.objects.all().delete()

    assert [health for health, _message, _advice in doctor("clock")] == ["warn"]


def test_clock_of_the_process_is_read_with_that_of_the_database(db: None) -> None:
    really = timezone.now()
    with freeze_time(really - timedelta(minutes=10)) as frozen:
        findings = diagnose()
        first = next(findings)
        frozen.move_to(really)
        [finding] = [finding for finding in findings if finding.check == "clock"]

    assert first.check == "settings"
    assert finding.health.value != "fail"


def elsewhere_on_disk(name: str) -> Any:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    return ConnectionHandler({"default": database})["default"]


def test_database_that_cannot_be_reached_fails_and_nothing_else_is_asked(db: None, tmp_path: Path) -> None:
    away = elsewhere_on_disk(str(tmp_path / "nowhere" / "site.sqlite3"))

    [finding] = look_at_database(away, clock=timezone.now)

    assert (finding.check, finding.health.value) == ("database", "fail")
    assert finding.message == "The database cannot be reached (OperationalError)."
    assert not has_tables(away)


def test_database_without_any_table_is_told_to_be_migrated(db: None, tmp_path: Path) -> None:
    empty = elsewhere_on_disk(str(tmp_path / "site.sqlite3"))

    told = {finding.check: finding.health.value for finding in look_at_database(empty, clock=timezone.now)}
    empty.close()

    assert told == {"migrations": "fail", "database": "warn", "clock": "warn"}
    assert not has_tables(empty)
