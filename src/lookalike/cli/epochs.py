"""How far a training is: a bar on a terminal, a line for each epoch, and now and then one in between."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from lookalike.cli.output import plain

_LINE_SECONDS = 10.0  # between lines where there is no terminal to draw a bar on
_BAR = 12  # characters; the words of an epoch want the room


class Told(Protocol):
    """Is told what is being done, and how many of how many."""

    def __call__(self, doing: str, done: int, total: int) -> None:
        """What stands before the first comma of ``doing`` names the stage; its last words stay on screen."""
        ...


@contextmanager
def epochs() -> Iterator[Told]:
    """What tells the user; everything goes to standard error."""
    if not sys.stderr.isatty():
        told = _Told()
        yield told
        told.end()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(_BAR),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        drawn = _Drawn(bars)
        yield drawn
        drawn.end()


class _Told:
    """Lines for a log: the last words of each epoch, and where a stage takes long how far it is."""

    def __init__(self) -> None:
        self._doing = ""
        self._first = self._total = 0
        self._began = self._said = time.monotonic()

    def __call__(self, doing: str, done: int, total: int) -> None:
        if _stage(doing) != _stage(self._doing):
            self.end()
        # Epochs count on from each other, and so their rate does; other stages begin at nothing.
        if total != self._total or done < self._first:
            self._first, self._total = done, total
            self._began = self._said = time.monotonic()
        self._doing = doing
        self._show(done)

    def end(self) -> None:
        """Say the last words of an epoch."""
        if "," in self._doing:
            self._say(self._doing)
        self._doing = ""

    def _rate(self, done: int) -> float:
        """How many a second, since the count began."""
        return (done - self._first) / max(time.monotonic() - self._began, 1e-9)

    def _show(self, done: int) -> None:
        now = time.monotonic()
        if now - self._said < _LINE_SECONDS:
            return
        rate = self._rate(done)
        left = f", {(self._total - done) / rate:,.0f} s left" if rate and self._total >= done else ""
        self._say(f"{_stage(self._doing)}: {done:,} of {self._total:,}, {rate_of(rate)}{left}")

    def _say(self, line: str) -> None:
        self._said = time.monotonic()
        click.echo(plain(line), err=True)


class _Drawn(_Told):
    """A bar under the lines of the epochs."""

    def __init__(self, bars: Progress) -> None:
        super().__init__()
        self._bars = bars
        self._task = bars.add_task("Reading", total=None, rate="")

    def _show(self, done: int) -> None:
        if done == self._first:  # it begins anew, and so does what is said of the time left
            self._bars.reset(self._task, total=self._total, completed=done, rate="")
        self._bars.update(
            self._task,
            description=plain(self._doing),
            completed=done,
            total=self._total or None,
            rate=rate_of(self._rate(done)) if done > self._first else "",
        )

    def _say(self, line: str) -> None:
        self._bars.console.print(plain(line), markup=False, highlight=False)


def _stage(doing: str) -> str:
    return doing.partition(",")[0]


def rate_of(rate: float) -> str:
    """A rate as a person reads it: "120/s", or "3.4/s" where it is slow."""
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
