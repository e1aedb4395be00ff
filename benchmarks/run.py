"""One run from beginning to end."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from benchmarks.databases import KINDS, Databases
from benchmarks.environments import ready_environment
from benchmarks.load import Load, put_under_load
from benchmarks.places import REPOSITORY
from benchmarks.plan import Plan
from benchmarks.process import Process, RunFailed, own_environ
from benchmarks.rounds import Entry, Series, count_statements, run_rounds
from benchmarks.shapes import shape_of
from benchmarks.system import machine
from benchmarks.workers import Publication, publish_grades

Key = tuple[str, str, str]

_CONTESTANTS: Final = ("incumbent", "ours", "floor")


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured, and where and when."""

    plan: Plan
    database: str
    began_at: datetime
    machine: str
    load_average: tuple[float, float]
    series: dict[Key, Series]
    publication: Publication
    load: Load

    def cpu(self, contestant: str, dataset: str, work: str) -> float:
        """Return the median of the CPU for a unit of work, in seconds."""
        return self.series[contestant, dataset, work].median_cpu


def run(plan: Plan, *, database: str) -> Run:
    """
    Measure everything.

    Raises:
        RunFailed: something went wrong, or somebody did other work than the others.
    """
    began_at, load_before = datetime.now(UTC), os.getloadavg()[0]
    pythons = {name: ready_environment(name, database=database) for name in ("ours", "incumbent")}
    subprocess.run([str(pythons["ours"]), "-m", "benchmarks.tool"], cwd=REPOSITORY, env=own_environ(), check=True)
    databases = KINDS[database](pythons)
    try:
        series = _compare(plan, databases)
        publication = publish_grades(plan, databases)
        load = put_under_load(plan, databases)
    finally:
        databases.close()
    return Run(
        plan=plan,
        database=database,
        began_at=began_at,
        machine=machine(),
        load_average=(load_before, os.getloadavg()[0]),
        series=series,
        publication=publication,
        load=load,
    )


def _compare(plan: Plan, databases: Databases) -> dict[Key, Series]:
    """Measure the requests: beside the others, and with little and much in the tables."""
    compared = {name: _started(name, "compared", plan, databases) for name in _CONTESTANTS}
    grown = {name: _started("ours", name, plan, databases) for name in ("few", "page", "many")}
    databases.settle()
    entries = [*_compared_entries(plan, compared), *_growth_entries(plan, grown)]
    try:
        series = count_statements(entries)
        _require_same_statements(series)
        run_rounds(entries, series, rounds=plan.rounds, databases=databases)
    finally:
        for process in (*compared.values(), *grown.values()):
            process.close()
    return series


def _started(contestant: str, dataset_name: str, plan: Plan, databases: Databases) -> Process:
    dataset = plan.datasets()[dataset_name]
    print(f"Filling the tables: {contestant}, {dataset_name} ...", flush=True)
    databases.prepare(contestant, dataset)
    return databases.process(contestant, dataset)


def _compared_entries(plan: Plan, processes: dict[str, Process]) -> list[Entry]:
    entries = []
    for work, names in (
        ("token", _CONTESTANTS[:2]),
        ("score_new", _CONTESTANTS),
        ("score_same", _CONTESTANTS),
        ("line_items_walk", _CONTESTANTS[:2]),
        ("results_walk", _CONTESTANTS[:2]),
    ):
        for name in names:
            requests = plan.incumbent_requests if name == "incumbent" else plan.requests
            entries.append(Entry(processes[name], work, requests))
    return entries


def _growth_entries(plan: Plan, processes: dict[str, Process]) -> list[Entry]:
    pages = max(2, plan.requests // 20)
    return [
        Entry(processes["few"], "score_new", plan.requests),
        Entry(processes["many"], "score_new", plan.requests),
        Entry(processes["few"], "line_items", plan.requests // 2),
        Entry(processes["many"], "line_items", plan.requests // 2),
        Entry(processes["page"], "results_first", pages),
        Entry(processes["many"], "results_first", pages),
        Entry(processes["many"], "results_last", pages),
    ]


def _require_same_statements(series: dict[Key, Series]) -> None:
    """Refuse a floor that executes other statements than we do."""
    for work in ("score_new", "score_same"):
        ours, floor = (
            [shape_of(text) for text in series[name, "compared", work].statements] for name in ("ours", "floor")
        )
        if ours != floor:
            differences = "\n".join(sorted(set(ours) ^ set(floor)))
            raise RunFailed(f"The floor executes other statements than we do ({work}):\n{differences}")
