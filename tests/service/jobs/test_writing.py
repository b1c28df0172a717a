"""Writing over HTTP: what a caller sends, what it is told, and that nothing it was told is lost."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lookalike.index import Index
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig

from .wares import PatientEncoder, inline, rows, table, until

CSV = {"content-type": "text/csv"}
JOB_KEYS = [
    "id", "state", "kind", "name", "created", "started", "finished", "doing", "done", "total", "rate",
    "seconds_left", "report", "error", "replica",
]  # fmt: skip


def add(client: TestClient, numbers: range, query: str = "?wait=20") -> Any:
    return client.post(f"/v1/products{query}", json=rows(numbers))


def ended(client: TestClient, id: str) -> dict[str, Any]:
    return until(lambda: (job := client.get(f"/v1/jobs/{id}").json()["job"])["finished"] and job)


def test_products_that_were_added_are_found_by_the_next_question(client: TestClient) -> None:
    answer = add(client, range(4))
    assert answer.status_code == 200
    document = answer.json()
    assert list(document["job"]) == JOB_KEYS
    assert (document["job"]["state"], document["version"]) == ("done", 1)
    assert document["request_id"] == answer.headers["x-request-id"]
    found = client.get("/v1/similar/p0?k=3").json()
    assert (len(found["results"]), found["version"]) == (3, 1)


LINES = [json.dumps(row) for row in rows(range(3))]
BODIES = {
    "a JSON list": (f"[{','.join(LINES)}]", "application/json"),
    "a JSON object": (f'{{"products": [{",".join(LINES)}]}}', "application/json; charset=utf-8"),
    "JSON lines": ("\n".join(LINES), "application/x-ndjson"),
    "CSV": ("id,image\n" + "".join(f'p{n},"{inline(n)}"\n' for n in range(3)), "text/csv; charset=utf-8"),
    "TSV": ("id\timage\n" + "".join(f"p{n}\t{inline(n)}\n" for n in range(3)), "text/tab-separated-values"),
}


@pytest.mark.parametrize("kind", BODIES)
def test_products_come_in_many_forms(client: TestClient, index: Index, kind: str) -> None:
    body, content_type = BODIES[kind]
    answer = client.post("/v1/products?wait=20", content=body, headers={"content-type": content_type})
    assert answer.json()["job"]["report"]["added"] == 3
    assert index.ids == ["p0", "p1", "p2"]


def test_one_bad_row_of_a_table_is_reported_and_the_rest_is_indexed(client: TestClient, index: Index) -> None:
    body = table("id,title,image", f'1,One,"{inline(1)}"', "2,=Two,nowhere.jpg", f'3,Three,"{inline(3)}"')
    job = client.post("/v1/products?wait=20", content=body, headers=CSV).json()["job"]
    report = job["report"]
    assert (report["rows"], report["added"], report["reported"]) == (3, 2, 1)
    assert index.ids == ["1", "3"]
    (problem,) = report["problems"]
    assert (problem["row"], problem["id"], problem["uri"]) == (2, "2", "nowhere.jpg")
    answer = client.get(f"/v1/jobs/{job['id']}/report.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    (listed,) = csv.DictReader(io.StringIO(answer.text))
    assert (listed["row"], listed["id"], listed["reason"], listed["indexed"]) == (
        "2",
        "2",
        "outside",
        "False",
    )


def test_a_long_report_stands_in_the_table_as_a_whole(client: TestClient) -> None:
    lines = [f"{n},no.jpg" for n in range(500)]
    answer = client.post("/v1/products?wait=20", content=table("id,image", *lines), headers=CSV)
    job = answer.json()["job"]
    assert (job["report"]["reported"], len(job["report"]["problems"])) == (500, 200)
    assert len(client.get(f"/v1/jobs/{job['id']}/report.csv").text.splitlines()) == 501
    (shown,) = client.get("/v1/jobs").json()["jobs"]
    assert "problems" not in shown["report"]


def test_long_work_is_accepted_and_can_be_followed(client: TestClient, encoder: PatientEncoder) -> None:
    encoder.gate.clear()
    answer = add(client, range(3), "?wait=0")
    assert (answer.status_code, answer.headers["retry-after"]) == (202, "1")
    job = answer.json()["job"]
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert job["state"] in ("queued", "running")
    shown = client.get(answer.headers["location"])
    assert (shown.status_code, shown.json()["job"]["finished"]) == (200, None)
    assert client.get(f"/v1/jobs/{job['id']}/report.csv").json()["code"] == "unknown-report"
    encoder.gate.set()
    assert ended(client, job["id"])["report"]["added"] == 3


def test_waiting_for_a_job_holds_nobody_else_up(client: TestClient, encoder: PatientEncoder) -> None:
    encoder.gate.clear()
    answers: list[Any] = []
    waiting = [
        threading.Thread(target=lambda: answers.append(add(client, range(1), "?wait=30"))) for _ in range(45)
    ]
    for thread in waiting:
        thread.start()
    until(lambda: len(client.get("/v1/jobs").json()["jobs"]) == 45)
    assert client.get("/v1/products").status_code == 200  # more wait than there are threads for requests
    assert answers == []
    encoder.gate.set()
    for thread in waiting:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}


def test_many_who_write_at_once_lose_nothing(client: TestClient, index: Index) -> None:
    answers: list[Any] = []
    callers = [
        threading.Thread(target=lambda n=n: answers.append(add(client, range(3 * n, 3 * n + 3), "?wait=0")))
        for n in range(12)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    ids = [answer.json()["job"]["id"] for answer in answers]
    assert len(set(ids)) == 12
    assert [ended(client, id)["state"] for id in ids] == ["done"] * 12
    assert index.ids == sorted(f"p{n}" for n in range(36))
    listed = [job["id"] for job in client.get("/v1/jobs").json()["jobs"]]
    assert listed == sorted(ids, reverse=True)
    assert [job["id"] for job in client.get("/v1/jobs?limit=2").json()["jobs"]] == listed[:2]


def test_a_product_is_removed(client: TestClient, index: Index) -> None:
    add(client, range(2))
    awkward = client.post("/v1/products?wait=20", json=[{"id": "a/b c?ü", "image": inline(9)}])
    assert awkward.status_code == 200
    for id in ("p0", "a%2Fb%20c%3F%C3%BC"):
        answer = client.delete(f"/v1/products/{id}")
        assert answer.status_code == 200
        job = answer.json()["job"]
        assert (job["kind"], job["state"], job["report"]["removed"]) == ("remove", "done", 1)
        assert client.get(f"/v1/products/{id}").status_code == 404
        again = client.delete(f"/v1/products/{id}")
        assert (again.status_code, again.json()["code"]) == (404, "unknown-product")
    assert index.ids == ["p1"]


def test_a_removal_while_others_write_is_accepted_and_done_after_them(
    client: TestClient, index: Index, encoder: PatientEncoder
) -> None:
    add(client, range(2))
    encoder.gate.clear()
    running, queued = add(client, range(2, 4), "?wait=0"), add(client, range(1), "?wait=0")
    answer = client.delete("/v1/products/p0?wait=0")
    assert answer.status_code == 202
    encoder.gate.set()
    removed = ended(client, answer.json()["job"]["id"])
    assert [ended(client, one.json()["job"]["id"])["state"] for one in (running, queued)] == ["done"] * 2
    assert removed["report"]["removed"] == 1
    assert index.ids == ["p1", "p2", "p3"]


def test_a_feed_removes_what_it_no_longer_names_unless_that_is_too_much(
    client: TestClient, index: Index
) -> None:
    add(client, range(10))
    refused = add(client, range(5), "?wait=20&mode=sync")
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-removals")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["job"]["state"] == "failed"
    assert client.get(f"/v1/jobs/{refused.json()['job']['id']}").status_code == 200
    assert len(index) == 10
    answer = add(client, range(5), "?wait=20&mode=sync&max_removed=0.5")
    assert (answer.json()["job"]["kind"], answer.json()["job"]["report"]["removed"]) == ("sync", 5)
    assert len(index) == 5


def test_a_job_is_stopped(client: TestClient, index: Index, encoder: PatientEncoder) -> None:
    encoder.seconds = 0.05
    id = add(client, range(300), "?wait=0").json()["job"]["id"]
    until(lambda: client.get(f"/v1/jobs/{id}").json()["job"]["done"] > 2)
    stopped = client.delete(f"/v1/jobs/{id}?wait=20")
    job = stopped.json()["job"]
    assert (stopped.status_code, job["state"]) == (200, "stopped")
    assert len(index) == job["report"]["added"] < 300
    assert client.get(f"/v1/jobs/{id}/report.csv").status_code == 200
    assert client.delete(f"/v1/jobs/{id}").json()["job"]["state"] == "stopped"


def test_a_job_that_nobody_knows(client: TestClient) -> None:
    for call in (client.get, client.delete):
        for path in ("/v1/jobs/nothing", "/v1/jobs/..%2F..", "/v1/jobs/%2e%2e", "/v1/jobs/nothing%00"):
            assert call(path).status_code == 404, path
    assert client.get("/v1/jobs/nothing").json()["code"] == "unknown-job"
    assert client.get("/v1/jobs/nothing/report.csv").json()["code"] == "unknown-job"


@pytest.mark.parametrize(
    "query",
    ["wait=31", "wait=-1", "wait=nan", "wait=soon", "mode=replace", "max_removed=0.5", "map=x", "colour=red",
     "mode=sync&max_removed=2", "wait=1&wait=2", "format=xlsx"],
)  # fmt: skip
def test_wrong_parameters_are_refused_before_anything_is_kept(
    client: TestClient, folder: Path, query: str
) -> None:
    answer = add(client, range(1), f"?{query}")
    assert answer.status_code == 400
    assert answer.json()["next_step"]
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_only_this_machine_writes_without_a_key(app: FastAPI) -> None:
    with TestClient(app, base_url="http://shop.example", client=("203.0.113.9", 1)) as stranger:
        assert app.state.served.wait(60)
        for call, path in (
            (stranger.post, "/v1/products"),
            (stranger.delete, "/v1/products/p0"),
            (stranger.get, "/v1/jobs"),
            (stranger.get, "/v1/jobs/x"),
            (stranger.delete, "/v1/jobs/x"),
            (stranger.get, "/v1/jobs/x/report.csv"),
        ):
            assert call(path).status_code == 403, path


def test_a_write_key_writes_and_a_read_key_does_not(index: Index) -> None:
    app = create_app(index, ServiceConfig(read_keys=("look",), write_keys=("change",)))
    with TestClient(app, base_url="http://shop.example", client=("203.0.113.9", 1)) as caller:
        assert app.state.served.wait(60)
        for key, status in (("", 401), ("look", 403), ("change", 200)):
            caller.headers["authorization"] = f"Bearer {key}"
            assert add(caller, range(1)).status_code == status


def test_nothing_is_written_before_the_index_is_there(tmp_path: Path) -> None:
    app = create_app(tmp_path / "no-index")
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as caller:
        assert add(caller, range(1)).status_code == 503
    assert not (tmp_path / "no-index").exists()


def test_what_was_accepted_is_done_by_the_next_service(
    app: FastAPI, index: Index, encoder: PatientEncoder
) -> None:
    here = ("127.0.0.1", 1)
    encoder.seconds = 0.05
    with TestClient(app, base_url="http://127.0.0.1", client=here) as first:
        assert app.state.served.wait(60)
        ids = [add(first, range(n * 40, n * 40 + 40), "?wait=0").json()["job"]["id"] for n in range(2)]
        until(lambda: first.get(f"/v1/jobs/{ids[0]}").json()["job"]["done"] > 2)
    encoder.seconds = 0.0
    with TestClient(create_app(index), base_url="http://127.0.0.1", client=here) as second:
        until(lambda: second.get("/health/ready").status_code == 200)
        assert [ended(second, id)["state"] for id in ids] == ["done", "done"]
    assert len(index) == 80


def test_times_are_written_as_the_standard_says(client: TestClient) -> None:
    job = add(client, range(1)).json()["job"]
    for name in ("created", "started", "finished"):
        moment = time.strptime(job[name].split(".")[0], "%Y-%m-%dT%H:%M:%S")
        assert job[name].endswith("Z")
        assert moment.tm_year >= 2024
