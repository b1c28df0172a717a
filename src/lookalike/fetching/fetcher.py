"""Fetching: conditions, redirects, retries, and an end to every wait."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from lookalike.errors import LookalikeError, PictureError
from lookalike.fetching.addresses import require_public
from lookalike.fetching.connections import Pool, PublicPool, PublicTLSPool, TLSPool
from lookalike.fetching.failures import Transient, failed, failure, shown
from lookalike.fetching.files import path_of, read_file
from lookalike.products import PictureSource

_REDIRECTS = 5
_CHUNK = 65_536
_BACKOFF = 0.25  # seconds before the first retry; doubled for each further one
_LONGEST_WAIT = 5.0  # seconds: a server that asks for more patience is given up
_AGAIN = frozenset({429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"User-Agent": "lookalike", "Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A picture's bytes, or None when it did not change since the stamp that was asked with.

    ``stamp`` names the state of the source: ``file:SIZE-MTIME`` (bytes, nanoseconds), ``etag:…``,
    ``modified:…`` (an HTTP date), or "" where nothing tells one state from another.
    """

    data: bytes | None
    stamp: str


class Fetcher:
    """Reads pictures; one object serves many threads. Close it, or use it in a ``with`` statement.

    ``timeout`` is in seconds for one picture, redirects and retries included; ``max_bytes`` limits what is
    taken from a URL; ``connections`` limits the requests under way at once. Addresses that are not public are
    refused unless ``allow_private``, and paths unless ``allow_files``. Proxies that the environment names are
    not used.
    """

    def __init__(
        self,
        allow_private: bool = False,
        timeout: float = 10.0,
        max_bytes: int = 32 * 2**20,
        retries: int = 2,
        connections: int = 16,
        *,
        allow_files: bool = True,
    ) -> None:
        self._allow_files = allow_files
        self._allow_private = allow_private
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._retries = retries
        self._slots = threading.BoundedSemaphore(connections)
        self._pools = urllib3.PoolManager(num_pools=64, maxsize=connections, retries=False)
        self._pools.pool_classes_by_scheme = (
            {"http": Pool, "https": TLSPool}
            if allow_private
            else {"http": PublicPool, "https": PublicTLSPool}
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
        ``private-address``, ``outside`` or ``fetch-failed``; `StorageError` when this machine has no file,
        connection or memory left to read any picture with.
        """
        if source.data is not None:
            return Fetched(source.data, "")
        if not source.is_url and not self._allow_files:
            raise _outside(source.uri)
        if not source.is_url:
            return Fetched(*read_file(path_of(source.uri), stamp))
        with self._slots:
            try:
                return self._fetch_url(source.uri, stamp)
            except LookalikeError:
                raise
            except Exception as error:  # urllib3, sockets, TLS and IDNA have no common base
                found = failure(source.uri, error, self._timeout)
                if isinstance(found, Transient):
                    found = failed(source.uri, str(found))
                raise found from None

    def _fetch_url(self, url: str, stamp: str) -> Fetched:
        deadline = time.monotonic() + self._timeout
        for attempt in range(self._retries + 1):
            try:
                return self._follow(url, stamp, deadline)
            except Transient as failure:
                wait = _BACKOFF * 2**attempt if failure.wait is None else failure.wait
                late = time.monotonic() + wait >= deadline
                if attempt == self._retries or wait > _LONGEST_WAIT or late:
                    raise failed(url, str(failure)) from None
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
                raise failed(url, "it redirects to something that is not http or https")
        raise failed(url, f"it redirects more than {_REDIRECTS} times")

    def _request(self, url: str, stamp: str, deadline: float) -> BaseHTTPResponse:
        left = deadline - time.monotonic()
        if left <= 0:
            raise failed(url, f"timed out after {self._timeout:g} s")
        if not self._allow_private:
            require_public(url, self._timeout)
        try:
            return self._pools.request(
                "GET",
                url,
                headers=_HEADERS | _conditions(stamp),
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(total=left),
            )
        except (HTTPError, OSError) as error:
            raise failure(url, error, self._timeout) from None

    def _answer(self, url: str, response: BaseHTTPResponse, stamp: str, deadline: float) -> Fetched:
        status = response.status
        fresh = _stamp(response)
        if status == 304 and _conditions(stamp):
            return Fetched(None, fresh if fresh.startswith("etag:") else stamp)
        if status == 200:
            return Fetched(self._body(url, response, deadline), fresh)
        if status in _GONE:
            raise PictureError(f"{shown(url)} answered {status}.", reason="missing")
        if status in _AGAIN:
            raise Transient(f"it answered {status}", _patience(response))
        raise failed(url, f"it answered {status}")

    def _body(self, url: str, response: BaseHTTPResponse, deadline: float) -> bytes:
        large = PictureError(f"{shown(url)} has more than {self._max_bytes:,} bytes.", reason="too-large")
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
                    raise failed(url, f"timed out after {self._timeout:g} s")
        except (HTTPError, OSError) as error:
            raise failure(url, error, self._timeout) from None
        return b"".join(chunks)


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


def _outside(uri: str) -> PictureError:
    return PictureError(
        f"{shown(uri) or 'The picture'} was not among the files sent; send it too, or name a public URL.",
        reason="outside",
        next_step="Send the picture together with the table, or name a public URL.",
    )
