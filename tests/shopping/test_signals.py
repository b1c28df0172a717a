"""When the signals of behaviour are fitted anew."""

from __future__ import annotations

import pytest

from lookalike.events import Event
from lookalike.records.records import Records
from lookalike.shopping import signals
from lookalike.shopping.signals import KeptSignals

NOW = 1_700_000_000_000


def told(records: Records, *items: str) -> Records:
    records.append([Event("ann", item, "viewed", NOW) for item in items])
    return records


@pytest.fixture
def records() -> Records:
    return told(Records.open(None), "a")


def test_they_are_fitted_where_events_came_or_went_and_not_else(records: Records) -> None:
    kept = KeptSignals()
    assert not kept.asked and kept.refit(records) and kept.asked
    assert not kept.refit(records)
    assert kept.refit(told(records, "b"))
    records.erase("ann")
    assert kept.refit(records)


def test_beside_answers_they_rest_after_a_long_fit_but_not_where_somebody_is_erased(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "QUICK", -1.0)  # every fit is a long one
    monkeypatch.setattr(signals, "REST", 1e9)
    now = [1e9]
    kept = KeptSignals(lambda: now[0])
    assert kept.refit(records, beside=True)
    told(records, "b")
    assert not kept.refit(records, beside=True)
    now[0] += 1e12
    assert kept.refit(records, beside=True)
    assert kept.refit(told(records, "c"))  # who waits for them has them at once
    records.erase("ann")
    assert kept.refit(records, beside=True)
