"""Bad input is refused with a code and a next step, and the service goes on."""

from __future__ import annotations

import io
import json
import re
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from starlette.testclient import TestClient

from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.service.turns import Turns
from lookalike.testing.tiny_shop import tiny_shop

from .conftest import Ask, Listen

SMALL = ServiceConfig(
    max_body=200_000, max_picture_bytes=50_000, max_picture_pixels=100_000, body_seconds=0.4
)


def photo() -> bytes:
    return tiny_shop().photos["photo-1.jpg"]


def picture(width: int, height: int, container: str = "PNG") -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(sink, container)
    return sink.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes whose header names 50,000 x 50,000 pixels."""
    whole = picture(1, 1)
    head = b"IHDR" + struct.pack(">II", 50_000, 50_000) + whole[24:29]
    return whole[:12] + head + struct.pack(">I", zlib.crc32(head)) + whole[33:]


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["code"] == code
    assert document["status"] == status
    assert document["detail"] and document["next_step"]
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/similar/nobody", 404, "unknown-product"),
        ("/v1/similar/", 404, "unknown-product"),
        ("/v1/products/nobody", 404, "unknown-product"),
        ("/v1/similar/0007?k=-1", 400, "bad-argument"),
        ("/v1/similar/0007?k=0", 400, "bad-argument"),
        ("/v1/similar/0007?k=1000000", 400, "bad-argument"),
        ("/v1/similar/0007?k=" + "9" * 5000, 400, "bad-argument"),
        ("/v1/similar/0007?k=two", 400, "bad-argument"),
        ("/v1/similar/0007?k=²", 400, "bad-argument"),
        ("/v1/similar/0007?k=1.5", 400, "bad-argument"),
        ("/v1/similar/0007?k=3&k=4", 400, "bad-argument"),
        ("/v1/similar/0007?where=colr=red", 400, "bad-filter"),
        ("/v1/similar/0007?where=(((", 400, "bad-filter"),
        ("/v1/similar/0007?weights=look=-1", 400, "bad-argument"),
        ("/v1/similar/0007?weights=look=nan", 400, "bad-argument"),
        ("/v1/similar/0007?weights=taste=1", 400, "bad-argument"),
        ("/v1/similar/0007?metric=manhattan", 400, "bad-argument"),
        ("/v1/similar/0007?pictures=some", 400, "bad-argument"),
        ("/v1/similar/0007?variants=maybe", 400, "bad-argument"),
        ("/v1/similar/0007?duplicates=maybe", 400, "bad-argument"),
        ("/v1/search?text=mug&duplicates=maybe", 400, "bad-argument"),
        ("/v1/search", 400, "bad-argument"),
        ("/v1/search?text=", 400, "bad-argument"),
        ("/v1/similar/0007?but=price<=cheap", 400, "bad-filter"),
        ("/v1/similar/0007?recipe=soup", 400, "bad-argument"),
        ("/v1/similar/0007?diversity=2", 400, "bad-argument"),
        ("/v1/similar/0007?diversity=nan", 400, "bad-argument"),
        ("/v1/similar/0007?stock=last", 400, "bad-argument"),
        ("/v1/similar/0007?per_brand=0", 400, "bad-argument"),
        ("/v1/similar/0007?per_brand=some", 400, "bad-argument"),
        ("/v1/similar/0007?text=mug", 400, "bad-argument"),
        ("/v1/search?text=mug&but=colour=blue", 400, "bad-argument"),
        ("/v1/search?text=mug&recipe=look", 400, "bad-argument"),
        ("/v1/search?text=mug&variants=maybe", 400, "bad-argument"),
        ("/v1/search?text=mug&crop=0,0,1,1", 400, "bad-argument"),
        ("/v1/search?image=/etc/passwd", 400, "bad-argument"),
        ("/v1/search?image=file:///etc/passwd", 400, "bad-argument"),
        ("/v1/search?image=http://127.0.0.1:9/a.jpg", 400, "bad-picture"),
        ("/v1/products?limit=0", 400, "bad-argument"),
        ("/v1/products?limit=201", 400, "bad-argument"),
        ("/v1/products?offset=-1", 400, "bad-argument"),
        ("/v1/products?sort=taste", 400, "bad-argument"),
        ("/v1/products?where=colr=red", 400, "bad-filter"),
        ("/v1/products?facets=perhaps", 400, "bad-argument"),
        ("/v1/nothing", 404, "unknown-route"),
        ("/v1/similar", 405, "wrong-method"),
        ("/assets/x/../../app.py", 404, "unknown-route"),
    ],
)
def test_a_question_that_cannot_be_is_refused(shop: TestClient, path: str, status: int, code: str) -> None:
    refused(shop.get(path), status, code)


@pytest.mark.parametrize("path", ["/p/00007", "/docs", "/nothing", "/v1/nothing"])
def test_a_browser_is_shown_the_page_where_there_is_nothing(shop: TestClient, path: str) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = shop.get(path, headers=browser)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert answer.text == shop.get("/", headers=browser).text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    refused(shop.get(path, headers={"accept": "application/json"}), 404, "unknown-route")
    refused(shop.post(path, headers=browser), 404, "unknown-route")


def test_an_unknown_product_is_answered_in_no_tools_words(shop: TestClient) -> None:
    step = refused(shop.get("/v1/products/zzzzzzzzzz"), 404, "unknown-product")["next_step"]
    assert re.fullmatch(r"There are \d+ ids, from \S+ to \S+\.", step)


def test_a_misspelt_parameter_is_no_silent_nothing(shop: TestClient) -> None:
    document = refused(shop.get("/v1/similar/0007?wher=colour=red"), 400, "bad-argument")
    assert "where" in document["next_step"]


def test_k_up_to_ten_thousand_is_answered(shop: TestClient, shop_index: Index) -> None:
    found = shop.get("/v1/similar/0007?k=10000&variants=true&duplicates=true").json()
    assert len(found["results"]) == len(shop_index) - 1
    assert found["complete"]


def test_a_method_that_is_not_for_an_address_names_those_that_are(shop: TestClient) -> None:
    answer = shop.put("/v1/session")
    refused(answer, 405, "wrong-method")
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad-argument"),
        (b"{", "bad-argument"),
        (b"[" * 100_000, "bad-argument"),
        (b"\xff\xfe", "bad-argument"),
        (b'{"requests": 5}', "bad-argument"),
        (b'{"requests": []}', "bad-argument"),
        (b'{"requests": [5]}', "bad-argument"),
        (b'{"request": []}', "bad-argument"),
        (b'{"requests": [{"id": "0007"}], "k": 3}', "bad-argument"),
        (json.dumps({"requests": [{"id": "0007"}] * 101}).encode(), "bad-argument"),
        (b'{"requests": [{"id": "0007", "k": ' + b"9" * 5000 + b"}]}", "bad-argument"),
    ],
)
def test_a_bad_batch_is_refused_as_a_whole(shop: TestClient, body: bytes, code: str) -> None:
    answer = shop.post("/v1/similar", content=body, headers={"content-type": "application/json"})
    refused(answer, 400, code)


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"id": None},
        {"id": ["0007"]},
        {"id": "0007", "k": "3"},
        {"id": "0007", "k": True},
        {"id": "0007", "k": 10**30},
        {"id": "0007", "where": {"colour": "red"}},
        {"id": "0007", "exclude": 5.5},
        {"id": "0007", "exclude": [{}]},
        {"id": "0007", "weights": [1]},
        {"id": "0007", "weights": {"look": "much"}},
        {"id": "0007", "weights": {"look": 10**400}},
        {"id": "0007", "metric": {}},
        {"id": "0007", "pictures": []},
        {"id": "0007", "variants": "yes"},
        {"id": "0007", "duplicates": 1},
        {"id": "0007", "wher": "x"},
        {"id": "\ud800"},
    ],
)
def test_a_bad_question_of_a_batch_is_answered_with_its_problem(shop: TestClient, question: Any) -> None:
    body = json.dumps({"requests": [question, {"id": "0007", "k": 1}]})
    answer = shop.post("/v1/similar", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    bad, good = answer.json()["answers"]
    assert bad["error"]["status"] in (400, 404)
    assert bad["error"]["next_step"]
    assert len(good["results"]) == 1


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 400, "empty"),
        (b"not a picture at all", 400, "not-a-picture"),
        (b"%PDF-1.7", 400, "not-a-picture"),
        (bomb(), 413, "too-large"),
        (picture(400, 300), 413, "too-large"),
    ],
)
def test_a_bad_photo_is_refused_with_its_reason(ask: Ask, data: bytes, status: int, reason: str) -> None:
    answer = ask(SMALL).post("/v1/search", files={"image": ("p.jpg", data)})
    assert refused(answer, status, "bad-picture")["reason"] == reason


def test_a_truncated_photo_is_reported_as_truncated(shop: TestClient) -> None:
    answer = shop.post("/v1/search", files={"image": ("p.jpg", photo()[: len(photo()) // 2])})
    assert refused(answer, 400, "bad-picture")["reason"] == "truncated"


@pytest.mark.parametrize(
    "crop", ["0.5,0.5,0.6,0.2", "-0.1,0,1,1", "0,0,0,0", "0,0,1", "a,b,c,d", "nan,0,1,1", "2"]
)
def test_a_crop_outside_of_the_picture_is_refused(shop: TestClient, crop: str) -> None:
    answer = shop.post("/v1/search", files={"image": ("p.jpg", photo())}, data={"crop": crop})
    refused(answer, 400, "bad-argument")


def test_a_form_must_be_a_form_with_one_picture(shop: TestClient) -> None:
    def post(**request: Any) -> Any:
        return shop.post("/v1/search", **request)

    file = ("p.jpg", photo())
    refused(post(content=photo(), headers={"content-type": "image/jpeg"}), 415, "wrong-type")
    refused(post(content=b"{}", headers={"content-type": "application/json"}), 415, "wrong-type")
    refused(post(), 415, "wrong-type")
    refused(post(data={"k": "3"}, files={"other": file}), 400, "bad-argument")
    refused(post(files=[("image", file), ("image", file)]), 400, "bad-argument")
    refused(post(files={"image": file}, data={"kk": "3"}), 400, "bad-argument")
    refused(post(files={"image": (None, "text")}), 400, "bad-argument")
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=" + "y" * 200,
    ):
        refused(post(content=b"--z\r\nnonsense", headers={"content-type": kind}), 400, "bad-argument")


def test_a_picture_or_body_over_the_limit_is_refused(ask: Ask) -> None:
    client = ask(SMALL)
    just_over = {"image": ("p.jpg", b"\xff" * 50_001)}
    refused(client.post("/v1/search", files=just_over), 413, "too-large")
    refused(client.post("/v1/search", files={"image": ("p.jpg", b"\xff" * 500_000)}), 413, "too-large")
    many = b"[" + b" " * 2**20 + b"]"
    refused(
        client.post("/v1/similar", content=many, headers={"content-type": "application/json"}),
        413,
        "too-large",
    )
    assert client.get("/health/ready").status_code == 200


def test_a_body_without_a_length_is_counted_while_it_comes(ask: Ask) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 2**16
            yield b"\xff" * 2**16

    headers = {"content-type": "application/json"}
    refused(ask(SMALL).post("/v1/similar", content=endless(), headers=headers), 413, "too-large")


def exchange(place: str, *parts: bytes, pause: float = 0.0, end: bool = False) -> bytes:
    """Send bytes over a socket, then read until the server closes or half a minute went by."""
    where = urlsplit(place)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        if end:
            connection.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while piece := connection.recv(65536):
                got += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return got


HEAD = b"POST /v1/similar HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def test_a_real_server_stands_slow_half_and_huge_bodies(listen: Listen) -> None:
    place = listen(SMALL)
    slow = exchange(place, HEAD + b"Content-Length: 1000\r\n\r\n", b"{", b'"')
    assert slow.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"slow-body"' in slow and b"connection: close" in slow.lower()
    exchange(place, HEAD + b"Content-Length: 1000\r\n\r\n{", end=True)
    huge = exchange(place, HEAD + b"Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n")
    assert huge.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too-large"' in huge
    sending = exchange(place, HEAD + b"Content-Length: 3000000\r\n\r\n", *([b" " * 10**6] * 3))
    assert sending.startswith(b"HTTP/1.1 413 ")
    for nonsense in (b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00"):
        exchange(place, nonsense, end=True)
    well = exchange(place, b"GET /v1/similar/0007?k=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert well.startswith(b"HTTP/1.1 200 ")


def test_a_slow_body_that_ends_in_time_is_answered(listen: Listen) -> None:
    body = b'{"requests": [{"id": "0007", "k": 1}]}'
    head = HEAD + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    place = listen(ServiceConfig(body_seconds=60))
    assert exchange(place, head, body[:10], body[10:], pause=0.05).startswith(b"HTTP/1.1 200 ")


def test_more_photos_than_may_wait_are_sent_away(
    ask: Ask, shop_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = ask(ServiceConfig(photo_threads=1, photo_queue=1))
    go, search = threading.Event(), shop_index.search

    def waiting(*given: Any, **more: Any) -> Any:
        assert go.wait(60)
        return search(*given, **more)

    monkeypatch.setattr(shop_index, "search", waiting)
    answers: list[Any] = []

    def post() -> None:
        answers.append(client.post("/v1/search", files={"image": ("p.jpg", photo())}))

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while len(answers) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert client.get("/v1/similar/0007").status_code == 200
    go.set()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429]
    busy = next(answer for answer in answers if answer.status_code == 429)
    refused(busy, 429, "busy")
    assert busy.headers["retry-after"] == "1"


def test_a_failed_search_gives_its_turn_back() -> None:
    import asyncio

    async def turns() -> None:
        one = Turns(1, 0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await one.run(lambda: 1 / 0)
        assert await one.run(lambda: 5) == 5
        one.close()

    asyncio.run(turns())


def test_what_nobody_foresaw_is_a_problem_without_its_inside(
    ask: Ask, shop_index: Index, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = ask()
    monkeypatch.setattr(shop_index, "similar", lambda *given, **more: {}["secret"])
    answer = client.get("/v1/similar/0007")
    document = refused(answer, 500, "error")
    assert "secret" not in answer.text
    assert document["request_id"] in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"
