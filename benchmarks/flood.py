"""
How long one tool waits while another floods the site: ``make flood``.

The sandbox's LMS is served in a process of its own, with a rate for each tool. One tool lists its line items at a
steady pace, at first alone, then while clients of another tool ask as fast as they are answered, far beyond the rate.
Both phases take turns, so that what else the machine does weighs on both alike. The median may double.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.process import RunFailed
from sandbox.processes import REPOSITORY, find_ports
from sandbox.running import Sandbox

_ROUNDS: Final = 6
_SECONDS: Final = 5.0
_PACE: Final = 0.1
_CLIENTS: Final = 4
#: What each tool may do. The one that is measured stays below it.
_RATE: Final = "20/s"
_MOST_RATIO: Final = 2.0


@dataclass
class Phase:
    """Latencies of the quiet tool, in seconds, and what the flood was answered."""

    seconds: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """Return median and 95th percentile in milliseconds."""
        ordered = sorted(self.seconds)
        return (
            f"median {median(ordered) * 1000:6.1f} ms, 95th percentile {ordered[len(ordered) * 95 // 100] * 1000:6.1f} "
            f"ms, {len(ordered)} requests"
        )


def main() -> int:
    """
    Measure, print, and fail when the median has more than doubled.

    Raises:
        RunFailed: an answer to the quiet tool was not 200, or the flood was not held to its rate.
    """
    alone, flooded = Phase(), Phase()
    with TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder), ports=find_ports(43_000, count=3))
        tokens = json.loads(sandbox.environment["SANDBOX_ENV_TOKENS"])
        sandbox.environment["SANDBOX_ENV_TOKENS"] = json.dumps({**tokens, "LTI_AGS_TOOL_RATE": _RATE})
        sandbox.lms.start()
        try:
            sandbox.prepare()
            sandbox.lms.wait_until_ready()
            quiet, flooder = _make_tools(sandbox)
            _measure(quiet, seconds=2.0)
            for _ in range(_ROUNDS):
                alone.seconds += _measure(quiet, seconds=_SECONDS)
                flood = _start_flood(flooder)
                flooded.seconds += _measure(quiet, seconds=_SECONDS)
                flooded.answers += Counter(json.loads(flood.communicate()[0]))
        finally:
            sandbox.lms.stop()
    if flooded.answers.keys() != {"200", "429"}:
        raise RunFailed(f"The flood was to be let in up to the rate, and refused beyond: {dict(flooded.answers)}")
    ratio = median(flooded.seconds) / median(alone.seconds)
    print(f"alone    {alone.told()}")
    print(f"flooded  {flooded.told()}")
    print(f"flood    {dict(flooded.answers)} by {_CLIENTS} clients in {_ROUNDS * _SECONDS:.0f} s")
    print(f"ratio    {ratio:.2f} (at most {_MOST_RATIO})")
    return 0 if ratio <= _MOST_RATIO else 1


def _make_tools(sandbox: Sandbox) -> list[dict[str, str]]:
    """Register two tools in the sandbox; return for each its container of line items and a token."""
    environment = {**os.environ, **sandbox.environment, "DJANGO_SETTINGS_MODULE": "sandbox.settings.lms"}
    command = [sys.executable, "-m", "benchmarks.flood_tools"]
    told = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True).stdout
    tools: list[dict[str, str]] = json.loads(told.splitlines()[-1])
    return [{**tool, "url": sandbox.lms.url + tool["path"]} for tool in tools]


def _start_flood(tool: dict[str, str]) -> subprocess.Popen[str]:
    """Start the clients in a process of their own, so that they do not slow down the one that measures."""
    settings = {**tool, "clients": _CLIENTS, "seconds": _SECONDS}
    command = [sys.executable, "-m", "benchmarks.flood_client", json.dumps(settings)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def _measure(tool: dict[str, str], *, seconds: float) -> list[float]:
    """
    Ask at a steady pace, and return how long each answer took.

    Raises:
        RunFailed: an answer was not 200.
    """
    taken = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        status = ask(tool)
        taken.append(time.perf_counter() - began)
        if status != 200:
            raise RunFailed(f"The quiet tool was answered {status}.")
        time.sleep(_PACE)
    return taken


def ask(tool: dict[str, str]) -> int:
    """List the tool's line items, and return the status of the answer."""
    headers = {"Authorization": f"Bearer {tool['token']}"}
    request = urllib.request.Request(tool["url"], headers=headers)  # noqa: S310 - the address of our own server
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


if __name__ == "__main__":
    sys.exit(main())
