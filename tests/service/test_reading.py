"""Reading over HTTP: the same answers as from Python, with ids, versions and addresses of pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from lookalike import attribution
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.service.app import create_app
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import Ask, asking


def ok(client: TestClient, path: str, **more: Any) -> Any:
    answer = client.request(more.pop("method", "GET"), path, **more)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"k": 3},
        {"where": "category~shirts"},
        {"exclude": ["0008", "0009"]},
        {"weights": "look=1,colour=0.5"},
        {"metric": "euclidean"},
        {"pictures": "all", "variants": "true"},
        {"duplicates": "true", "k": 60},
    ],
)
def test_similar_answers_what_python_answers(
    shop: TestClient, shop_index: Index, wishes: dict[str, Any]
) -> None:
    document = ok(shop, "/v1/similar/0007", params=wishes)
    same = shop_index.similar(
        "0007", **{**wishes, **{name: True for name in wishes if name in ("variants", "duplicates")}}
    )
    assert [
        (result["id"], result["score"], result["evidence"], result["why"]) for result in document["results"]
    ] == [
        (result.id, result.score, dict(result.evidence), [reason.to_dict() for reason in result.why])
        for result in same
    ]
    assert document["results"]
    assert document["complete"] == same.complete
    assert document["explain"] == same.to_dict()["explain"]
    assert document["version"] == same.version


def test_a_filter_may_come_in_parts_that_must_all_hold(shop: TestClient) -> None:
    apart = ok(shop, "/v1/similar/0007", params={"where": ["colour=blue", "price<=50EUR"]})
    whole = ok(shop, "/v1/similar/0007", params={"where": "colour=blue price<=50EUR"})
    assert apart["results"] == whole["results"]


def test_an_answer_can_be_named_later(shop: TestClient) -> None:
    first = ok(shop, "/v1/similar/0007")
    again = ok(shop, "/v1/similar/0007")
    said = attribution.read(first["attribution"])
    assert (said.door, said.seed, said.version) == ("similar", "0007", first["version"])
    assert first["attribution"] != again["attribution"]


def test_many_questions_are_answered_in_order_and_a_bad_one_alone_is_refused(shop: TestClient) -> None:
    questions = [
        {"id": "0007", "k": 2},
        {"id": "nobody"},
        {"id": "m1", "where": "colr=red"},
        {"id": "m1", "k": 0},
    ]
    document = ok(shop, "/v1/similar", method="POST", json={"requests": questions})
    first, *bad = document["answers"]
    alone = ok(shop, "/v1/similar/0007", params={"k": 2})
    assert first["results"] == alone["results"]
    assert [answer["error"]["code"] for answer in bad] == ["unknown-product", "bad-filter", "bad-argument"]
    assert document["version"] == alone["version"]


def test_each_of_many_questions_has_its_own_wishes(shop: TestClient, shop_index: Index) -> None:
    questions: list[dict[str, Any]] = [
        {"id": "0007", "but": "colour=blue", "recipe": "look", "where": None},
        {"id": "m1", "like": ["m2"], "unlike": {"t5": 0.5}, "k": 4},
        {"id": "m1", "stock": "first", "per_brand": 1, "diversity": 0.5, "variants": True},
        {"id": "m1", "where": "category=Mugs price<=0EUR"},
    ]
    answers = ok(shop, "/v1/similar", method="POST", json={"requests": questions})["answers"]
    for question, answer in zip(questions, answers, strict=True):
        wishes = {name: value for name, value in question.items() if value is not None and name != "id"}
        same = shop_index.similar(question["id"], **wishes)
        assert [one["id"] for one in answer["results"]] == same.ids
        assert [one["said"] for one in answer["instead"]] == [one.said for one in same.instead]
    assert answers[0]["results"][0]["id"] == "0008"
    first = answers[3]["instead"][0]["results"][0]
    assert first["product"]["pictures"][0]["url"] == f"/v1/pictures/{first['id']}/0"


@pytest.mark.parametrize(
    "wrong",
    [
        {"like": 5.5},
        {"like": {"m1": "much"}},
        {"unlike": {"nobody": 1}},
        {"but": 5},
        {"per_brand": "2"},
        {"diversity": "0.5"},
        {"variants": "yes"},
        {"recipe": []},
        {"where": ["colour=blue"]},
        {"text": "mug"},
    ],
    ids=str,
)
def test_a_wish_of_the_wrong_kind_is_refused_alone(shop: TestClient, wrong: dict[str, Any]) -> None:
    questions = [{"id": "0007", **wrong}, {"id": "0007"}]
    refused, fine = ok(shop, "/v1/similar", method="POST", json={"requests": questions})["answers"]
    assert refused["error"]["next_step"]
    assert refused["error"]["status"] in (400, 404)
    assert fine["results"]


def test_a_photo_and_words_are_sent_together(shop: TestClient, shop_index: Index) -> None:
    photo = tiny_shop().photos["photo-1.jpg"]
    files = {"image": ("p.jpg", photo)}
    document = ok(shop, "/v1/search", method="POST", files=files, data={"text": "red", "k": "5"})
    assert [one["id"] for one in document["results"]] == shop_index.search(photo, 5, text="red").ids
    empty = ok(shop, "/v1/search", method="POST", files=files, data={"text": "", "where": "", "k": "5"})
    assert [one["id"] for one in empty["results"]] == shop_index.search(photo, 5).ids


def test_words_find_titles(shop: TestClient, shop_index: Index) -> None:
    document = ok(shop, "/v1/search", params={"text": "mug", "k": 3})
    assert [result["id"] for result in document["results"]] == shop_index.search(text="mug", k=3).ids
    assert attribution.read(document["attribution"]).door == "search"


def test_a_photo_finds_what_python_finds_with_it(shop: TestClient, shop_index: Index) -> None:
    photo = tiny_shop().photos["photo-1.jpg"]
    fields = {"k": "3", "crop": "0.1,0.1,0.8,0.8", "weights": "look=1,colour=1", "where": "price>=1EUR"}
    document = ok(shop, "/v1/search", method="POST", files={"image": ("p.jpg", photo)}, data=fields)
    same = shop_index.search(photo, 3, "price>=1EUR", (), "look=1,colour=1", crop="0.1,0.1,0.8,0.8")
    assert [(one["id"], one["score"]) for one in document["results"]] == [(one.id, one.score) for one in same]
    assert attribution.read(document["attribution"]).door == "photo"


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A site on this machine where the photo lies."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            photo = tiny_shop().photos["photo-1.jpg"]
            self.send_response(200)
            self.send_header("content-length", str(len(photo)))
            self.end_headers()
            self.wfile.write(photo)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_address[1]}/photo.jpg"
        site.shutdown()


def test_a_photo_at_an_address_is_fetched_where_that_is_allowed(
    shop: TestClient, shop_index: Index, ask: Ask, elsewhere: str
) -> None:
    asked = {"image": elsewhere, "k": "3", "crop": "0.1,0.1,0.8,0.8"}
    refused = shop.get("/v1/search", params=asked)
    assert (refused.status_code, refused.json()["reason"]) == (400, "private-address")
    document = ok(ask(ServiceConfig(allow_private=True)), "/v1/search", params=asked)
    same = shop_index.search(tiny_shop().photos["photo-1.jpg"], 3, crop="0.1,0.1,0.8,0.8")
    assert [one["id"] for one in document["results"]] == same.ids
    small = ask(ServiceConfig(allow_private=True, max_picture_bytes=1000))
    assert small.get("/v1/search", params=asked).status_code == 413


def test_wishes_of_a_photo_may_stand_in_the_address(shop: TestClient) -> None:
    photo = tiny_shop().photos["photo-1.jpg"]
    document = ok(shop, "/v1/search?k=2", method="POST", files={"image": ("p.jpg", photo)})
    assert len(document["results"]) == 2


def test_pages_of_the_catalogue_follow_one_another_to_the_end(shop: TestClient, shop_index: Index) -> None:
    found: list[str] = []
    path: str | None = "/v1/products?limit=7&where=price>=10EUR&sort=-price"
    while path:
        page = ok(shop, path)
        found += [product["id"] for product in page["products"]]
        path = page["next"]
    assert len(found) == page["total"] > 7
    assert sorted(found) == shop_index.select("price>=10EUR")


def test_facets_come_when_asked_for(shop: TestClient, shop_index: Index) -> None:
    assert "facets" not in ok(shop, "/v1/products?limit=1")
    page = ok(shop, "/v1/products?limit=1&facets=true&where=colour=blue&text=shirt")
    assert page["facets"] == shop_index.facets("colour=blue", "shirt")


def test_a_product_comes_with_its_variants_and_no_path_of_the_server(shop: TestClient) -> None:
    document = ok(shop, "/v1/products/0007")
    group = next(ids for ids in tiny_shop().variants.values() if "0007" in ids)
    assert {one["id"] for one in document["variants"]} == group - {"0007"}
    pictures = document["product"]["pictures"]
    assert [picture["url"] for picture in pictures] == [
        f"/v1/pictures/0007/{n}" for n in range(len(pictures))
    ]
    assert "images/" not in str(document)
    assert document["product"]["colours"][0]["hex"].startswith("#")


@pytest.mark.parametrize("name", ["a/b c", "ü?#&%", "../etc", "a+b", "日本", "x/0", 'q"<>'])
def test_an_id_may_be_any_text(name: str, tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    data = tiny_shop().products[0].pictures[0].data
    index.add(
        [Product(name, (PictureSource("", data),), title="it"), Product("z", (PictureSource("", data),))]
    )
    with asking(index) as client:
        url = "/" + quote(name, safe="")
        assert ok(client, "/v1/products" + url)["product"]["title"] == "it"
        assert [one["id"] for one in ok(client, "/v1/similar" + url + "?duplicates=true")["results"]] == ["z"]
        picture = ok(client, "/v1/products" + url)["product"]["pictures"][0]["url"]
        assert client.get(picture).headers["content-type"] == "image/jpeg"
        (found,) = ok(client, "/v1/similar/z?duplicates=true")["results"]
        assert found["product"]["pictures"][0]["url"] == picture


def test_readiness_names_version_products_encoder_and_freshness(shop: TestClient, shop_index: Index) -> None:
    document = ok(shop, "/health/ready")
    manifest = shop_index.manifest
    assert document["status"] == "ready"
    assert document["encoder"] == "grid"
    assert (document["products"], document["pictures"]) == (manifest.products, manifest.pictures)
    fresh = document["freshness"]
    assert fresh["served_version"] == fresh["newest_version"] == document["version"] == manifest.version
    assert fresh["seconds_since_write"] >= 0
    assert ok(shop, "/health/live")["status"] == "live"


def test_readiness_says_how_what_is_similar_is_found_and_how_much_of_the_truth_that_is(
    tmp_path: Path,
) -> None:
    Index.create(tmp_path / "index", GridEncoder()).add(list(tiny_shop().products)[:3])
    with asking(Index.open(tmp_path / "index", GridEncoder(), follow=False)) as client:
        until = time.monotonic() + 60
        while (search := ok(client, "/health/ready")["search"]) is None:
            assert time.monotonic() < until
            time.sleep(0.01)
        version = ok(client, "/health/ready")["version"]
        exact = {"kind": "exact", "version": version, "recall": 1.0, "asked": 0, "by_graph": 0}
        assert search == exact  # three products need no graph
        assert "lookalike_index_recall 1.0" in client.get("/metrics").text


def test_until_the_index_is_loaded_questions_are_to_be_asked_again(tmp_path: Path) -> None:
    client = TestClient(create_app(tmp_path / "later"))  # not started: nothing is loaded
    for path in ("/v1/similar/1", "/v1/products", "/health/ready"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
    assert client.get("/v1/similar/1").json()["code"] == "not-ready"
    assert client.get("/health/live").status_code == 200


def test_why_an_index_cannot_be_loaded_is_said(tmp_path: Path) -> None:
    with TestClient(create_app(tmp_path / "nothing")) as client:
        until = time.monotonic() + 60
        while "error" not in (document := client.get("/health/ready").json()):
            assert time.monotonic() < until
            time.sleep(0.01)
        assert document["error"]["code"] == "no-index"
        answer = client.get("/v1/products")
        assert (answer.status_code, answer.json()["code"]) == (503, "no-index")


def test_an_index_that_went_away_is_still_answered_from_memory(tmp_path: Path) -> None:
    Index.create(tmp_path / "index", GridEncoder()).add(list(tiny_shop().products)[:3])
    with asking(Index.open(tmp_path / "index", GridEncoder(), follow=False)) as client:
        (tmp_path / "index").rename(tmp_path / "elsewhere")
        fresh = ok(client, "/health/ready")["freshness"]
        assert fresh["newest_version"] == fresh["served_version"]
        assert fresh["seconds_since_write"] is None
        assert "lookalike_index_products 3.0" in client.get("/metrics").text
        assert ok(client, "/v1/products")["total"] == 3


def test_an_empty_index_is_served(tmp_path: Path) -> None:
    with asking(Index.create(tmp_path / "index", GridEncoder())) as client:
        assert ok(client, "/health/ready")["products"] == 0
        assert ok(client, "/v1/products?facets=true")["total"] == 0
        assert ok(client, "/v1/search?text=mug")["results"] == []
        photo = {"image": ("p.jpg", tiny_shop().photos["photo-1.jpg"])}
        assert ok(client, "/v1/search", method="POST", files=photo)["results"] == []
        assert client.get("/v1/similar/0007").status_code == 404
        assert client.get("/metrics").status_code == 200
