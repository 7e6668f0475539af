"""The server that `make bench-quiz` measures, run as in production, and what it costs: read from /proc."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

WORKERS, THREADS = 2, 4
TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parents[2]
READY = 60  # seconds
Samples = list[tuple[float, float]]


class Server:
    """gunicorn and the drains, each in a process group of its own, on the database of this process.

    `cpu`, `drain_cpu` and `machine` hold (moment, seconds of CPU since the start), read twice a second.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.cpu: Samples = []
        self.drain_cpu: Samples = []
        self.machine: Samples = []
        self.load = os.getloadavg()
        self.over = threading.Event()
        self.groups: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Server:
        try:
            manage = [sys.executable, "manage.py"]
            subprocess.run(
                [*manage, "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=self.surroundings(), check=True
            )
            self.web, self.drain = self.start("web", self.gunicorn()), self.start("drain", [*manage, "drain"])
            self.await_ready()
        except BaseException:
            self.stop()
            raise
        self.sampler = threading.Thread(target=self.sample, daemon=True)
        self.sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.sampler.join()
        self.stop()

    def gunicorn(self) -> list[str]:
        return [
            *(sys.executable, "-m", "gunicorn", "lms.wsgi", "--bind", f"127.0.0.1:{self.port}"),
            *("--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "warning"),
            *("--worker-tmp-dir", str(self.folder)),
        ]

    def surroundings(self) -> dict[str, str]:
        """A site's environment: its own folder and database, and static files as collected."""
        given = {name: value for name, value in os.environ.items() if name not in ("PLAIN_STATIC", "DEBUG")}
        return given | {
            "DATABASE_URL": os.environ["TEST_DATABASE_URL"],
            "VAR_DIR": str(self.folder),
            "LEDGER_KEY_FILE": str(self.folder / "ledger" / "signing-key"),
            "BASE_URL": self.base,
            "LOG_LEVEL": "WARNING",
        }

    def start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            made = subprocess.Popen(
                command, cwd=ROOT, env=self.surroundings(), stdout=log, stderr=log, start_new_session=True
            )
        self.groups.append(made)
        return made

    def await_ready(self) -> None:
        until = time.monotonic() + READY
        while time.monotonic() < until and self.web.poll() is None:
            try:
                with urllib.request.urlopen(self.base + "/healthz", timeout=5):  # noqa: S310 our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        sys.exit("The server did not start:\n" + (self.folder / "web.log").read_text()[-2000:])

    def stop(self) -> None:
        for one in self.groups:
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGTERM)
            try:
                one.wait(timeout=35)
            except subprocess.TimeoutExpired:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()

    def sample(self) -> None:
        kinds: list[tuple[Samples, Callable[[], float]]] = [
            (self.cpu, lambda: group_cpu(self.web.pid)),
            (self.drain_cpu, lambda: group_cpu(self.drain.pid)),
            (self.machine, machine_cpu),
        ]
        while not self.over.wait(0.5):
            for samples, read in kinds:
                samples.append((time.monotonic(), read()))


def drive(server: Server, todo: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run the load to its end; returns what it saw."""
    order, seen = folder / "todo.json", folder / "seen.json"
    order.write_text(json.dumps(todo | {"base": server.base}))
    command = [sys.executable, "-m", "tests.bench.quiz_load", str(order), str(seen)]
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit("The load stopped. What the server said:\n" + (folder / "web.log").read_text()[-3000:])
    time.sleep(1.5)  # one more reading of the CPU after the last answer
    return json.loads(seen.read_text()) | {"pace": todo["pace"]}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def group_cpu(group: int) -> float:
    """Seconds of CPU, user and system, of the processes in this group and of those its leader has outlived."""
    return sum(cpu_of(stat, group) for path in Path("/proc").glob("[0-9]*") if (stat := stat_of(path))) / TICKS


def stat_of(path: Path) -> list[str]:
    """pid, then the fields after the name in brackets (proc(5)): state, parent, group, …; empty for one just gone."""
    try:
        text = (path / "stat").read_text()
    except OSError:
        return []
    return [path.name, *text.rpartition(")")[2].split()]


def cpu_of(stat: list[str], group: int) -> int:
    pid, stat_group, own, outlived = stat[0], stat[3], stat[12:14], stat[14:16]
    if int(stat_group) != group:
        return 0
    return sum(map(int, own + (outlived if int(pid) == group else [])))


def machine_cpu() -> float:
    """Seconds all cores together have worked: everything but idle and waiting for the disk."""
    user, nice, system, _idle, _wait, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS
