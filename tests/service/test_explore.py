"""What there is to explore over HTTP: what Python says, the map as a job, its pictures."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder

from .conftest import Ask, asking


@pytest.fixture(scope="module")
def mapped(shop_index: Index, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop with a map. Nobody writes to it."""
    assert shop_index.path is not None
    path = Path(shutil.copytree(shop_index.path, tmp_path_factory.mktemp("mapped") / "index"))
    index = Index.open(path, GridEncoder())
    index.explore.lay_out()
    return index


@pytest.fixture(scope="module")
def client(mapped: Index) -> Iterator[TestClient]:
    with asking(mapped) as made:
        yield made


def answer(client: TestClient, path: str, **asked: Any) -> Any:
    reply = client.get(path, params=asked)
    assert reply.status_code == 200, reply.text
    document = reply.json()
    document.pop("request_id", None)
    return document


def test_the_counts_are_those_of_python(client: TestClient, mapped: Index) -> None:
    own = mapped.explore
    standing = own.standing()
    assert standing is not None
    assert answer(client, "/v1/explore") == {**own.counts().to_dict(), "map": standing.to_dict()}


def test_the_map_is_that_of_python(client: TestClient, mapped: Index) -> None:
    found = mapped.explore.map()
    assert found is not None
    assert answer(client, "/v1/explore/map") == json.loads(json.dumps(found.to_dict()))


def test_the_map_is_sent_packed_and_once(client: TestClient) -> None:
    plain = client.get("/v1/explore/map", headers={"accept-encoding": "identity"})
    packed = client.get("/v1/explore/map", headers={"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.json() == plain.json()
    again = client.get("/v1/explore/map", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_each_small_picture_is_of_a_product_on_the_map(client: TestClient, mapped: Index) -> None:
    told = answer(client, "/v1/explore/thumbnails")
    assert sorted(told["points"]) == [*range(told["products"])]
    sheet = client.get(told["sheets"][0])
    assert sheet.headers["content-type"] == "image/jpeg" and "immutable" in sheet.headers["cache-control"]
    with Image.open(io.BytesIO(sheet.content)) as image:
        assert image.width == told["size"] * told["columns"]
    tiles = mapped.explore.thumbnails()
    assert tiles is not None and sheet.content == tiles.sheets[0]


def test_a_sheet_under_another_name_is_not_cached_for_good(client: TestClient) -> None:
    assert client.get("/v1/explore/thumbnails/0.jpg").headers["cache-control"] == "no-cache"
    etag = client.get("/v1/explore/thumbnails/0.jpg").headers["etag"]
    assert client.get("/v1/explore/thumbnails/0.jpg", headers={"if-none-match": etag}).status_code == 304
    assert client.get("/v1/explore/thumbnails/7.jpg").json()["code"] == "unknown-picture"


def test_a_selection_is_compared_as_python_does(client: TestClient, mapped: Index) -> None:
    ids = mapped.ids[3:6]
    told = answer(client, "/v1/explore/matrix", id=ids)
    assert told == {**mapped.explore.matrix(ids).to_dict(), "version": mapped.manifest.version}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/explore/matrix", 400, "bad-argument"),
        ("/v1/explore/matrix?id=nobody", 404, "unknown-product"),
        ("/v1/explore/matrix?" + "&".join(f"id={at}" for at in range(201)), 400, "bad-argument"),
        (f"/v1/explore/thumbnails/{'9' * 5000}.jpg", 404, "unknown-route"),
        (f"/v1/pictures/0007/{'9' * 5000}", 404, "unknown-route"),
        ("/v1/explore?limit=3", 400, "bad-argument"),
        ("/v1/explore/map?x=1", 400, "bad-argument"),
    ],
)
def test_what_makes_no_sense_is_refused(client: TestClient, path: str, status: int, code: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["next_step"]


def test_before_a_map_is_laid_out_there_is_a_next_step(shop: TestClient) -> None:
    assert answer(shop, "/v1/explore")["map"] is None
    for path in ("/v1/explore/map", "/v1/explore/thumbnails"):
        reply = shop.get(path)
        assert (reply.status_code, reply.json()["code"]) == (404, "no-map")
        assert "POST /v1/explore/map" in reply.json()["next_step"]
    assert shop.get("/v1/explore/thumbnails/0.jpg").status_code == 404


def test_a_map_is_laid_out_by_a_job(own: TestClient) -> None:
    reply = own.post("/v1/explore/map", params={"wait": 30})
    assert reply.status_code == 200, reply.text
    job = reply.json()["job"]
    assert (job["kind"], job["state"], job["done"]) == ("map", "done", job["report"]["products"])
    assert job["report"]["unkept"] is None
    assert len(answer(own, "/v1/explore/map")["ids"]) == job["report"]["products"]


def test_a_product_that_is_removed_leaves_the_map(own: TestClient) -> None:
    own.post("/v1/explore/map", params={"wait": 30})
    before = own.get("/v1/explore/map")
    gone = before.json()["ids"][0]
    assert own.delete(f"/v1/products/{gone}").status_code == 200
    after = own.get("/v1/explore/map", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200 and gone not in after.json()["ids"]


def test_nobody_lays_out_a_map_or_reads_it_without_the_right(ask: Ask) -> None:
    stranger = ask(ServiceConfig(read_keys=("reader",), write_keys=("writer",)), client=("203.0.113.9", 1))
    for path in ("", "/map", "/matrix?id=m1", "/thumbnails", "/thumbnails/0.jpg"):
        assert stranger.get(f"/v1/explore{path}").status_code == 401
    reader = {"x-api-key": "reader"}
    assert stranger.get("/v1/explore", headers=reader).status_code == 200
    assert stranger.post("/v1/explore/map", headers=reader).status_code in (401, 403)
