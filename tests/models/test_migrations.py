"""The migrations make what the models say, and can be taken back to nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.support.ags import Ags
from tests.support.tools import RegisteredTool

LABEL = "lti_ags"


def our_tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith(f"{LABEL}_")}


def migrate(target: str | None = None) -> None:
    """Go to a migration, or to the last; no signal, for the other apps' data stays as it is."""
    call_command("migrate", LABEL, *([] if target is None else [target]), verbosity=0)


@pytest.fixture
def at_the_end(transactional_db: None) -> Iterator[None]:
    """Whatever happens, later tests find all tables."""
    yield
    migrate()


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", LABEL, check=True, dry_run=True, verbosity=0)


def test_every_step_of_every_migration_can_be_taken_back(db: None) -> None:
    loader = MigrationLoader(connection)
    ours = [migration for (label, _name), migration in loader.disk_migrations.items() if label == LABEL]

    assert ours
    assert not [
        (migration.name, operation.describe())
        for migration in ours
        for operation in migration.operations
        if not operation.reversible
    ]


@pytest.mark.usefixtures("at_the_end")
def test_all_tables_go_with_what_is_in_them_and_come_back(declarative_block: object) -> None:
    tables = {model._meta.db_table for model in apps.get_app_config(LABEL).get_models()}
    assert our_tables() == tables

    migrate("zero")
    assert our_tables() == set()

    migrate()
    assert our_tables() == tables
    assert Ags(RegisteredTool.register("Another tool")).headers["HTTP_AUTHORIZATION"].startswith("Bearer ")
