"""
``python -m sandbox.demo``: plays the main job, shows the gradebook, and keeps serving.

With ``--once``, or ``ONCE=1`` in the environment, it ends after the gradebook. With ``--large``, or ``SEED=large``, a
second course is made, with two hundred learners and a term of work, so that every page has something to show. The exit
status is 0 only if every step and every grade was as expected.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Final

import requests
from pylti1p3.exception import LtiException

from sandbox.browser import BrowserError
from sandbox.demo import declarative, finale, programmatic
from sandbox.demo.narrator import Narrator
from sandbox.demo.stage import Stage, set_stage
from sandbox.large.asking import make_large_course, wants_large_course
from sandbox.processes import BUILD, SandboxError, find_ports, heed_signals
from sandbox.running import Sandbox

_NO: Final = frozenset({"", "0", "no", "false"})


def main() -> int:
    """Play, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description="Play the main job of lti_ags.")
    parser.add_argument("--once", action="store_true", help="end after the gradebook")
    parser.add_argument("--port", type=int, default=8000, help="where to look for free ports (default: %(default)s)")
    parser.add_argument("--large", action="store_true", help="make the large course as well")
    options = parser.parse_args()
    is_once = options.once or os.environ.get("ONCE", "").lower() not in _NO
    heed_signals()
    narrator = Narrator()
    try:
        return _run(narrator, first_port=options.port, is_once=is_once, is_large=options.large or wants_large_course())
    except SandboxError as error:
        narrator.say()
        narrator.say(str(error))
    except KeyboardInterrupt:
        narrator.say()
        narrator.say("Stopped before the end.")
    return 1


def _run(narrator: Narrator, *, first_port: int, is_once: bool, is_large: bool) -> int:
    ports = find_ports(first_port, count=3)
    folder = _empty_folder(ports[0])
    narrator.say(
        f"LMS, Studio and an example tool start at the ports {ports[0]}, {ports[1]} and {ports[2]} of 127.0.0.1."
    )
    with Sandbox(folder, ports=ports) as sandbox:
        stage = set_stage(sandbox, noticed=narrator.preparing)
        _play(stage, narrator)
        narrator.say()
        narrator.say(_verdict(narrator))
        if narrator.failures:
            narrator.say(f"The servers' logs are in {sandbox.lms.log.parent}.")
        if is_large:
            narrator.say()
            make_large_course(sandbox, noticed=narrator.preparing)
        if not is_once:
            finale.show_signposts(stage, narrator)
            narrator.say()
            narrator.say("Serving until Ctrl-C.")
            sandbox.serve_until_interrupted()
    return 1 if narrator.failures else 0


def _play(stage: Stage, narrator: Narrator) -> None:
    """Play every chapter; a step that cannot be taken ends the story."""
    try:
        tools = {
            declarative.BLOCK: declarative.play(stage, narrator),
            programmatic.BLOCK: programmatic.play(stage, narrator),
        }
        finale.show_gradebook(stage, narrator, tools=tools)
    except (BrowserError, LtiException, requests.RequestException) as error:
        narrator.fail("The next step could not be taken", reason=str(error))


def _empty_folder(port: int) -> Path:
    """Return a folder for a demo at this port, with nothing in it."""
    folder = BUILD / "demo" / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _verdict(narrator: Narrator) -> str:
    if narrator.failures:
        return f"{narrator.failures} of {narrator.checks} steps were NOT as expected."
    return f"All {narrator.checks} steps were as expected."


if __name__ == "__main__":
    sys.exit(main())
