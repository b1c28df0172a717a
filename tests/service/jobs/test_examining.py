"""The job that examines the catalogue: asked for once, followed, stopped, done again, seen everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lookalike.checkup.doctor import Doctor
from lookalike.doctor.finding import KINDS
from lookalike.errors import StorageError
from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.service.jobs import Jobs, Order
from lookalike.service.jobs.progress import Pace, Watch
from lookalike.service.jobs.shelf import Shelf
from lookalike.testing.grid import GridEncoder

from .wares import inline, until

ALL = Order("doctor", "doctor")
TAGS = Order("doctor", "doctor", kinds=("wrong-tag", "missing-tag"))
BROKEN = {"id": "broken", "image": "data:image/png;base64,iVBORw0KGgo="}
REPORT = ["findings", "new", "counts", "unjudged", "products", "pictures", "version", "seconds", "unkept"]

Worker = Callable[[], TestClient]


@pytest.fixture
def filled(client: TestClient) -> TestClient:
    """A caller of a service with three products, one of which could not be read."""
    things = [{"id": "a", "image": inline(1)}, {"id": "b", "image": inline(2)}, BROKEN]
    job = client.post("/v1/products?wait=20", json=things).json()["job"]
    assert (job["report"]["indexed"], job["report"]["reported"]) == (2, 1)
    return client


@pytest.fixture
def worker(index: Index) -> Iterator[Worker]:
    """Starts services over `index`, each with an index of its own."""
    with ExitStack() as stack:

        def start() -> TestClient:
            assert index.path is not None
            app = create_app(Index.open(index.path, GridEncoder(), follow=False))
            made = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1))
            stack.enter_context(made)
            assert app.state.served.wait(60)
            return made

        yield start


def examine(client: TestClient, wait: float = 20, **asked: Any) -> Any:
    return client.post("/v1/doctor", params={"wait": wait, **asked})


def told(client: TestClient, **asked: Any) -> Any:
    answer = client.get("/v1/doctor", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_could_not_be_read_is_found_by_a_job(filled: TestClient) -> None:
    assert told(filled)["examined_at"] is None
    answer = examine(filled)
    assert answer.status_code == 200, answer.text
    job = answer.json()["job"]
    assert (job["state"], job["kind"], job["done"], job["total"]) == ("done", "doctor", 2, 2)
    assert list(job["report"]) == REPORT
    assert (job["report"]["products"], job["report"]["counts"]["unreadable"]) == (2, 1)
    after = told(filled)
    assert after["total"] == job["report"]["findings"] == job["report"]["new"]
    assert (after["findings"][0]["kind"], after["findings"][0]["products"]) == ("unreadable", ["broken"])
    assert filled.get(f"/v1/jobs/{job['id']}").json()["job"] == job
    assert filled.get(f"/v1/jobs/{job['id']}/report.csv").json()["code"] == "unknown-report"


def test_what_was_mended_is_found_no_more(filled: TestClient) -> None:
    examine(filled)
    filled.post("/v1/products?wait=20", json=[{**BROKEN, "image": inline(3)}])
    examine(filled)
    assert told(filled, kind="unreadable")["findings"] == []


def test_some_kinds_are_looked_for_and_the_others_stay_as_they_were(filled: TestClient) -> None:
    examine(filled, section="tags")
    assert told(filled, kind="unreadable")["examined_at"] is None
    examine(filled, kind="unreadable,no-picture")
    assert told(filled, kind="unreadable")["total"] == 1
    assert told(filled, section="tags")["examined_at"] is not None


def test_who_asks_twice_is_given_the_same_job_unless_it_looks_for_less(jobs: Jobs) -> None:
    tags = jobs.submit_once(TAGS)
    assert jobs.submit_once(TAGS).id == tags.id
    whole = jobs.submit_once(ALL)
    assert whole.id != tags.id
    assert jobs.submit_once(ALL).id == whole.id
    blurred = jobs.submit_once(replace(TAGS, kinds=("blurred",)))
    assert blurred.id == whole.id, "who looks for everything looks for this as well"
    assert jobs.submit_once(Order("duplicates", "duplicates")).id != whole.id


def test_an_order_of_some_kinds_is_kept_as_a_file(jobs: Jobs, folder: Path) -> None:
    assert Shelf(folder).job(jobs.submit(TAGS).id).order == TAGS


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examining takes a minute, until the test is over, and says often how far it is."""
    work = Doctor.examine

    def examining(self: Doctor, *given: Any, **more: Any) -> Any:
        for done in range(600):
            more["progress"]("Comparing pictures", done, 600)
            time.sleep(0.05)
        return work(self, *given, **more)

    monkeypatch.setattr(Doctor, "examine", examining)


def test_a_job_says_what_it_does_and_how_far_it_is_and_is_stopped(
    filled: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch)
    where = examine(filled, 0).headers["location"]
    job = until(lambda: (seen := filled.get(where).json()["job"])["done"] > 2 and seen)
    assert (job["state"], job["doing"], job["total"]) == ("running", "Comparing pictures", 600)
    assert job["rate"] > 0 and job["seconds_left"] > 0
    assert examine(filled, 0).headers["location"] == where
    stopped = filled.delete(f"{where}?wait=20").json()["job"]
    assert (stopped["state"], stopped["report"]) == ("stopped", None)
    assert told(filled)["examined_at"] is None


def test_each_step_has_a_pace_of_its_own() -> None:
    now = [0.0]
    seen = []
    pace = Pace(None, lambda: now[0])
    watch = Watch(
        pace, lambda pace: seen.append((pace.doing, pace.done, pace.total, pace.rate)), bool, lambda: now[0]
    )
    for doing, done in (("Reading", 100), ("Reading", 200), ("Comparing", 1), ("Comparing", 2)):
        now[0] += 1
        watch.step(doing, done, 1000)
    assert seen == [
        ("Reading", 100, 1000, 0.0),
        ("Reading", 200, 1000, 100.0),
        ("Comparing", 1, 1000, 0.0),
        ("Comparing", 2, 1000, 1.0),
    ]


def test_a_run_of_one_worker_is_seen_by_the_others(filled: TestClient, worker: Worker) -> None:
    other, third = worker(), worker()
    assert told(other)["examined_at"] is None
    where = examine(other, 0).headers["location"]
    until(lambda: third.get(where).json()["job"]["state"] == "done")
    pages = [told(one) for one in (filled, other, third)]
    assert [page["findings"] for page in pages] == [pages[0]["findings"]] * 3
    assert pages[0]["total"] >= 1
    assert third.get("/v1/jobs").json()["jobs"][0]["id"] == where.rpartition("/")[2]


def test_a_service_that_ends_leaves_the_job_to_the_next(
    filled: TestClient, worker: Worker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        slow(patched)
        where = examine(filled, 0).headers["location"]
        until(lambda: filled.get(where).json()["job"]["done"] > 2)
        filled.app.state.jobs.close()  # type: ignore[attr-defined]
        assert Shelf(folder).job(where.rpartition("/")[2]).state == "queued"
    next_one = worker()
    until(lambda: next_one.get(where).json()["job"]["state"] == "done")
    assert told(next_one)["total"] >= 1


def test_findings_that_cannot_be_kept_are_told_with_the_reason(
    filled: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any, **more: Any) -> Any:
        raise StorageError("The disk is full.", next_step="Free some space.")

    monkeypatch.setattr(type(filled.app.state.served.index._store.notes), "change", refused)  # type: ignore[attr-defined]
    job = examine(filled).json()["job"]
    assert (job["state"], job["report"]["unkept"]) == ("done", "The disk is full.")
    assert told(filled)["unkept"] == "The disk is full."


def test_an_examination_that_fails_is_told_in_the_job(
    filled: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any, **more: Any) -> Any:
        raise StorageError("The disk is gone.", next_step="Bring it back.")

    monkeypatch.setattr(Doctor, "examine", refused)
    answer = examine(filled)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage")
    assert answer.json()["job"]["state"] == "failed"


@pytest.mark.parametrize(
    "query", ["wait=31", "wait=nan", "kind=blured", "section=nothing", "confidence=1", "wait=1&wait=2"]
)
def test_wrong_parameters_ask_for_no_job(client: TestClient, query: str) -> None:
    answer = client.post(f"/v1/doctor?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-argument")
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_a_read_key_asks_for_no_job(index: Index) -> None:
    app = create_app(index, ServiceConfig(read_keys=("look",), write_keys=("change",)))
    with TestClient(app, base_url="http://shop.example", client=("203.0.113.9", 1)) as stranger:
        assert app.state.served.wait(60)
        for key, status in (("", 401), ("look", 403), ("change", 200)):
            stranger.headers["authorization"] = f"Bearer {key}"
            assert examine(stranger).status_code == status


def test_a_catalogue_of_nothing_is_examined(client: TestClient) -> None:
    job = examine(client).json()["job"]
    assert (job["state"], job["report"]["findings"], job["report"]["products"]) == ("done", 0, 0)
    page = told(client, confidence=0)
    assert (page["findings"], page["stale"], len(page["kinds"])) == ([], False, len(KINDS))
    assert page["unjudged"], "it says what it could not judge"
