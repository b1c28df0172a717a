"""How many questions does the service answer in a second at 34,455 products, and how long does one take?

A service of two processes and a client in a third share the machine. The client keeps 8 connections busy
with products in random order; then it sends photos of 2000x2000 pixels one after the other. Ready is the time
from the start of the command until every process answers; the files are in the page cache. Copies are asked
for as pages of 20 groups, and by pictures that are checked one after the other: those of a catalogue (225x300
pixels), and the photos. What a process works out once, for its first page and its first check, stands apart.

    python benchmarks/service.py
"""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 8.0
WARM_SECONDS = 2.0
CONNECTIONS = (1, 8)
STARTS = 5
PHOTOS = 60
CHECKED = 200
PAGES = 100
WORKERS = 2
BARS = {
    "similar_per_second": 500,
    "similar_p99_ms": 25.0,
    "photo_p95_ms": 150.0,
    "ready_seconds": 3.0,
    "check_p95_ms": 50.0,
}
KINDS = {
    "similar": "",
    "similar, only gender=Women": "?where=gender=Women",
    "similar, look and half as much colour": "?weights=look=1,colour=0.5",
    "similar, 100 results": "?k=100",
}


async def load(port: int, requests: list[bytes], connections: int, seconds: float) -> list[float]:
    """Seconds that each answer took, with so many connections that ask without a pause."""
    taken: list[float] = []
    at = 0

    async def one(until: float) -> None:
        nonlocal at
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (began := time.perf_counter()) < until:
            at = (at + 1) % len(requests)
            writer.write(requests[at])
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 "), head
            length = head.index(b"content-length: ") + 16
            await reader.readexactly(int(head[length : head.index(b"\r", length)]))
            taken.append(time.perf_counter() - began)
        writer.close()

    until = time.perf_counter() + seconds
    await asyncio.gather(*(one(until) for _ in range(connections)))
    return taken


def client() -> None:
    """The other process: reads what to do from standard input, writes the times to standard output."""
    import uvloop

    for line in sys.stdin:
        wanted = json.loads(line)
        requests = [f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in wanted["paths"]]
        seconds, connections = wanted["seconds"], wanted["connections"]
        began = time.perf_counter()
        taken = uvloop.run(load(wanted["port"], requests, connections, seconds))
        print(json.dumps({"seconds": time.perf_counter() - began, "taken": taken}), flush=True)


def get(port: int, path: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read())
    connection.close()
    return found


@contextmanager
def serving(index: Path, workers: int = WORKERS) -> Iterator[tuple[int, float]]:
    """A service; gives its port and the seconds until all of it was ready."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "lookalike", "serve", "--index", str(index), "--port", "0"]
    command += ["--workers", str(workers)]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert service.stdout is not None
        port = int(service.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        while any(get(port, "/health/ready")[0] != 200 for _ in range(4 * workers)):
            time.sleep(0.01)
        yield port, time.perf_counter() - began
    finally:
        service.terminate()
        service.wait()


def spread_of(taken: list[float], seconds: float) -> dict[str, float]:
    """Answers a second, and milliseconds that half, 95 and 99 of 100 did not exceed."""
    import numpy as np

    p50, p95, p99 = np.percentile(np.asarray(taken) * 1e3, [50, 95, 99])
    rate = {"answers": len(taken), "per_second": round(len(taken) / seconds, 1)}
    return {**rate, "p50": round(float(p50), 2), "p95": round(float(p95), 2), "p99": round(float(p99), 2)}


def asked(port: int, ids: list[str]) -> dict[str, dict[str, float]]:
    """The figures of each kind of question."""
    from urllib.parse import quote

    found = {}
    command = [sys.executable, __file__, "--client"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None and other.stdout is not None
        for kind, query in KINDS.items():
            for connections in CONNECTIONS if not query else CONNECTIONS[-1:]:
                paths = [f"/v1/similar/{quote(name, safe='')}{query}" for name in ids]
                for seconds in (WARM_SECONDS, SECONDS):
                    wanted = {"port": port, "paths": paths, "connections": connections, "seconds": seconds}
                    other.stdin.write(json.dumps(wanted) + "\n")
                    other.stdin.flush()
                    told = json.loads(other.stdout.readline())
                at_once = f"{connections} connection{'s' if connections > 1 else ''}"
                found[f"{kind}, {at_once}"] = spread_of(told["taken"], told["seconds"])
        other.stdin.close()
    return found


def photos(folder: Path) -> list[bytes]:
    """JPEGs of 2000x2000 pixels, made larger from pictures of the catalogue."""
    import data
    from PIL import Image

    found = []
    for name in data.sample(map(str, folder.iterdir()), PHOTOS):
        sink = io.BytesIO()
        with Image.open(name) as picture:
            picture.convert("RGB").resize((2000, 2000), Image.Resampling.BICUBIC).save(
                sink, "JPEG", quality=90
            )
        found.append(sink.getvalue())
    return found


def sent(port: int, path: str, pictures: list[bytes], warm: int = 6) -> dict[str, float]:
    """The figures of pictures that are sent one after the other, without those of the first ``warm``."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "multipart/form-data; boundary=cut"}
    taken = []
    for picture in [*pictures[:warm], *pictures]:
        head = b'--cut\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n\r\n'
        body = head + picture + b"\r\n--cut--\r\n"
        began = time.perf_counter()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        document = json.loads(answer.read())
        taken.append(time.perf_counter() - began)
        assert answer.status == 200, document
        assert path != "/v1/search" or len(document["results"]) == 12
    connection.close()
    return spread_of(taken[warm:], sum(taken[warm:]))


def paged(port: int) -> tuple[dict[str, float], int]:
    """The figures of pages of groups, asked for one after the other, and how many groups there are."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken, total = [], 20
    for number in range(PAGES):
        began = time.perf_counter()
        connection.request("GET", f"/v1/duplicates?offset={20 * number % total}")
        answer = connection.getresponse()
        document = json.loads(answer.read())
        taken.append(time.perf_counter() - began)
        assert answer.status == 200, document
        total = document["total"]
    connection.close()
    return spread_of(taken, sum(taken)), total


def seconds_of(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def copies(index: Path, catalogue: list[bytes], pictures: list[bytes]) -> dict[str, Any]:
    """The figures of copies, from one process, so that what it works out once can be told apart."""
    import record

    first: dict[str, list[float]] = {"page": [], "check": []}
    for _ in range(STARTS):
        with serving(index, 1) as (port, _):
            first["page"].append(seconds_of(lambda: get(port, "/v1/duplicates")))
            first["check"].append(seconds_of(lambda: sent(port, "/v1/check", catalogue[:1], 0)))
    with serving(index, 1) as (port, _):
        get(port, "/v1/duplicates")
        pages, groups = paged(port)
        return {
            "groups": groups,
            "seconds_of_the_first": {name: record.spread(taken, 2) for name, taken in first.items()},
            "answers": {
                "a page of 20 groups": pages,
                "is this picture of 225x300 pixels there": sent(port, "/v1/check", catalogue),
                "is this photo of 2000x2000 pixels there": sent(port, "/v1/check", pictures),
            },
        }


def main() -> int:
    import data
    import record

    data.require("fashion-small", "fashion-300")
    with data.work_folder() as work:
        index = data.indexed("fashion-small", work)
        assert index.path is not None
        folder = data.unpacked("fashion-300", work) / "images"
        pictures = photos(folder)
        names = data.sample(map(str, folder.iterdir()), CHECKED + PHOTOS)[PHOTOS:]
        catalogue = [Path(name).read_bytes() for name in names]
        ids = index.ids
        random.Random(0).shuffle(ids)
        path, products = index.path, len(index)
        index.duplicates()
        del index
        before = record.load()
        ready = []
        for _ in range(STARTS):
            with serving(path) as (port, seconds):
                ready.append(seconds)
        with serving(path) as (port, _):
            taken = asked(port, ids)
            taken["a photo of 2000x2000 pixels, 1 connection"] = sent(port, "/v1/search", pictures)
        about_copies = copies(path, catalogue, pictures)
    figures = {
        "products": products,
        "workers": WORKERS,
        "cores_shared_with_the_client": os.cpu_count(),
        "load_before": [before],
        "bars": BARS,
        "photo_bytes": round(sum(map(len, pictures)) / len(pictures)),
        "answers": taken,
        "seconds_until_ready": record.spread(ready, 2),
        "copies": about_copies,
    }
    record.write("service", figures, "fastapi", "uvicorn")
    rows = [
        (name, row["per_second"], row["p50"], row["p95"], row["p99"])
        for name, row in {**taken, **about_copies["answers"]}.items()
    ]
    record.table(("question", "a second", "p50 ms", "p95 ms", "p99 ms"), rows)
    record.table(("seconds until ready", "median", "min", "max"), [("", *record.spread(ready, 2).values())])
    firsts = [(name, *row.values()) for name, row in about_copies["seconds_of_the_first"].items()]
    record.table(
        (f"the first of a process, {about_copies['groups']:,} groups", "median", "min", "max"), firsts
    )
    return 0


if __name__ == "__main__":
    sys.exit(client() if "--client" in sys.argv else main())
