"""The groups over HTTP: what Python says, in pages, as a table, filtered, worked out once."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from lookalike.index import Index
from lookalike.service.duplicates.groupings import Groupings
from lookalike.service.problems import Busy
from lookalike.testing.tiny_shop import tiny_shop

from .copies import COPY, MUG, groups_of, judge, judgement, together, without_products


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


def test_groups_are_worked_out_once_for_all_who_ask_and_again_when_something_changed(
    own: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go, work = [], threading.Event(), Index.duplicates

    def counted(self: Index, *given: Any, **more: Any) -> Any:
        asked.append(threading.current_thread().name)
        assert go.wait(60)
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
        caller.join(60)
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
    monkeypatch.setattr(Index, "duplicates", lambda *given, **more: go.wait(60))

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
