"""The bytes of a picture, wherever they are: given, in a file, or behind an http(s) URL."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import stat
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, LocationValueError, SSLError
from urllib3.response import BaseHTTPResponse, HTTPResponse

from lookalike.errors import PictureError
from lookalike.products import PictureSource

MAX_FILE_BYTES = 256 * 2**20
"""Larger local files are refused without being read."""

_REDIRECTS = 5
_CHUNK = 65_536
_BACKOFF = 0.25  # seconds before the first retry; doubled for each further one
_LONGEST_WAIT = 5.0  # seconds: a server that asks for more patience is given up
_AGAIN = frozenset({429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HEADERS = {"User-Agent": "lookalike", "Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A picture's bytes, or None when it did not change since the stamp that was asked with.

    ``stamp`` names the state of the source: ``file:SIZE-MTIME`` (bytes, nanoseconds), ``etag:…``,
    ``modified:…`` (an HTTP date), or "" where nothing tells one state from another.
    """

    data: bytes | None
    stamp: str


class _Transient(Exception):
    """A failure that may pass; ``wait`` is how many seconds the server asked for."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Fetcher:
    """Reads pictures; one object serves many threads. Close it, or use it in a ``with`` statement.

    ``timeout`` is in seconds for one picture, redirects and retries included; ``max_bytes`` limits what is
    taken from a URL; ``connections`` limits the requests under way at once. Addresses that are not public are
    refused unless ``allow_private``. Proxies named by the environment are not used.
    """

    def __init__(
        self,
        allow_private: bool = False,
        timeout: float = 10.0,
        max_bytes: int = 32 * 2**20,
        retries: int = 2,
        connections: int = 16,
    ) -> None:
        self._allow_private = allow_private
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._retries = retries
        self._slots = threading.BoundedSemaphore(connections)
        self._pools = urllib3.PoolManager(num_pools=64, maxsize=connections, retries=False)
        self._pools.pool_classes_by_scheme = (
            {"http": _Pool, "https": _TLSPool}
            if allow_private
            else {"http": _PublicPool, "https": _PublicTLSPool}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open for further pictures of the same servers."""
        self._pools.clear()

    def fetch(self, source: PictureSource, stamp: str = "") -> Fetched:
        """The bytes of one picture, or none when it is as it was at ``stamp`` (of an earlier `Fetched`).

        Raises `PictureError` with the reason ``missing``, ``directory``, ``unreadable``, ``too-large``,
        ``private-address`` or ``fetch-failed``.
        """
        if source.data is not None:
            return Fetched(source.data, "")
        if not source.is_url:
            return _read_file(_path(source.uri), stamp)
        with self._slots:
            try:
                return self._fetch_url(source.uri, stamp)
            except PictureError:
                raise
            except Exception as error:  # urllib3, sockets, TLS and IDNA have no common base
                raise _failed(source.uri, f"{type(error).__name__}: {error}") from None

    def _fetch_url(self, url: str, stamp: str) -> Fetched:
        deadline = time.monotonic() + self._timeout
        for attempt in range(self._retries + 1):
            try:
                return self._follow(url, stamp, deadline)
            except _Transient as failure:
                wait = _BACKOFF * 2**attempt if failure.wait is None else failure.wait
                late = time.monotonic() + wait >= deadline
                if attempt == self._retries or wait > _LONGEST_WAIT or late:
                    raise _failed(url, str(failure)) from None
                time.sleep(wait)
        raise AssertionError("unreachable")

    def _follow(self, url: str, stamp: str, deadline: float) -> Fetched:
        """One try: the request, and those that redirects lead to."""
        target = url
        for _ in range(_REDIRECTS + 1):
            response = self._request(target, stamp, deadline)
            try:
                location = response.headers.get("Location")
                if response.status not in _MOVED or not location:
                    return self._answer(url, response, stamp, deadline)
            finally:
                _release(response)
            target = urljoin(target, location)
            if not target.lower().startswith(("http://", "https://")):
                raise _failed(url, "it redirects to something that is not http or https")
        raise _failed(url, f"it redirects more than {_REDIRECTS} times")

    def _request(self, url: str, stamp: str, deadline: float) -> BaseHTTPResponse:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _failed(url, f"no answer within {self._timeout:g} s")
        if not self._allow_private:
            _require_public(url)
        try:
            return self._pools.request(
                "GET",
                url,
                headers=_HEADERS | _conditions(stamp),
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(total=left),
            )
        except SSLError as error:
            raise _failed(url, f"its certificate or encryption was not accepted: {_brief(error)}") from None
        except LocationValueError as error:
            raise _failed(url, _brief(error)) from None
        except (HTTPError, OSError) as error:
            raise _Transient(_brief(error)) from None

    def _answer(self, url: str, response: BaseHTTPResponse, stamp: str, deadline: float) -> Fetched:
        status = response.status
        fresh = _stamp(response)
        if status == 304 and _conditions(stamp):
            return Fetched(None, fresh if fresh.startswith("etag:") else stamp)
        if status == 200:
            return Fetched(self._body(url, response, deadline), fresh)
        if status in _GONE:
            raise PictureError(f"{_shown(url)} answered {status}.", reason="missing")
        if status in _AGAIN:
            raise _Transient(f"it answered {status}", _patience(response))
        raise _failed(url, f"it answered {status}")

    def _body(self, url: str, response: BaseHTTPResponse, deadline: float) -> bytes:
        large = PictureError(f"{_shown(url)} has more than {self._max_bytes:,} bytes.", reason="too-large")
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self._max_bytes:
            raise large
        chunks: list[bytes] = []
        size = 0
        try:
            while chunk := response.read1(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > self._max_bytes:
                    raise large
                if time.monotonic() > deadline:
                    raise _failed(url, f"it was not complete within {self._timeout:g} s")
        except (HTTPError, OSError) as error:
            raise _Transient(_brief(error)) from None
        return b"".join(chunks)


def _read_file(path: Path, stamp: str) -> Fetched:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PictureError(f"{path} is a directory.", reason="directory")
        if not stat.S_ISREG(status.st_mode):
            raise PictureError(f"{path} is not a file.", reason="unreadable")
        if status.st_size > MAX_FILE_BYTES:
            raise PictureError(f"{path} has {status.st_size:,} bytes.", reason="too-large")
        now = f"file:{status.st_size}-{status.st_mtime_ns}"
        return Fetched(None if now == stamp else path.read_bytes(), now)
    except (FileNotFoundError, NotADirectoryError):
        raise PictureError(f"There is no file {path}.", reason="missing") from None
    except (OSError, ValueError) as error:
        raise PictureError(f"{path} cannot be read: {error}.", reason="unreadable") from None


def _path(uri: str) -> Path:
    """The path that a bare path or a ``file:`` URL names."""
    if not uri:
        raise PictureError("The picture has no path, URL or bytes.", reason="missing")
    if uri.lower().startswith("file:"):
        return Path(url2pathname(unquote(urlsplit(uri).path)))
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", uri):
        raise PictureError(
            f"{_shown(uri)} is not an address that pictures are fetched from.",
            reason="fetch-failed",
            next_step="Give a file path or an http(s) URL.",
        )
    return Path(uri)


def _release(response: BaseHTTPResponse) -> None:
    """Keep the connection for the next picture when little of an answer is left to read; else close it."""
    left = response.length_remaining
    if response.status != 200 and left is not None and left <= _CHUNK:
        with contextlib.suppress(HTTPError, OSError):
            response.read1(_CHUNK)
    response.close()
    response.release_conn()


def _conditions(stamp: str) -> dict[str, str]:
    kind, _, value = stamp.partition(":")
    if kind == "etag":
        return {"If-None-Match": value}
    return {"If-Modified-Since": value} if kind == "modified" else {}


def _stamp(response: BaseHTTPResponse) -> str:
    if etag := response.headers.get("ETag"):
        return f"etag:{etag}"
    modified = response.headers.get("Last-Modified")
    return f"modified:{modified}" if modified else ""


def _patience(response: BaseHTTPResponse) -> float | None:
    """Seconds that ``Retry-After`` asks for, or None when it is absent or a date."""
    text = response.headers.get("Retry-After", "").strip()
    return float(text) if text.isdecimal() else None


def _shown(url: str) -> str:
    """A URL for a message: without password and query, which may be secret, and not endless."""
    short = re.sub(r"//[^/@]*@", "//", url.split("?", 1)[0])
    return short if len(short) <= 200 else short[:199] + "…"


def _brief(error: Exception) -> str:
    text = str(error).rpartition("): ")[2] or type(error).__name__
    return text.rstrip(".")[:200]


def _failed(url: str, detail: str) -> PictureError:
    return PictureError(
        f"{_shown(url)} could not be fetched: {detail}.",
        reason="fetch-failed",
        next_step="Check the address and the network, then run again.",
    )


def _private(host: str, address: str) -> PictureError:
    return PictureError(
        f"{host} is at {address}, which is not a public address.",
        reason="private-address",
        next_step="If the server is yours, allow it: --allow-private (allow_private=True in Python).",
    )


def is_public(address: str) -> bool:
    """True for an IP address that is reachable from anywhere.

    Private, loopback, link-local, multicast and reserved addresses are not. An IPv4 address inside an IPv6
    one (mapped, 6to4, Teredo, NAT64) counts as itself.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner: Sequence[ipaddress.IPv4Address | None] = (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()))
        if ip in _NAT64:
            inner = (ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF),)
        held = [v4 for v4 in inner if v4 is not None]
        if held:
            return all(is_public(str(v4)) for v4 in held)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _require_public(url: str) -> None:
    """Refuse, before any connection, a host of which one address is not public."""
    parsed = urllib3.util.parse_url(url)
    host = (parsed.host or "").strip("[]")
    if not host:
        raise _failed(url, "it names no host")
    try:
        found = socket.getaddrinfo(host, parsed.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _Transient(f"the address of {host} was not found ({error.strerror or error})") from None
    for *_, place in found:
        if not is_public(str(place[0])):
            raise _private(host, str(place[0]))


def _check_peer(connection: HTTPConnection) -> None:
    """Refuse the address that the connection really reached: a name may lead elsewhere the second time."""
    if connection.sock is None:
        raise _Transient("the connection was closed")
    address = str(connection.sock.getpeername()[0])
    if not is_public(address):
        connection.close()
        raise _private(connection.host, address)


def _shut(sock: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _within_timeout(connection: HTTPConnection, read: Callable[[], HTTPResponse]) -> HTTPResponse:
    """Read an answer's headers in the time left: a socket's own timeout begins anew with every byte."""
    sock, left = connection.sock, connection.timeout
    if sock is None or not isinstance(left, int | float):
        return read()
    late = threading.Event()
    timer = threading.Timer(left, _shut, (sock, late))
    timer.daemon = True
    timer.start()
    try:
        response = read()
    finally:
        timer.cancel()
    if late.is_set():  # a connection shut within the headers looks like their end
        response.close()
        raise TimeoutError("the headers were not complete in time")
    return response


class _Connection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3
        return _within_timeout(self, super().getresponse)


class _TLSConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3
        return _within_timeout(self, super().getresponse)


class _PublicConnection(_Connection):
    def connect(self) -> None:
        super().connect()
        _check_peer(self)


class _PublicTLSConnection(_TLSConnection):
    def connect(self) -> None:
        super().connect()
        _check_peer(self)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicTLSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTLSConnection
