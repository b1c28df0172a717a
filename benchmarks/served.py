"""A service as a benchmark runs it: its processes, the cores they may use, their memory and their time."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOKED_AT = ("Rss", "Pss", "Private_Clean", "Private_Dirty")


def get(port: int, path: str) -> tuple[int, Any]:
    """Status and JSON document of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read())
    connection.close()
    return found


@dataclass(frozen=True)
class Service:
    """A service that is ready: where it listens, its processes that answer, and how long it took to start."""

    port: int
    processes: list[int]
    ready: float

    def processor(self) -> float:
        """Seconds that the processes have used of the processor so far."""
        return sum(_ticks(process) for process in self.processes) / _TICKS

    def megabytes(self) -> dict[str, int]:
        """Memory of all processes together: what each has to itself, and all of it, shared pages once."""
        told = [_memory(process) for process in self.processes]
        private = sum(one["Private_Clean"] + one["Private_Dirty"] for one in told)
        return {
            "private": private // 1024,
            "together": sum(one["Pss"] for one in told) // 1024,
            "largest_process": max(one["Rss"] for one in told) // 1024,
        }


@contextmanager
def serving(index: Path, workers: int = 1, cores: Sequence[int] = ()) -> Iterator[Service]:
    """A service, on these cores only where any are named."""
    command = [sys.executable, "-m", "lookalike", "serve", "--index", str(index), "--port", "0"]
    command += ["--workers", str(workers)]
    began = time.perf_counter()
    with _on(cores):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        while any(get(port, "/health/ready")[0] != 200 for _ in range(4 * workers)):
            time.sleep(0.01)
        ready = time.perf_counter() - began
        yield Service(port, _children(process.pid) if workers > 1 else [process.pid], ready)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _on(cores: Sequence[int]) -> Iterator[None]:
    """What is started meanwhile may use these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(cores) or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _children(process: int) -> list[int]:
    """The workers of a supervisor: those of its processes that hold an index."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children if "spawn_main" in _command(int(child))]


def _command(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_bytes().decode("utf-8", "replace")


def _ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _memory(process: int) -> dict[str, int]:
    """Kilobytes by name, of `_LOOKED_AT`."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    told = (line.split() for line in lines)
    return {name[0].rstrip(":"): int(name[1]) for name in told if name[0].rstrip(":") in _LOOKED_AT}
