"""
Runs the tests that hold the threat model, and tells how many there are of each kind.

``make security`` loads it with ``-p`` and names no paths: which tests belong to it stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pytest

#: The first group with a path that a test's id begins with is the test's.
GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "forgery": (
        "tests/security/test_forgery.py",
        "tests/security/test_hostile_input.py",
        "tests/security/test_hints.py",
        "tests/token/",
    ),
    "answers": ("tests/security/test_answer_headers.py",),
    "key sets": (
        "tests/security/test_key_fetching.py",
        "tests/security/test_key_sets.py",
        "tests/security/test_public_addresses.py",
    ),
    "platform keys": ("tests/security/test_platform_keys.py",),
    "registration": ("tests/security/test_tool_",),
    "launch": ("tests/launch/",),
    "isolation": ("tests/isolation/", "tests/rest_api/test_access.py"),
    "limits": ("tests/security/test_limits.py", "tests/rest_api/test_bodies.py", "tests/rest_api/test_troubles.py"),
    "privacy": ("tests/privacy/", "tests/house/test_personal_data.py"),
    "threat table": ("tests/security/test_threat_table.py",),
}


def group_of(nodeid: str) -> str | None:
    """Return the group of a test, or None for a test of something else."""
    return next((group for group, paths in GROUPS.items() if nodeid.startswith(tuple(paths))), None)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Counts(), "security-counts")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that belong to a group."""
    kept = [item for item in items if group_of(item.nodeid) is not None]
    config.hook.pytest_deselected(items=[item for item in items if group_of(item.nodeid) is None])
    items[:] = kept


class Counts:
    """What became of the tests of each group; each set of parameters counts."""

    def __init__(self) -> None:
        self._passed: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a result; what fails in its set-up or its tear-down has failed, too."""
        group = group_of(report.nodeid)
        if group is not None and report.failed:
            self._failed[group] += 1
        elif group is not None and report.when == "call" and report.passed:
            self._passed[group] += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail when a group has no tests left: its files were moved."""
        is_worker = hasattr(session.config, "workerinput")
        if not is_worker and session.exitstatus == pytest.ExitCode.OK and self._passed.keys() != GROUPS.keys():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the counts."""
        terminalreporter.section("security")
        for group in GROUPS:
            failed = f", {self._failed[group]} FAILED" if self._failed[group] else ""
            missing = "  NO TESTS" if not self._passed[group] else ""
            terminalreporter.write_line(f"{group:14} {self._passed[group]:5} passed{failed}{missing}")
        terminalreporter.write_line(f"{'in all':14} {self._passed.total():5} passed, {self._failed.total()} failed")
