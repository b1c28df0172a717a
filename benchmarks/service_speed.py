"""How many products may ask in a second what is similar to them, over HTTP, at 34,455 and at a million?

One process answers on a core of its own, and a client that costs little asks from the other: 8 connections,
one question under way on each, the default question of random products, no two the same. Then two processes
answer and share both cores with the client. Memory is told as the system counts pages: what processes have to
themselves, and all of it with shared pages once. What the service takes of the processor for each answer is
told beside: it does not depend on who waits for whom.

    python benchmarks/service_speed.py [PRODUCTS...]      34455 and 1000000; figures of others are kept
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import data
import grown
import numpy as np
import record
from served import Service, get, serving

from lookalike import Index

REAL, MILLION = 34_455, 1_000_000
WARM_SECONDS, SECONDS = 10.0, 8.0
CONNECTIONS = 8
LOOKED_AT = 50  # answers of which is told how they were found
BARS = {"per_second": 1000, "ready_seconds": 5.0}
KINDS = {
    "only gender=Women": "?where=gender=Women",
    "look and half as much colour": "?weights=look=1,colour=0.5",
    "100 results": "?k=100",
}
"""What else is asked of the real catalogue."""

_PATIENCE = 60  # seconds until a service has measured its recall


class Client:
    """The other process, which asks each path at most once."""

    def __init__(self, process: subprocess.Popen[str], service: Service) -> None:
        self._process = process
        self._service = service

    def load(self, seconds: float, connections: int = CONNECTIONS, **more: Any) -> dict[str, float]:
        """Answers a second, milliseconds that 50, 95 and 99 of 100 take at most, processor per answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        wanted = {"port": self._service.port, "connections": connections, "seconds": seconds, **more}
        before = self._service.processor()
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        own = self._service.processor() - before
        count = len(told["taken"])
        p50, p95, p99 = np.percentile(np.asarray(told["taken"]) * 1e3, [50, 95, 99])
        return {
            "answers": count,
            "per_second": round(count / told["seconds"], 1),
            "p50": round(float(p50), 2),
            "p95": round(float(p95), 2),
            "p99": round(float(p99), 2),
            "processor_ms": round(1e3 * own / count, 3),
            "client_processor_ms": round(1e3 * told["processor"] / count, 3),
        }


@contextmanager
def client(service: Service, cores: Sequence[int]) -> Iterator[Client]:
    """A client on these cores."""
    command = [sys.executable, str(Path(__file__).with_name("cheap_client.py")), *map(str, cores)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Client(process, service)
        assert process.stdin is not None
        process.stdin.close()


def asked(service: Service, cores: Sequence[int], ids: Sequence[str], kinds: bool) -> dict[str, Any]:
    """The figures of one service, which nobody has asked yet."""
    paths = [f"/v1/similar/{quote(one, safe='')}" for one in ids]
    cold = service.megabytes()
    with client(service, cores) as ours:
        first = ours.load(WARM_SECONDS, paths=paths)
        found = {f"{CONNECTIONS} connections": ours.load(SECONDS), "1 connection": ours.load(SECONDS / 2, 1)}
    for kind, query in KINDS.items() if kinds else ():
        with client(service, cores) as ours:
            ours.load(SECONDS / 4, paths=[path + query for path in paths])
            found[f"{kind}, {CONNECTIONS} connections"] = ours.load(SECONDS / 2)
    return {
        "ready_seconds": round(service.ready, 2),
        "first_seconds": first,
        "asked": found,
        "megabytes": {"when ready": cold, "after the questions": service.megabytes()},
        "search": searched(service.port, paths[-LOOKED_AT:]),
    }


def searched(port: int, paths: Sequence[str]) -> dict[str, Any]:
    """How answers were found, and what the service itself measured of that."""
    explained = [get(port, path)[1]["explain"] for path in paths]
    ways = Counter(f"{one['search']}, by {one['plan']['by']}" for one in explained)
    scored = float(np.median([one["plan"]["scored"] for one in explained]))
    until = time.monotonic() + _PATIENCE
    while (measured := get(port, "/health/ready")[1]["search"]) is None and time.monotonic() < until:
        time.sleep(0.1)
    return {"answers": dict(ways), "scored": scored, "measured": measured}


def measured(path: Path, products: int) -> dict[str, Any]:
    """One process alone on a core, then two that share both cores with the client."""
    index = Index.open(path)
    index._keep(None)  # as whoever writes into it does
    ids = list(index.ids)
    assert len(ids) == products
    del index
    random.Random(0).shuffle(ids)
    first, *others = sorted(os.sched_getaffinity(0))
    with serving(path, 1, [first]) as service:
        alone = asked(service, others[:1], ids, kinds=products == REAL)
    with serving(path, 2) as service:
        together = asked(service, (), ids, kinds=False)
    return {"1 process, a core of its own": alone, "2 processes, with the client on 2 cores": together}


def main(arguments: Sequence[str]) -> int:
    if len(os.sched_getaffinity(0)) < 2:
        print("This takes two cores: one for the service, one for the client.")
        return 1
    data.require("fashion-small")
    file = record.RESULTS / "service_speed.json"
    known = json.loads(file.read_text(encoding="utf-8"))["products"] if file.is_file() else {}
    before = record.load()
    with data.work_folder() as work:
        for products in [int(text) for text in arguments] or (REAL, MILLION):
            small = data.indexed("fashion-small", work)
            assert small.path is not None
            path = small.path if products == len(small) else grown.grown(products, work)
            del small
            known[str(products)] = measured(path, products)
    figures = {
        "connections": CONNECTIONS,
        "seconds": {"before": WARM_SECONDS, "measured": SECONDS},
        "load_before": [before],
        "bars": BARS,
        "products": dict(sorted(known.items(), key=lambda item: int(item[0]))),
    }
    record.write("service_speed", figures, "fastapi", "uvicorn")
    for products, places in figures["products"].items():
        rows = [
            (f"{place}: {kind}", *(row[part] for part in ("per_second", "p50", "p99", "processor_ms")))
            for place, found in places.items()
            for kind, row in found["asked"].items()
        ]
        record.table((f"{int(products):,} products", "a second", "p50 ms", "p99 ms", "processor ms"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
