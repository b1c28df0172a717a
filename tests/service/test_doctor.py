"""Findings over HTTP: what Python says, in pages, filtered, as a table and a page; no path of the server."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lookalike.doctor.finding import KINDS, Finding
from lookalike.index import Index
from lookalike.service.config import ServiceConfig

from .ailing import BLURRED, FOUND, GONE, UNJUDGED, decide, decision, findings_of, note, opened
from .conftest import asking


@pytest.fixture(scope="module")
def ailing(shop_index: Index, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop after an examination. Nobody writes to it."""
    assert shop_index.path is not None
    index = opened(Path(shutil.copytree(shop_index.path, tmp_path_factory.mktemp("ailing") / "index")))
    note(index, FOUND[1], at=500)
    note(index, *FOUND)
    return index


@pytest.fixture(scope="module")
def client(ailing: Index) -> Iterator[TestClient]:
    with asking(ailing) as made:
        yield made


def told(index: Index, *kinds: str, **wishes: Any) -> Any:
    """What Python says, as JSON has it; of files the name alone."""
    document = index.doctor.findings(kinds or None, **wishes).to_dict()
    for one in document["findings"]:
        if one["kind"] == "unreadable":
            one["value"] = "gone.jpg"
            one["evidence"] = {"says": "There is no file gone.jpg."}
    return document


def test_the_findings_are_those_that_python_tells(client: TestClient, ailing: Index) -> None:
    document, said = findings_of(client), told(ailing)
    assert {name: document[name] for name in said} == said
    assert len(document["findings"]) == 5 == document["total"]
    assert document["unjudged"] == [one.to_dict() for one in UNJUDGED]


@pytest.mark.parametrize(
    ("asked", "kinds", "wishes"),
    [
        ({"kind": "blurred"}, ("blurred",), {}),
        ({"kind": "blurred,wrong-tag"}, ("blurred", "wrong-tag"), {}),
        ({"kind": ["blurred", "wrong-tag"]}, ("blurred", "wrong-tag"), {}),
        ({"section": "tags"}, ("tags",), {}),
        ({"section": "table", "kind": "tiny"}, ("table", "tiny"), {}),
        ({"confidence": 0}, (), {"confidence": 0}),
        ({"confidence": 0.8}, (), {"confidence": 0.8}),
        ({"new": "true"}, (), {"new": True}),
        ({"dismissed": "true"}, (), {"dismissed": True}),
        ({"kind": ""}, (), {}),
    ],
    ids=str,
)
def test_a_filter_is_that_of_python(
    client: TestClient, ailing: Index, asked: Any, kinds: Any, wishes: Any
) -> None:
    document, said = findings_of(client, **asked), told(ailing, *kinds, **wishes)
    assert {name: document[name] for name in said} == said
    assert document["total"] == len(said["findings"])


def test_kinds_are_counted_whatever_kind_or_product_is_shown(client: TestClient) -> None:
    whole = findings_of(client)["kinds"]
    assert [one["kind"] for one in whole] == list(KINDS)
    counted = {one["kind"]: (one["count"], one["new"]) for one in whole if one["count"]}
    assert counted == {"unreadable": (1, 1), "blurred": (2, 1), "wrong-tag": (1, 1), "variants-split": (1, 1)}
    assert whole[3]["title"] == KINDS["blurred"].title and whole[3]["section"] == "pictures"
    assert findings_of(client, kind="tiny", product="m1")["kinds"] == whole
    sure = findings_of(client, confidence=0.8)["kinds"]
    assert {one["kind"]: one["count"] for one in sure if one["count"]}["blurred"] == 1


def test_findings_of_one_product_are_those_that_name_it(client: TestClient) -> None:
    document = findings_of(client, product="m1")
    assert [one["kind"] for one in document["findings"]] == ["blurred", "variants-split"]
    assert (document["total"], document["counts"]) == (2, {"blurred": 1, "variants-split": 1})
    assert findings_of(client, product="nobody")["findings"] == []
    assert findings_of(client, product="gone")["total"] == 1


def test_the_products_of_a_page_and_those_beside_them_are_shown(client: TestClient) -> None:
    shown = findings_of(client)["shown"]
    assert set(shown) == {"gone", "m1", "t5", "0007", "0008"}
    assert shown["gone"] is None
    assert shown["0008"] == client.get("/v1/products/0008").json()["product"]
    assert set(findings_of(client, kind="blurred", limit=1)["shown"]) == {"m1"}


def test_pages_put_together_are_the_whole(client: TestClient) -> None:
    address, seen = "/v1/doctor?limit=2&confidence=0", []
    while address:
        page = client.get(address).json()
        assert (page["total"], page["limit"]) == (6, 2)
        seen += page["findings"]
        address = page["next"]
    assert seen == findings_of(client, confidence=0)["findings"]
    assert findings_of(client, offset=10**9)["findings"] == []


def test_an_overview_has_so_many_of_each_kind(client: TestClient) -> None:
    document = findings_of(client, each=1)
    assert [one["kind"] for one in document["findings"]] == [
        "unreadable",
        "blurred",
        "wrong-tag",
        "variants-split",
    ]
    assert document["findings"][1]["products"] == ["m1"], "the surest"
    assert (document["total"], document["next"], document["counts"]["blurred"]) == (5, None, 2)
    assert "each=1" in findings_of(client, each=1, limit=2)["next"]


def test_before_anybody_has_looked_there_is_nothing_and_it_says_so(
    shop: TestClient, shop_index: Index
) -> None:
    document = findings_of(shop)
    assert (document["examined_at"], document["findings"], document["total"]) == (None, [], 0)
    assert (document["products"], document["version"]) == (len(shop_index), shop_index.manifest.version)
    assert document["counts"] == {} and sum(one["count"] for one in document["kinds"]) == 0
    for name in ("doctor.csv", "doctor.html"):
        refused = shop.get(f"/v1/{name}")
        assert (refused.status_code, refused.json()["code"]) == (400, "bad-argument")
        assert "POST /v1/doctor" in refused.json()["next_step"]
    fixes = shop.get("/v1/doctor/fixes.csv")
    assert (fixes.status_code, fixes.text.splitlines()) == (200, ["id,image_link"])


def test_kinds_that_nobody_has_looked_for_are_as_if_nobody_had_examined(own_path: Path) -> None:
    index = opened(own_path)
    note(index, FOUND[1], kinds=("blurred",))
    with asking(index) as client:
        assert findings_of(client, section="tags")["examined_at"] is None
        assert findings_of(client)["total"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "kind=blured",
        "kind=tags,nothing",
        "section=shelf",
        "confidence=2",
        "confidence=-1",
        "confidence=nan",
        "confidence=much",
        "confidence=0.5&confidence=0.6",
        "new=perhaps",
        "dismissed=perhaps",
        "limit=0",
        "limit=101",
        "offset=-1",
        "each=0",
        "each=101",
        "decided=true",
        "product=a&product=b",
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_next_step(client: TestClient, query: str) -> None:
    for address in ("/v1/doctor", "/v1/doctor.csv", "/v1/doctor.html"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 400, answer.text
        problem = answer.json()
        assert problem["code"] == "bad-argument" and problem["next_step"]
    assert "Near it: blurred" in client.get("/v1/doctor?kind=blured").json()["next_step"]


def test_no_path_of_the_server_is_told(client: TestClient) -> None:
    for address in ("/v1/doctor", "/v1/doctor.csv", "/v1/doctor.html"):
        answer = client.get(address)
        assert "gone.jpg" in answer.text and "/srv" not in answer.text, address
    assert findings_of(client, kind="unreadable")["findings"][0]["id"] == FOUND[0].id


def test_a_path_without_a_folder_leaves_the_page_whole(own_path: Path) -> None:
    index = opened(own_path)
    rootless = replace(GONE, value="/gone.jpg", evidence={"says": "There is no file /gone.jpg."})
    note(index, rootless, BLURRED)
    with asking(index) as client:
        assert client.get("/v1/doctor.html").text == index.doctor.findings().to_html()


def test_a_picture_in_the_page_stays_whole_whatever_folders_are_named(own_path: Path) -> None:
    index = opened(own_path)
    note(index, BLURRED)
    data = index.doctor.findings().to_html().partition("base64,")[2].partition('"')[0]
    inside = data.split("/")[1]
    note(index, replace(GONE, value=f"/{inside}/gone.jpg"), BLURRED)
    with asking(index) as client:
        text = client.get("/v1/doctor.html").text
    assert f"/{inside}/" in data and data in text


def test_the_table_is_what_python_writes(client: TestClient, ailing: Index) -> None:
    answer = client.get("/v1/doctor.csv?confidence=0&section=pictures")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "doctor.csv" in answer.headers["content-disposition"]
    said = ailing.doctor.findings("pictures", confidence=0).csv_text().replace("/srv/shop/in/", "")
    assert answer.content.decode() == said
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["finding"] for row in rows] == [one.id for one in FOUND[:4]]


def test_the_page_runs_no_script_and_loads_nothing(client: TestClient, ailing: Index) -> None:
    answer = client.get("/v1/doctor.html?kind=blurred")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "doctor.html" in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.text == ailing.doctor.findings("blurred").to_html()


def test_reading_needs_a_read_key_and_examining_and_deciding_a_write_key(own_path: Path) -> None:
    reader, writer = {"x-api-key": "reader"}, {"x-api-key": "writer"}
    with asking(opened(own_path), ServiceConfig(read_keys=("reader",), write_keys=("writer",))) as client:
        for address in ("/v1/doctor", "/v1/doctor.csv", "/v1/doctor.html", "/v1/doctor/fixes.csv"):
            assert client.get(address).status_code == 401, address
            assert client.get(address, headers=reader).status_code != 401, address
        body = {"decisions": [decision("nothing", "dismiss")]}
        for address, sent in (("/v1/doctor?kind=tiny&wait=20", None), ("/v1/doctor/decisions", body)):
            assert client.post(address, json=sent).status_code == 401, address
            assert client.post(address, json=sent, headers=reader).status_code in (401, 403), address
            assert client.post(address, json=sent, headers=writer).status_code == 200, address


def test_pages_say_what_was_decided_and_found_since(own_path: Path) -> None:
    index = opened(own_path)
    note(index, *FOUND)
    with asking(index) as client:
        assert findings_of(client)["total"] == 5
        decide(client, decision(FOUND[1], "dismiss"))
        assert findings_of(client)["total"] == 4
        note(opened(own_path), at=2000)
        assert findings_of(client)["total"] == 0


def test_what_was_written_since_makes_the_findings_stale(own_path: Path) -> None:
    index = opened(own_path)
    note(index, *FOUND)
    with asking(index) as client:
        assert findings_of(client)["stale"] is False
        decide(client, decision(FOUND[4], "apply"))
        assert findings_of(client)["stale"] is True


def test_tens_of_thousands_of_findings_come_in_pages(own_path: Path) -> None:
    index = opened(own_path)
    note(index, *(Finding("blurred", ("m1",), 0.9, picture=n) for n in range(20_000)))
    with asking(index) as client:
        page = findings_of(client, offset=19_990)
        assert (page["total"], len(page["findings"]), page["next"]) == (20_000, 10, None)
        assert len({one["id"] for one in page["findings"]}) == 10
        assert (page["kinds"][3]["count"], page["kinds"][3]["new"]) == (20_000, 20_000)
