"""A nightly feed whose pictures are URLs: what did not change is not transferred again."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from lookalike.errors import PictureError
from lookalike.index import Index
from lookalike.products import PictureSource, Price, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder


class Shop:
    """A web server with pictures by path, that counts the answers with a body."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.sent: Counter[str] = Counter()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = shop.pictures.get(self.path)
                if data is None:
                    self.send_error(404)
                    return
                tag = f'"{hashlib.sha256(data).hexdigest()[:8]}"'
                if self.headers.get("If-None-Match") == tag:
                    self.send_response(304)
                    self.end_headers()
                    return
                shop.sent[self.path] += 1
                self.send_response(200)
                self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    for number, colour in enumerate(["red", "blue", "green", "gold"]):
        out = io.BytesIO()
        Image.new("RGB", (40, 50), colour).save(out, "JPEG")
        shop.pictures[f"/{number}.jpg"] = out.getvalue()
    shop.thread.start()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()
    shop.thread.join()


@pytest.fixture
def index() -> Index:
    encoder = GridEncoder()
    return Index(MemoryStore(encoder.space, "grid"), encoder)


def feed(shop: Shop) -> list[Product]:
    return [Product(path[1:2], (PictureSource(shop.url(path)),)) for path in shop.pictures]


def test_pictures_are_fetched_once_while_their_tags_stay(shop: Shop, index: Index) -> None:
    assert index.sync(feed(shop), allow_private=True).added == 4
    cheaper = [replace(product, price=Price(Decimal(5), "EUR")) for product in feed(shop)]
    report = index.sync(cheaper, allow_private=True)
    assert (report.updated, report.encoded) == (4, 0)
    assert set(shop.sent.values()) == {1}


def test_a_picture_that_changed_at_its_address_is_fetched_and_encoded(shop: Shop, index: Index) -> None:
    index.sync(feed(shop), allow_private=True)
    shop.pictures["/0.jpg"] = shop.pictures["/1.jpg"][:-2] + b"\xff\xd9\x00"
    report = index.sync(feed(shop), allow_private=True)
    assert (report.updated, report.unchanged, report.encoded) == (1, 3, 1)
    assert shop.sent == {"/0.jpg": 2, "/1.jpg": 1, "/2.jpg": 1, "/3.jpg": 1}


def test_a_picture_that_is_gone_is_reported_and_its_product_stays(shop: Shop, index: Index) -> None:
    products = feed(shop)
    index.sync(products, allow_private=True)
    del shop.pictures["/2.jpg"]
    report = index.sync(products, allow_private=True)
    assert report.reasons() == {"missing": 1}
    assert (report.unchanged, report.stale, report.removed) == (4, 1, 0)
    assert "2" in index


def test_one_failed_fetch_does_not_change_what_a_product_looks_like(shop: Shop, index: Index) -> None:
    both = [Product("a", (PictureSource(shop.url("/0.jpg")), PictureSource(shop.url("/1.jpg"))))]
    index.sync(both, allow_private=True)
    looks = index.vectors()[1]
    main = shop.pictures.pop("/0.jpg")
    report = index.sync(both, allow_private=True)
    assert (report.unchanged, report.stale, report.reasons()) == (1, 1, {"missing": 1})
    assert len(index.product("a").pictures) == 2
    assert (index.vectors()[1] == looks).all()
    shop.pictures["/0.jpg"] = b"an error page"
    report = index.sync(both, allow_private=True)
    assert (report.stale, report.reasons()) == (1, {"not-a-picture": 1})
    assert (index.vectors()[1] == looks).all()
    shop.pictures["/0.jpg"] = main
    report = index.sync(both, allow_private=True)
    assert (report.unchanged, report.stale, report.problems) == (1, 0, ())


def test_private_addresses_are_not_asked_unless_allowed(shop: Shop, index: Index) -> None:
    report = index.add(feed(shop))
    assert report.reasons() == {"private-address": 4}
    assert not shop.sent
    with pytest.raises(PictureError, match="127"):
        index.search(shop.url("/1.jpg"))


def test_a_photo_can_be_an_address(shop: Shop, index: Index) -> None:
    index.add(feed(shop), allow_private=True)
    assert index.search(shop.url("/3.jpg"), k=1, allow_private=True).ids == ["3"]
