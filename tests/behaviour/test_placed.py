"""Signals told of a catalogue's products, and fitted anew when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from lookalike.asking.placed import Placed
from lookalike.behaviour.signals import Signals
from lookalike.behaviour.together import DAY
from lookalike.events import Event, Kind, Log
from lookalike.neighbours.snapshot import Snapshot
from lookalike.records.records import Records
from lookalike.shopping import signals as kept
from lookalike.shopping.signals import KeptSignals

NOW = 1000 * DAY


class Catalogue:
    """What is asked of a snapshot here."""

    def __init__(self, ids: Sequence[str], version: int = 1) -> None:
        self.row_of = {name: row for row, name in enumerate(ids)}
        self.version = version

    def __len__(self) -> int:
        return len(self.row_of)


def catalogue(*ids: str, version: int = 1) -> Snapshot:
    return cast(Snapshot, Catalogue(ids, version))


def event(item: str, user: str = "u", at: int = 0, kind: Kind = "viewed") -> Event:
    return Event(user, item, kind, NOW + at)


class Clock:
    def __init__(self) -> None:
        self.seconds = NOW / 1000 + 60

    def __call__(self) -> float:
        return self.seconds


class Shop:
    """Records, a clock, and the signals that are kept of them."""

    def __init__(self) -> None:
        self.records, self.clock = Records.open(None), Clock()
        self.kept = KeptSignals(self.clock)
        self.catalogue = catalogue("a", "b")

    def events(self, follow: bool = True) -> int:
        """How many events the signals know."""
        return self.kept.placed(self.records, self.catalogue, follow=follow).signals.events

    def append(self, *events: Event) -> None:
        self.records.append(events, now=NOW)


@pytest.fixture
def shop() -> Any:
    made = Shop()
    yield made
    made.records.close()


def test_scores_of_items_become_scores_of_products_and_nothing_is_said_of_what_nobody_touched() -> None:
    signals = Signals.of(Log.of([event("gone"), event("b"), event("shown", kind="shown")]), NOW)
    placed = Placed.of(signals, catalogue("a", "b", "shown"))
    column = placed.column(np.array([5, 7, 9], np.float32))
    np.testing.assert_array_equal(column, np.array([np.nan, 7, np.nan], np.float32))
    assert placed.known.tolist() == [False, True, False]
    assert placed.rows.tolist() == [-1, 1, 2]


def test_an_index_without_events_has_signals_that_say_nothing(shop: Shop) -> None:
    placed = shop.kept.placed(shop.records, shop.catalogue, follow=True)
    assert np.isnan(placed.column(placed.signals.popular())).all()


def test_what_was_just_recorded_is_in_the_next_answer(shop: Shop) -> None:
    assert shop.events() == 0
    shop.append(event("a"))
    assert shop.events() == 1


def test_without_following_signals_stay_until_they_are_refitted(shop: Shop) -> None:
    shop.events()
    shop.append(event("a"))
    assert shop.events(follow=False) == 0
    assert shop.kept.refit(shop.records)
    assert shop.events(follow=False) == 1


def test_while_nothing_changes_nothing_is_fitted_or_placed_again(shop: Shop) -> None:
    shop.append(event("a"))
    one = shop.kept.placed(shop.records, shop.catalogue, follow=True)
    shop.clock.seconds += 10 * kept.STALE
    assert shop.kept.placed(shop.records, shop.catalogue, follow=True) is one
    assert not shop.kept.refit(shop.records)


def test_another_version_of_the_catalogue_has_its_own_rows(shop: Shop) -> None:
    shop.append(event("b"))
    shop.events()
    other = shop.kept.placed(shop.records, catalogue("b", version=2), follow=True)
    assert other.rows.tolist() == [0]


def test_of_many_events_a_few_more_make_signals_due_only_after_an_hour(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SMALL", 0)
    shop.append(*(event("a", at=at) for at in range(1000)))
    assert shop.events() == 1000
    shop.append(event("b"))
    assert shop.events() == 1000
    shop.clock.seconds += kept.STALE + 1
    assert shop.events() == 1001
    shop.append(*(event("b", at=at) for at in range(1, 20)))
    assert shop.events() == 1020


def test_who_is_erased_is_in_no_signal_any_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SMALL", 0)
    shop.append(*(event("a", at=at) for at in range(1000)), event("b", user="v"))
    assert shop.events() == 1001
    shop.records.erase("v")
    assert shop.kept.placed(shop.records, shop.catalogue, follow=True).known.tolist() == [True, False]
