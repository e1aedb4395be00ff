"""
``python -m sandbox.serve``: LMS, Studio and the example tool, each in a process of its own, until Ctrl-C.

``PORT`` in the environment, or ``--port``, says where the LMS listens; Studio and the tool take the next free ports.
The database stays from one time to the next, with everybody's grades. With ``SEED=large`` in the environment, a second
course is made where it is missing, with two hundred learners and a term of work.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sandbox.demo.narrator import Narrator
from sandbox.example_tool import register_examples
from sandbox.large.asking import make_large_course, wants_large_course
from sandbox.processes import BUILD, SandboxError, find_ports, heed_signals, is_free
from sandbox.running import Sandbox
from sandbox.signposts import signposts


def main() -> int:
    """Serve, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.serve", description="Serve the sandbox on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="where the LMS listens")
    parser.add_argument(
        "--folder", type=Path, default=BUILD / "sandbox", help="for logs, database and the tool's files"
    )
    options = parser.parse_args()
    heed_signals()
    narrator = Narrator()
    try:
        _serve(narrator, port=options.port, folder=options.folder)
    except SandboxError as error:
        narrator.say()
        narrator.say(str(error))
        return 1
    except KeyboardInterrupt:
        narrator.say()
    return 0


def _serve(narrator: Narrator, *, port: int, folder: Path) -> None:
    if not is_free(port):
        raise SandboxError(f"Port {port} is taken. Name another one: make sandbox PORT={port + 10}")
    folder.mkdir(parents=True, exist_ok=True)
    database = Path(os.environ.get("SANDBOX_DB") or BUILD / "sandbox.sqlite3")
    with Sandbox(folder, ports=find_ports(port, count=3), database=database) as sandbox:
        sandbox.prepare(noticed=narrator.preparing)
        register_examples(sandbox, is_new=False, noticed=narrator.preparing)
        sandbox.wait_until_ready(noticed=narrator.preparing)
        if wants_large_course():
            make_large_course(sandbox, noticed=narrator.preparing)
        narrator.say()
        narrator.say("The sandbox is being served. Log in by picking a person; there are no passwords.")
        narrator.say()
        for line in signposts(sandbox):
            narrator.say(line, indent=3)
        narrator.say()
        narrator.say(f"Logs are in {sandbox.lms.log.parent}. Ctrl-C stops everything.")
        sandbox.serve_until_interrupted()


if __name__ == "__main__":
    sys.exit(main())
