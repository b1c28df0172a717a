"""The groups over HTTP: what Python says, in pages, as a table, filtered; and what people say of them."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from lookalike.errors import IndexLocked
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.service.config import ServiceConfig
from lookalike.service.duplicates.groupings import Groupings
from lookalike.service.problems import Busy
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import Ask, asking

JSON = {"content-type": "application/json"}
MUG, COPY, LOSSLESS = ("m1", 0), ("m1-bis", 0), ("m1-ter", 0)


@pytest.fixture
def own_path(shop_index: Index, tmp_path: Path) -> Path:
    """The tiny shop's index, to be written to."""
    assert shop_index.path is not None
    return Path(shutil.copytree(shop_index.path, tmp_path / "index"))


@pytest.fixture
def own(own_path: Path) -> Iterator[TestClient]:
    with asking(served(own_path)) as client:
        yield client


def served(path: Path) -> Index:
    """An index as a worker of its own has it."""
    return Index.open(path, GridEncoder(), follow=False)


def groups_of(client: TestClient, **wishes: Any) -> Any:
    answer = client.get("/v1/duplicates", params={"limit": 100, **wishes})
    assert answer.status_code == 200, answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    return answer.json()


def judgement(keep: tuple[str, int], other: tuple[str, int], verdict: str) -> dict[str, Any]:
    return {
        "keep": {"id": keep[0], "picture": keep[1]},
        "other": {"id": other[0], "picture": other[1]},
        "verdict": verdict,
    }


def judge(client: TestClient, *judgements: Any) -> Any:
    answer = client.post("/v1/duplicates/judgements", json={"judgements": [*judgements]})
    assert answer.status_code == 200, answer.text
    return answer.json()


def together(document: Any) -> set[frozenset[str]]:
    """The products of each group."""
    return {frozenset(member["id"] for member in group["members"]) for group in document["groups"]}


def without_products(document: Any) -> list[Any]:
    return [
        {
            **group,
            "head": bare(group["head"]),
            "worst": bare(group["worst"]),
            "members": [*map(bare, group["members"])],
        }
        for group in document["groups"]
    ]


def bare(member: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in member.items() if name != "product"}


def test_the_groups_are_those_that_python_finds(shop: TestClient, shop_index: Index) -> None:
    document = groups_of(shop)
    said = shop_index.duplicates(look=False).to_dict()
    assert without_products(document) == said["groups"]
    assert {name: document[name] for name in ("pictures", "looked_at", "complete", "kinds", "version")} == {
        name: said[name] for name in ("pictures", "looked_at", "complete", "kinds", "version")
    }
    copies = {frozenset({id, *others}) for id, others in tiny_shop().copies.items()}
    assert copies <= together(document)


def test_each_member_comes_with_its_product(shop: TestClient) -> None:
    for group in groups_of(shop)["groups"]:
        assert group["members"][0] == group["head"]
        for member in (group["worst"], *group["members"]):
            assert member["product"] == shop.get(f"/v1/products/{quote(member['id'])}").json()["product"]


def test_pages_put_together_are_the_whole_in_one_order(shop: TestClient) -> None:
    whole = groups_of(shop)
    address, seen = "/v1/duplicates?limit=1", []
    while address:
        page = shop.get(address).json()
        assert (page["total"], page["left"], page["limit"]) == (whole["total"], whole["left"], 1)
        seen += page["groups"]
        address = page["next"]
    assert seen == whole["groups"]
    assert len({group["id"] for group in seen}) == len(seen) == whole["total"] >= 3
    after = shop.get("/v1/duplicates?offset=1000000000").json()
    assert (after["groups"], after["next"], after["total"]) == ([], None, whole["total"])


def test_groups_are_of_the_kinds_asked_for(shop: TestClient, shop_index: Index) -> None:
    for kinds in ("same-bytes", "same-bytes,same-pixels", "variant"):
        document = groups_of(shop, kinds=kinds)
        said = shop_index.duplicates(kinds=tuple(sorted(kinds.split(","))), look=False).to_dict()
        assert without_products(document) == said["groups"]
        assert {group["kind"] for group in document["groups"]} <= set(kinds.split(","))
    assert groups_of(shop, kinds="same-bytes")["total"] == 2
    apart = shop.get("/v1/duplicates?kinds=same-pixels&kinds=same-bytes&limit=100").json()
    assert apart["groups"] == groups_of(shop, kinds="same-bytes,same-pixels")["groups"]


def test_groups_are_counted_for_each_kind_alone(shop: TestClient) -> None:
    assert "counts" not in groups_of(shop)
    counts = groups_of(shop, counts="true", kinds="same-pixels", reviewed="true")["counts"]
    for kind in ("same-bytes", "same-pixels", "same-photograph", "variant"):
        alone = groups_of(shop, kinds=kind)
        assert counts[kind] == {"total": alone["total"], "left": alone["left"]}
    assert counts["same-bytes"]["total"] == 2
    assert groups_of(shop, counts="true", product="m1-bis")["counts"]["same-bytes"]["total"] == 1


def test_groups_of_one_product(shop: TestClient) -> None:
    document = groups_of(shop, product="m1-bis", limit=1)
    assert document["total"] == 1
    assert together(document) == {frozenset({"m1", "m1-bis", "m1-ter"})}
    assert "product=m1-bis" in shop.get("/v1/duplicates?product=m1-bis&limit=1").request.url.query.decode()
    refused = shop.get("/v1/duplicates?product=nobody")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-product")


@pytest.mark.parametrize(
    "query",
    [
        "kinds=same",
        "kinds=same-bytes,alike",
        "threshold=2",
        "threshold=-0.1",
        "threshold=nan",
        "threshold=inf",
        "threshold=much",
        "threshold=0x1",
        "threshold=0_1",
        "threshold=.",
        "threshold=1e999",
        "threshold=" + "9" * 5000,
        "threshold=0.9&threshold=0.8",
        "reviewed=perhaps",
        "limit=0",
        "limit=101",
        "offset=-1",
        "offset=1000000001",
        "colour=red",
        "product=",
        "product=" + "x" * 20_000,
    ],
    ids=lambda query: query[:40],
)
def test_what_cannot_be_asked_is_refused_with_the_next_step(shop: TestClient, query: str) -> None:
    for address in ("/v1/duplicates", "/v1/duplicates.csv"):
        answer = shop.get(f"{address}?{query}")
        assert answer.status_code in (400, 404), answer.text
        problem = answer.json()
        assert problem["code"] in ("bad-argument", "unknown-product")
        assert problem["detail"] and problem["next_step"] and len(problem["detail"]) <= 600


def test_the_table_is_what_python_writes_and_names_no_file_of_the_server(
    shop: TestClient, shop_index: Index, tmp_path: Path
) -> None:
    answer = shop.get("/v1/duplicates.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    shop_index.duplicates(look=False).to_csv(tmp_path / "said.csv")
    with (tmp_path / "said.csv").open(encoding="utf-8-sig", newline="") as file:
        said = list(csv.DictReader(file))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert list(rows[0]) == list(said[0])
    assert [{**row, "uri": ""} for row in rows] == [{**row, "uri": ""} for row in said]
    for row in rows:
        assert row["uri"] == f"/v1/pictures/{quote(row['id'])}/{row['picture']}"
    few = shop.get("/v1/duplicates.csv?kinds=same-bytes&product=m1").content.decode("utf-8-sig")
    assert {row["id"] for row in csv.DictReader(io.StringIO(few))} == {"m1", "m1-bis"}
    assert shop.get("/v1/duplicates.csv?limit=3").status_code == 400


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
        until = time.monotonic() + 5
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


def test_groups_are_worked_out_once_for_all_who_ask_and_again_when_something_changed(
    own: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go, work = [], threading.Event(), Index.duplicates

    def counted(self: Index, *given: Any, **more: Any) -> Any:
        asked.append(threading.current_thread().name)
        assert go.wait(20)
        return work(self, *given, **more)

    monkeypatch.setattr(Index, "duplicates", counted)
    totals: list[int] = []
    callers = [threading.Thread(target=lambda: totals.append(groups_of(own)["total"])) for _ in range(6)]
    for caller in callers:
        caller.start()
    time.sleep(0.2)
    assert own.get("/health/live").status_code == 200  # meanwhile others are answered
    go.set()
    for caller in callers:
        caller.join(20)
    assert len(totals) == 6 and len(set(totals)) == 1
    assert len(asked) == 1 and asked[0].startswith("lookalike-turn")
    groups_of(own, reviewed="false")
    own.get("/v1/duplicates.csv?product=m1")
    assert len(asked) == 1
    groups_of(own, threshold=0.95)
    assert len(asked) == 2
    judge(own, judgement(MUG, COPY, "same"))
    groups_of(own)
    assert len(asked) == 3


def test_more_wishes_than_may_wait_are_sent_away(shop_index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(Index, "duplicates", lambda *given, **more: go.wait(20))

    async def ask_much() -> list[Any]:
        groupings = Groupings()
        asked = [
            asyncio.create_task(groupings.of(shop_index, None, 0.8 + number / 1000)) for number in range(40)
        ]
        await asyncio.sleep(0.1)
        go.set()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        groupings.close()
        return answers

    answers = asyncio.run(ask_much())
    assert sum(isinstance(answer, Busy) for answer in answers) == 40 - 17


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
