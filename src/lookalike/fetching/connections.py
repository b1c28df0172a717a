"""Connections that keep to the time they are given, and to addresses that are public."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from lookalike.fetching.addresses import check_peer


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
    except Exception:
        if late.is_set():
            raise TimeoutError("no answer in time") from None
        raise
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
        check_peer(self)


class _PublicTLSConnection(_TLSConnection):
    def connect(self) -> None:
        super().connect()
        check_peer(self)


class Pool(HTTPConnectionPool):
    """Plain connections to any address."""

    ConnectionCls = _Connection


class TLSPool(HTTPSConnectionPool):
    """Encrypted connections to any address."""

    ConnectionCls = _TLSConnection


class PublicPool(HTTPConnectionPool):
    """Plain connections to public addresses alone."""

    ConnectionCls = _PublicConnection


class PublicTLSPool(HTTPSConnectionPool):
    """Encrypted connections to public addresses alone."""

    ConnectionCls = _PublicTLSConnection
