"""Groups as they are known, worked out once for each kinds and threshold and kept until something changes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import partial

from lookalike.copies import Duplicates
from lookalike.index import Index
from lookalike.service.turns import Turns

_KEPT = 16  # sets of groups, of the kinds and thresholds asked for last
_WAITING = 16
_BUSY = "Too many kinds and thresholds are being asked for."

_Wish = tuple[tuple[str, ...] | None, float | None]


class Groupings:
    """What `lookalike.index.Index.duplicates` says without looking, by kinds and threshold.

    One set is worked out at a time, in a thread; who asks for it meanwhile waits for the same one.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, *_Wish], Duplicates] = OrderedDict()
        self._coming: dict[tuple[str, *_Wish], asyncio.Task[Duplicates]] = {}
        self._turns = Turns(1, _WAITING, _BUSY)

    async def of(self, index: Index, kinds: tuple[str, ...] | None, threshold: float | None) -> Duplicates:
        """The groups as they are known now. Raises `BadArgument`, `Busy`."""
        key = (index.revision, kinds, threshold)
        if (found := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return found
        if (coming := self._coming.get(key)) is None:
            work = partial(index.duplicates, threshold, kinds, look=False)
            coming = self._coming[key] = asyncio.create_task(self._turns.run(work))
            coming.add_done_callback(partial(self._came, key))
        return await asyncio.shield(coming)

    def _came(self, key: tuple[str, *_Wish], task: asyncio.Task[Duplicates]) -> None:
        del self._coming[key]
        if task.cancelled() or task.exception() is not None:
            return
        self._kept[key] = task.result()
        for old in [old for old in self._kept if old[0] != key[0]]:
            del self._kept[old]
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def close(self) -> None:
        """Finish what is under way."""
        self._turns.close()
