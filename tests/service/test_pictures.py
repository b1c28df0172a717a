"""Pictures over HTTP: sizes, caches, and what does not exist."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from lookalike.index import Index
from lookalike.products import Product
from lookalike.service.config import ServiceConfig
from lookalike.testing.grid import GridEncoder

from .conftest import Ask, asking


@pytest.fixture
def large(tmp_path: Path) -> Index:
    """A product whose picture is a file of 1000 x 700 pixels."""
    Image.linear_gradient("L").resize((1000, 700)).convert("RGB").save(tmp_path / "large.jpg")
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add([Product("large", (str(tmp_path / "large.jpg"),))])  # type: ignore[arg-type]
    return index


@pytest.mark.parametrize(
    ("asked", "width"),
    [("", 256), ("?w=16", 256), ("?w=256", 256), ("?w=257", 512), ("?w=700", 1000), ("?w=1600", 1000)],
)
def test_a_width_is_rounded_up_and_never_beyond_the_original(large: Index, asked: str, width: int) -> None:
    with asking(large) as client:
        answer = client.get(f"/v1/pictures/large/0{asked}")
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.format == "JPEG"
            assert picture.size[0] == width or (width == 256 and picture.size[0] <= 256)


def test_a_picture_is_kept_for_a_day_and_asked_for_by_its_etag(shop: TestClient) -> None:
    first = shop.get("/v1/pictures/0007/0")
    assert first.headers["content-type"] == "image/jpeg"
    assert first.headers["cache-control"] == "public, max-age=86400, stale-while-revalidate=604800"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    etag = first.headers["etag"]
    for header in (etag, f'"other", W/{etag}', "*"):
        again = shop.get("/v1/pictures/0007/0", headers={"if-none-match": header})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    assert shop.get("/v1/pictures/0007/0", headers={"if-none-match": '"other"'}).status_code == 200


def test_head_has_the_headers_alone(shop: TestClient) -> None:
    whole, head = shop.get("/v1/pictures/0007/0"), shop.head("/v1/pictures/0007/0")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_a_picture_behind_a_read_key_is_kept_by_the_browser_alone(ask: Ask) -> None:
    client = ask(ServiceConfig(read_keys=("r",)))
    answer = client.get("/v1/pictures/0007/0?key=r")
    assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/pictures/0007/9", 404, "unknown-picture"),
        ("/v1/pictures/nobody/0", 404, "unknown-product"),
        ("/v1/pictures/0007/one", 404, "unknown-route"),
        ("/v1/pictures/0007/0?w=15", 400, "bad-argument"),
        ("/v1/pictures/0007/0?w=1601", 400, "bad-argument"),
        ("/v1/pictures/0007/0?w=big", 400, "bad-argument"),
        ("/v1/pictures/0007/0?width=64", 400, "bad-argument"),
        ("/v1/pictures/0007/99999999999999999999999", 404, "unknown-picture"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(shop: TestClient, path: str, status: int, code: str) -> None:
    answer = shop.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
