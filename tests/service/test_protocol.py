"""What comes over the line before it is a request, and what is left when one is refused."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import pytest

from lookalike.service import turns
from lookalike.service.problems import Busy
from lookalike.service.protocol import LARGEST_HEAD
from lookalike.service.turns import Room, Turns

from .conftest import Listen


def told(place: str, *parts: bytes) -> tuple[int, dict[str, Any]]:
    """The status and the problem that a server answers to these bytes."""
    where = urlsplit(place)
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    document: dict[str, Any] = json.loads(body)
    assert f"x-request-id: {document['request_id']}".encode() in head
    assert document["next_step"]
    return int(head.split()[1]), document


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00",
        b"FOO / HTTP/1.1\r\n\r\n",
        b"GET /a HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"POST /v1/similar HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/similar HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_with_a_problem(listen: Listen, sent: bytes) -> None:
    status, document = told(listen(), sent)
    assert (status, document["code"]) == (400, "not-http")


def test_a_head_that_is_too_large_is_refused(listen: Listen) -> None:
    place = listen()
    long = b"a" * LARGEST_HEAD
    for sent in (
        b"GET /v1/products?where=" + long + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + long + b"\r\n\r\n",
    ):
        status, document = told(place, sent)
        assert (status, document["code"]) == (431, "head-too-large")


def test_a_head_that_never_ends_is_not_kept_in_memory(listen: Listen) -> None:
    status, document = told(listen(), b"GET / HTTP/1.1\r\nX-Long: ", b"a" * 400_000)
    assert (status, document["code"]) == (431, "head-too-large")


def test_requests_after_one_another_have_a_head_each(listen: Listen) -> None:
    where = urlsplit(listen())
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)
    for _ in range(4):
        connection.request("GET", "/health/live", headers={"X-Long": "a" * 30_000})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["status"]) == (200, "live")
    connection.close()


def test_a_client_that_still_sends_sees_why_it_is_refused(listen: Listen) -> None:
    size = 20_000_000
    head = f"POST /v1/products HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    status, document = told(listen(), head.encode(), bytes(size))
    assert (status, document["code"]) == (403, "not-allowed")


def test_photos_that_memory_has_no_room_for_are_sent_away() -> None:
    async def photo(pieces: int) -> AsyncGenerator[bytes, None]:
        for _ in range(pieces):
            yield bytes(100)

    async def read(body: AsyncGenerator[bytes, None]) -> int:
        return sum([len(piece) async for piece in body])

    async def searches() -> None:
        room = Room(1000)
        for _ in range(3):  # what was taken is given back, by those who were sent away as well
            with room.taken_by(photo(6)) as one, room.taken_by(photo(4)) as other:
                assert (await read(one), await read(other)) == (600, 400)
            with room.taken_by(photo(6)) as one, room.taken_by(photo(5)) as other:
                await read(one)
                with pytest.raises(Busy):
                    await read(other)

    asyncio.run(searches())


def test_memory_is_handed_back_when_no_photo_is_searched_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    trimmed = []
    monkeypatch.setattr(turns, "trim_memory", lambda: trimmed.append(True))
    monkeypatch.setattr(turns, "_IDLE", 0.01)

    async def search() -> None:
        some = Turns(1, 5)
        await asyncio.gather(*(some.run(lambda: 5) for _ in range(5)))
        while not trimmed:
            await asyncio.sleep(0.01)
        some.close()

    asyncio.run(asyncio.wait_for(search(), 60))
    assert trimmed == [True]
