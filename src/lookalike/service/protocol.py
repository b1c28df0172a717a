"""HTTP as uvicorn reads it, with heads of a bounded size and problems instead of plain text."""

from __future__ import annotations

import secrets

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lookalike.errors import LookalikeError
from lookalike.service.problems import MEDIA_TYPE, HeadTooLarge, NotHttp, problem
from lookalike.service.replies import json_bytes

LARGEST_HEAD = 2**16
"""Bytes of a request's address and headers."""

_LINGER = 2.0  # seconds in which what is under way is let in and thrown away


class Protocol(HttpToolsProtocol):
    """One connection. uvicorn's own would keep a head that never ends, of any size, in memory."""

    _head = 0  # bytes of the address and of the headers that are whole
    _pending = 0  # bytes that came after the piece in which the head began
    _in_head = False
    _refused = False

    def data_received(self, data: bytes) -> None:
        """Read what came, and refuse a head that is too large already."""
        if self._refused:
            return
        if self._in_head:
            self._pending += len(data)
        super().data_received(data)
        if self._in_head and self._pending > LARGEST_HEAD and not self._refused:
            self._head = self._pending
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """A head begins."""
        self._head, self._pending, self._in_head = 0, 0, True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._head += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is over; one that is too large ends in `send_400_response`."""
        self._in_head = False
        if self._head > LARGEST_HEAD:
            raise ValueError("the head is too large")
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what cannot be read, and end the connection: soon, so that who still sends sees why."""
        self._refused = True
        error: LookalikeError
        if self._head > LARGEST_HEAD:
            error = HeadTooLarge(
                f"The address and the headers have more than {LARGEST_HEAD:,} bytes.",
                next_step="Send less in them; POST /v1/similar takes long questions in its body.",
            )
        else:
            error = NotHttp("This is no HTTP request that can be read.", next_step="Send HTTP/1.1.")
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_answer(error))
            self.transport.write_eof()
            self.loop.call_later(_LINGER, self.transport.close)
        else:
            self.transport.close()


def _answer(error: LookalikeError) -> bytes:
    request_id = secrets.token_hex(8)
    document = problem(error, request_id)
    body = json_bytes(document)
    head = (
        f"HTTP/1.1 {document['status']} {document['title']}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(body)}",
        f"x-request-id: {request_id}",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "connection: close",
    )
    return "\r\n".join((*head, "", "")).encode("ascii") + body
