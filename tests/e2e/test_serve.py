"""``make sandbox``: serving until it is stopped, being joined by commands, and starting again elsewhere."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.browser import Browser
from sandbox.demo import declarative
from sandbox.processes import REPOSITORY, child_environment, find_port
from sandbox.seed import COURSE_KEY
from tests.e2e.conftest import FIRST_PORT, read_exports

SECONDS = 300
Serve = Callable[[int], "subprocess.Popen[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What keeps this sandbox apart from any other."""
    mine = {"SANDBOX_DB": str(tmp_path / "sandbox.sqlite3"), "SANDBOX_STATE": str(tmp_path / "serving.json")}
    return child_environment({**mine, "LTI_AGS_DATABASE": "sqlite"})


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    """Start the sandbox at a port, and return when it says that it is being served."""
    started: list[subprocess.Popen[str]] = []

    def start(port: int) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.serve", f"--folder={tmp_path / 'sandbox'}"],
            cwd=REPOSITORY,
            env={**environment, "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if "Ctrl-C stops everything." in line:
                return process
        raise AssertionError("".join(told))

    yield start
    for process in started:
        stop(process)


def stop(process: subprocess.Popen[str]) -> int:
    """Press Ctrl-C, and return the exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=SECONDS)
    return process.returncode


def quiz_page(url: str) -> str:
    """What a learner sees in the quiz after the launch."""
    browser = Browser()
    browser.sign_in(f"{url}/login", username="zanele")
    course = browser.open(f"{url}/courses/{COURSE_KEY}/course")
    page = browser.launch(browser.open(course.link(declarative.UNIT)).link("/launch/start/"))
    browser.close()
    return page.text


def test_commands_join_it_and_after_another_start_elsewhere_the_tools_are_still_there(
    serve: Serve, environment: dict[str, str]
) -> None:
    first_port = find_port(FIRST_PORT)
    process = serve(first_port)
    printed = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "register_tool",
            "--name=Mine",
            "--jwks-url=http://127.0.0.1:9/k",
            "--format=env",
        ],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    status = stop(process)
    second_port = find_port(first_port + 4)
    serve(second_port)

    assert read_exports(printed.stdout)["ISSUER"] == f"http://127.0.0.1:{first_port}"
    assert printed.stderr == ""
    assert status == 0
    assert "Send my answers" in quiz_page(f"http://127.0.0.1:{second_port}")


def test_a_port_that_is_taken_is_told_in_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "sandbox.serve", f"--port={port}", f"--folder={tmp_path}"],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stdout.strip() == f"Port {port} is taken. Name another one: make sandbox PORT={port + 10}"
