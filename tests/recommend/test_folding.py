"""Products that show the same picture are one in an answer, and the answer is that of a plain walk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lookalike.filters import parse_filter
from lookalike.neighbours.exact import colour_scores, look_scores
from lookalike.neighbours.families import MANY
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.query import Query
from lookalike.recommend.recommender import recommend
from lookalike.vectors import DECIMALS, Floats

from .small_snapshot import snapshot_of

DIM = 24


def catalogue(seed: int, count: int) -> Snapshot:
    """Random kinds, ties, groups of copies (some of them large, some alike, some not), variants and words."""
    chance = np.random.default_rng(seed)
    kinds = chance.normal(size=(8, DIM))
    vectors = kinds[chance.integers(0, 8, count)] + 0.4 * chance.normal(size=(count, DIM))
    order = chance.permutation(count).tolist()
    groups: list[list[str]] = []
    for size in [*chance.integers(2, 6, count // 25).tolist(), count // 9]:
        rows, order = order[:size], order[size:]
        edited = 0.03 * chance.normal(size=(size, DIM)) * (chance.random() < 0.5)  # else the very same
        vectors[rows] = vectors[rows[0]] + edited
        groups.append([f"{row:05}" for row in rows])
    words = ("red", "shoe", "boot", "lamp", "blue", "wool")
    fields = [
        {
            "brand": ("Acme", "Birch", "Cole")[int(chance.integers(0, 3))],
            "group": f"g{chance.integers(0, count // 3)}" if chance.random() < 0.5 else "",
            "title": " ".join(chance.choice(words, 3)),
        }
        for _ in range(count)
    ]
    palettes = np.zeros((count, 5, 4), dtype=np.float32)
    palettes[:, 0, 0] = chance.uniform(10, 95, count)
    palettes[:, 0, 1:3] = chance.normal(0, 40, (count, 2))
    palettes[:, 0, 3] = 1
    norms = chance.uniform(0.5, 2, count).astype(np.float32)
    return snapshot_of(vectors.astype(np.float32), groups, fields, norms=norms, palettes=palettes)


def kin(snapshot: Snapshot, copies: bool, variants: bool) -> list[int]:
    """A name for each row's family, by walking from tie to tie; a placeholder ties no variants."""
    shows, style = snapshot.copies.group.tolist(), snapshot.variants.group.tolist()
    if not variants:
        style = [-1] * len(style)
    if not copies:
        shows = [-1] * len(shows)
    styles: dict[int, set[int]] = {}
    for picture, own in zip(shows, style, strict=True):
        if picture >= 0 and own >= 0:
            styles.setdefault(picture, set()).add(own)
    style = [-1 if len(styles.get(p, ())) > MANY else own for p, own in zip(shows, style, strict=True)]
    members: dict[tuple[str, int], list[int]] = {}
    for row, names in enumerate(zip(shows, style, strict=True)):
        for name, number in zip(("picture", "style"), names, strict=True):
            if number >= 0:
                members.setdefault((name, number), []).append(row)
    family = [-1] * len(style)
    for start in range(len(style)):
        waiting = [] if family[start] >= 0 else [start]
        while waiting:
            row = waiting.pop()
            if family[row] < 0:
                family[row] = start
                waiting += members.get(("picture", shows[row]), [])
                waiting += members.get(("style", style[row]), [])
    return family


Folds = dict[int, list[int]]


def by_walking(query: Query, snapshot: Snapshot) -> tuple[list[int], Folds, Folds, int]:
    """Rank all, walk down, keep the first of every family, until there are k: rows, folded, matching."""
    columns = {
        "look": look_scores(snapshot, query.looks, query.norms, query.metric),
        "colour": colour_scores(snapshot, query.colours),
        **query.given,
    }
    passes = query.where.mask(snapshot.columns)
    away = {snapshot.row_of[i] for i in query.exclude}
    if query.seed is not None:
        row = snapshot.row_of[query.seed]
        away |= {row} | (set() if query.variants else set(snapshot.group(row).tolist()))
        tied = kin(snapshot, copies=True, variants=not query.variants)
        away |= set() if query.duplicates else {one for one, name in enumerate(tied) if name == tied[row]}
    found = []
    for row in range(len(snapshot)):
        said = [(w, float(v)) for n, w in query.weights.items() if not np.isnan(v := columns[n][row])]
        if passes[row] and said and row not in away:
            found.append((-round(sum(w * v for w, v in said) / sum(w for w, _ in said), DECIMALS), row))
    first: dict[int, int] = {}
    copies: Folds = {}
    variants: Folds = {}
    family = kin(snapshot, copies=not query.duplicates, variants=not query.variants)
    style = snapshot.variants.group
    for _, row in sorted(found):
        best = first.setdefault(family[row], row)
        if best != row:
            same_style = style[row] >= 0 and style[row] == style[best]
            (variants if same_style else copies).setdefault(best, []).append(row)
    kept = [*first.values()][: query.k]
    folds = ({row: sorted(found[row]) for row in kept if row in found} for found in (copies, variants))
    return kept, *folds, len(found)


def said(snapshot: Snapshot, text: str) -> Floats:
    """The share of these words that each title has, NaN where it has none: evidence made elsewhere."""
    words = text.split()
    titles = snapshot.columns.table.column("title").to_pylist()
    shares = [sum(word in title.split() for word in words) / len(words) for title in titles]
    return np.array([share or np.nan for share in shares], dtype=np.float32)


def asked(snapshot: Snapshot, row: int, chance: np.random.Generator) -> Query:
    """A random question: a product, a photo, or words."""
    kind = ("product", "photo", "words")[int(chance.integers(0, 3))]
    where = ("", "", "brand=Acme", "brand!=Birch")[int(chance.integers(0, 4))]
    mixed = ({"look": 1.0}, {"look": 1.0}, {"look": 1.0, "colour": 0.5}, {"colour": 1.0})
    weights = {"words": 1.0} if kind == "words" else mixed[int(chance.integers(0, 4))]
    euclidean = kind != "words" and weights == {"look": 1.0} and chance.random() < 0.4
    none = np.empty((0, 0), dtype=np.float32)
    excluded = chance.integers(0, len(snapshot), 5).tolist()
    return Query(
        looks=none if kind == "words" else snapshot.looks[[row]],
        norms=np.empty(0, dtype=np.float32) if kind == "words" else snapshot.norms[[row]],
        colours=none if kind == "words" else snapshot.colours_of([row]),
        k=int(chance.choice([1, 3, 12, 16, 60, 4000])),
        weights=weights,
        metric="euclidean" if euclidean else "cosine",
        where=parse_filter(where),
        exclude=frozenset(snapshot.ids[one] for one in excluded if chance.random() < 0.3),
        seed=snapshot.ids[row] if kind == "product" else None,
        variants=bool(chance.random() < 0.3),
        given={"words": said(snapshot, "red wool shoe")} if kind == "words" else {},
        duplicates=bool(chance.random() < 0.2),
    )


@pytest.mark.parametrize(("seed", "count"), [(seed, 300) for seed in range(4)] + [(4, 3000), (5, 5000)])
def test_the_answer_is_that_of_walking_down_all_products(seed: int, count: int) -> None:
    snapshot = catalogue(seed, count)
    chance = np.random.default_rng(100 + seed)
    tied = np.flatnonzero(snapshot.copies.group >= 0)
    for _ in range(40):
        row = int(chance.choice(tied)) if chance.random() < 0.5 else int(chance.integers(0, count))
        query = asked(snapshot, row, chance)
        answer = recommend(query, snapshot)
        rows, copies, variants, matching = by_walking(query, snapshot)
        assert answer.explain["folded_by"] == {
            "copies": sum(map(len, answer.copies.values())),
            "variants": sum(map(len, answer.variants.values())),
        }
        assert answer.explain["folded"] == sum(answer.explain["folded_by"].values())
        assert answer.complete == (len(answer.rows) + answer.explain["folded"] == matching)
        if len(query.weights) == 1:  # a mean may round either way
            assert answer.rows == rows
            assert answer.copies == copies
            assert answer.variants == variants
        else:
            assert len(answer.rows) == len(rows)
            assert len(set(answer.rows) & set(rows)) >= len(rows) - 1


def around(*angles: float) -> Floats:
    return np.array([[np.cos(a), np.sin(a), 0.0] for a in angles], dtype=np.float32)


def photo(k: int, **wishes: Any) -> Query:
    looks = around(0.0)
    return Query(looks=looks, norms=np.ones(1, dtype=np.float32), colours=looks[:0], k=k, **wishes)


def test_the_best_of_a_group_stays_and_the_next_product_takes_the_place_of_the_others() -> None:
    snapshot = snapshot_of(around(0.3, 0.1, 0.2, 0.4, 0.5), [["00000", "00001", "00002"]])
    answer = recommend(photo(k=2), snapshot)
    assert answer.rows == [1, 3]
    assert answer.copies == {1: [0, 2]}
    assert answer.explain["folded"] == 2
    assert not answer.complete
    assert recommend(photo(k=3), snapshot).complete


def test_a_copy_that_passes_the_filter_shows_when_the_better_one_does_not() -> None:
    sold = [{"availability": "out of stock"}, {"availability": "in stock"}, {"availability": "in stock"}]
    snapshot = snapshot_of(around(0.1, 0.2, 0.3), [["00000", "00001"]], sold)
    answer = recommend(photo(k=5, where=parse_filter('availability="in stock"')), snapshot)
    assert answer.rows == [1, 2]
    assert answer.copies == {}  # what the filter leaves out is not folded
    assert answer.explain["left_out"]["filter"] == 1
    assert answer.complete


def test_copies_of_the_product_that_asks_are_left_out_and_counted() -> None:
    snapshot = snapshot_of(around(0.0, 0.1, 0.2, 0.3), [["00000", "00002"]])
    asks = photo(k=5, seed="00000")
    answer = recommend(asks, snapshot)
    assert answer.rows == [1, 3]
    assert answer.explain["left_out"] == {"filter": 0, "itself": 1, "variants": 0, "copies": 1, "excluded": 0}
    shown = recommend(photo(k=5, seed="00000", duplicates=True), snapshot)
    assert shown.rows == [1, 2, 3]
    assert "copies" not in shown.explain["left_out"]


def test_a_copy_of_a_variant_that_is_left_out_is_left_out() -> None:
    fields = [{"group": "coat"}, {"group": "coat"}, {}, {}]
    snapshot = snapshot_of(np.eye(4, DIM, dtype=np.float32) + 0.5, [["00001", "00002"]], fields)
    query = Query(snapshot.looks[[0]], snapshot.norms[[0]], np.empty((0, 0), np.float32), seed="00000")
    answer = recommend(query, snapshot)
    assert answer.rows == [3]
    assert answer.explain["left_out"]["copies"] == 1
    assert sorted(recommend(replace(query, variants=True), snapshot).rows) == [1, 3]


def test_equal_scores_leave_the_first_id() -> None:
    snapshot = snapshot_of(around(0.2, 0.1, 0.1, 0.1), [["00003", "00001"]])
    assert recommend(photo(k=9), snapshot).rows == [1, 2, 0]


def test_a_group_of_one_is_no_group_and_ids_that_are_gone_are_nobodys_copies() -> None:
    snapshot = snapshot_of(around(0.1, 0.2, 0.3), [["00000", "gone"], ["00001"], ["00001", "00002"]])
    assert snapshot.copies.group.tolist() == [-1, 0, 0]
    assert recommend(photo(k=9), snapshot).copies == {1: [2]}


def test_other_groups_make_another_snapshot_and_leave_the_first_as_it_was() -> None:
    snapshot = snapshot_of(around(0.1, 0.2, 0.3), [["00000", "00001"]])
    other = snapshot.with_copies([["00001", "00002"]])
    assert recommend(photo(k=9), other).rows == [0, 1]
    assert recommend(photo(k=9), snapshot).rows == [0, 2]
    assert other.looks is snapshot.looks


def test_a_placeholder_of_a_thousand_products_costs_no_scoring_of_all() -> None:
    chance = np.random.default_rng(3)
    kinds = chance.normal(size=(40, DIM))
    vectors = (kinds[chance.integers(0, 40, 9000)] + 0.3 * chance.normal(size=(9000, DIM))).astype(np.float32)
    same = np.sort(chance.permutation(9000)[:1000])
    vectors[same] = vectors[same[0]]
    snapshot = snapshot_of(vectors, [[f"{row:05}" for row in same]])
    looks = snapshot.looks[[same[0]]]
    query = Query(looks=looks, norms=np.ones(1, dtype=np.float32), colours=looks[:0], k=12)
    answer = recommend(query, snapshot)
    assert answer.copies == {same[0]: same[1:].tolist()}
    assert answer.rows == by_walking(query, snapshot)[0]
    assert len(answer.rows) == 12
    assert answer.explain["plan"]["scored"] < 4500
