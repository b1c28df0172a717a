"""Real services in processes of their own: killed in the middle, over one index at once, left by a client."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lookalike.index import Index
from lookalike.products import PictureSource, Product

from .wares import MULTIPART, PatientEncoder, form, picture, rows, until

CHILD = Path(__file__).with_name("serving_child.py")


class Service:
    """One process that serves."""

    def __init__(self, folder: Path, seconds: float, looking: float) -> None:
        command = [sys.executable, str(CHILD), str(folder), str(seconds), str(looking)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self.port = int(said.readline())

    def ready(self) -> bool:
        """Whether it answers."""
        assert self.process.poll() is None
        try:
            return bool(self.ask("GET", "/health/ready"))
        except OSError:
            return False

    def ask(self, method: str, path: str, document: object = None) -> Any:
        """What it answers."""
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", body, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def add(self, numbers: range) -> str:
        """The id of a job that adds products."""
        answer = self.ask("POST", "/v1/products?wait=0", rows(numbers))
        return str(answer["job"]["id"])

    def job(self, id: str) -> dict[str, Any]:
        """A job as this process sees it."""
        found: dict[str, Any] = self.ask("GET", f"/v1/jobs/{id}")["job"]
        return found

    def ended(self, id: str) -> dict[str, Any]:
        """A job when it is finished."""
        until(lambda: self.job(id)["finished"])
        return self.job(id)


Serve = Callable[..., Service]


@pytest.fixture
def serve(index: Index) -> Iterator[Serve]:
    """Starts services over `index`; none outlives the test."""
    begun: list[Service] = []

    def start(seconds: float, looking: float = 0.0) -> Service:
        assert index.path is not None
        begun.append(Service(index.path, seconds, looking))
        until(begun[-1].ready)
        return begun[-1]

    yield start
    for service in begun:
        service.process.kill()
        service.process.wait()


def test_a_job_survives_the_killing_of_its_service(serve: Serve, index: Index) -> None:
    first = serve(0.2)
    running, queued = first.add(range(60)), first.add(range(60, 70))
    until(lambda: first.job(running)["done"] > 3)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    assert len(index) < 60
    second = serve(0.0)
    assert [second.ended(id)["state"] for id in (running, queued)] == ["done", "done"]
    assert second.ended(running)["report"]["rows"] == 60
    assert index.ids == sorted(f"p{n}" for n in range(70))
    assert index.verify().ok


def test_a_look_for_copies_survives_the_killing_of_its_service(serve: Serve, index: Index) -> None:
    index.add([Product(f"p{n}", (PictureSource(data=picture(n // 2)),)) for n in range(6)], duplicates=False)
    first = serve(0.0, 30.0)
    id = first.ask("POST", "/v1/duplicates?wait=0")["job"]["id"]
    until(lambda: first.job(id)["done"] > 3)
    assert first.ask("POST", "/v1/duplicates?wait=0")["job"]["id"] == id
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    assert not index.duplicates(look=False).complete
    second = serve(0.0)
    done = second.ended(id)
    assert (done["state"], done["report"]["complete"], done["report"]["copies"]) == ("done", True, 3)
    assert second.ask("GET", "/v1/duplicates")["complete"] is True


def test_of_two_services_one_works_and_the_other_takes_over(serve: Serve, index: Index, folder: Path) -> None:
    first, second = serve(0.05), serve(0.05)
    ids = [one.add(range(n * 6, n * 6 + 6)) for n, one in enumerate([first, second] * 3)]
    long = first.add(range(100, 160))
    until(lambda: first.job(long)["done"] > 3)
    assert second.job(long)["state"] == "running"
    first.process.send_signal(signal.SIGKILL)  # whichever of the two was at work
    first.process.wait()
    ids += [long, second.add(range(36, 40))]
    done = [second.ended(id) for id in ids]
    assert [job["state"] for job in done] == ["done"] * len(ids)
    assert len(index) == 100
    untouched = sorted((job for job in done[:6]), key=lambda job: job["started"])
    assert all(one["finished"] <= other["started"] for one, other in pairwise(untouched))


def test_a_service_that_is_asked_to_end_parks_its_job(serve: Serve, index: Index) -> None:
    first = serve(0.2)
    id = first.add(range(80))
    until(lambda: first.job(id)["done"] > 3)
    first.process.terminate()
    assert first.process.wait(60) in (0, -signal.SIGTERM)
    assert index.path is not None
    document = json.loads((index.path / "jobs" / id / "job.json").read_text())
    assert (document["state"], document["attempts"]) == ("queued", 0)
    second = serve(0.0)
    assert second.ended(id)["state"] == "done"
    assert len(index) == 80


def test_half_an_upload_of_a_client_that_is_gone_leaves_nothing(serve: Serve, folder: Path) -> None:
    service = serve(0.0)
    body = form([(f"{n}.png".encode(), picture(n) * 50) for n in range(40)])
    head = (
        f"POST /v1/products HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {MULTIPART}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", service.port))) as client:
        client.sendall(head.encode() + body[: len(body) * 3 // 4])
        until(lambda: list(folder.glob(".new-*/upload")))
    until(lambda: not list(folder.glob(".new-*")))
    assert service.ask("GET", "/v1/jobs")["jobs"] == []
    assert service.ask("POST", "/v1/products?wait=20", rows(range(1)))["job"]["state"] == "done"


def test_every_service_sees_every_job_and_may_stop_it(serve: Serve, encoder: PatientEncoder) -> None:
    first, second = serve(0.2), serve(0.5)
    id = first.add(range(300))
    until(lambda: second.job(id)["done"] > 3)
    stopped = second.ask("DELETE", f"/v1/jobs/{id}?wait=20")["job"]
    assert stopped["state"] == "stopped"
    assert first.job(id) == stopped
