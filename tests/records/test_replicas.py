"""Two services on one PostgreSQL, each with an index of its own: events count once, decisions are shared."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from lookalike.index import Index
from lookalike.records.records import Records
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.postgres import PostgresServer
from lookalike.testing.serving import listening
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import empty_place

BEGAN = 1_700_000_000_000
RULES = '[[rule]]\nname = "never"\naction = "exclude"\nids = ["{}"]\n'


def ask(address: str, path: str, body: Any = None, method: str | None = None) -> Any:
    data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    kind = "application/toml" if isinstance(body, str) else "application/json"
    request = Request(f"{address}{path}", data, {"Content-Type": kind}, method=method)
    with urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether it is so before half a minute is over, however slow the machine is."""
    until = time.monotonic() + 30
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()


@pytest.fixture(scope="module")
def database(mortal: PostgresServer) -> str:
    return empty_place(mortal)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replicas")


@pytest.fixture(scope="module")
def replicas(database: str, folder: Path) -> Iterator[list[str]]:
    """The addresses of two services over copies of the tiny shop."""
    Index.create(folder / "one", GridEncoder()).add(tiny_shop().products)
    shutil.copytree(folder / "one", folder / "two")
    indexes = [
        Index.open(folder / name, GridEncoder(), follow=False, events=database) for name in ("one", "two")
    ]
    config = ServiceConfig(events=database)
    with listening(indexes[0], config) as one, listening(indexes[1], config) as two:
        yield [one, two]
    for index in indexes:
        index._records.close()


def test_events_that_are_told_to_both_count_once(replicas: list[str], database: str) -> None:
    def event(number: int) -> dict[str, Any]:
        return {"user": f"user-{number % 7}", "item": "0007", "event": "viewed", "timestamp": BEGAN + number}

    def tell(number: int) -> int:
        batch = [event(n) for n in range(5 * (number // 2), 5 * (number // 2) + 10)]
        return int(ask(replicas[number % 2], "/v1/events", batch)["recorded"])

    with ThreadPoolExecutor(8) as pool:
        recorded = sum(pool.map(tell, range(40)))
    records = Records.open(database)
    weights = sum(touch.weight for user in records.users() for touch in records.touches(user))
    assert (recorded, records.count(), weights, records.flaws()) == (105, 105, 105.0, [])
    records.close()


def test_rules_that_are_set_on_one_hold_on_the_other(replicas: list[str], tmp_path: Path) -> None:
    one, two = replicas
    asked = "/v1/similar/0007?k=5"
    first = ask(two, asked)["results"][0]["id"]
    ask(one, "/v1/rules", RULES.format(first), "PUT")
    assert soon(lambda: first not in [product["id"] for product in ask(two, asked)["results"]])
    ask(two, "/v1/rules", method="DELETE")
    assert soon(lambda: ask(one, asked)["results"][0]["id"] == first)


def test_what_is_said_of_copies_on_both_at_once_is_known_to_both(replicas: list[str]) -> None:
    def judged(address: str, keep: str, other: str) -> dict[str, Any]:
        pair = {"keep": {"id": keep, "picture": 0}, "other": {"id": other, "picture": 0}}
        told = {**pair, "verdict": "same"}
        return dict(ask(address, "/v1/duplicates/judgements", {"judgements": [told]}))

    pairs = [("t5", "b3"), ("s4", "w1"), ("m2", "d1"), ("c1", "l1")]

    named = frozenset(id for pair in pairs for id in pair)

    def copies(address: str) -> set[frozenset[str]]:
        groups = ask(address, "/v1/duplicates?limit=50")["groups"]
        return {
            frozenset(one["id"] for one in (group["head"], *group["members"])) & named for group in groups
        }

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: judged(replicas[n % 2], *pairs[n]), range(4)))

    for address in replicas:
        assert soon(lambda address=address: copies(address) >= {frozenset(pair) for pair in pairs})  # type: ignore[misc]


def test_a_job_of_one_is_known_to_the_other(replicas: list[str]) -> None:
    one, two = replicas
    rows = [{"id": "lamp", "title": "Lamp", "image": "lamp.jpg"}]
    job = ask(one, "/v1/products?wait=30", rows)["job"]
    path = f"/v1/jobs/{job['id']}"
    assert job["state"] == "done" and job["replica"] and job["report"]["problems"]
    assert soon(lambda: ask(two, path)["job"] == job)
    assert ask(two, f"{path}?wait=30")["job"] == job
    assert job["id"] in [one["id"] for one in ask(two, "/v1/jobs")["jobs"]]
    with urlopen(f"{two}{path}/report.csv", timeout=60) as here, urlopen(f"{one}{path}/report.csv") as there:
        assert here.read() == there.read() != b""


@contextmanager
def stopped(server: PostgresServer) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


@pytest.mark.parametrize(
    ("away", "product"), [(stopped, "c3"), (PostgresServer.standing_still, "l1")], ids=["stopped", "silent"]
)
def test_answers_go_on_while_the_server_is_away(
    replicas: list[str],
    mortal: PostgresServer,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    away: Callable[[PostgresServer], AbstractContextManager[None]],
    product: str,
) -> None:
    monkeypatch.setattr("lookalike.records.postgresql.Server.patience", 0.5)
    monkeypatch.setattr("lookalike.records.line.SILENCE", 0.2)
    monkeypatch.setattr("lookalike.records.line.KNOCK", 2)
    ask(replicas[1], "/v1/recommend?k=3")  # signals of behaviour are followed from then on
    with away(mortal):
        assert ask(replicas[0], "/v1/similar/0007?k=3")["results"]
        with pytest.raises(OSError, match="503") as refused:
            ask(replicas[0], "/v1/events", {"user": "u", "item": "0007", "event": "viewed"})
        problem = json.loads(refused.value.read())  # type: ignore[attr-defined]
        assert problem["code"] == "storage-away" and "runs" in problem["next_step"]
        assert ask(replicas[1], "/v1/similar/0007?k=3")["results"]
        version = Index.open(folder / "two", GridEncoder()).manifest.version
        Index.open(folder / "two", GridEncoder()).remove([product])  # by somebody who needs no events
        assert soon(lambda: ask(replicas[1], "/health/ready")["version"] > version)
        assert soon(lambda: "storage-away" in json.dumps(ask(replicas[1], "/health/ready").get("error")))
    event = {"user": product, "item": "0007", "event": "viewed", "timestamp": BEGAN}
    assert soon(lambda: told(replicas[0], event)["rows"] == 1)
    assert soon(lambda: told(replicas[1], event)["repeated"] == 1)
    assert soon(lambda: "error" not in ask(replicas[1], "/health/ready"))
    said = [record.getMessage() for record in caplog.records if record.name == "lookalike.service"]
    assert any("known last" in line for line in said)
    assert not any("cannot be loaded" in line for line in said)  # it was


def told(address: str, event: dict[str, Any]) -> dict[str, Any]:
    """What became of an event, or of nothing while it is refused."""
    try:
        return dict(ask(address, "/v1/events", event))
    except OSError:
        return {"rows": 0, "repeated": 0}
