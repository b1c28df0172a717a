"""Bytes come from servers; every way that a server fails has a reason and an end."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from urllib3.connection import HTTPSConnection

from lookalike.errors import PictureError
from lookalike.fetching import Fetched, Fetcher
from lookalike.products import PictureSource

BODY = bytes(range(256)) * 40


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        shop: Shop = self.server.shop  # type: ignore[attr-defined]
        with shop.lock:
            shop.seen.append((self.path, dict(self.headers)))
            shop.clients.add(self.client_address)
        try:
            shop.answers[self.path](self)
        except OSError:
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int = 200, body: bytes = BODY, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@dataclass
class Shop:
    """A server on loopback: what it answers by path, and what it was asked."""

    url: str
    answers: dict[str, Callable[[Handler], None]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    clients: set[tuple[str, int]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)

    def serve(self, path: str, answer: Callable[[Handler], None]) -> PictureSource:
        self.answers[path] = answer
        return PictureSource(self.url + path)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.seen]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lookalike.fetching.fetcher._BACKOFF", 0.01)


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shop = Shop(f"http://127.0.0.1:{server.server_port}")
    server.shop = shop  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield shop
    shop.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True, timeout=5.0) as fetcher:
        yield fetcher


def reason_for(fetcher: Fetcher, source: PictureSource) -> str:
    with pytest.raises(PictureError) as caught:
        fetcher.fetch(source)
    assert caught.value.message
    assert "\n" not in str(caught.value)
    return caught.value.reason


# Unchanged pictures


def test_a_picture_with_an_etag_is_not_sent_twice(shop: Shop, fetcher: Fetcher) -> None:
    def answer(request: Handler) -> None:
        if request.headers.get("If-None-Match") == '"v1"':
            request.answer(304, b"", ETag='"v1"')
        else:
            request.answer(ETag='"v1"', Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT")

    source = shop.serve("/a.jpg", answer)
    first = fetcher.fetch(source)
    assert first == Fetched(BODY, 'etag:"v1"')
    assert fetcher.fetch(source, first.stamp) == Fetched(None, first.stamp)
    assert fetcher.fetch(source, 'etag:"v0"') == first


def test_a_picture_with_a_date_is_not_sent_twice(shop: Shop, fetcher: Fetcher) -> None:
    date = "Mon, 02 Nov 2026 10:00:00 GMT"

    def answer(request: Handler) -> None:
        if request.headers.get("If-Modified-Since") == date:
            request.answer(304, b"")
        else:
            request.answer(Last_Modified=date)

    source = shop.serve("/a.jpg", answer)
    first = fetcher.fetch(source)
    assert first == Fetched(BODY, f"modified:{date}")
    assert fetcher.fetch(source, first.stamp) == Fetched(None, first.stamp)


def test_a_picture_without_etag_or_date_is_fetched_every_time(shop: Shop, fetcher: Fetcher) -> None:
    source = shop.serve("/a.jpg", Handler.answer)
    assert fetcher.fetch(source) == Fetched(BODY, "")
    assert fetcher.fetch(source, "file:3-4") == Fetched(BODY, "")
    assert not {"If-None-Match", "If-Modified-Since"} & {name for _, sent in shop.seen for name in sent}


def test_not_modified_without_having_been_asked_is_a_failure(shop: Shop, fetcher: Fetcher) -> None:
    assert reason_for(fetcher, shop.serve("/a.jpg", lambda r: r.answer(304, b""))) == "fetch-failed"


# Redirects


def test_redirects_are_followed_to_the_picture(shop: Shop, fetcher: Fetcher) -> None:
    shop.serve("/c.jpg", Handler.answer)
    shop.serve("/b", lambda r: r.answer(308, b"moved", Location="c.jpg"))
    source = shop.serve("/a", lambda r: r.answer(302, b"moved", Location=shop.url + "/b"))
    assert fetcher.fetch(source).data == BODY
    assert shop.paths == ["/a", "/b", "/c.jpg"]


def test_redirects_without_end_are_given_up(shop: Shop, fetcher: Fetcher) -> None:
    source = shop.serve("/a", lambda r: r.answer(301, b"", Location="/a"))
    assert reason_for(fetcher, source) == "fetch-failed"
    assert len(shop.seen) == 6


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/"]
)
def test_a_redirect_to_anything_but_a_web_address_is_refused(
    shop: Shop, fetcher: Fetcher, target: str
) -> None:
    source = shop.serve("/a", lambda r: r.answer(302, b"", Location=target))
    assert reason_for(fetcher, source) == "fetch-failed"


# Private addresses


def as_a_public_name(shop: Shop, monkeypatch: pytest.MonkeyPatch, first_answers: int) -> str:
    """A URL whose host is at a public address for the first questions, and on loopback from then on."""
    port = int(shop.url.rpartition(":")[2])
    asked = iter(range(1000))

    def answers(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        address = "93.184.215.14" if next(asked) < first_answers else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    return f"http://shop.example:{port}"


def test_a_name_that_turns_private_between_check_and_connection_gets_no_request(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.serve("/a.jpg", Handler.answer)
    url = as_a_public_name(shop, monkeypatch, first_answers=1)
    with Fetcher(timeout=5.0) as fetcher:
        assert reason_for(fetcher, PictureSource(url + "/a.jpg")) == "private-address"
    assert shop.seen == []


def test_an_encrypted_connection_is_checked_as_well(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: HTTPSConnection) -> None:
        self.sock = socket.create_connection(("127.0.0.1", self.port))

    url = as_a_public_name(shop, monkeypatch, first_answers=1).replace("http:", "https:")
    monkeypatch.setattr(HTTPSConnection, "connect", connect)
    with Fetcher(timeout=5.0) as fetcher:
        assert reason_for(fetcher, PictureSource(url + "/a.jpg")) == "private-address"
    assert shop.seen == []


def test_a_redirect_from_a_public_to_a_private_address_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.serve("/secret", Handler.answer)
    shop.serve("/a", lambda r: r.answer(302, b"", Location=shop.url + "/secret"))
    monkeypatch.setattr("lookalike.fetching.addresses.is_public", lambda address: len(shop.seen) == 0)
    with Fetcher(timeout=5.0) as fetcher:
        assert reason_for(fetcher, PictureSource(shop.url + "/a")) == "private-address"
    assert shop.paths == ["/a"]


def test_proxies_named_by_the_environment_are_not_used(
    shop: Shop, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetcher.fetch(shop.serve("/a.jpg", Handler.answer)).data == BODY


# Failing servers


def failing(times: int, status: int, **headers: str) -> Callable[[Handler], None]:
    left = iter(range(times))

    def answer(request: Handler) -> None:
        if next(left, None) is None:
            request.answer()
        else:
            request.answer(status, b"sorry", **headers)

    return answer


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_recovers_is_asked_again(shop: Shop, fetcher: Fetcher, status: int) -> None:
    assert fetcher.fetch(shop.serve("/a.jpg", failing(1, status, Retry_After="0"))).data == BODY
    assert len(shop.seen) == 2


def test_a_server_that_does_not_recover_is_given_up_after_two_retries(shop: Shop, fetcher: Fetcher) -> None:
    assert reason_for(fetcher, shop.serve("/a.jpg", failing(9, 500, Retry_After="0"))) == "fetch-failed"
    assert len(shop.seen) == 3


def test_a_server_is_given_the_second_that_it_asks_for(
    shop: Shop, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("lookalike.fetching.fetcher.time.sleep", slept.append)
    fetcher.fetch(shop.serve("/a.jpg", failing(1, 503, Retry_After="1")))
    fetcher.fetch(shop.serve("/b.jpg", failing(2, 503)))
    assert slept == [1.0, 0.01, 0.02]


def test_a_server_that_asks_for_an_hour_is_given_up_at_once(shop: Shop, fetcher: Fetcher) -> None:
    assert reason_for(fetcher, shop.serve("/a.jpg", failing(1, 429, Retry_After="3600"))) == "fetch-failed"
    assert len(shop.seen) == 1


@pytest.mark.parametrize(("status", "reason"), [(404, "missing"), (410, "missing"), (403, "fetch-failed")])
def test_a_refusal_is_not_asked_again(shop: Shop, fetcher: Fetcher, status: int, reason: str) -> None:
    assert reason_for(fetcher, shop.serve("/a.jpg", lambda r: r.answer(status, b"no"))) == reason
    assert len(shop.seen) == 1


def test_a_body_cut_short_is_asked_for_again_and_never_passed_on(shop: Shop, fetcher: Fetcher) -> None:
    def answer(request: Handler) -> None:
        request.close_connection = True
        request.answer(Content_Length=str(len(BODY) + 10))

    assert reason_for(fetcher, shop.serve("/a.jpg", answer)) == "fetch-failed"
    assert len(shop.seen) == 3


def test_an_announced_size_over_the_limit_is_refused_without_reading(shop: Shop) -> None:
    source = shop.serve("/a.jpg", lambda r: r.answer(Content_Length="1001", body=b""))
    with Fetcher(allow_private=True, timeout=5.0, max_bytes=1000) as fetcher:
        assert reason_for(fetcher, source) == "too-large"


def test_a_body_of_exactly_the_limit_is_read(shop: Shop) -> None:
    with Fetcher(allow_private=True, timeout=5.0, max_bytes=len(BODY)) as fetcher:
        assert fetcher.fetch(shop.serve("/a.jpg", Handler.answer)).data == BODY


def test_a_body_without_end_is_too_large(shop: Shop) -> None:
    def answer(request: Handler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        while not shop.closing.is_set():
            request.wfile.write(b"1000\r\n" + bytes(0x1000) + b"\r\n")

    with Fetcher(allow_private=True, timeout=5.0, max_bytes=1_000_000) as fetcher:
        assert reason_for(fetcher, shop.serve("/a.jpg", answer)) == "too-large"


def drip(request: Handler, shop: Shop, start: bytes, drop: bytes) -> None:
    request.wfile.write(start)
    while not shop.closing.wait(0.05):
        request.wfile.write(drop)


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"y"),
        (b"", b""),
    ],
    ids=["body", "headers", "silence"],
)
def test_a_server_that_drips_is_given_up_when_the_time_is_over(shop: Shop, start: bytes, drop: bytes) -> None:
    source = shop.serve("/a.jpg", lambda request: drip(request, shop, start, drop))
    with Fetcher(allow_private=True, timeout=0.4) as fetcher:
        assert reason_for(fetcher, source) == "fetch-failed"


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with socket.socket() as unused, Fetcher(allow_private=True, retries=0) as fetcher:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/a.jpg"
        assert reason_for(fetcher, PictureSource(url)) == "fetch-failed"


def test_an_answer_that_is_not_http_is_a_failure(shop: Shop, fetcher: Fetcher) -> None:
    def answer(request: Handler) -> None:
        request.close_connection = True
        request.wfile.write(b"\xff\xd8\xff nonsense\r\n\r\n")

    assert reason_for(fetcher, shop.serve("/a.jpg", answer)) == "fetch-failed"


def test_passwords_and_queries_of_an_address_stay_out_of_messages(shop: Shop, fetcher: Fetcher) -> None:
    shop.serve("/a.jpg?token=hidden", lambda r: r.answer(404, b""))
    url = shop.url.replace("//", "//me:secret@") + "/a.jpg?token=hidden"
    with pytest.raises(PictureError) as caught:
        fetcher.fetch(PictureSource(url))
    assert "/a.jpg" in caught.value.message
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_one_connection_carries_pictures_redirects_refusals_and_unchanged_ones(
    shop: Shop, fetcher: Fetcher
) -> None:
    shop.serve("/b", lambda r: r.answer(302, b"moved to a", Location="/a.jpg"))
    shop.serve("/c", lambda r: r.answer(304, b""))
    source = shop.serve("/a.jpg", Handler.answer)
    for _ in range(2):
        fetcher.fetch(source)
        fetcher.fetch(PictureSource(shop.url + "/b"))
        fetcher.fetch(PictureSource(shop.url + "/c"), 'etag:"x"')
        assert reason_for(fetcher, shop.serve("/d", lambda r: r.answer(404, b"not here"))) == "missing"
    assert len(shop.clients) == 1


def test_many_threads_share_one_fetcher_and_its_connections(shop: Shop) -> None:
    busy = 0
    most = 0

    def answer(request: Handler) -> None:
        nonlocal busy, most
        with shop.lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.01)
        with shop.lock:
            busy -= 1
        request.answer()

    source = shop.serve("/a.jpg", answer)
    with Fetcher(allow_private=True, connections=3) as fetcher, ThreadPoolExecutor(12) as threads:
        found = list(threads.map(lambda _: fetcher.fetch(source).data, range(36)))
    assert found == [BODY] * 36
    assert most <= 3
