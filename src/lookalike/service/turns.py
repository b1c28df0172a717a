"""Heavy work, such as searching a photo, is done a few at a time; a few more wait, the rest are sent away.

So are photos that memory has no room for while they arrive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from lookalike.service.problems import Busy
from lookalike.store.tables import trim_memory

_T = TypeVar("_T")
_IDLE = 1.0  # seconds after the last work until the memory that it took is handed back
_PHOTOS = "Too many photos are being searched."


class Room:
    """Bytes of photos that may be in memory at a time, those that still arrive included."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._used = 0

    @contextmanager
    def taken_by(self, body: AsyncGenerator[bytes, None]) -> Iterator[AsyncGenerator[bytes, None]]:
        """A body whose bytes count until the block ends; it raises `Busy` where there is no room for more."""
        taken = 0

        async def counted() -> AsyncGenerator[bytes, None]:
            nonlocal taken
            async for piece in body:
                taken += len(piece)
                self._used += len(piece)
                if self._used > self._most:
                    raise _busy(_PHOTOS)
                yield piece

        try:
            yield counted()
        finally:
            self._used -= taken


def _busy(what: str) -> Busy:
    return Busy(what, next_step="Ask again in a second.")


class Turns:
    """Threads for heavy work, ``threads`` at a time and ``queue`` waiting; ``busy`` is told to the others."""

    def __init__(self, threads: int, queue: int, busy: str = _PHOTOS) -> None:
        self._busy = busy
        self._threads = threads
        self._most = threads + queue
        self._under_way = 0
        self._pool: ThreadPoolExecutor | None = None  # made when first needed
        self._tidying: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[[], _T]) -> _T:
        """Do the work in its turn. Raises `Busy` where too many wait already."""
        if self._under_way >= self._most:
            raise _busy(self._busy)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="lookalike-turn")
        self._under_way += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        future.add_done_callback(self._done)  # also of a request that was given up: its thread works on
        return await asyncio.shield(future)

    def _done(self, future: asyncio.Future[_T]) -> None:
        self._under_way -= 1
        if self._tidying is not None:
            self._tidying.cancel()
        if not self._under_way:
            self._tidying = future.get_loop().call_later(_IDLE, self._tidy)
        if not future.cancelled():
            future.exception()  # seen, even where the request was given up

    def _tidy(self) -> None:
        if self._pool is not None and not self._under_way:
            self._pool.submit(trim_memory)

    def close(self) -> None:
        """Finish what is under way."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
