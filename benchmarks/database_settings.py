"""The database settings that all contestants share; each has databases of its own."""

from __future__ import annotations

import os
from typing import Any

#: Set by the run for each process: which kind of database, and its name (for SQLite, its path).
KIND = os.environ.get("BENCH_DATABASE", "sqlite")
NAME = os.environ["BENCH_DATABASE_NAME"]


def database() -> dict[str, Any]:
    """Return Django's description of the process's database. Connections are kept from request to request."""
    return {**_OF_KIND[KIND](), "NAME": NAME, "CONN_MAX_AGE": None}


def _sqlite() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def _mariadb() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.mysql",
        "USER": os.environ.get("BENCH_DATABASE_USER", "root"),
        "PASSWORD": os.environ.get("BENCH_DATABASE_PASSWORD", ""),
        "HOST": os.environ["BENCH_DATABASE_HOST"],
        "PORT": os.environ.get("BENCH_DATABASE_PORT", "3306"),
        "OPTIONS": {
            "charset": "utf8mb4",
            "init_command": "SET sql_mode='STRICT_TRANS_TABLES', NAMES utf8mb4 COLLATE utf8mb4_unicode_ci",
        },
    }


def _postgres() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "USER": os.environ.get("BENCH_DATABASE_USER", "postgres"),
        "PASSWORD": os.environ.get("BENCH_DATABASE_PASSWORD", ""),
        "HOST": os.environ["BENCH_DATABASE_HOST"],
        "PORT": os.environ.get("BENCH_DATABASE_PORT", "5432"),
    }


_OF_KIND = {"sqlite": _sqlite, "mariadb": _mariadb, "postgres": _postgres}
