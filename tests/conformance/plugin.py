"""
Runs the tests that hold the list, and tells the result item by item.

``make conformance`` loads it with ``-p`` and runs no others; with ``--all-tests`` the whole suite runs. Results come to
the process that prints them with each test's report, so the tests may be shared among processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conformance.checklist import read_items, read_sections
from tests.conformance.page import render, write

_PROPERTY: Final = "conformance"
#: How many requests a test has generated, as it told with ``record_property``.
_GENERATED: Final = "generated_requests"
_MALFORMED: Final = "tests/rest_api/test_bad_requests.py::test_bad_request_is_refused_and_changes_nothing["


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance-page", type=Path, help="Write the page of the documentation here when all is well.")
    parser.addoption("--all-tests", action="store_true", help="Keep the tests that hold nothing, too.")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Run(config), "conformance-run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the reports of the tests that hold an item say which, and keep no others."""
    known = read_items().keys()
    kept = []
    for item in items:
        ids = [str(item_id) for mark in item.iter_markers("conformance") for item_id in mark.args]
        unknown = sorted(set(ids) - known)
        if unknown:
            raise pytest.UsageError(f"{item.nodeid} holds what is not on the list: {', '.join(unknown)}")
        if ids:
            item.user_properties.append((_PROPERTY, sorted(set(ids))))
            kept.append(item)
    if not config.getoption("--all-tests"):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


class Run:
    """What became of the tests of each item; ``cases`` counts the parameters of a test, too."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._items = read_items()
        self._cases: dict[str, dict[str, bool]] = {item_id: {} for item_id in self._items}
        self._generated: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test's result; one that fails in its set-up or its tear-down has failed."""
        told: dict[str, Any] = dict(report.user_properties)
        if _GENERATED in told:
            self._generated[report.nodeid] = told[_GENERATED]
        for item_id in told.get(_PROPERTY, ()):
            cases = self._cases[item_id]
            cases[report.nodeid] = cases.get(report.nodeid, True) and report.outcome == "passed"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail when an item is not held; else write the page."""
        if hasattr(self._config, "workerinput"):
            return
        if self._open_items() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        page = self._config.getoption("--conformance-page")
        if page is not None and session.exitstatus == pytest.ExitCode.OK:
            write(render(read_sections(), self._holders()), page=page)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print each item with its level, its tests and its result."""
        terminalreporter.section("conformance")
        for item_id, cases in self._cases.items():
            result = "NO TEST" if not cases else "passed" if all(cases.values()) else "FAILED"
            level = self._items[item_id].level
            terminalreporter.write_line(f"{item_id:6} {level:8} {_told(cases):44} {result}")
            for failed in sorted(name for name, is_passed in cases.items() if not is_passed):
                terminalreporter.write_line(f"       {failed}")
        tests = {test for names in self._holders().values() for test in names}
        cases = {case for cases in self._cases.values() for case in cases}
        terminalreporter.write_line(
            f"{len(self._items)} items, {len(self._items) - len(self._open_items())} of them held; "
            f"{len(tests)} tests, {len(cases)} cases; {sum(case.startswith(_MALFORMED) for case in cases)} malformed "
            f"requests; {sum(self._generated.values())} cases of schemathesis"
        )

    def _holders(self) -> dict[str, list[str]]:
        """Return for each item its tests, without their parameters."""
        return {item_id: sorted({case.partition("[")[0] for case in cases}) for item_id, cases in self._cases.items()}

    def _open_items(self) -> list[str]:
        return [item_id for item_id, cases in self._cases.items() if not cases or not all(cases.values())]


def _told(cases: Mapping[str, bool]) -> str:
    """Return how many tests there are, and in which folders."""
    tests = {case.partition("[")[0] for case in cases}
    folders = sorted({test.split("/")[1] for test in tests})
    return f"{len(tests):3} tests {len(cases):4} cases: {', '.join(folders)}" if tests else ""
