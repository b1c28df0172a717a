"""Two stages of threads, reading and measuring, that run ahead of whoever takes the results.

Both work on a few items at a time: what one item costs by itself is little, and threads that hand over every
one wait for each other more than they work.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Protocol, TypeVar

TOGETHER = 8
"""Items that one thread reads, and measures, in one go."""

_READ_AHEAD = 32  # items
_MEASURED_AHEAD = 16  # goes for each thread that measures: a commit may last as long as many of them
_AHEAD_BYTES = 64 << 20
_FETCHERS = 16
_PATIENCE = 0.05  # seconds that an item may wait for others to be read with


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
    measure: Callable[[list[_Read]], list[_Measured]],
    *,
    workers: int,
    far: Callable[[_Item], bool],
) -> Iterator[_Measured]:
    """What ``measure`` makes of what ``read`` makes of each item, in the order of the items.

    ``read`` waits for disks and networks, on many threads; items that are ``far`` away are read each by a
    thread of its own. ``measure`` computes, on ``workers``: it takes some items and gives a result for each.
    """

    def each(some: list[_Item]) -> list[_Read]:
        return [read(item) for item in some]

    reading: deque[tuple[int, Future[list[_Read]]]] = deque()
    measuring: deque[tuple[int, Future[list[_Measured]]]] = deque()
    waiting: list[_Read] = []
    ahead = held = 0
    with (
        ThreadPoolExecutor(_FETCHERS, "fetch") as fetchers,
        ThreadPoolExecutor(workers, "measure") as measurers,
    ):
        try:
            for some in chain(_few(items, far), [[]]):
                last = not some
                if not last:
                    reading.append((len(some), fetchers.submit(each, some)))
                    ahead += len(some)
                while reading and (last or ahead > _READ_AHEAD or reading[0][1].done()):
                    count, found = reading.popleft()
                    ahead -= count
                    waiting += found.result()
                    while waiting and (len(waiting) >= TOGETHER or _idle(measuring, workers)):
                        now, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
                        weight = sum(one.weight for one in now)
                        measuring.append((weight, measurers.submit(measure, now)))
                        held += weight
                    full = _MEASURED_AHEAD * workers
                    while measuring and (len(measuring) > full or held > _AHEAD_BYTES or _ready(measuring)):
                        weight, done = measuring.popleft()
                        held -= weight
                        yield from done.result()
            if waiting:
                measuring.append((0, measurers.submit(measure, waiting)))
            for _, done in measuring:
                yield from done.result()
        finally:
            fetchers.shutdown(wait=False, cancel_futures=True)
            measurers.shutdown(wait=False, cancel_futures=True)


def _few(items: Iterable[_Item], far: Callable[[_Item], bool]) -> Iterator[list[_Item]]:
    """Items in lists: those ``far`` away one by one, others up to `TOGETHER` unless they come slowly."""
    some: list[_Item] = []
    began = 0.0
    for item in items:
        alone = far(item)
        if alone and some:
            yield some
            some = []
        if not some:
            began = time.monotonic()
        some.append(item)
        if alone or len(some) >= TOGETHER or time.monotonic() - began > _PATIENCE:
            yield some
            some = []
    if some:
        yield some


def _ready(measuring: deque[tuple[int, Future[list[_Measured]]]]) -> bool:
    return bool(measuring) and measuring[0][1].done()


def _idle(measuring: deque[tuple[int, Future[list[_Measured]]]], workers: int) -> bool:
    return sum(not future.done() for _, future in measuring) < workers
