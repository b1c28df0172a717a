"""How fast networks look is measured in turns, on the same pictures."""

from __future__ import annotations

from lookalike.fetching import Fetcher
from lookalike.verdict.panel import Panel, Source, panel_of
from lookalike.verdict.speed import with_speeds

from .answers import standing
from .noisy_shop import Blurred, noisy_shop


def panel() -> Panel:
    index = noisy_shop()
    return panel_of(index._now(), Source(Fetcher(), lambda: index._newest().reader), [], workers=2)


def test_every_network_looks_at_as_many_pictures_in_its_turns() -> None:
    one, other = Blurred("one"), Blurred("other")
    told = with_speeds([standing(name, {}, {}) for name in "abc"], [one, None, other], panel())
    first, none, last = (each.cost.pictures_per_second for each in told)
    assert first is not None
    assert last is not None
    assert min(first, last) > 0
    assert none is None, "a function has no network that is known of"
    assert one.calls == other.calls > 20


def test_subjects_of_one_network_are_as_fast() -> None:
    network = Blurred("one")
    told = with_speeds([standing(name, {}, {}) for name in "ab"], [network, network], panel())
    assert told[0].cost == told[1].cost


def test_nothing_is_measured_where_nothing_looks() -> None:
    (told,) = with_speeds([standing("a", {}, {})], [None], panel())
    assert told == standing("a", {}, {})
