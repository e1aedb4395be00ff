"""``python -m benchmarks [--plan full|quick|tiny] [--database sqlite|mariadb|postgres] [--docs]``."""

from __future__ import annotations

import argparse
import sys

from benchmarks.databases import KINDS
from benchmarks.places import REPORT
from benchmarks.plan import PLANS
from benchmarks.process import RunFailed
from benchmarks.report import write_report
from benchmarks.run import run


def main() -> int:
    """Run and report; a run that failed leaves no report behind, not even an older one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--plan", choices=sorted(PLANS), default="full")
    parser.add_argument("--database", choices=sorted(KINDS), default="sqlite")
    parser.add_argument("--docs", action="store_true", help="write table and chart into the documentation, too")
    chosen = parser.parse_args()
    REPORT.unlink(missing_ok=True)
    try:
        found = run(PLANS[chosen.plan], database=chosen.database)
    except RunFailed as error:
        print(f"No report: {error}", file=sys.stderr)
        return 1
    write_report(found, into_docs=chosen.docs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
