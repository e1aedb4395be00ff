"""What a piece of work costs this process: CPU, time, memory."""

from __future__ import annotations

import contextlib
import gc
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


@dataclass(slots=True)
class Cost:
    """Seconds of this process's CPU and of the clock, and how far memory rose above what there was, in KiB."""

    cpu: float = 0.0
    wall: float = 0.0
    memory: int = 0


@contextlib.contextmanager
def measured() -> Iterator[Cost]:
    """Measure the ``with`` block. Garbage from before is collected first, and not charged."""
    cost = Cost()
    gc.collect()
    _forget_peak()
    before = _memory("VmRSS")
    wall, cpu = time.perf_counter(), time.process_time()
    yield cost
    cost.cpu, cost.wall = time.process_time() - cpu, time.perf_counter() - wall
    cost.memory = max(0, _memory("VmHWM") - before)


def _forget_peak() -> None:
    """Let the kernel count the peak anew, where it can."""
    with contextlib.suppress(OSError):
        _RESET.write_text("5")


def _memory(name: str) -> int:
    """Return a figure of this process's memory in KiB; without /proc, the peak since it began."""
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
