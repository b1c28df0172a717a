"""Where the time of one process goes, by name."""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


class Clock:
    """Seconds by name, of the clock and of the processor; what is measured inside of another is taken out."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._open: list[str] = []
        self._since = self._now()

    @contextmanager
    def measuring(self, name: str) -> Iterator[None]:
        """What is done inside is counted under this name."""
        self._close()
        self._open.append(name)
        try:
            yield
        finally:
            self._close()
            self._open.pop()

    def measured(self, holder: Any, attribute: str, name: str) -> None:
        """Count every call of a function that a module or a class holds under this name from now on."""
        function: Callable[..., Any] = getattr(holder, attribute)

        @wraps(function)
        def called(*given: Any, **named: Any) -> Any:
            with self.measuring(name):
                return function(*given, **named)

        setattr(holder, attribute, called)

    def stages(self) -> dict[str, dict[str, float]]:
        """The seconds of each, those of the processor that are most first."""
        by_processor = sorted(self.seconds.items(), key=lambda item: -item[1][1])
        return {
            name: {"seconds": round(wall, 2), "processor_seconds": round(own, 2)}
            for name, (wall, own) in by_processor
        }

    def _close(self) -> None:
        now = self._now()
        if self._open:
            for at in range(2):
                self.seconds[self._open[-1]][at] += now[at] - self._since[at]
        self._since = now

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()


def peak() -> int:
    """The most memory that this process had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
