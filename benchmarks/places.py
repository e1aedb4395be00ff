"""Where the benchmarks read and write."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
BUILD = REPOSITORY / "build" / "bench"
REPORT = REPOSITORY / "build" / "bench.json"
