"""What answers cost: the time of one by itself, and the memory that a subject takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np

ANSWERS: Final = 100
"""Answers that are timed one by one."""

PHOTOS: Final = 30
"""Answers to photos that are timed: enough for a median, and each takes looking at a picture."""

_WARM = 3  # answers before those, since the first ones load what all need
_SECONDS = 20.0  # after which no further answer is timed

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_FORGET_PEAK = "5"  # what the manual of proc(5) has to be written there


def timed(answer: Callable[[Any], object], asks: Iterable[Any], most: int = ANSWERS) -> list[float]:
    """Seconds of each of up to ``most`` answers, asked one by one; what makes an ask is not counted.

    Fewer where they take long: after some seconds no other is asked.
    """
    found: list[float] = []
    began = perf_counter()
    for at, ask in enumerate(islice(asks, _WARM + most)):
        start = perf_counter()
        answer(ask)
        if at >= _WARM:
            found.append(perf_counter() - start)
            if perf_counter() - began > _SECONDS:
                break
    return found


def quantiles(seconds: Sequence[float]) -> tuple[float | None, float | None]:
    """The median and the 95th percentile in milliseconds; None of nothing."""
    if not seconds:
        return None, None
    median, most = np.quantile(seconds, [0.5, 0.95]).tolist()
    return 1000 * median, 1000 * most


class Memory:
    """How much memory this process takes at most, in all and while something is done."""

    def __init__(self) -> None:
        self.most = 0
        """Bytes in all, as far as has been looked."""

    @contextmanager
    def growth(self) -> Iterator[Callable[[], int | None]]:
        """Gives a call that says by how many bytes the process has grown at most since; None where the system
        does not tell.

        Linux forgets the peak that was before; elsewhere only a peak above all that were is seen.
        """
        self.look()
        before, peak = _held("VmRSS"), self.look()
        with suppress(OSError):
            _CLEAR.write_text(_FORGET_PEAK)

        def grown() -> int | None:
            now = self.look()
            base = peak if before is None else before
            return None if now is None or base is None else max(0, now - base)

        yield grown
        self.look()

    def look(self) -> int | None:
        """The peak since it was last forgotten, in bytes."""
        now = _held("VmHWM") or _most()
        self.most = max(self.most, now or 0)
        return now


def _held(name: str) -> int | None:
    """A count of bytes of /proc/self/status; None where there is none."""
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), None)


def _most() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
