"""The job that looks for pictures that are the same: asked for once, followed, stopped, done again."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from lookalike.errors import StorageError
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.service.jobs import Jobs, Order
from lookalike.service.jobs.shelf import Shelf
from lookalike.service.jobs.uploaded import open_upload

from .wares import PatientEncoder, inline, looks_slowly, picture, rows, until

LOOK = Order("duplicates", "duplicates")
REPORT = ["pictures", "looked_at", "complete", "groups", "copies", "kinds", "unreadable", "seconds"]


def saved_anew(data: bytes) -> bytes:
    """The same pixels in other bytes."""
    sink = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.save(sink, "PNG", compress_level=0)
    return sink.getvalue()


def wares(pairs: int = 3) -> list[Product]:
    """Products of which each two have the same pixels in their pictures, and other bytes."""
    shown = [data for n in range(pairs) for data in (picture(n), saved_anew(picture(n)))]
    return [Product(f"p{n}", (PictureSource(data=data),)) for n, data in enumerate(shown)]


@pytest.fixture
def unseen(index: Index) -> Index:
    """`index` with six products that nobody has looked at."""
    index.add(wares(), duplicates=False)
    return index


@pytest.fixture
def caller(unseen: Index, app: FastAPI) -> Iterator[TestClient]:
    """A caller on this machine of a service over `unseen`."""
    here = ("127.0.0.1", 50000)
    with TestClient(app, base_url="http://127.0.0.1", client=here, raise_server_exceptions=False) as made:
        assert app.state.served.wait(60)
        yield made


def look(client: TestClient, wait: float = 20) -> Any:
    return client.post(f"/v1/duplicates?wait={wait}")


def known(client: TestClient) -> Any:
    answer = client.get("/v1/duplicates")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_nobody_has_looked_at_is_found_by_a_job(caller: TestClient) -> None:
    before = known(caller)
    assert (before["groups"], before["looked_at"], before["complete"]) == ([], 0, False)
    assert before["pictures"] == 6
    answer = look(caller)
    assert answer.status_code == 200, answer.text
    job = answer.json()["job"]
    assert (job["state"], job["kind"], job["done"], job["total"]) == ("done", "duplicates", 6, 6)
    assert list(job["report"]) == REPORT
    assert (job["report"]["groups"], job["report"]["copies"]) == (3, 3)
    assert job["report"]["kinds"] == {"same-pixels": 3}
    after = known(caller)
    assert (after["total"], after["looked_at"], after["complete"]) == (3, 6, True)
    assert caller.get(f"/v1/jobs/{job['id']}").json()["job"] == job
    assert [one["id"] for one in caller.get("/v1/jobs").json()["jobs"]] == [job["id"]]
    assert caller.get(f"/v1/jobs/{job['id']}/report.csv").json()["code"] == "unknown-report"


def test_who_asks_twice_is_given_the_same_job(caller: TestClient, encoder: PatientEncoder) -> None:
    encoder.gate.clear()
    caller.post("/v1/products?wait=0", json=rows(range(20, 21)))
    first, second = look(caller, 0), look(caller, 0)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["location"] == second.headers["location"]
    encoder.gate.set()
    done = caller.get(f"{first.headers['location']}?wait=20").json()["job"]
    assert done["state"] == "done"
    third = look(caller).json()["job"]
    assert third["id"] != done["id"]
    assert third["report"]["complete"] is True


def test_of_many_who_ask_at_once_in_two_processes_each_is_given_the_same_job(
    unseen: Index, folder: Path
) -> None:
    services = [Jobs(lambda: unseen, folder) for _ in range(2)]
    ids: list[str] = []
    callers = [
        threading.Thread(target=lambda n=n: ids.append(services[n % 2].submit_once(LOOK).id))
        for n in range(12)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(20)
    assert len(ids) == 12
    assert len(set(ids)) == 1 == len(services[0].list())


def test_a_job_that_is_to_stop_is_not_given_again(jobs: Jobs) -> None:
    first = jobs.submit_once(LOOK)
    assert jobs.submit_once(LOOK).id == first.id
    jobs.stop(first.id)
    assert jobs.submit_once(LOOK).id != first.id


def test_a_job_whose_process_died_is_done_again(jobs: Jobs, unseen: Index, folder: Path) -> None:
    id = jobs.submit_once(LOOK).id
    shelf = Shelf(folder)
    shelf.write(replace(shelf.job(id), state="running", attempts=1, done=3))
    jobs.start()
    until(lambda: jobs.get(id).is_finished)
    job = jobs.get(id)
    assert (job.state, job.attempts) == ("done", 2)
    assert unseen.duplicates(look=False).complete


def test_a_job_that_ended_while_copies_were_looked_for_looks_the_next_time(
    jobs: Jobs, index: Index, folder: Path
) -> None:
    with jobs.incoming() as upload:
        (upload / "products.json").write_text(json.dumps(rows(range(4))))
        id = jobs.submit(Order("add", "things"), upload).id
    index.add(open_upload(Shelf(folder).upload(id)), duplicates=False)
    shelf = Shelf(folder)
    shelf.write(replace(shelf.job(id), state="running", started=1.0, attempts=1, done=4))
    jobs.start()
    until(lambda: jobs.get(id).is_finished)
    report = jobs.get(id).report
    assert report is not None
    assert (report["unchanged"], report["copies"]) == (4, None)
    assert index.duplicates(look=False).complete


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking takes half a minute, until the test is over."""
    monkeypatch.setattr(Index, "duplicates", Index.duplicates)
    looks_slowly(30)


def test_a_job_says_how_far_it_is_and_is_stopped(caller: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(monkeypatch)
    where = look(caller, 0).headers["location"]
    job = until(lambda: (seen := caller.get(where).json()["job"])["done"] > 2 and seen)
    assert (job["state"], job["total"]) == ("running", 600)
    assert job["rate"] > 0 and job["seconds_left"] > 0
    assert look(caller, 0).headers["location"] == where
    stopped = caller.delete(f"{where}?wait=20").json()["job"]
    assert (stopped["state"], stopped["report"]) == ("stopped", None)


def test_a_service_that_ends_leaves_the_job_to_the_next(
    unseen: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ("127.0.0.1", 1)
    with monkeypatch.context() as patched:
        slow(patched)
        with TestClient(create_app(unseen), base_url="http://127.0.0.1", client=here) as first:
            until(lambda: first.get("/health/ready").status_code == 200)
            where = look(first, 0).headers["location"]
            until(lambda: first.get(where).json()["job"]["done"] > 2)
    assert Shelf(folder).job(where.rpartition("/")[2]).state == "queued"
    with TestClient(create_app(unseen), base_url="http://127.0.0.1", client=here) as second:
        until(lambda: second.get("/health/ready").status_code == 200)
        until(lambda: second.get(where).json()["job"]["state"] == "done")
        assert known(second)["complete"] is True


def test_a_disk_that_refuses_is_told_in_the_job(caller: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: Any, **more: Any) -> Any:
        raise StorageError("The disk is full.", next_step="Free some space.")

    monkeypatch.setattr(Index, "duplicates", refused)
    answer = look(caller)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage")
    assert answer.json()["job"]["state"] == "failed"


def test_products_that_were_added_are_looked_at_by_the_job_that_adds_them(client: TestClient) -> None:
    things = [
        {"id": "a", "image": inline(1)},
        {"id": "b", "image": inline(1)},
        {"id": "c", "image": inline(2)},
    ]
    job = client.post("/v1/products?wait=20", json=things).json()["job"]
    assert (job["state"], job["report"]["copies"]) == ("done", 1)
    found = known(client)
    assert (found["complete"], found["total"]) == (True, 1)
    assert {member["id"] for member in found["groups"][0]["members"]} == {"a", "b"}


@pytest.mark.parametrize("query", ["wait=31", "wait=nan", "wait=soon", "kinds=variant", "wait=1&wait=2"])
def test_wrong_parameters_ask_for_no_job(caller: TestClient, query: str) -> None:
    answer = caller.post(f"/v1/duplicates?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-argument")
    assert caller.get("/v1/jobs").json()["jobs"] == []


def test_a_read_key_asks_for_no_job(unseen: Index) -> None:
    app = create_app(unseen, ServiceConfig(read_keys=("look",), write_keys=("change",)))
    with TestClient(app, base_url="http://shop.example", client=("203.0.113.9", 1)) as stranger:
        assert app.state.served.wait(60)
        for key, status in (("", 401), ("look", 403), ("change", 200)):
            stranger.headers["authorization"] = f"Bearer {key}"
            assert look(stranger).status_code == status


def test_no_job_is_taken_before_the_index_is_there(tmp_path: Path) -> None:
    app = create_app(tmp_path / "no-index")
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as stranger:
        assert look(stranger).status_code == 503
        assert stranger.get("/v1/duplicates").status_code == 503
    assert not (tmp_path / "no-index").exists()
