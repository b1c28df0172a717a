"""Reading and measuring in two stages of threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.ingest.stages import TOGETHER, staged


@dataclass(frozen=True)
class Read:
    """An item after it was read, and the thread that read it."""

    item: int
    weight: int = 1
    thread: int = 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.booleans(), max_size=70), st.integers(1, 3))
def test_every_item_comes_once_and_in_order_however_it_was_read(far: list[bool], workers: int) -> None:
    measured: list[int] = []

    def measure(some: list[Read]) -> list[str]:
        measured.append(len(some))
        return [f"measured {one.item}" for one in some]

    found = staged(range(len(far)), Read, measure, workers=workers, far=lambda item: far[item])
    assert list(found) == [f"measured {item}" for item in range(len(far))]
    assert sum(measured) == len(far)
    assert max(measured, default=0) <= TOGETHER


def test_what_is_near_is_read_a_few_at_a_time_and_what_is_far_by_many_threads() -> None:
    meeting = threading.Barrier(4, timeout=20)

    def read(item: int) -> Read:
        if item < 4:  # all four must be under way at once
            meeting.wait()
        return Read(item, thread=threading.get_ident())

    found = list(staged(range(4 + TOGETHER), read, list, workers=1, far=lambda item: item < 4))
    assert [one.item for one in found] == list(range(4 + TOGETHER))
    assert len({one.thread for one in found[:4]}) == 4


def test_a_mistake_in_measuring_reaches_whoever_takes_the_results() -> None:
    def measure(some: list[Read]) -> list[int]:
        return [10 // one.item for one in some]

    with pytest.raises(ZeroDivisionError):
        list(staged(range(3), Read, measure, workers=2, far=lambda _: False))
