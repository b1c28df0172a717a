"""The stages of an answer: each does what it promises, says what it did, and leaves no answer short."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from lookalike.filters import parse_filter
from lookalike.neighbours.exact import look_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.query import Query
from lookalike.recommend.recommender import recommend
from lookalike.recommend.stages.sequence import FEWEST, pool_size
from lookalike.vectors import DECIMALS, Floats

from .small_snapshot import snapshot_of

WORDS = ("in stock", "out of stock", "", "preorder")


def shop(count: int, seed: int = 0, **fixed: str) -> Snapshot:
    """Kinds of products, brands of very different size, some sold out, some of one style, some copies."""
    chance = np.random.default_rng(seed)
    kinds = chance.normal(size=(6, 16))
    vectors = kinds[chance.integers(0, 6, count)] + 0.4 * chance.normal(size=(count, 16))
    fields = [
        {
            "brand": ("Acme", "Acme", "Acme", "acme ", "Cole", "Birch", "")[chance.integers(0, 7)],
            "availability": WORDS[chance.integers(0, 4)],
            "group": f"g{row // 3}" if row % 2 else "",
        }
        | fixed
        for row in range(count)
    ]
    copies = [[f"{row:05}", f"{row + 7:05}"] for row in range(0, count - 7, 20)]
    return snapshot_of(vectors.astype(np.float32), copies, fields)


def asked(snapshot: Snapshot, row: int = 0, **wishes: Any) -> Query:
    where = parse_filter(wishes.pop("where", None))
    looks, norms = snapshot.looks[[row]], snapshot.norms[[row]]
    return Query(looks, norms, looks[:0], seed=snapshot.ids[row], where=where, **wishes)


def ranked(snapshot: Snapshot, query: Query) -> list[int]:
    """All that matches, one of each family, by a plain sort."""
    scores = look_scores(snapshot, query.looks, query.norms).astype(np.float64).round(DECIMALS)
    passes = query.where.mask(snapshot.columns)
    assert query.seed is not None
    row = snapshot.row_of[query.seed]
    away = {row, *snapshot.kin.of(row).tolist()}
    seen: set[int] = set()
    kept = []
    for row in sorted(range(len(snapshot)), key=lambda at: (-scores[at], at)):
        family = int(snapshot.kin.group[row])
        if row not in away and passes[row] and (family < 0 or family not in seen):
            seen.add(family)
            kept.append(row)
    return kept


def had(snapshot: Snapshot, query: Query, pool: list[int]) -> list[int]:
    """The same families, each by the best of it that can be had, where there is one, by a plain sort."""
    scores = look_scores(snapshot, query.looks, query.norms).astype(np.float64).round(DECIMALS)
    words = said(snapshot, "availability", [*range(len(snapshot))])

    def order(row: int) -> tuple[float, int]:
        return (-scores[row], row)

    stands = [
        min((one for one in (row, *snapshot.kin.of(row).tolist()) if words[one] != "out of stock"), key=order)
        if words[row] == "out of stock" and {words[one] for one in snapshot.kin.of(row)} - {"out of stock"}
        else row
        for row in pool
    ]
    return sorted(stands, key=order)


def said(snapshot: Snapshot, field: str, rows: list[int]) -> list[str]:
    return snapshot.columns.words(field, np.array(rows, dtype=np.intp))


def spread(looks: Floats) -> float:
    return float(1 - (looks @ looks.T)[np.triu_indices(len(looks), 1)].mean())


@pytest.mark.parametrize("count", [200, 5000])
@pytest.mark.parametrize("k", [1, 12, 40])
@pytest.mark.parametrize("per_brand", [1, 3])
def test_so_many_per_brand_are_those_of_a_walk_down_all_products(count: int, k: int, per_brand: int) -> None:
    snapshot = shop(count, seed=k)
    for row in range(0, 30, 3):
        query = asked(snapshot, row, k=k, per_brand=per_brand)
        counts: Counter[str] = Counter()
        expected = []
        for found in ranked(snapshot, query):
            brand = said(snapshot, "brand", [found])[0].strip().casefold()
            if not brand or counts[brand] < per_brand:
                counts[brand] += 1
                expected.append(found)
        assert recommend(query, snapshot).rows == expected[:k]


def test_the_pool_grows_until_the_answer_is_full() -> None:
    count = 3000
    vectors = np.stack([np.cos(np.arange(count) / count), np.sin(np.arange(count) / count)], axis=1)
    fields = [{"brand": "Acme" if row < 2900 else f"brand {row}"} for row in range(count)]
    snapshot = snapshot_of(vectors.astype(np.float32), [], fields)
    answer = recommend(asked(snapshot, k=12, per_brand=1), snapshot)
    assert answer.rows == [1, *range(2900, 2911)]
    stage = answer.explain["stages"][-1]
    assert stage["stage"] == "brands"
    assert stage["in"] == count - 1
    assert not answer.complete


def test_an_answer_is_short_only_when_no_more_may_be_shown() -> None:
    snapshot = shop(300, brand="Acme", group="")
    answer = recommend(asked(snapshot, k=12, per_brand=5, diversity=0.5, stock="first"), snapshot)
    assert len(answer.rows) == 5
    assert not answer.complete
    assert answer.explain["matching"] > 200


@pytest.mark.parametrize("k", [3, 12, 100])
def test_what_is_sold_out_comes_after_the_rest_of_the_best(k: int) -> None:
    snapshot = shop(400)
    query = asked(snapshot, k=k, stock="first")
    best = had(snapshot, query, ranked(snapshot, query)[: pool_size(query)])
    gone = [word == "out of stock" for word in said(snapshot, "availability", best)]
    expected = sorted(range(len(best)), key=lambda at: gone[at])[:k]
    answer = recommend(query, snapshot)
    assert answer.rows == [best[at] for at in expected]
    assert answer.explain["stages"][-1]["sold_out"] == sum(gone)


@pytest.mark.parametrize("seed", range(4))
def test_of_a_style_the_best_that_can_be_had_stands_for_it(seed: int) -> None:
    snapshot = shop(300, seed)
    answer = recommend(asked(snapshot, k=12, stock="first"), snapshot)
    words = said(snapshot, "availability", answer.rows)
    assert any(row in answer.variants for row in answer.rows)
    for row, word in zip(answer.rows, words, strict=True):
        family = [*answer.variants.get(row, ()), *answer.copies.get(row, ())]
        had = [one for one in family if said(snapshot, "availability", [one]) != ["out of stock"]]
        assert word != "out of stock" or not had
    scores = look_scores(snapshot, snapshot.looks[[0]], snapshot.norms[[0]]).astype(np.float64)
    for row, word in zip(answer.rows, words, strict=True):
        for one in answer.variants.get(row, ()):
            same = said(snapshot, "availability", [one])[0] == "out of stock" or word == "out of stock"
            assert same or scores[one] <= scores[row] + 1e-5


def test_stock_is_kept_to_by_brands_and_diversity() -> None:
    snapshot = shop(400)
    for dial in (0.3, 0.7, 1.0):
        query = asked(snapshot, k=20, stock="first", per_brand=4, diversity=dial)
        answer = recommend(query, snapshot)
        gone = [word == "out of stock" for word in said(snapshot, "availability", answer.rows)]
        assert gone == sorted(gone)
        brands = Counter(b.strip().casefold() for b in said(snapshot, "brand", answer.rows) if b)
        assert max(brands.values()) <= 4
        assert [stage["stage"] for stage in answer.explain["stages"]] == [
            "collapse",
            "stock",
            "brands",
            "diversity",
        ]


def test_diversity_spreads_an_answer_and_the_best_stays_the_first() -> None:
    snapshot = shop(1000, group="")
    plain = recommend(asked(snapshot), snapshot)
    spreads = [spread(snapshot.looks[plain.rows])]
    for dial in (0.5, 1.0):
        answer = recommend(asked(snapshot, diversity=dial), snapshot)
        assert answer.rows[0] == plain.rows[0]
        stage = answer.explain["stages"][-1]
        assert stage["in"] == stage["out"] == stage["among"] == 60
        assert stage["dial"] == dial
        assert stage["moved"] == len(set(plain.rows) - set(answer.rows)) > 0
        spreads.append(spread(snapshot.looks[answer.rows]))
    assert spreads == sorted(spreads)


@pytest.mark.parametrize("wishes", [{}, {"where": "brand=Acme"}, {"where": "brand=Cole"}], ids=str)
def test_stages_that_leave_nothing_out_answer_with_as_many(wishes: dict[str, Any]) -> None:
    snapshot = shop(150)
    for k in (5, 60, 1000):
        query = asked(snapshot, k=k, diversity=0.6, stock="first", **wishes)
        answer = recommend(query, snapshot)
        everything = ranked(snapshot, query)
        assert len(answer.rows) == min(k, len(everything))
        assert len(set(answer.rows)) == len(answer.rows)
        assert answer.complete == (k >= len(everything))


def test_a_stage_that_is_off_is_not_listed() -> None:
    snapshot = shop(100)
    listed = recommend(asked(snapshot), snapshot).explain["stages"]
    assert [stage["stage"] for stage in listed] == ["collapse"]
    assert listed[0]["in"] - listed[0]["out"] > 0
    everything = asked(snapshot, variants=True, duplicates=True)
    assert recommend(everything, snapshot).explain["stages"] == []


def test_the_collapse_says_how_many_families_match() -> None:
    snapshot = shop(100)
    query = asked(snapshot, k=100)
    answer = recommend(query, snapshot)
    stage = answer.explain["stages"][0]
    assert stage["out"] == len(answer.rows) == len(ranked(snapshot, query))
    assert stage["in"] == answer.explain["matching"] == len(answer.rows) + answer.explain["folded"]
    assert answer.complete


def test_examples_are_left_out_with_their_variants_and_copies() -> None:
    fields = [{}, {"group": "coat"}, {"group": "coat"}, {}, {}]
    snapshot = snapshot_of(np.eye(5, dtype=np.float32) + 0.5, [["00002", "00003"]], fields)
    query = Query(snapshot.looks[[0]], snapshot.norms[[0]], snapshot.looks[:0], examples=frozenset({"00001"}))
    answer = recommend(query, snapshot)
    assert answer.rows == [0, 4]
    assert answer.explain["left_out"] == {
        "filter": 0,
        "examples": 1,
        "variants": 1,
        "copies": 1,
        "excluded": 0,
    }


def test_own_variants_may_be_let_in_and_the_best_of_them_stays() -> None:
    fields = [{"group": "coat"}, {"group": "coat"}, {"group": "coat"}, {}, {}]
    vectors = np.array([[1, 0], [1, 0.2], [1, 0.1], [1, 0.3], [0, 1]], dtype=np.float32)
    snapshot = snapshot_of(vectors, [], fields)
    answer = recommend(asked(snapshot, own_variants=True), snapshot)
    assert answer.rows == [2, 3, 4]
    assert answer.variants == {2: [1]}


def test_own_variants_are_those_of_what_asks_and_not_of_examples() -> None:
    fields = [{"group": "coat"}, {"group": "coat"}, {"group": "hat"}, {"group": "hat"}, {}]
    snapshot = snapshot_of(np.eye(5, dtype=np.float32) + 0.5, [["00003", "00004"]], fields)
    query = asked(snapshot, own_variants=True, examples=frozenset({"00002"}))
    answer = recommend(query, snapshot)
    assert answer.rows == [1]  # what shows a variant of the example is left out with it
    assert answer.explain["left_out"]["copies"] == 1


def test_a_pool_is_some_times_what_is_asked_for() -> None:
    snapshot = shop(10)
    assert pool_size(asked(snapshot, k=12)) == 12
    assert pool_size(asked(snapshot, k=1, diversity=0.1)) == FEWEST
    assert pool_size(asked(snapshot, k=12, stock="first")) == 60
    assert pool_size(asked(snapshot, k=10_000, per_brand=1)) == 10_000


def test_in_a_small_shop_diversity_keeps_to_what_is_near() -> None:
    snapshot = shop(200)
    query = asked(snapshot, k=8, diversity=1.0)
    answer = recommend(query, snapshot)
    assert answer.explain["stages"][-1]["among"] == 16
    assert set(answer.rows) <= set(ranked(snapshot, query)[:16])
