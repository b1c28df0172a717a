"""What several threads append at a time goes to the disk together, and each hears what became of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal

import pytest

from lookalike.errors import StorageError
from lookalike.events import Event
from lookalike.records.appending import Appended, Row
from lookalike.records.records import Records
from lookalike.records.together import Together

NOW = 1_700_000_000_000


def row(name: str) -> Row:
    return {"key": name.encode(), "user": name}


class Slow:
    """A disk: its first transaction ends when it is let go; afterwards it refuses what is called bad."""

    def __init__(self) -> None:
        self.began, self.go = Signal(), Signal()
        self.written: list[list[str]] = []

    def __call__(self, rows: Sequence[Row], ahead: Collection[int]) -> Appended:
        names = [one["user"] for one in rows]
        if not self.began.is_set():
            self.began.set()
            assert self.go.wait(10)
        if "bad" in names:
            raise StorageError("It is refused.", next_step="Try again.")
        self.written.append(names)
        return Appended(tuple("repeated" if "again" in name else "recorded" for name in names), len(ahead))


def waiting(together: Together) -> int:
    return len(together._waiting)


def appended_behind(disk: Slow, told: list[tuple[list[Row], set[int]]]) -> list[Appended | Exception]:
    """What becomes of appends that come, one after the other, while the disk is at the first."""
    together = Together(disk)
    with ThreadPoolExecutor(len(told) + 1) as threads:
        first = threads.submit(together.append, [row("first")], set())
        assert disk.began.wait(10)
        others = []
        for rows, ahead in told:
            before = waiting(together)
            others.append(threads.submit(together.append, rows, ahead))
            while waiting(together) == before:
                pass
        disk.go.set()
        assert first.result().recorded == 1
        return [other.exception() or other.result() for other in others]  # type: ignore[misc]


def test_whoever_waits_is_written_down_at_once_in_the_order_of_coming() -> None:
    disk = Slow()
    told = [([row("a"), row("again")], {1}), ([row("b")], set()), ([row("again 2"), row("c")], {0, 1})]
    assert appended_behind(disk, told) == [
        Appended(("recorded", "repeated"), 1),
        Appended(("recorded",), 0),
        Appended(("repeated", "recorded"), 2),
    ]
    assert disk.written == [["first"], ["a", "again", "b", "again 2", "c"]]


def test_nobody_fails_for_another() -> None:
    disk = Slow()
    found = appended_behind(disk, [([row("a")], set()), ([row("bad")], set()), ([row("b")], set())])
    assert found[0] == found[2] == Appended(("recorded",), 0)
    assert isinstance(found[1], StorageError)
    assert disk.written == [["first"], ["a"], ["b"]]


def test_whoever_is_interrupted_takes_nobody_along() -> None:
    disk = Slow()
    interrupted: list[list[str]] = []

    def write(rows: Sequence[Row], ahead: Collection[int]) -> Appended:
        if disk.written and not interrupted:
            interrupted.append([one["user"] for one in rows])
            raise KeyboardInterrupt
        return disk(rows, ahead)

    together = Together(write)
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(together.append, [row("first")], set())
        assert disk.began.wait(10)
        others = []
        for name in "ab":
            others.append(threads.submit(together.append, [row(name)], set()))
            while waiting(together) < len(others):
                pass
        disk.go.set()
        outcomes = [other.exception() or other.result() for other in others]
    assert first.result().recorded == 1
    assert interrupted == [["a", "b"]]
    stopped, other = sorted(outcomes, key=lambda one: isinstance(one, Appended))
    assert isinstance(stopped, KeyboardInterrupt)
    assert other == Appended(("recorded",), 0)
    assert len(disk.written) == 2


def test_a_transaction_is_no_larger_than_it_may_be() -> None:
    disk = Slow()
    many = [([row(f"{group}-{n}") for n in range(2000)], set[int]()) for group in "abc"]
    assert [one.recorded for one in appended_behind(disk, many)] == [2000] * 3  # type: ignore[union-attr]
    assert [len(names) for names in disk.written] == [1, 4000, 2000]


@pytest.mark.parametrize("place", ["a file", "memory"])
def test_threads_lose_and_double_nothing(tmp_path: Path, place: str) -> None:
    records = Records.open(tmp_path if place == "a file" else None)

    def told(thread: int) -> list[Appended]:
        return [
            records.append([Event(f"u{thread}", f"{n}", "viewed", NOW), Event("all", f"{n}", "viewed", NOW)])
            for n in range(20)
        ]

    with ThreadPoolExecutor(4) as threads:
        done = [one for found in threads.map(told, range(4)) for one in found]
    assert sum(one.recorded for one in done) == records.count() == 4 * 20 + 20
    assert sum(one.repeated for one in done) == 3 * 20
    records.close()
