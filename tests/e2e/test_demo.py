"""The played main job: what it tells is what happened, and its exit status is its word."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from sandbox.demo.narrator import Narrator
from sandbox.processes import REPOSITORY, child_environment, find_port
from tests.e2e.conftest import FIRST_PORT

SECONDS = 300
Play = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def play() -> Iterator[Play]:
    """Start the demo in a process of its own; it is ended with the test."""
    started = []

    def start(*options: str) -> subprocess.Popen[str]:
        port = find_port(FIRST_PORT + 8)
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.demo", f"--port={port}", *options],
            cwd=REPOSITORY,
            env={**child_environment({}), "LTI_AGS_DATABASE": "sqlite", "ONCE": "", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)


def test_a_failed_step_is_told_with_what_was_expected_and_what_came() -> None:
    told = io.StringIO()
    narrator = Narrator(told)

    narrator.check("Zero is a grade", expected="0 / 10", got="0 / 10")
    narrator.check("83 of 100 becomes 8.3 of 10", expected="8.3 / 10", got="Not attempted")

    assert (narrator.checks, narrator.failures) == (2, 1)
    assert "83 of 100 becomes 8.3 of 10" in told.getvalue()
    assert [line.split() for line in told.getvalue().splitlines()[-2:]] == [
        ["expected", "8.3", "/", "10"],
        ["got", "Not", "attempted"],
    ]


def test_it_plays_every_step_shows_the_gradebook_and_goes_on_serving_until_it_is_stopped(play: Play) -> None:
    process = play()
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if line.startswith("Serving until Ctrl-C"):
            break
    story = "".join(told)
    course = next(line.split()[-1] for line in told if line.strip().startswith("The course "))
    page = requests.get(course, timeout=30)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SECONDS)

    assert "✗" not in story, story
    assert "83 of 100 becomes 8.3 of 10" in story
    assert "Amira Haddad   Quiz                  8.3 / 10       published" in story
    assert page.status_code == 200
    assert process.returncode == 0
    assert is_silent(course)


def is_silent(url: str) -> bool:
    """Whether nobody answers there any more."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            return True
        time.sleep(0.2)
    return False
