"""What people decide of findings over HTTP: taken row by row, written, taken back, known to every worker."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lookalike.doctor.finding import Finding
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.testing.tiny_shop import tiny_shop

from .ailing import BLURRED, FOUND, GONE, SPLIT, WRONG, decide, decision, findings_of, note, opened
from .conftest import asking

JSON = {"content-type": "application/json"}
DEAR = Finding("price", ("m1",), 0.9, field="price", value="9.90 EUR", suggestion="990.00 EUR")


@pytest.fixture
def index(own_path: Path) -> Index:
    """The tiny shop after an examination, to be written to."""
    made = opened(own_path)
    note(made, *FOUND, DEAR)
    return made


@pytest.fixture
def client(index: Index) -> Iterator[TestClient]:
    with asking(index) as made:
        yield made


def category(client: TestClient, id: str = "0007") -> Any:
    return client.get(f"/v1/products/{id}").json()["product"]["category"]


def test_what_is_applied_is_written_at_once_and_can_be_taken_back(client: TestClient, index: Index) -> None:
    version = index.manifest.version
    said = decide(client, decision(WRONG, "apply"))
    assert (said["taken"], said["applied"], said["refused"], said["changed"]) == (1, 1, [], ["0007"])
    assert said["version"] == version + 1
    assert category(client) == "Clothing > Dresses"
    assert findings_of(client, section="tags")["findings"] == []
    (decided,) = findings_of(client, dismissed="true")["findings"]
    assert (decided["decision"], decided["applied"]) == ("applied", "Clothing > Dresses")
    assert decide(client, decision(WRONG, "undo"))["undone"] == 1
    assert category(client) == "Clothing > Tops > T-shirts"
    assert findings_of(client, section="tags")["total"] == 1


def test_a_value_of_one_s_own_is_written_instead(client: TestClient) -> None:
    decide(client, decision(WRONG, "apply", "Clothing > Skirts"), decision(DEAR, "apply", "12.50 EUR"))
    assert category(client) == "Clothing > Skirts"
    price = client.get("/v1/products/m1").json()["product"]["price"]
    assert price == {"amount": 12.5, "currency": "EUR"}


def test_what_is_dismissed_is_told_no_more_until_it_is_restored(client: TestClient, index: Index) -> None:
    version = index.manifest.version
    said = decide(client, decision(BLURRED, "dismiss"))
    assert (said["dismissed"], said["changed"], said["version"]) == (1, [], version)
    assert "m1" not in findings_of(client, kind="blurred")["shown"]
    note(index, *FOUND, at=3000)
    assert "m1" not in findings_of(client, kind="blurred")["shown"], "found again, and still dismissed"
    decide(client, decision(BLURRED, "undo"))
    assert "m1" in findings_of(client, kind="blurred")["shown"]


def test_decisions_that_cannot_be_taken_are_refused_by_their_row_and_the_rest_is_taken(
    client: TestClient,
) -> None:
    bad: list[Any] = [
        decision("f00000000dead", "apply"),
        decision(BLURRED, "apply"),
        decision(GONE, "apply", "x"),
        decision(WRONG, "perhaps"),
        decision(WRONG, "undo"),
        decision(DEAR, "apply", "cheap"),
        {"finding": WRONG.id, "decision": "apply", "value": 7},
        {"finding": ["x"], "decision": {}},
        {"decision": "apply"},
        {"finding": "x" * 100_000, "decision": "dismiss"},
        "apply",
        None,
        [[[]]],
    ]
    said = decide(client, *bad, decision(SPLIT, "dismiss"))
    assert (said["taken"], said["dismissed"]) == (1, 1)
    assert [one["row"] for one in said["refused"]] == list(range(1, len(bad) + 1))
    assert all(one["message"] and one["next_step"] and len(one["message"]) < 500 for one in said["refused"])
    assert category(client) == "Clothing > Tops > T-shirts"


def test_a_product_that_has_changed_since_is_not_written(client: TestClient, index: Index) -> None:
    changed = index.product("0007")
    index.add([Product("0007", changed.pictures, category="Hats")], duplicates=False, fit=False)
    said = decide(client, decision(WRONG, "apply"))
    assert (said["taken"], len(said["refused"])) == (0, 1)
    assert category(client) == "Hats"


def test_a_thousand_decisions_come_in_one_call_and_no_more(client: TestClient) -> None:
    many = [decision(BLURRED, "dismiss"), decision("fnothing", "dismiss")] * 500
    said = decide(client, *many)
    assert (said["taken"], len(said["refused"])) == (500, 500)
    answer = client.post("/v1/doctor/decisions", json={"decisions": [*many, many[0]]})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-argument")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", JSON, 400),
        (b"{}", JSON, 400),
        (b"[]", JSON, 400),
        (b"null", JSON, 400),
        (b'{"decisions": {}}', JSON, 400),
        (b'{"decisions": "/etc/passwd"}', JSON, 400),
        (b'{"decisions": []}', JSON, 400),
        (b'{"decisions": [], "more": 1}', JSON, 400),
        (b'{"decisions": ' + b"[" * 500_000 + b"]" * 500_000 + b"}", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"decision,finding\n", {"content-type": "text/csv"}, 415),
        (b" " * (2**22 + 1), JSON, 413),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_body_that_is_no_list_of_decisions_is_refused(
    shop: TestClient, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = shop.post("/v1/doctor/decisions", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] and answer.json()["next_step"]


def test_every_worker_knows_what_was_decided(own_path: Path) -> None:
    note(opened(own_path), *FOUND)
    with asking(opened(own_path)) as first, asking(opened(own_path)) as second:
        assert findings_of(second)["total"] == 5
        decide(first, decision(BLURRED, "dismiss"), decision(WRONG, "apply"))
        assert findings_of(second)["total"] == 3
        assert decide(second, decision(WRONG, "undo"))["undone"] == 1
        assert findings_of(first)["total"] == 4
        assert category(second) == "Clothing > Tops > T-shirts"


def test_decisions_of_many_at_once_are_all_kept(own_path: Path) -> None:
    many = [Finding("blurred", (f"p{n}",), 0.9, picture=0) for n in range(24)]
    note(opened(own_path), *many)
    with asking(opened(own_path)) as first, asking(opened(own_path)) as second:
        callers = [
            threading.Thread(target=decide, args=((first, second)[n % 2], decision(one, "dismiss")))
            for n, one in enumerate(many)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(30)
        assert findings_of(first)["total"] == findings_of(second)["total"] == 0
        assert findings_of(second, dismissed="true")["total"] == 24


def test_fixes_are_the_rows_of_what_was_corrected_without_paths_of_the_server(
    client: TestClient, index: Index, tmp_path: Path
) -> None:
    picture = tmp_path / "p.png"
    picture.write_bytes(tiny_shop().products[0].pictures[0].data or b"")
    index.add([Product("own", (PictureSource(str(picture)),), category="Hats")], duplicates=False, fit=False)
    hat = Finding("wrong-tag", ("own",), 0.9, field="category", value="Hats", suggestion="Caps")
    note(index, hat, WRONG)
    decide(client, decision(hat, "apply"), decision(WRONG, "apply"))
    answer = client.get("/v1/doctor/fixes.csv")
    assert "fixes.csv" in answer.headers["content-disposition"]
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert set(rows) == {"0007", "own"}
    assert str(tmp_path) not in answer.text
    sent = client.post("/v1/products?wait=20", content=answer.content, headers={"content-type": "text/csv"})
    report = sent.json()["job"]["report"]
    assert (report["unchanged"], report["reported"]) == (2, 0), report
    assert category(client) == "Clothing > Dresses"


def test_decisions_wait_for_a_job_that_writes(client: TestClient, index: Index) -> None:
    with index._store.writer(1.0):
        done: list[Any] = []
        caller = threading.Thread(target=lambda: done.append(decide(client, decision(WRONG, "apply"))))
        caller.start()
        time.sleep(0.3)
        assert done == []
    caller.join(60)
    assert done[0]["applied"] == 1
