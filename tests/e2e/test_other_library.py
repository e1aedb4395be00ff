"""A tool on ltijs, which shares no code with the example tool's library, from its launch to the gradebook."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.browser import Browser
from sandbox.demo.stage import Stage
from sandbox.processes import find_port
from sandbox.running import Sandbox
from tests.e2e.conftest import FIRST_PORT, read_exports
from tests.support.ltijs import installed_ltijs

pytestmark = pytest.mark.node

FIRST, SECOND = range(2)


@dataclass
class LtijsTool:
    """The tool in a process of its own, and the learner who was launched into it."""

    name: str
    url: str
    values: dict[str, str]
    browser: Browser
    token: str = ""

    def launch(self, cookie: str) -> dict[str, Any]:
        """Open the block with a session cookie of the LMS, and return what the tool says about the launch."""
        self.browser.session.cookies.set(*cookie.split("=", 1), domain="127.0.0.1")
        page = self.browser.launch(self.values["LAUNCH_START_URL"])
        assert page.url.startswith(self.url), page.text
        self.token = page.url.partition("ltik=")[2]
        said: dict[str, Any] = json.loads(page.html)
        return said

    def work(self, job: str, **options: Any) -> Any:
        """Have the tool do something with the launch, and return what it did or how it was refused."""
        address = f"{self.url}/jobs/{job}?ltik={self.token}"
        answer = self.browser.session.post(address, json=options, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def library() -> Path:
    """The folder with the tool and its packages."""
    return installed_ltijs()


@pytest.fixture
def start_tool(sandbox: Sandbox, library: Path, browser: Browser, tmp_path: Path) -> Iterator[Callable[..., LtijsTool]]:
    """Register a tool by its key set's address, as ``register_tool`` does, and start it."""
    processes = []

    def start(name: str, mode: str) -> LtijsTool:
        port = find_port(FIRST_PORT + 5)
        url = f"http://127.0.0.1:{port}"
        places = [
            f"--jwks-url={url}/keys",
            f"--login-url={url}/login",
            f"--launch-url={url}/",
            f"--redirect-uri={url}/",
        ]
        values = read_exports(
            sandbox.manage("register_tool", f"--name={name}", f"--block={mode}", "--format=env", *places)
        )
        with (tmp_path / "tool.log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                ["node", "tool.js"],
                cwd=library,
                env={**os.environ, **values, "TOOL_PORT": str(port)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", (tmp_path / "tool.log").read_text(encoding="utf-8")
        return LtijsTool(name, url, values, browser)

    yield start
    for process in processes:
        process.communicate()


def test_a_launch_brings_the_one_line_item_and_a_score_becomes_a_grade(
    stage: Stage, start_tool: Callable[..., LtijsTool]
) -> None:
    tool = start_tool("Listening", "declarative")

    launch = tool.launch(tool.values["UA_COOKIE"])
    tool.work("score", points=83, maximum=100, comment="Well heard")
    tool.launch(tool.values["UA_COOKIE_2"])
    tool.work("score", points=0, maximum=100)

    assert launch["user"] == tool.values["USER_ID"]
    assert launch["endpoint"]["lineitem"] == tool.values["LINEITEM_URL"]
    assert stage.grade(stage.learners[FIRST], tool.name) == "8.3 / 10"
    assert stage.grade(stage.learners[SECOND], tool.name) == "0 / 10"


def test_a_tool_that_may_push_one_grade_is_told_why_it_creates_no_line_item(
    stage: Stage, start_tool: Callable[..., LtijsTool]
) -> None:
    tool = start_tool("Grammar", "declarative")
    tool.launch(tool.values["UA_COOKIE"])

    answer = tool.work("createLineItem")

    assert answer["refused"]["status"] == 403
    assert json.loads(answer["refused"]["body"])["message"]
    assert stage.grade(stage.learners[FIRST], tool.name) == "Not attempted"


def test_line_items_are_made_filled_listed_changed_read_and_deleted(
    stage: Stage, start_tool: Callable[..., LtijsTool]
) -> None:
    tool = start_tool("Writing", "programmatic")
    launch = tool.launch(tool.values["UA_COOKIE"])

    done = tool.work("twoItems", points=[20, 13])["done"]

    assert "lineitem" not in launch["endpoint"]
    assert [item["id"] for item in done["found"]] == [item["id"] for item in done["made"]]
    assert done["renamed"]["label"] == "First draft"
    assert [(result["userId"], result["resultScore"], result["resultMaximum"]) for result in done["results"]] == [
        (tool.values["USER_ID"], 13, 20)
    ]
    assert stage.grade(stage.learners[FIRST], tool.name) == "6.5 / 10"
