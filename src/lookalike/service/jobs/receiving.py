"""A request's body becomes files in a folder, within limits, without holding up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import IO, Protocol, TypeVar

from lookalike.errors import BadArgument
from lookalike.service.jobs.multipart import MultipartFiles
from lookalike.service.jobs.shelf import storing
from lookalike.service.jobs.uploaded import LARGEST_JSON
from lookalike.service.problems import TooLarge, WrongType

MULTIPART = "multipart/form-data"
TABLES = {
    "text/csv": "products.csv",
    "text/tab-separated-values": "products.tsv",
    "application/x-ndjson": "products.jsonl",
    "application/jsonl": "products.jsonl",
    "application/vnd.apache.parquet": "products.parquet",
    "application/json": "products.json",
}
"""Types of bodies that are one table, and the name it is kept under."""

_T = TypeVar("_T")
_AT_ONCE = 1 << 20  # bytes collected before a thread writes them


class _Sink(Protocol):
    def feed(self, piece: bytes) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None: ...


class _OneFile:
    """A body that is one table."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("xb")

    def feed(self, piece: bytes) -> None:
        self._file.write(piece)

    def finish(self) -> None:
        if not self._file.tell():
            raise BadArgument("The body is empty.", next_step="Send products: see /openapi.json.")

    def close(self) -> None:
        self._file.close()


async def receive(content_type: str, body: AsyncIterator[bytes], folder: Path, max_bytes: int) -> None:
    """Write what a body holds into ``folder``: the files of a multipart one, or the one table that it is.

    Raises `WrongType`, `TooLarge`, `BadArgument`, `HalfBody`, `StorageError`; files may be left then.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        max_bytes = min(max_bytes, LARGEST_JSON)
    with storing():
        sink = _sink(kind, content_type, folder)
        try:
            waiting, total = bytearray(), 0
            async for piece in body:
                total += len(piece)
                if total > max_bytes:
                    raise _too_large(kind, max_bytes)
                waiting += piece
                if len(waiting) >= _AT_ONCE:
                    await undisturbed(partial(sink.feed, bytes(waiting)))
                    waiting.clear()
            await undisturbed(partial(_end, sink, bytes(waiting)))
        finally:
            sink.close()


async def undisturbed(work: Callable[[], _T]) -> _T:
    """What ``work`` gives, done in a thread; who is cancelled meanwhile waits for it all the same."""
    task = asyncio.create_task(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _end(sink: _Sink, rest: bytes) -> None:
    if rest:
        sink.feed(rest)
    sink.finish()


def _sink(kind: str, content_type: str, folder: Path) -> _Sink:
    if kind == MULTIPART:
        return MultipartFiles(content_type, folder)
    if kind in TABLES:
        return _OneFile(folder / TABLES[kind])
    raise WrongType(
        f"A body of type {kind[:80] or '(none)'} is not read here.",
        next_step=f"Send {', '.join([MULTIPART, *TABLES])}.",
    )


def _too_large(kind: str, max_bytes: int) -> TooLarge:
    step = "Send JSON lines (application/x-ndjson), or" if kind == "application/json" else "Send"
    return TooLarge(
        f"The body has more than {max_bytes:,} bytes.", next_step=f"{step} the products in several requests."
    )
