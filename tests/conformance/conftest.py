"""A platform that is served by processes of its own, a tool that is registered there, and people at browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.browser import Browser
from tests.conformance.served import ServedLms, served_lms
from tests.conformance.wire import KeyPair, WireTool


@pytest.fixture(scope="session")
def lms(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[ServedLms]:
    """The LMS, served until the last test of this process has run."""
    with django_db_blocker.unblock(), served_lms(tmp_path_factory.mktemp("lms")) as lms:
        yield lms


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show what the server wrote when a test has failed."""
    report = yield
    served = getattr(item, "funcargs", {}).get("lms")
    if report.failed and served is not None:
        report.sections.append(("Log of the LMS", served.sandbox.lms.log_tail()))
    return report


@pytest.fixture
def wire_tool(lms: ServedLms, request: pytest.FixtureRequest) -> Iterator[WireTool]:
    """A tool, registered anew for the test, with blocks in two courses."""
    keys = KeyPair.make()
    sheet = lms.run("tests.conformance.scene", {"public_key": keys.public, "name": request.node.name})
    tool = WireTool(sheet, keys)
    yield tool
    tool.session.close()


@pytest.fixture
def browser_of(lms: ServedLms) -> Iterator[Callable[[str], Browser]]:
    """Open a browser in which the named person is signed in."""
    opened: list[Browser] = []

    def open_browser(username: str) -> Browser:
        opened.append(Browser())
        opened[-1].sign_in(f"{lms.url}/login", username=username)
        return opened[-1]

    yield open_browser
    for browser in opened:
        browser.close()
