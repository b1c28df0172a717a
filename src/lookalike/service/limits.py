"""Bodies have a size and a time: held to while they stream in, before anything parses them."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lookalike.service.config import ServiceConfig
from lookalike.service.problems import SlowBody, TooLarge

ROOM = 2**16
"""Bytes that a multipart body may have beside its picture."""

SMALL = 2**20
"""The largest body of a route that takes neither pictures nor catalogues."""

JUDGEMENTS = 2**22
"""The largest body of judgements about pictures, or of decisions: several hundred bytes for each."""

MOST_JUDGEMENTS = 10_000

MOST_DECISIONS = 1_000
"""Decisions about findings in one call; some of them write into products."""

EVENTS = 2**23
"""The largest body of events, several hundred bytes for each of `MOST_EVENTS`."""

MOST_EVENTS = 10_000

_SLOWEST = 2**15  # bytes a second of a line that is waited for
_DRAIN_SECONDS = 3.0
_DRAIN_BYTES = 2**28


class BodyLimits:
    """Lets no body in that is larger or slower than the settings say.

    What is refused raises `TooLarge` or `SlowBody` where the route reads its body. A refusal that ends the
    connection waits until what is under way is thrown away: a client that still sends may never see it else.
    """

    def __init__(self, app: ASGIApp, config: ServiceConfig) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            body = _Bounded(scope, receive, self._limit(scope["path"]), self._config.body_seconds)
            receive = body.receive
            if _ends_connection(scope):
                send = body.before_refusal(send)
        await self._app(scope, receive, send)

    def _limit(self, path: str) -> int:
        if path in ("/v1/search", "/v1/check"):
            return self._config.max_picture_bytes + ROOM
        if path == "/v1/products":
            return self._config.max_body
        return {
            "/v1/duplicates/judgements": JUDGEMENTS,
            "/v1/doctor/decisions": JUDGEMENTS,
            "/v1/events": EVENTS,
        }.get(path, SMALL)


def _ends_connection(scope: Scope) -> bool:
    """Whether a request asks for the end of the connection after its answer."""
    headers = dict(scope["headers"])
    return scope.get("http_version") == "1.0" or headers.get(b"connection", b"").lower() == b"close"


class _Bounded:
    """One body as it streams in."""

    def __init__(self, scope: Scope, receive: Receive, limit: int, seconds: float) -> None:
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        self._declared = int(declared) if declared.isdigit() else 0
        self._waits = b"expect" in headers  # such a client sends nothing until it is asked to
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._began = 0.0
        self._got = 0
        self._over = False

    async def receive(self) -> Message:
        """The next piece of the body."""
        if self._over:
            return await self._receive()
        if self._declared > self._limit:
            raise await self._refused()
        self._began = self._began or time.monotonic()
        left = self._began + self._seconds + self._got / _SLOWEST - time.monotonic()
        try:
            async with asyncio.timeout(max(left, 0)):
                message = await self._receive()
        except TimeoutError:
            self._over = True
            raise SlowBody(
                f"The body was not there within {self._seconds:g} seconds, {self._got:,} bytes of it were.",
                next_step="Send it faster, or in smaller parts.",
            ) from None
        self._got += len(message.get("body", b""))
        self._over = message["type"] != "http.request" or not message.get("more_body", False)
        if self._got > self._limit:
            raise await self._refused()
        return message

    def before_refusal(self, send: Send) -> Send:
        """``send``, which throws away the rest of the body before it refuses."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                await self._drain()
            await send(message)

        return sent

    async def _refused(self) -> TooLarge:
        await self._drain()
        return TooLarge(
            f"The body is larger than {self._limit:,} bytes.", next_step="Send less, or in several parts."
        )

    async def _drain(self) -> None:
        """Let in what is under way, as long as it comes fast, and throw it away."""
        thrown = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while not (self._over or self._waits) and thrown < _DRAIN_BYTES:
                    message = await self._receive()
                    thrown += len(message.get("body", b""))
                    self._over = message["type"] != "http.request" or not message.get("more_body", False)
        self._over = True
