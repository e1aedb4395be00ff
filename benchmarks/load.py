"""A web server under as much load as it can take: gunicorn with two workers, and clients that wait for each answer."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from typing import Any, Final

from benchmarks.databases import Databases, free_port
from benchmarks.places import BUILD, REPOSITORY
from benchmarks.plan import Plan
from benchmarks.process import RunFailed, own_environ
from benchmarks.system import memory_of, tree_of

_WORKERS: Final = 2
_SECONDS_TO_START: Final = 30


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. Times in milliseconds, memory of all workers in KiB after the first third and at the end."""

    seconds: float
    clients: int
    requests: int
    errors: int
    p50: float
    p99: float
    longest: float
    memory_before: int
    memory_after: int

    @property
    def rate(self) -> float:
        """Scores in a second."""
        return self.requests / self.seconds

    def as_json(self) -> dict[str, Any]:
        """Return what the report's file tells."""
        return {**asdict(self), "rate": round(self.rate, 1)}


def put_under_load(plan: Plan, databases: Databases) -> Load:
    """
    Serve scores for a while.

    Raises:
        RunFailed: the server did not start, a client failed, or a score was not taken or is not stored.
    """
    dataset = plan.datasets()["load"]
    databases.prepare("ours", dataset)
    databases.settle()
    environ = {
        **own_environ(),
        **databases.environ("ours", dataset),
        "DJANGO_SETTINGS_MODULE": "benchmarks.ours.settings",
    }
    python, port = str(databases.python_of("ours")), free_port()
    log_path = BUILD / "log" / "gunicorn.log"
    with log_path.open("wb") as log:
        server = subprocess.Popen(
            [python, "-m", "gunicorn", f"--workers={_WORKERS}", f"--bind=127.0.0.1:{port}", "--log-level=warning",
             "django.core.wsgi:get_wsgi_application()"],
            cwd=REPOSITORY,
            env=environ,
            stdout=log,
            stderr=log,
        )  # fmt: skip
    try:
        _wait_for(port, server)
        print(f"Load for {plan.load_seconds} s ...", flush=True)
        settings = {"port": port, "clients": plan.load_clients, "seconds": plan.load_seconds, **dataset.as_message()}
        client = subprocess.Popen(
            [python, "-m", "benchmarks.load_client", json.dumps(settings)],
            cwd=REPOSITORY,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        time.sleep(2 + plan.load_seconds / 3)
        before = _memory_of_workers(server.pid)
        time.sleep(max(0.0, plan.load_seconds * 2 / 3 - 1))
        after = _memory_of_workers(server.pid)
        told = json.loads(client.communicate(timeout=120)[0] or "null")
    finally:
        server.terminate()
        server.wait(timeout=60)
    if told is None or client.returncode != 0:
        raise RunFailed(f"The load's client failed; see {log_path}")
    load = Load(clients=plan.load_clients, memory_before=before, memory_after=after, **told)
    if load.errors:
        raise RunFailed(f"{load.errors} of {load.requests} scores were not taken under load; see {log_path}")
    return load


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(_SECONDS_TO_START * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RunFailed(f"gunicorn did not start; see {BUILD}/log/gunicorn.log")


def _memory_of_workers(master: int) -> int:
    return sum(memory_of(pid) for pid in tree_of(master) if pid != master)
