"""What people say of pictures over HTTP: taken row by row, kept, and known to every worker."""

from __future__ import annotations

import json
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lookalike.errors import IndexLocked
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import Ask, asking
from .copies import COPY, LOSSLESS, MUG, groups_of, judge, judgement, served, together, without_products

JSON = {"content-type": "application/json"}


def test_what_is_not_the_same_is_in_no_group_together_and_can_be_taken_back(own: TestClient) -> None:
    before = groups_of(own)
    said = judge(own, judgement(("t5", 0), ("t5-bis", 0), "not-same"))
    assert (said["taken"], said["refused"]) == (1, [])
    after = groups_of(own)
    assert together(before) - together(after) == {frozenset({"t5", "t5-bis"})}
    assert after["total"] == before["total"] - 1
    judge(own, judgement(("t5-bis", 0), ("t5", 0), "undo"))
    assert without_products(groups_of(own)) == without_products(before)


def test_a_group_that_was_judged_is_reviewed_and_says_which_picture_stays(own: TestClient) -> None:
    before = groups_of(own)
    assert before["left"] == before["total"] == groups_of(own, reviewed="false")["total"]
    assert groups_of(own, reviewed="true")["groups"] == []
    judge(own, judgement(COPY, MUG, "same"), judgement(COPY, LOSSLESS, "same"))
    (group,) = groups_of(own, reviewed="true")["groups"]
    assert group["reviewed"] is True
    assert group["keep"] == {"id": "m1-bis", "picture": 0}
    after = groups_of(own)
    assert (after["total"], after["left"]) == (before["total"], before["left"] - 1)
    assert groups_of(own, reviewed="false")["total"] == before["total"] - 1


def test_judgements_that_cannot_be_taken_are_refused_by_their_row_and_the_rest_is_taken(
    own: TestClient,
) -> None:
    bad: list[Any] = [
        judgement(("nobody", 0), MUG, "same"),
        judgement(MUG, ("m1-bis", 7), "same"),
        judgement(MUG, ("x" * 100_000, 0), "same"),
        judgement(MUG, COPY, "perhaps"),
        judgement(MUG, MUG, "same"),
        {
            "keep": {"id": "m1", "picture": "first"},
            "other": {"id": "m1-bis", "picture": 0},
            "verdict": "same",
        },
        {"keep": "m1", "other": "m1-bis", "verdict": "same"},
        {"keep": {"id": "m1"}, "verdict": "same"},
        {"keep": {"id": "m1", "picture": 2**70}, "other": {"id": "m1-bis", "picture": 0}, "verdict": "same"},
        {"keep": {"id": ["m1"], "picture": 0}, "other": {"id": {}, "picture": 0}, "verdict": []},
        "m1 is m1-bis",
        None,
        [[[]]],
    ]
    said = judge(own, *bad, judgement(MUG, COPY, "same"))
    assert said["taken"] == 1
    assert [one["row"] for one in said["refused"]] == list(range(1, len(bad) + 1))
    assert all(one["message"] and one["next_step"] and len(one["message"]) < 500 for one in said["refused"])
    assert groups_of(own, reviewed="true")["total"] <= 1


def test_ten_thousand_judgements_come_in_one_call_and_no_more(own: TestClient) -> None:
    many = [judgement(MUG, COPY, "same"), judgement(("nobody", 0), COPY, "same")] * 5_000
    said = judge(own, *many)
    assert (said["taken"], len(said["refused"])) == (5_000, 5_000)
    answer = own.post("/v1/duplicates/judgements", json={"judgements": [*many, many[0]]})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-argument")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", JSON, 400),
        (b"{}", JSON, 400),
        (b"[]", JSON, 400),
        (b"null", JSON, 400),
        (b'{"judgements": {}}', JSON, 400),
        (b'{"judgements": []}', JSON, 400),
        (b'{"judgements": [], "more": 1}', JSON, 400),
        (b'{"judgements": [', JSON, 400),
        (b"[" * 100_000 + b"]" * 100_000, JSON, 400),
        (b'{"judgements": ' + b"[" * 500_000 + b"]" * 500_000 + b"}", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"keep=m1", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"id,decision\n", {"content-type": "text/csv"}, 415),
        (b" " * (2**22 + 1), JSON, 413),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_body_that_is_no_list_of_judgements_is_refused(
    shop: TestClient, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = shop.post("/v1/duplicates/judgements", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] and answer.json()["next_step"]


def test_reading_needs_a_read_key_and_judging_a_write_key(ask: Ask) -> None:
    client = ask(ServiceConfig(read_keys=("reader",), write_keys=("writer",)))
    body = {"judgements": [judgement(("nobody", 0), MUG, "same")]}
    for key, reads, writes in ((None, 401, 401), ("reader", 200, 403), ("writer", 200, 200)):
        headers = {} if key is None else {"x-api-key": key}
        for path in ("/v1/duplicates", "/v1/duplicates.csv"):
            assert client.get(path, headers=headers).status_code == reads
        assert client.post("/v1/duplicates/judgements", json=body, headers=headers).status_code == writes
        if key != "writer":
            assert client.post("/v1/duplicates", headers=headers).status_code == writes


def test_only_this_machine_judges_without_a_key(ask: Ask) -> None:
    stranger = ask(client=("203.0.113.9", 1), host="shop.example")
    assert stranger.get("/v1/duplicates").status_code == 200
    for path in ("/v1/duplicates", "/v1/duplicates/judgements"):
        answer = stranger.post(path, json={"judgements": []})
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


def test_what_one_worker_was_told_every_worker_knows_soon(own_path: Path) -> None:
    with asking(served(own_path)) as one, asking(served(own_path)) as other:
        before = groups_of(other)
        judge(one, judgement(("t5", 0), ("t5-bis", 0), "not-same"))
        gone = frozenset({"t5", "t5-bis"})
        assert together(groups_of(one)) == together(before) - {gone}
        until = time.monotonic() + 60
        while gone in together(groups_of(other)):
            assert time.monotonic() < until, "the other worker never heard of it"
            time.sleep(0.02)


def test_of_what_many_say_to_two_workers_at_once_nothing_is_lost(own_path: Path) -> None:
    ids = served(own_path).ids
    pairs = [((one, 0), (other, 0)) for one, other in pairwise(ids[:25])]
    said: list[Any] = []
    with asking(served(own_path)) as one, asking(served(own_path)) as other:

        def say(at: int) -> None:
            said.append(judge((one, other)[at % 2], judgement(*pairs[at], "not-same")))

        callers = [threading.Thread(target=say, args=(at,)) for at in range(len(pairs))]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(60)
    assert [document["taken"] for document in said] == [1] * len(pairs)
    kept = {frozenset((held.keep, held.other)) for held in Index.open(own_path, GridEncoder()).judgements()}
    assert kept == {frozenset(pair) for pair in pairs}


def test_a_judgement_that_cannot_be_kept_now_is_a_problem_with_its_next_step(
    own: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*given: Any, **more: Any) -> Any:
        raise IndexLocked("Another process is writing to the index.", next_step="Wait until it is done.")

    monkeypatch.setattr(Index, "judge", locked)
    answer = own.post("/v1/duplicates/judgements", json={"judgements": [judgement(MUG, COPY, "same")]})
    assert (answer.status_code, answer.json()["code"]) == (409, "index-locked")


def test_ids_of_every_kind_can_be_judged(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    picture = tiny_shop().products[0].pictures[0].data
    assert picture is not None
    index.add([Product(id, (PictureSource(data=picture),)) for id in ("a/b c?ü", "=1+1")])
    with asking(index) as client:
        (group,) = groups_of(client)["groups"]
        assert {member["id"] for member in group["members"]} == {"a/b c?ü", "=1+1"}
        assert json.loads(client.get("/v1/duplicates", params={"product": "a/b c?ü"}).content)["total"] == 1
        assert judge(client, judgement(("a/b c?ü", 0), ("=1+1", 0), "not-same"))["taken"] == 1
        assert groups_of(client)["groups"] == []
