"""What do events of many replicas cost on PostgreSQL, beside a file of SQLite on the same disk?

Each is written for some seconds at a time, in turn, so that what else the machine does meets both: one event
at a time from one process, from two, and from eight threads of one, then a thousand at once. Then each is
read with 100,000 events. The server is on loopback, as Debian sets it up; a network's way comes on top, nine
times for a write and once for a read. Machine and disk are shared. Writes results/recording_server.json.

    python benchmarks/recording_server.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import record
from recording import drawn

from lookalike.events import Event
from lookalike.records.records import Records
from lookalike.testing.postgres import postgres_server

SECONDS = 2.0
ROUNDS = 3
EVENTS = 100_000
WAYS = {
    "one process": (1, 1, 1),
    "two processes": (2, 1, 1),
    "eight threads": (1, 8, 1),
    "by the 1,000": (1, 1, 1000),
}


def write(place: str, name: str, threads: str, at_once: str) -> None:
    """A replica: writes for some seconds once it is told to, and says how many a second."""
    records, size = Records.open(place), int(at_once)
    counts = [0] * int(threads)

    def work(own: int) -> None:
        until = time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            first = counts[own]
            told = [
                Event(user=f"{name}-{own}", item=f"{n % 34_000:05}", kind="viewed", time=n)
                for n in range(first, first + size)
            ]
            assert records.append(told).recorded == size
            counts[own] += size

    records.append([Event(user=name, item="first", kind="viewed", time=1)])
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    workers = [threading.Thread(target=work, args=(own,)) for own in range(len(counts))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(counts) / (time.perf_counter() - began), flush=True)
    records.close()


def written(place: str, label: str, processes: int, threads: int, at_once: int) -> float:
    """Events a second of all replicas together; every one of them is there afterwards."""
    command = [sys.executable, __file__, "--write", place]
    replicas = [
        subprocess.Popen(
            [*command, f"{label}-{n}", str(threads), str(at_once)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(processes)
    ]  # fmt: skip
    for replica in replicas:
        assert replica.stdout is not None and replica.stdout.readline() == "ready\n"
    for replica in replicas:
        assert replica.stdin is not None
        replica.stdin.write("go\n")
        replica.stdin.flush()
    rates = [float(replica.communicate()[0]) for replica in replicas]
    assert all(replica.returncode == 0 for replica in replicas)
    return sum(rates)


def milliseconds(work: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(taken), 3)


def read(place: str) -> dict[str, float]:
    """Median milliseconds that each way of reading takes."""
    records = Records.open(place)
    told = list(drawn(EVENTS))
    for first in range(0, EVENTS, 5000):
        records.append(told[first : first + 5000])
    found = {
        "revision": milliseconds(records.revision, 500),
        "touches of a shopper with 50 events": milliseconds(lambda: records.touches("user-0001"), 200),
        "log of 100,000 events": milliseconds(records.log, 5),
    }
    assert records.flaws() == []
    records.close()
    return found


def main() -> int:
    rates: dict[str, dict[str, list[float]]] = {way: {"sqlite": [], "postgresql": []} for way in WAYS}
    taken: dict[str, dict[str, float]] = {}
    loads = [record.load()]
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server.sql("CREATE DATABASE reading")
        for turn in range(ROUNDS):
            for way, shape in WAYS.items():
                for kind, place in (("sqlite", folder), ("postgresql", server.url())):
                    rates[way][kind].append(round(written(place, f"{way}-{turn}", *shape), 1))
        for place in (folder, server.url()):
            records = Records.open(place)
            assert records.flaws() == []
            records.close()
        own = stack.enter_context(tempfile.TemporaryDirectory())
        for kind, place in (("sqlite", own), ("postgresql", server.url("reading"))):
            taken[kind] = read(place)
        version = server.sql("SHOW server_version").split()[0]
    loads.append(record.load())
    figures = {
        "server": version,
        "load": loads,
        "seconds": SECONDS,
        "per_second": rates,
        "milliseconds": taken,
    }
    record.write("recording_server", figures, "sqlalchemy", "psycopg")
    record.table(
        ("written", "SQLite a second", "PostgreSQL a second", "of it"),
        [
            (way, *(f"{statistics.median(kinds[kind]):,.0f}" for kind in kinds),
             f"{statistics.median(p / s for s, p in zip(*kinds.values(), strict=True)):.2f}")
            for way, kinds in rates.items()
        ],
    )  # fmt: skip
    record.table(
        ("read", "SQLite ms", "PostgreSQL ms"),
        [(name, taken["sqlite"][name], taken["postgresql"][name]) for name in taken["sqlite"]],
    )
    return 0


if __name__ == "__main__":
    if "--write" in sys.argv:
        write(*sys.argv[2:])
    else:
        sys.exit(main())
