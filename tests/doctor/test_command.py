"""What an operator sees of the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lti_ags.models import LtiTool
from tests.doctor.conftest import Doctor, all_findings
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db


def call(*arguments: str) -> str:
    out = StringIO()
    call_command("lti_ags_doctor", *arguments, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def quiz() -> RegisteredTool:
    return RegisteredTool.register("Quiz tool")


def test_each_finding_is_a_line_with_what_to_do_below(quiz: RegisteredTool, settings: Any) -> None:
    settings.LTI_AGS_PUBLISH = "manual"

    lines = call().splitlines()

    assert "pass  migrations: Every migration is applied." in lines
    position = lines.index("warn  queue: Grades are published by hand only (LTI_AGS_PUBLISH is manual).")
    assert lines[position + 1].startswith("      Run 'manage.py lms lti_ags_publish_pending'")
    assert lines[-1].endswith("0 failed.")


def test_failure_ends_the_command_with_status_1(quiz: RegisteredTool) -> None:
    LtiTool.objects.update(public_key="nothing")

    with pytest.raises(CommandError, match=r"1 failed\.") as caught:
        call()

    assert caught.value.returncode == 1


def test_json_says_the_same_for_programs(quiz: RegisteredTool) -> None:
    findings = all_findings()

    assert {"check": "migrations", "health": "pass", "message": "Every migration is applied.", "advice": ""} in findings
    assert {finding["health"] for finding in findings} <= {"pass", "warn"}


@pytest.mark.parametrize("name", ["Essay tool", "client-7", "uuid"])
def test_one_tool_is_looked_at_by_any_of_its_names(quiz: RegisteredTool, doctor: Doctor, name: str) -> None:
    essay = RegisteredTool.register("Essay tool", client_id="client-7").tool

    told = doctor("tool_keys", "--tool", str(essay.uuid) if name == "uuid" else name)

    assert told == [("pass", "Tool 'Essay tool' (client-7): 1 keys can be used.", "")]


def test_tool_that_nobody_knows_is_refused() -> None:
    with pytest.raises(CommandError, match="--tool: no tool has 'Chess' as its UUID"):
        call("--tool", "Chess")


def rename(names: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for old, new in names.items():
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


@pytest.fixture
def no_tables(transactional_db: None) -> Iterator[None]:
    """Our tables are elsewhere for a while; MariaDB cannot take a renaming back with a transaction."""
    tables = [table for table in connection.introspection.table_names() if table.startswith("lti_ags_")]
    rename({table: f"away_{table}" for table in tables})
    yield
    rename({f"away_{table}": table for table in tables})


@pytest.mark.usefixtures("no_tables")
def test_site_without_tables_is_told_so_and_nothing_else_is_asked() -> None:
    checks = {finding["check"] for finding in all_findings("--tool", "Quiz tool")}

    assert "migrations" in checks
    assert checks.isdisjoint({"platform_keys", "overdue_grades", "tool_keys"})
