"""A real browser at a sandbox that is served in processes of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from sandbox.example_tool import register_examples
from sandbox.processes import find_ports
from sandbox.running import Sandbox

#: Far from what people use, and from where the other tests look.
FIRST_PORT = 40_000 + os.getpid() % 1000 * 10
#: Debian's name first; none of them downloads anything.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: A launch passes four servers' pages, and a busy machine takes its time for each.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """LMS, Studio and the example tool, with the demo course and two registered tools."""
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"), ports=find_ports(FIRST_PORT, count=3))
    sandbox.environment["LTI_AGS_DATABASE"] = "sqlite"
    with sandbox:
        sandbox.prepare()
        register_examples(sandbox, is_new=True)
        sandbox.wait_until_ready()
        yield sandbox


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("No Chromium here: install Debian's package chromium, or name one with CHROMIUM=/path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Somebody at a browser of their own. What the browser's console reports as an error fails the test."""

    def __init__(self, context: BrowserContext, sandbox: Sandbox, name: str) -> None:
        self.sandbox = sandbox
        self.name = name
        self.context = context
        self.errors: list[str] = []
        self.page = self._watched(context.new_page())

    def _watched(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        return page

    def sign_in(self) -> None:
        """Pick the name on the login page; the LMS and Studio share it."""
        self.page.goto(f"{self.sandbox.lms.url}/login")
        self.page.get_by_role("button", name=self.name).click()
        self.page.wait_for_load_state()

    def open(self, path: str) -> Page:
        """Open a page of the LMS."""
        self.page.goto(self.sandbox.lms.url + path)
        return self.page

    def open_studio(self, path: str) -> Page:
        """Open a page of Studio."""
        self.page.goto(self.sandbox.studio.url + path)
        return self.page


Seat = Callable[..., Person]


@pytest.fixture
def seat(chromium: Browser, sandbox: Sandbox) -> Iterator[Seat]:
    """Seat a person at a fresh browser; ``allowed`` are parts of console errors that belong to the test."""
    seated: list[tuple[Person, tuple[str, ...]]] = []

    def sit(name: str = "", *, allowed: tuple[str, ...] = (), **options: Any) -> Person:
        context = chromium.new_context(viewport={"width": 1100, "height": 900}, **options)
        person = Person(context, sandbox, name)
        seated.append((person, allowed))
        if name:
            person.sign_in()
        return person

    yield sit
    for person, _allowed in seated:
        person.context.close()
    unexpected = [
        error for person, allowed in seated for error in person.errors if not any(part in error for part in allowed)
    ]
    assert unexpected == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """
    Keep a picture of a part of a page for the docs, where ``SCREENSHOTS`` names a folder; otherwise do nothing.

    The same tests that hold the pages take their pictures, so that no picture shows what no longer is.
    """
    folder = os.environ.get("SCREENSHOTS")

    def take(shown: Locator, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            shown.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    return take
