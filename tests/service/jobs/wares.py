"""Small pictures, tables and uploads for tests of writing over HTTP, and an encoder that takes its time."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image

from lookalike.encoders.base import Pixels
from lookalike.index import Index
from lookalike.testing.grid import GridEncoder
from lookalike.vectors import Floats

MULTIPART = "multipart/form-data; boundary=frontier"
CSV = {"content-type": "text/csv"}


class PatientEncoder(GridEncoder):
    """A `GridEncoder` that waits before each picture: ``seconds``, and until ``gate`` is open."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds = seconds
        self.gate = threading.Event()
        self.gate.set()

    def encode(self, batch: Pixels) -> Floats:
        """Vectors of grids, in time."""
        time.sleep(self.seconds * len(batch))
        self.gate.wait(30)
        return super().encode(batch)


def looks_slowly(seconds: float) -> None:
    """From now on looking for copies takes so long before it begins, and says often how far it is."""
    work, steps = Index.duplicates, max(1, round(seconds / 0.05))

    def looking(self: Index, *given: Any, **more: Any) -> Any:
        progress = more.get("progress")
        for done in range(steps if seconds and progress else 0):
            progress(done, steps)
            time.sleep(0.05)
        return work(self, *given, **more)

    Index.duplicates = looking  # type: ignore[method-assign]


def picture(seed: int) -> bytes:
    """A small PNG that no other seed gives."""
    cells = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    sink = io.BytesIO()
    Image.fromarray(cells).resize((64, 64), Image.Resampling.NEAREST).save(sink, "PNG")
    return sink.getvalue()


def inline(seed: int) -> str:
    """A small PNG as a data: URI."""
    return "data:image/png;base64," + base64.b64encode(picture(seed)).decode()


def rows(numbers: Iterable[int], name: str = "p") -> list[dict[str, str]]:
    """Rows of products, each with a picture of its own inside the row."""
    return [{"id": f"{name}{n}", "title": f"Thing {n}", "image": inline(n)} for n in numbers]


def table(*lines: str) -> bytes:
    """A CSV table of these lines."""
    return "\n".join([*lines, ""]).encode()


def form(files: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A multipart body of files, their names just as given."""
    parts = [
        b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="'
        + name
        + b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
        + data
        + b"\r\n"
        for name, data in files
    ]
    return b"".join(parts) + b"--frontier--\r\n"


def until(true: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until something is true; what it was."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
    return found


def left_in(folder: Path) -> list[str]:
    """The names of what is in a folder of jobs."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def send(client: TestClient, files: dict[str, bytes], query: str = "") -> Any:
    """The answer to a form of files."""
    body = form((name.encode(), data) for name, data in files.items())
    return client.post(f"/v1/products?wait=20{query}", content=body, headers={"content-type": MULTIPART})


def report_of(answer: Any) -> dict[str, Any]:
    """The report of the job that an answer holds."""
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()["job"]["report"]
    return report
