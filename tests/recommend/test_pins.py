"""Lifted and pinned answers are those of scoring everything, and no rule breaks a promise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.filters import parse_filter
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.query import Query
from lookalike.recommend.recommender import Ranked, recommend
from lookalike.recommend.relaxing import relaxed
from lookalike.vectors import DECIMALS, Floats, unit

from .small_snapshot import snapshot_of

ASKS = np.array([[1.0, 0.0]], dtype=np.float32)


def fan(
    degrees: list[float], fields: list[dict[str, Any]] | None = None, copies: list[list[str]] | None = None
) -> Snapshot:
    """Products at these angles from what asks: the smaller, the more alike."""
    radians = np.radians(degrees)
    vectors = np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)
    return snapshot_of(vectors, copies or [], fields or ())


def question(**wishes: Any) -> Query:
    return Query(looks=ASKS, norms=np.ones(1, np.float32), colours=ASKS[:0], **wishes)


def column(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def by_scoring_all(query: Query, snapshot: Snapshot) -> list[int]:
    """What an answer has to be, by plain loops over every product."""
    count = len(snapshot)
    keep = query.where.mask(snapshot.columns)
    for gate in query.gates.values():
        keep &= gate
    keep &= ~np.isin(snapshot.ids, [*query.exclude])
    gone = [word == "out of stock" for word in snapshot.columns.words("availability", np.arange(count))]
    brands = snapshot.columns.words("brand", np.arange(count))
    styles = [int(number) if number >= 0 else -1 - row for row, number in enumerate(snapshot.variants.group)]
    cosines = snapshot.looks_of(np.arange(count)) @ ASKS[0]
    lift = np.zeros(count, np.float32) if query.lift is None else query.lift
    score = {row: round(float(cosines[row] + lift[row]), DECIMALS) for row in range(count) if keep[row]}
    first = query.stock == "first"

    pinned: dict[int, int] = {}
    used: Counter[str] = Counter()
    for place, row in sorted(query.pins.items()):
        own = styles[row] in {styles[other] for other in pinned.values()}
        full = query.per_brand is not None and brands[row] and used[brands[row]] >= query.per_brand
        if keep[row] and not (first and gone[row]) and not own and not full and place <= query.k:
            pinned[place] = row
            used[brands[row]] += 1

    best: dict[int, int] = {}
    for row in sorted(score, key=lambda row: (first and gone[row], -score[row], row)):
        best.setdefault(styles[row], row)
    rows = [row for style, row in best.items() if style not in {styles[one] for one in pinned.values()}]
    rows.sort(key=lambda row: (first and gone[row], -score[row], row))
    others = []
    for row in rows:
        if query.per_brand is None or not brands[row] or used[brands[row]] < query.per_brand:
            used[brands[row]] += 1
            others.append(row)
    others = others[: query.k - len(pinned)]
    for place, row in pinned.items():
        others.insert(place - 1, row)
    return others


@st.composite
def shops(draw: st.DrawFn) -> tuple[Query, Snapshot]:
    count = draw(st.integers(1, 14))
    degrees = draw(st.lists(st.integers(0, 180), min_size=count, max_size=count))
    fields = [
        {
            "group": draw(st.sampled_from(["", "", "a", "b"])),
            "brand": draw(st.sampled_from(["", "Acme", "Birch"])),
            "category": draw(st.sampled_from(["Hats", "Shoes"])),
            "availability": draw(st.sampled_from(["in stock", "in stock", "out of stock"])),
        }
        for _ in range(count)
    ]
    rows = st.integers(0, count - 1)
    pins = draw(st.dictionaries(st.integers(1, 6), rows, max_size=4))
    pins = {place: row for place, row in sorted(pins.items()) if [*pins.values()].count(row) == 1}
    gates = {}
    if draw(st.booleans()):
        gates["owned"] = ~np.isin(np.arange(count), draw(st.lists(rows, max_size=4)))
    lift = [draw(st.sampled_from([0.0, 0.0, 0.25, -0.5, 2.0])) for _ in range(count)]
    query = question(
        k=draw(st.integers(1, 6)),
        where=parse_filter(draw(st.sampled_from([None, "category=Shoes"]))),
        exclude=frozenset(f"{row:05}" for row in draw(st.lists(rows, max_size=2))),
        gates=gates,
        lift=None if not any(lift) else column(*lift),
        pins=pins,
        stock=draw(st.sampled_from(["any", "first"])),
        per_brand=draw(st.sampled_from([None, 1, 2])),
    )
    return query, fan([float(angle) for angle in degrees], fields)


@settings(max_examples=150, deadline=None)
@given(shops())
def test_an_answer_with_rules_is_the_one_of_scoring_everything(asked: tuple[Query, Snapshot]) -> None:
    query, snapshot = asked
    assert recommend(query, snapshot).rows == by_scoring_all(query, snapshot)


@settings(max_examples=60, deadline=None)
@given(shops())
def test_each_pin_has_its_place_or_a_reason(asked: tuple[Query, Snapshot]) -> None:
    query, snapshot = asked
    ranked = recommend(query, snapshot)
    told = ranked.explain.get("pins", [])
    assert [pin["id"] for pin in told] == [snapshot.ids[row] for row in query.pins.values()]
    for pin in told:
        if pin["shown"]:
            assert snapshot.ids[ranked.rows[pin["place"] - 1]] == pin["id"]
        else:
            assert pin["why"]


def test_among_thousands_most_are_still_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    vectors = unit(chance.normal(size=(6000, 2)).astype(np.float32))[0]
    snapshot = snapshot_of(vectors, [])
    lift = (chance.random(6000) < 0.01).astype(np.float32) * np.float32(0.3)
    query = question(k=10, lift=lift, pins={3: 17, 12: 18})
    from lookalike.recommend.evidence import Evidence

    scored: list[int] = []
    plain = Evidence.candidates
    monkeypatch.setattr(
        Evidence, "candidates", lambda self, rows: (scored.append(len(rows)), plain(self, rows))[1]
    )
    assert recommend(query, snapshot).rows == by_scoring_all(query, snapshot)
    assert sum(scored) < 3000


def test_a_lift_is_in_the_score_and_told_beside_it() -> None:
    ranked = recommend(question(lift=column(0, 0.5)), fan([0, 60]))
    assert ranked.rows == [0, 1]
    assert ranked.scores == [1.0, 1.0]  # equal ones stand in the order of their ids
    assert "rules" not in ranked.evidence[0]
    assert ranked.evidence[1]["rules"] == 0.5
    assert ranked.evidence[1]["look"] == 0.5


def test_a_pinned_product_of_which_nothing_is_known_is_there_with_the_lowest_score() -> None:
    snapshot = fan([0, 60, 90])
    query = question(
        weights={"words": 1.0}, given={"words": column(0.9, 0.4, np.nan)}, pins={1: 2}, typed=("red",)
    )
    ranked = recommend(query, snapshot)
    assert ranked.rows == [2, 0, 1]
    assert ranked.scores == [0.4, 0.9, 0.4]
    assert ranked.complete and ranked.explain["matching"] == 3


def test_variants_and_copies_of_a_pinned_product_are_folded_into_it() -> None:
    fields = [{"group": "a"}, {"group": "a"}, {}, {}]
    snapshot = fan([10, 0, 20, 30], fields, copies=[["00000", "00003"]])
    ranked = recommend(question(pins={2: 0}), snapshot)
    assert ranked.rows == [2, 0]
    assert (ranked.variants, ranked.copies) == ({0: [1]}, {0: [3]})
    assert ranked.complete


def refusals(ranked: Ranked) -> dict[str, str]:
    return {pin["id"]: pin["why"] for pin in ranked.explain["pins"] if not pin["shown"]}


def test_a_pin_that_would_break_a_promise_is_not_there_and_says_which() -> None:
    fields = [
        {"category": "Hats"},
        {},
        {"availability": "out of stock"},
        {"brand": "Acme"},
        {"brand": "Acme", "group": "a"},
        {"group": "b"},
        {"group": "b"},
        {},
        {},
    ]
    snapshot = fan([80, 70, 60, 50, 40, 30, 20, 10, 0], fields)
    query = question(
        k=8,
        where=parse_filter("category!=Hats"),
        gates={"owned": np.arange(9) != 1},
        exclude=frozenset(["00007"]),
        stock="first",
        per_brand=1,
        pins={1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6, 8: 7, 9: 8},
    )
    assert refusals(recommend(query, snapshot)) == {
        "00000": "filter",
        "00001": "owned",
        "00002": "stock",
        "00004": "brand",
        "00006": "variants",
        "00007": "excluded",
        "00008": "place",
    }
    assert set(recommend(query, snapshot).rows) == {3, 5, 8, 2}  # what is sold out comes last of its own


def test_the_asking_product_and_its_variants_are_not_pinned_beside_it() -> None:
    snapshot = fan([0, 10, 20], [{"group": "a"}, {"group": "a"}, {}])
    query = question(seed="00000", pins={1: 0, 2: 1})
    ranked = recommend(query, snapshot)
    assert ranked.rows == [2]
    assert refusals(ranked) == {"00000": "itself", "00001": "variants"}


def test_where_fewer_match_a_pinned_product_comes_last() -> None:
    ranked = recommend(question(pins={5: 0}), fan([90, 0, 10]))
    assert ranked.rows == [1, 2, 0]
    assert ranked.explain["pins"] == [{"id": "00000", "place": 3, "shown": True}]


def test_what_there_is_instead_never_holds_what_is_promised_to_be_left_out() -> None:
    fields = [{"category": "Hats"}, {"category": "Hats"}, {"category": "Shoes"}, {"category": "Shoes"}]
    snapshot = fan([0, 10, 20, 30], fields)
    owned = np.array([True, False, True, True])
    kind = np.array([True, True, False, False])
    query = question(
        where=parse_filter("category=Bags"),
        gates={"owned": owned, "kind": kind},
        exclude=frozenset(["00003"]),
    )
    ways = relaxed(query, snapshot)
    assert ways
    for way in ways:
        assert {1, 3}.isdisjoint(recommend(way.query, snapshot).rows)
