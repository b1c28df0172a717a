"""How long does the service take for a photo, and for copies, at 34,455 products? When is it ready?

A service of two processes shares the machine with a client, which sends photos of 2000x2000 pixels one after
the other. Ready is the time from the start of the command until every process answers; the files are in the
page cache. Copies are asked for as pages of 20 groups, and by pictures that are checked one after the other:
those of a catalogue (225x300 pixels), and the photos. What a process works out once, for its first page and
its first check, stands apart. How many products may ask what is similar is in service_speed.py.

    python benchmarks/service.py
"""

from __future__ import annotations

import http.client
import io
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from served import get, serving

STARTS = 5
PHOTOS = 60
CHECKED = 200
PAGES = 100
WORKERS = 2
BARS = {
    "photo_p95_ms": 150.0,
    "ready_seconds": 3.0,
    "check_p95_ms": 50.0,
}


def spread_of(taken: list[float], seconds: float) -> dict[str, float]:
    """Answers a second, and milliseconds that half, 95 and 99 of 100 did not exceed."""
    import numpy as np

    p50, p95, p99 = np.percentile(np.asarray(taken) * 1e3, [50, 95, 99])
    rate = {"answers": len(taken), "per_second": round(len(taken) / seconds, 1)}
    return {**rate, "p50": round(float(p50), 2), "p95": round(float(p95), 2), "p99": round(float(p99), 2)}


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
        with serving(index) as service:
            port = service.port
            first["page"].append(seconds_of(partial(get, port, "/v1/duplicates")))
            first["check"].append(seconds_of(partial(sent, port, "/v1/check", catalogue[:1], 0)))
    with serving(index) as service:
        port = service.port
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
        path, products = index.path, len(index)
        index.duplicates()
        del index
        before = record.load()
        ready = []
        for _ in range(STARTS):
            with serving(path, WORKERS) as service:
                ready.append(service.ready)
        with serving(path, WORKERS) as service:
            photo = sent(service.port, "/v1/search", pictures)
            taken = {"a photo of 2000x2000 pixels, 1 connection": photo}
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
    sys.exit(main())
