"""A whole site in processes of its own; ``python -m tests.faults mariadb`` says to pytest where it shall be."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import setup_databases

from lms.djangoapps.grades import faults
from tests.faults.scene import Account, Scene
from tests.faults.stack import Site
from tests.support.servers import DATABASES, MariaDb, Postgres, Redis

_ACCOUNTS: Final[list[Account]] = []
_HEADINGS: Final = ("sent", "accepted", "refused", "expected", "found", "differences")


@pytest.fixture(scope="session")
def database_server() -> Iterator[MariaDb | Postgres]:
    """The database server at the port that the settings know."""
    server = DATABASES[os.environ["LTI_AGS_DATABASE"]](port=int(os.environ["LTI_AGS_DATABASE_PORT"]))
    server.start()
    yield server
    server.discard()


@pytest.fixture(scope="session")
def site(database_server: MariaDb | Postgres, django_db_blocker: Any) -> Iterator[Site]:
    """The site and the database that its processes share. Nothing is rolled back: each test has its own course."""
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory(prefix="lti_ags_logs_") as folder:
        setup_databases(verbosity=0, interactive=False)
        served = Site(
            database=database_server,
            database_name=connection.settings_dict["NAME"],
            redis=Redis(port=int(os.environ["LTI_AGS_REDIS_PORT"])),
            web_port=int(os.environ["LTI_AGS_WEB_PORT"]),
            folder=Path(folder),
        )
        try:
            served.start()
            yield served
        finally:
            served.stop()
            connection.close()


@pytest.fixture
def scene(site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Scene]]:
    """Makes the scene of a test, and afterwards keeps the account of it to be printed."""
    faults.clear_faults()
    made: list[Scene] = []

    def make(fault: str, *, learners: int) -> Scene:
        made.append(Scene.make(site, fault, learners=learners))
        return made[-1]

    yield make
    faults.clear_faults()
    for one in made:
        _ACCOUNTS.append(one.account())


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add the ends of the processes' logs to the report of a test that failed."""
    outcome = yield
    report = outcome.get_result()
    site = getattr(item, "funcargs", {}).get("site")
    if report.failed and isinstance(site, Site):
        for process in (site.web, site.worker):
            report.sections.append((f"the end of the log of {process.name}", process.log[-6000:]))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was sent, and what became of it, for each fault."""
    if not _ACCOUNTS:
        return
    database = os.environ["LTI_AGS_DATABASE"]
    width = max(len(account.fault) for account in _ACCOUNTS)
    terminalreporter.write_sep("-", f"faults on {database} with Redis")
    terminalreporter.write_line(f"{'':{width}}  " + " ".join(f"{heading:>11}" for heading in _HEADINGS) + "   seconds")
    for account in _ACCOUNTS:
        figures = " ".join(f"{getattr(account, heading):>11}" for heading in _HEADINGS)
        terminalreporter.write_line(f"{account.fault:{width}}  {figures} {account.seconds:>9.0f}")
