"""What a run has found: printed, as JSON, as a chart, and as a page of the documentation."""

from __future__ import annotations

import json
from typing import Final

from benchmarks.chart import Bar, Group, draw
from benchmarks.places import BUILD, REPORT, REPOSITORY
from benchmarks.ratios import TARGETS, load_ratios_of, ratios_of
from benchmarks.rounds import Series
from benchmarks.run import Run
from benchmarks.tables import as_rst, as_text

_DOCS: Final = REPOSITORY / "docs"
_WORKS: Final = {
    "token": "Access token",
    "score_new": "Score, new learner",
    "score_same": "Score, same learner",
    "line_items_walk": "All line items ({line_items:,})",
    "line_items": "Page of 100 line items",
    "results_walk": "All results ({scores:,})",
    "results_first": "First page of 1,000 results",
    "results_last": "Last page of 1,000 results",
}
_IN_CHART: Final = ("token", "score_new", "score_same", "line_items_walk", "results_walk")


def write_report(run: Run, *, into_docs: bool) -> None:
    """Print the tables and write the files."""
    ratios = ratios_of(run)
    costs, targets = _cost_table(run), _target_table({**ratios, **load_ratios_of(run)})
    print(f"\n{_heading(run)}\n\n{as_text(costs)}\n\n{_other_lines(run)}\n\n{as_text(targets)}\n")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(_as_json(run, ratios), indent=2) + "\n")
    chart = draw(_chart_groups(run), title="CPU time, logarithmic", note=_heading(run))
    page = "\n".join([_heading(run), "", as_rst(costs), _other_lines(run), "", as_rst(targets)])
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "bench.svg").write_text(chart)
    (BUILD / f"{run.database}.rst").write_text(page)
    if into_docs:
        (_DOCS / "_static").mkdir(parents=True, exist_ok=True)
        (_DOCS / "reference" / "benchmarks").mkdir(parents=True, exist_ok=True)
        (_DOCS / "reference" / "benchmarks" / f"{run.database}.inc").write_text(page)
        if run.database == "sqlite":
            (_DOCS / "_static" / "bench.svg").write_text(chart)
    print(f"Written: {REPORT.relative_to(REPOSITORY)}, {(BUILD / 'bench.svg').relative_to(REPOSITORY)}")


def _heading(run: Run) -> str:
    before, after = run.load_average
    return (
        f"{run.began_at:%d %B %Y}, {run.database}, plan {run.plan.name}, {run.plan.rounds} rounds, {run.machine}; "
        f"load average {before:.1f} before, {after:.1f} after."
    )


def _cost_table(run: Run) -> list[list[str]]:
    rows = [["Work", "Who", "In the tables", "CPU, ms", "from - to", "Time, ms", "SQL", "Memory, MiB"]]
    for series in run.series.values():
        summary = series.as_json()
        cpu, wall = summary["cpu_ms"], summary["wall_ms"]
        rows.append(
            [
                _title(series, run),
                series.contestant,
                _in_tables(series, run),
                _milliseconds(cpu["median"]),
                f"{_milliseconds(cpu['least'])} - {_milliseconds(cpu['most'])}",
                _milliseconds(wall["median"]),
                f"{summary['statements']:,}",
                f"{summary['peak_memory_kib'] / 1024:.1f}",
            ]
        )
    return rows


def _target_table(ratios: dict[str, float]) -> list[list[str]]:
    rows = [["Target", "Is", "Should be", ""]]
    for name, target in TARGETS.items():
        is_met = target.is_met_by(ratios[name])
        rows.append([target.meaning, f"{ratios[name]:.2f}", str(target), "met" if is_met else "missed"])
    return rows


def _other_lines(run: Run) -> str:
    publication, load = run.publication.as_json(), run.load
    return (
        f"Publication of a grade: {publication['own_cpu_ms']:.2f} ms of our own CPU, "
        f"{publication['lms_cpu_ms']:.2f} ms of the stand-in LMS's and {publication['server_cpu_ms']:.2f} ms of the "
        f"database server's for both; {publication['one_ms']:.2f} ms of time with one worker, "
        f"{publication['two_ms']:.2f} ms with two.\n\n"
        f"gunicorn, 2 workers, {load.clients} clients, {load.seconds:.0f} s: {load.requests:,} scores "
        f"({load.rate:.0f} a second), {load.errors} errors, p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms, "
        f"longest {load.longest:.1f} ms, memory {load.memory_before / 1024:.1f} MiB then "
        f"{load.memory_after / 1024:.1f} MiB."
    )


def _as_json(run: Run, ratios: dict[str, float]) -> dict[str, object]:
    figures = {**ratios, **load_ratios_of(run)}
    return {
        "ratios": {name: round(value, 4) for name, value in ratios.items()},
        "missed": [name for name, value in figures.items() if not TARGETS[name].is_met_by(value)],
        "plan": run.plan.name,
        "database": run.database,
        "began_at": run.began_at.isoformat(timespec="seconds"),
        "machine": run.machine,
        "load_average": run.load_average,
        "sizes": {name: dataset.as_message() for name, dataset in run.plan.datasets().items()},
        "measurements": [series.as_json() for series in run.series.values()],
        "publication": run.publication.as_json(),
        "load": run.load.as_json(),
    }


def _chart_groups(run: Run) -> list[Group]:
    groups = []
    for work in _IN_CHART:
        found = [
            run.series[name, "compared", work]
            for name in ("incumbent", "ours", "floor")
            if (name, "compared", work) in run.series
        ]
        bars = [Bar(series.contestant, series.median_cpu * 1000) for series in found]
        groups.append(Group(_title(found[0], run), bars))
    return groups


def _title(series: Series, run: Run) -> str:
    return _WORKS[series.work].format(**run.plan.datasets()[series.dataset].as_message())


def _in_tables(series: Series, run: Run) -> str:
    dataset = run.plan.datasets()[series.dataset]
    if series.work.startswith("line_items"):
        return f"{dataset.line_items:,} items"
    return f"{max(1, dataset.scores):,} scores"


def _milliseconds(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
