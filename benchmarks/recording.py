"""How many events a second are safe on disk, and how soon are they read?

One by one and a thousand at once, from one process and from two; then over HTTP, to a service of two
processes from 8 connections in a third. Everything that writes is killed (SIGKILL) in the middle of it, and
each event that was acknowledged before is looked for. Reading is timed with 100,000 events of 2,000 shoppers,
and of one shopper with a million. Machine, disk and clients are shared. Writes results/recording.json.

    python benchmarks/recording.py
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from lookalike.events import Event, Kind
from lookalike.records.records import Records

SECONDS = 6.0
CONNECTIONS = 8
WORKERS = 2
EVENTS = 100_000
MANY = 1_000_000
BAR = 500
BEGAN = 1_700_000_000_000  # milliseconds since 1970
KINDS: tuple[Kind, ...] = (*["viewed"] * 20, *["clicked"] * 5, *["carted"] * 2, "bought")  # type: ignore[assignment]


def drawn(count: int, user: str = "") -> Iterator[Event]:
    """Events of one shopper or of 2,000, on 34,000 products of which few are seen often."""
    chance = random.Random(1)
    for number in range(count):
        item = f"item-{int(34_000 * chance.random() ** 3):05}"
        who = user or f"user-{chance.randrange(2000):04}"
        yield Event(user=who, item=item, kind=chance.choice(KINDS), time=BEGAN + 1000 * number)


def append(folder: str, name: str, at_once: str) -> None:
    """The other process: writes down until it is killed, saying each time how many it has written."""
    records = Records.open(Path(folder))
    size = int(at_once)
    for first in range(0, sys.maxsize, size):
        numbers = range(first, first + size)
        told = [Event(user=name, item=f"{n % 34_000:05}", kind="viewed", time=BEGAN + n) for n in numbers]
        assert records.append(told).recorded == size
        print(first + size, flush=True)


def appended(processes: int, at_once: int) -> dict[str, float]:
    """Events a second that were acknowledged, and how many of them were lost when all were killed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--append", folder]
        children = [
            subprocess.Popen([*command, str(n), str(at_once)], stdout=subprocess.PIPE, text=True)
            for n in range(processes)
        ]
        outputs = [child.stdout for child in children]
        counts = [int(output.readline()) for output in outputs if output]  # all have begun
        said: list[str] = [""] * processes
        readers = [
            threading.Thread(target=lambda n=n: said.__setitem__(n, outputs[n].read()))  # type: ignore[union-attr,misc]
            for n in range(processes)
        ]
        began = time.perf_counter()
        for reader in readers:
            reader.start()
        time.sleep(SECONDS)
        for child in children:
            child.send_signal(signal.SIGKILL)
        seconds = time.perf_counter() - began
        for reader, child in zip(readers, children, strict=True):
            reader.join()
            child.wait()
        whole = [[line for line in text.splitlines(keepends=True) if line.endswith("\n")] for text in said]
        last = [int(lines[-1]) if lines else count for lines, count in zip(whole, counts, strict=True)]
        records = Records.open(Path(folder))
        there = dict.fromkeys(range(processes), 0)
        log = records.log()
        for code, name in enumerate(log.users):
            there[int(name)] = int((log.user == code).sum())
        lost = sum(max(0, last[n] - there[n]) for n in range(processes))
        assert records.flaws() == []
        records.close()
    per_second = (sum(last) - sum(counts)) / seconds
    return {"per_second": round(per_second, 1), "acknowledged": sum(last), "lost": lost}


async def posted(port: int, seconds: float) -> tuple[list[float], list[str]]:
    """Seconds that each acknowledgement took, and the products of the events that were acknowledged."""
    taken: list[float] = []
    kept: list[str] = []

    async def one(connection: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        until = time.perf_counter() + seconds
        number = 0
        while (began := time.perf_counter()) < until:
            number += 1
            item = f"item-{os.getpid()}-{connection}-{number}"
            event = {"user": f"user-{number % 500}", "item": item, "event": "viewed", "timestamp": BEGAN}
            body = json.dumps(event).encode()
            writer.write(
                b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.index(b"content-length: ") + 16
            answer = await reader.readexactly(int(head[length : head.index(b"\r", length)]))
            assert head.startswith(b"http/1.1 200 ") and json.loads(answer)["recorded"] == 1, answer
            taken.append(time.perf_counter() - began)
            kept.append(item)

    with suppress(ConnectionError, asyncio.IncompleteReadError):  # the service is killed
        await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    return taken, kept


def client(port: str, seconds: str) -> None:
    """The other process: posts, and writes what was acknowledged to standard output."""
    taken, kept = asyncio.run(posted(int(port), float(seconds)))
    print(json.dumps({"taken": taken, "kept": kept}))


def over_http(index: Path) -> dict[str, float]:
    """Events a second that a service acknowledged, and how many were lost when it was killed."""
    import numpy as np

    from service import get

    command = [sys.executable, "-m", "lookalike", "serve", "--index", str(index), "--port", "0"]
    service = subprocess.Popen(
        [*command, "--workers", str(WORKERS)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert service.stdout is not None
        port = int(service.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        while any(get(port, "/health/ready")[0] != 200 for _ in range(4 * WORKERS)):
            time.sleep(0.05)
        asking = [sys.executable, __file__, "--client", str(port)]
        subprocess.run([*asking, "1"], check=True, stdout=subprocess.DEVNULL)
        began = Records.open(index).count()
        with subprocess.Popen([*asking, str(2 * SECONDS)], stdout=subprocess.PIPE, text=True) as other:
            time.sleep(SECONDS)
            os.killpg(service.pid, signal.SIGKILL)  # while it is being asked
            told = json.loads(other.communicate()[0])
    finally:
        if service.poll() is None:
            os.killpg(service.pid, signal.SIGKILL)
        service.wait()
    records = Records.open(index)
    log = records.log()
    assert records.flaws() == [] and len(log) >= began
    lost = len(set(told["kept"]) - set(log.items))
    p50, p99 = np.percentile(np.asarray(told["taken"]) * 1e3, [50, 99])
    return {
        "per_second": round(len(told["taken"]) / sum(told["taken"]) * CONNECTIONS, 1),
        "acknowledged": len(told["kept"]),
        "lost": lost,
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
    }


def milliseconds(work: Callable[[], Any], times: int) -> dict[str, float]:
    import record

    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return record.spread(taken, 3)


def read() -> dict[str, dict[str, float]]:
    """Milliseconds that each way of reading takes."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        records = Records.open(Path(folder))
        records.append(list(drawn(EVENTS)))
        found["log of 100,000 events"] = milliseconds(records.log, 7)
        found["revision"] = milliseconds(records.revision, 500)
        found["touches of a shopper with 50 events"] = milliseconds(lambda: records.touches("user-0001"), 50)
        records.close()
    with tempfile.TemporaryDirectory() as folder:
        records = Records.open(Path(folder))
        told = drawn(MANY, "big")
        for _ in range(MANY // 5000):
            records.append([next(told) for _ in range(5000)])
        found["touches of a shopper with a million events"] = milliseconds(lambda: records.touches("big"), 50)
        bought = milliseconds(lambda: records.items_of("big", ["bought"]), 9)
        found[f"all {len(records.items_of('big', ['bought'])):,} products that this one bought"] = bought
        seen = milliseconds(lambda: records.items_of("big", ["viewed", "clicked"]), 9)
        count = len(records.items_of("big", ["viewed", "clicked"]))
        found[f"all {count:,} products that this one saw"] = seen
        more = (Event(user="big", item="a", kind="viewed", time=n) for n in range(MANY))
        found["one more event of this one, on disk"] = milliseconds(lambda: records.append([next(more)]), 50)
        found["log of a million events"] = milliseconds(records.log, 3)
        found["erasing this one"] = milliseconds(lambda: records.erase("big"), 1)
        records.close()
    return found


def main() -> int:
    import record

    from lookalike.index import Index

    before = record.load()
    written = {
        "one by one, one process": appended(1, 1),
        "one by one, two processes": appended(2, 1),
        "a thousand at once, one process": appended(1, 1000),
    }
    with tempfile.TemporaryDirectory() as folder:
        Index.create(Path(folder) / "index")
        written["one by one over HTTP, 8 connections"] = over_http(Path(folder) / "index")
    taken = read()
    figures = {"bar_per_second": BAR, "load_before": [before], "written": written, "milliseconds": taken}
    record.write("recording", figures, "sqlalchemy")
    record.table(
        ("written", "a second", "acknowledged", "lost when killed"),
        [(name, row["per_second"], row["acknowledged"], row["lost"]) for name, row in written.items()],
    )
    record.table(("read", "ms", "min", "max"), [(name, *row.values()) for name, row in taken.items()])
    return 0


if __name__ == "__main__":
    if "--append" in sys.argv:
        append(*sys.argv[2:])
    elif "--client" in sys.argv:
        client(*sys.argv[2:])
    else:
        sys.exit(main())
