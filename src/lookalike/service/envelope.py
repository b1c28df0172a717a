"""What goes round every request: its id, the headers of every answer, its line in the log, its count."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lookalike.service.logs import log_access
from lookalike.service.metrics import Metrics
from lookalike.service.problems import bug_response

_SANE = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,64}\Z")
_PRIVATE = "/shoppers/"
_HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in {
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(self), geolocation=(), microphone=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cache-control": "no-store",
    }.items()
)


class Envelope:
    """Gives each request an id, that of ``X-Request-ID`` where it is sane, and each answer its headers.

    ``HEAD`` is answered as ``GET`` without the body. An exception that no handler knew becomes a problem.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method = scope["method"]
        if method == "HEAD":
            scope = {**scope, "method": "GET"}
        state = scope["state"] = {**scope.get("state", {}), "request_id": _request_id(scope), "stages": {}}
        answer = _Answer(send, state["request_id"], head=method == "HEAD")
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            if answer.status:
                raise
            await bug_response(error, Request(scope))(scope, receive, answer.send)
        finally:
            self._note(scope, method, state, answer, time.perf_counter() - began)

    def _note(
        self, scope: Scope, method: str, state: dict[str, Any], answer: _Answer, seconds: float
    ) -> None:
        route = getattr(scope.get("route"), "path_format", "none")
        self._metrics.answered(route, method, answer.status, seconds, state["stages"])
        client = scope.get("client")
        log_access(
            {
                "request_id": state["request_id"],
                "client": client[0] if client else "-",
                "method": method,
                "path": _path(scope),
                "route": route,
                "status": answer.status,
                "bytes": answer.bytes,
                "ms": round(seconds * 1e3, 2),
            }
        )


class _Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, request_id: str, *, head: bool) -> None:
        self._send = send
        self._request_id = request_id
        self._head = head
        self.status = 0
        self.bytes = 0

    async def send(self, message: Message) -> None:
        """Pass one message on, dressed."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"]
            there = {name for name, _ in headers}
            own = (b"x-request-id", self._request_id.encode())
            message["headers"] = [*headers, own, *[one for one in _HEADERS if one[0] not in there]]
        elif self._head:
            message = {**message, "body": b""}
        else:
            self.bytes += len(message.get("body", b""))
        await self._send(message)


def _path(scope: Scope) -> str:
    """The path as a log may hold it: without the id of a shopper."""
    if _PRIVATE in scope["path"]:
        return f"/v1{_PRIVATE}..."
    return str(scope.get("raw_path", b"").decode("ascii", "backslashreplace")[:300])


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            if _SANE.match(value):
                return str(value, "ascii")
            break
    return secrets.token_hex(8)
