"""Two stages of threads, reading and measuring, that run ahead of whoever takes the results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

_AHEAD = 32  # items read, and items measured, ahead of the consumer
_AHEAD_BYTES = 64 << 20
_FETCHERS = 16


class Weighed(Protocol):
    """What the first stage hands to the second."""

    @property
    def weight(self) -> int:
        """Bytes held in memory."""
        ...


_Item = TypeVar("_Item")
_Read = TypeVar("_Read", bound=Weighed)
_Measured = TypeVar("_Measured")


def staged(
    items: Iterable[_Item],
    read: Callable[[_Item], _Read],
    measure: Callable[[_Read], _Measured],
    *,
    workers: int,
) -> Iterator[_Measured]:
    """What ``measure`` makes of what ``read`` makes of each item, in the order of the items.

    ``read`` waits for disks and networks, on many threads; ``measure`` computes, on ``workers``.
    """
    reading: deque[Future[_Read]] = deque()
    measuring: deque[tuple[int, Future[_Measured]]] = deque()
    held = 0
    with (
        ThreadPoolExecutor(_FETCHERS, "fetch") as fetchers,
        ThreadPoolExecutor(workers, "measure") as measurers,
    ):
        try:
            for item in items:
                reading.append(fetchers.submit(read, item))
                while reading and (len(reading) > _AHEAD or reading[0].done()):
                    done = reading.popleft().result()
                    measuring.append((done.weight, measurers.submit(measure, done)))
                    held += done.weight
                    while len(measuring) > _AHEAD or held > _AHEAD_BYTES or _ready(measuring):
                        weight, future = measuring.popleft()
                        held -= weight
                        yield future.result()
            for pending in reading:
                done = pending.result()
                measuring.append((done.weight, measurers.submit(measure, done)))
            for _, future in measuring:
                yield future.result()
        finally:
            fetchers.shutdown(wait=False, cancel_futures=True)
            measurers.shutdown(wait=False, cancel_futures=True)


def _ready(measuring: deque[tuple[int, Future[_Measured]]]) -> bool:
    return bool(measuring) and measuring[0][1].done()
