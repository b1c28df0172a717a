"""Is this photo there already: over HTTP as in Python, and nothing of it stays."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from lookalike import distortions
from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import Ask
from .test_limits import bomb, picture, refused


def bytes_of(id: str) -> bytes:
    """The main picture of a product."""
    (found,) = (product for product in tiny_shop().products if product.id == id)
    assert found.pictures[0].data is not None
    return found.pictures[0].data


def edited(id: str, edit: distortions.Distortion) -> bytes:
    """The main picture of a product, edited and saved anew."""
    sink = io.BytesIO()
    with Image.open(io.BytesIO(bytes_of(id))) as image:
        edit(image.convert("RGB")).save(sink, "JPEG", quality=90)
    return sink.getvalue()


def check(client: TestClient, data: bytes, **fields: str) -> Any:
    answer = client.post("/v1/check", files={"image": ("p.jpg", data)}, data=fields)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


def test_a_picture_of_the_catalogue_is_known_by_its_bytes(shop: TestClient, shop_index: Index) -> None:
    document = check(shop, bytes_of("m1"))
    assert document["known"] is True
    kinds = {match["id"]: match["kind"] for match in document["matches"]}
    assert (kinds["m1"], kinds["m1-bis"], kinds["m1-ter"]) == ("same-bytes", "same-bytes", "same-pixels")
    said = shop_index.check(bytes_of("m1")).to_dict()
    assert {name: document[name] for name in said} == said


@pytest.mark.parametrize("edit", [distortions.mirrored, distortions.crop(0.9), distortions.brightness(1.2)])
def test_an_edited_picture_is_known_as_the_same_photograph(
    shop: TestClient, shop_index: Index, edit: distortions.Distortion
) -> None:
    data = edited("b6", edit)
    document = check(shop, data)
    said = shop_index.check(data).to_dict()
    assert {name: document[name] for name in said} == said
    assert "b6" in {match["id"] for match in document["matches"]}
    assert {match["kind"] for match in document["matches"]} == {"same-photograph"}


def test_a_new_photo_is_new(shop: TestClient) -> None:
    document = check(shop, picture(64, 48))
    assert (document["known"], document["matches"]) == (False, [])


def test_only_the_kinds_asked_for_count(shop: TestClient) -> None:
    assert check(shop, bytes_of("m1-ter"), kinds="same-pixels")["matches"]
    assert {match["kind"] for match in check(shop, bytes_of("m1"), kinds="same-bytes")["matches"]} == {
        "same-bytes"
    }
    assert shop.post("/v1/check?kinds=same-bytes", files={"image": ("p", bytes_of("m1"))}).json()["known"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kinds": "alike"},
        {"threshold": "nan"},
        {"threshold": "1.5"},
        {"threshold": "-1"},
        {"threshold": "many"},
        {"k": "3"},
        {"crop": "0,0,1,1"},
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(shop: TestClient, fields: dict[str, str]) -> None:
    answer = shop.post("/v1/check", files={"image": ("p.jpg", bytes_of("m1"))}, data=fields)
    refused(answer, 400, "bad-argument")


SMALL = ServiceConfig(max_picture_bytes=50_000, max_picture_pixels=100_000)


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 400, "empty"),
        (b"hello", 400, "not-a-picture"),
        (b"<svg/>", 400, "not-a-picture"),
        (bomb(), 413, "too-large"),
        (picture(400, 300), 413, "too-large"),
    ],
    ids=["empty", "text", "svg", "bomb", "many pixels"],
)
def test_a_bad_photo_is_refused_with_its_reason(ask: Ask, data: bytes, status: int, reason: str) -> None:
    answer = ask(SMALL).post("/v1/check", files={"image": ("p.jpg", data)})
    assert refused(answer, status, "bad-picture")["reason"] == reason


def test_a_body_that_is_no_photo_is_refused(ask: Ask) -> None:
    client = ask(SMALL)
    refused(client.post("/v1/check"), 415, "wrong-type")
    refused(client.post("/v1/check", json={}), 415, "wrong-type")
    refused(
        client.post("/v1/check", data={"kinds": "same-bytes"}, files={"other": b"x"}), 400, "bad-argument"
    )
    two = [("image", ("a", picture(8, 8))), ("image", ("b", picture(8, 8)))]
    refused(client.post("/v1/check", files=two), 400, "bad-argument")
    refused(client.post("/v1/check", files={"image": ("p", b"\xff" * 50_001)}), 413, "too-large")
    refused(client.post("/v1/check", files={"image": ("p", b"\xff" * 500_000)}), 413, "too-large")


def test_checking_needs_a_read_key(ask: Ask) -> None:
    client = ask(ServiceConfig(read_keys=("reader",)))
    files = {"image": ("p.jpg", bytes_of("m1"))}
    refused(client.post("/v1/check", files=files), 401, "no-key")
    refused(client.get("/v1/check?image=https://shop.example/a.jpg"), 401, "no-key")
    assert client.post("/v1/check", files=files, headers={"x-api-key": "reader"}).status_code == 200


def test_nothing_of_a_photo_stays_and_nothing_is_said_of_it(
    shop: TestClient, shop_index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    def files() -> dict[str, tuple[int, int]]:
        assert isinstance(shop_index.path, Path)
        found = (path for path in shop_index.path.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}

    before = files()
    with caplog.at_level(logging.DEBUG):
        shop.post("/v1/check?kinds=same-bytes", files={"image": ("my-secret.jpg", bytes_of("m1"))})
        shop.post("/v1/check", files={"image": ("my-secret.jpg", b"no picture")})
    assert files() == before
    assert "my-secret" not in caplog.text


def test_more_photos_than_may_wait_are_sent_away(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = ask(ServiceConfig(photo_threads=1, photo_queue=1))
    go, work = threading.Event(), Index.check

    def waiting(self: Index, *given: Any, **more: Any) -> Any:
        assert go.wait(60)
        return work(self, *given, **more)

    monkeypatch.setattr(Index, "check", waiting)
    answers: list[Any] = []

    def post() -> None:
        answers.append(client.post("/v1/check", files={"image": ("p.jpg", bytes_of("m1"))}))

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while len(answers) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    go.set()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A site that shows one picture of the catalogue."""

    class Shown(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/m1.png" else 404)
            self.end_headers()
            if self.path == "/m1.png":
                self.wfile.write(bytes_of("m1"))

        def log_message(self, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shown)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_picture_at_an_address_is_checked(ask: Ask, site: str) -> None:
    client = ask(ServiceConfig(allow_private=True))
    answer = client.get("/v1/check", params={"image": f"{site}/m1.png", "kinds": "same-bytes"})
    assert {match["id"] for match in answer.json()["matches"]} == {"m1", "m1-bis"}
    assert refused(client.get("/v1/check", params={"image": f"{site}/no.png"}), 400, "bad-picture")["reason"]


def test_an_address_must_be_public_and_one(shop: TestClient, site: str) -> None:
    private = shop.get("/v1/check", params={"image": f"{site}/m1.png"})
    assert refused(private, 400, "bad-picture")["reason"] == "private-address"
    for query in ("", "image=", "image=/etc/passwd", "image=file:///etc/passwd", "image=data:,x"):
        refused(shop.get(f"/v1/check?{query}"), 400, "bad-argument")
