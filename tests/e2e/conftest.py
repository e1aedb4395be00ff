"""A sandbox in processes of its own, with its own database and ports, and people and tools who use it over HTTP."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sandbox.browser import Browser
from sandbox.demo.stage import Stage, open_stage
from sandbox.example_tool import register_examples
from sandbox.processes import find_ports
from sandbox.running import Sandbox
from tests.e2e.tools import BroughtTool

# Far from what people use, and each process of a test run looks elsewhere.
FIRST_PORT = 20_000 + os.getpid() % 2000 * 10


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """LMS, Studio and the example tool, with the demo course; served until the last test has run."""
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"), ports=find_ports(FIRST_PORT, count=3))
    # A database of its own, whatever the other tests of this run use.
    sandbox.environment["LTI_AGS_DATABASE"] = "sqlite"
    with sandbox:
        sandbox.prepare()
        yield sandbox


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show what the servers wrote when a test has failed."""
    report = yield
    served = getattr(item, "funcargs", {}).get("sandbox")
    if report.failed and served is not None:
        report.sections.append(("Logs of the sandbox", served.logs()))
    return report


@pytest.fixture(scope="session")
def stage(sandbox: Sandbox) -> Iterator[Stage]:
    """The teacher and three learners at their browsers, in the course with the example tool."""
    sheets = register_examples(sandbox, is_new=True)
    sandbox.wait_until_ready()
    stage = open_stage(sandbox, sheets)
    yield stage
    for browser in (stage.teacher, *(learner.browser for learner in stage.learners)):
        browser.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser in which nobody is signed in."""
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def bring_tool(sandbox: Sandbox, tmp_path: Path) -> Iterator[Callable[..., BroughtTool]]:
    """Bring tools by ``manage.py register_tool``, each with a key of its own and a block in the course."""
    brought: list[BroughtTool] = []

    def bring(name: str, *options: str) -> BroughtTool:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        file = tmp_path / f"{len(brought)}.pem"
        file.write_text(public_pem, encoding="utf-8")
        printed = sandbox.manage("register_tool", f"--name={name}", f"--public-key={file}", "--format=env", *options)
        brought.append(BroughtTool(name, read_exports(printed), private_pem, public_pem))
        return brought[-1]

    yield bring
    for tool in brought:
        tool.close()


def read_exports(printed: str) -> dict[str, str]:
    """Read lines of ``export NAME='value'`` as a shell does."""
    values = {}
    for line in printed.splitlines():
        word, assignment = shlex.split(line)
        assert word == "export"
        name, _, value = assignment.partition("=")
        values[name] = value
    return values
