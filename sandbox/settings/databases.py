"""The database that ``LTI_AGS_DATABASE`` names; each name and address may be set by the environment."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

REPOSITORY = Path(__file__).resolve().parents[2]
BUSY_TIMEOUT_SECONDS = 20


def _of_environment(name: str, default: str) -> str:
    return os.environ.get(f"LTI_AGS_DATABASE_{name}", default)


def _sqlite() -> dict[str, Any]:
    path = Path(os.environ.get("SANDBOX_DB", REPOSITORY / "build" / "sandbox.sqlite3"))
    path.parent.mkdir(parents=True, exist_ok=True)
    # The test database is a file: threads and other processes of one test run share it, and no two runs do.
    in_memory = Path("/dev/shm")  # noqa: S108 - a RAM disk, where there is one
    folder = in_memory if os.access(in_memory, os.W_OK) else Path(tempfile.gettempdir())
    test_path = os.environ.setdefault("SANDBOX_TEST_DB", str(folder / f"lti_ags_test_{os.getpid()}.sqlite3"))
    database: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"timeout": BUSY_TIMEOUT_SECONDS},
        "TEST": {"NAME": test_path},
    }
    if django.VERSION >= (5, 1):
        database["OPTIONS"]["transaction_mode"] = "IMMEDIATE"
    else:
        database["ENGINE"] = "sandbox.databases.sqlite_immediate"
    return database


def _mariadb() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": _of_environment("NAME", "lti_ags"),
        "USER": _of_environment("USER", "root"),
        "PASSWORD": _of_environment("PASSWORD", ""),
        "HOST": _of_environment("HOST", "127.0.0.1"),
        "PORT": _of_environment("PORT", "3306"),
        "OPTIONS": {
            "charset": "utf8mb4",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES', NAMES utf8mb4 COLLATE utf8mb4_unicode_ci",
        },
        "TEST": {
            "NAME": _of_environment("TEST_NAME", "test_" + _of_environment("NAME", "lti_ags")),
            "CHARSET": "utf8mb4",
            "COLLATION": "utf8mb4_unicode_ci",
        },
    }


def _postgres() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _of_environment("NAME", "lti_ags"),
        "USER": _of_environment("USER", "postgres"),
        "PASSWORD": _of_environment("PASSWORD", ""),
        "HOST": _of_environment("HOST", "127.0.0.1"),
        "PORT": _of_environment("PORT", "5432"),
        "TEST": {"NAME": _of_environment("TEST_NAME", "test_" + _of_environment("NAME", "lti_ags"))},
    }


def database() -> dict[str, Any]:
    """Return Django's description of the chosen database; every request runs in a transaction, as on the platform."""
    makers = {"sqlite": _sqlite, "mariadb": _mariadb, "postgres": _postgres}
    chosen = makers[os.environ.get("LTI_AGS_DATABASE", "sqlite")]()
    chosen["ATOMIC_REQUESTS"] = True
    return chosen


def faults_file(database: dict[str, Any]) -> str:
    """Return the path of the file that says how the LMS shall fail: one for each database, and for each test run."""
    run = f"test_{os.getpid()}" if "pytest" in sys.modules else ""
    name = "".join(letter if letter.isalnum() else "_" for letter in f"{database['NAME']}_{run}")
    return str(Path(tempfile.gettempdir()) / f"lti_ags_faults_{name}.json")
