"""What answers cost is measured one by one, and memory by how much the process grew."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from lookalike.verdict import costs
from lookalike.verdict.costs import ANSWERS, quantiles, timed


def test_so_many_answers_are_timed_after_the_first_few() -> None:
    asked: list[int] = []
    assert len(timed(asked.append, count())) == ANSWERS
    assert ANSWERS < len(asked) < ANSWERS + 10


def test_making_what_asks_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(costs, "perf_counter", lambda: now[0])

    def made() -> Iterator[float]:
        for _ in range(10):
            now[0] += 1
            yield 0.25

    def answer(takes: float) -> None:
        now[0] += takes

    assert {*timed(answer, made())} == {0.25}


def test_where_answers_take_long_fewer_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(costs, "perf_counter", lambda: now[0])

    def answer(_: int) -> None:
        now[0] += 4

    assert 0 < len(timed(answer, count())) < 10


def test_of_nothing_nothing_is_told() -> None:
    assert timed(str, []) == []
    assert quantiles([]) == (None, None)


def test_times_are_told_in_milliseconds() -> None:
    assert quantiles([0.002] * 10) == (pytest.approx(2), pytest.approx(2))


_GROWN = """
import numpy as np
from lookalike.verdict.costs import Memory
memory = Memory()
with memory.growth() as first:
    np.ones(8 << 20).sum()  # 64 MB
    taken = first()
with memory.growth() as second:
    little = second()
print(taken, little, memory.most)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells and forgets its peak")
def test_memory_that_is_taken_and_given_back_is_seen() -> None:
    done = subprocess.run(  # a process of its own: in this one libraries give back what other tests took
        [sys.executable, "-c", _GROWN], capture_output=True, text=True, check=True
    )
    taken, little, most = map(int, done.stdout.split())
    assert taken > 60 << 20
    assert little < taken / 2
    assert most > taken
