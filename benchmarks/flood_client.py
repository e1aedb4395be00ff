"""The clients of a flood: ``python -m benchmarks.flood_client SETTINGS``. Prints how often it got which status."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.flood import ask


def flood(settings: dict[str, Any], until: float) -> Counter[int]:
    """Ask again as soon as there is an answer, until the time is over."""
    answers: Counter[int] = Counter()
    while time.perf_counter() < until:
        answers[ask(settings)] += 1
    return answers


def main() -> None:
    """Run all clients and add up."""
    settings: dict[str, Any] = json.loads(sys.argv[1])
    until = time.perf_counter() + settings["seconds"]
    with ThreadPoolExecutor(settings["clients"]) as pool:
        told = pool.map(lambda _number: flood(settings, until), range(settings["clients"]))
        print(json.dumps(sum(told, Counter())))


if __name__ == "__main__":
    main()
