"""What the operating system knows: processes, their CPU and memory, the machine."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def tree_of(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents = {}
    for folder in _PROC.glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields:
            parents[int(folder.name)] = int(fields[1])
    found = [pid]
    for parent in found:
        found += [child for child, of in parents.items() if of == parent]
    return found


def cpu_of_tree(pid: int) -> float:
    """Return the seconds of CPU of a process and its descendants, those that have ended included."""
    return sum(sum(int(ticks) for ticks in _stat(each)[11:15]) for each in tree_of(pid)) / _TICKS


def memory_of(pid: int) -> int:
    """Return what a process holds in memory, in KiB; 0 when it has ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def machine() -> str:
    """Return the machine in a few words."""
    memory = ""
    meminfo = _PROC / "meminfo"
    if meminfo.exists():
        memory = f", {round(int(meminfo.read_text().split()[1]) / 2**20)} GiB"
    return f"{os.cpu_count()} cores ({_processor()}){memory}, {platform.system()} {platform.release()}"


def _processor() -> str:
    info = _PROC / "cpuinfo"
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _stat(pid: int) -> list[str]:
    """Return the fields after the command's name, which may hold anything; empty when the process has ended."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
