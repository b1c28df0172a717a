"""Among some thousands of products most are never scored, and the answer is that of scoring all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lookalike.filters import parse_filter
from lookalike.neighbours.exact import colour_scores, look_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.query import Query
from lookalike.recommend.recommender import recommend
from lookalike.store.rows import PRODUCT_SCHEMA, SEARCHED
from lookalike.vectors import DECIMALS, Floats, unit

PRODUCTS = 6000
DIM = 96


def clustered(count: int, chance: np.random.Generator) -> Floats:
    """Vectors as a catalogue's are: kinds, styles within a kind, and some that are the very same."""
    kinds = chance.normal(size=(12, DIM))
    styles = kinds[chance.integers(0, 12, count)] + 0.5 * chance.normal(size=(count, DIM))
    styles[100:140] = styles[100]  # forty equal ones side by side: ties, in the order of ids
    styles[3000:3004] = styles[100]
    return styles.astype(np.float32)


def brand_of(row: int) -> str:
    if 3300 <= row < 5400:
        return "Cole"
    return "Acme" if row % 3 else "Birch"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """Some products without a picture, some with three, variants side by side, a brand side by side."""
    chance = np.random.default_rng(11)
    counts = np.ones(PRODUCTS, dtype=np.intp)
    counts[::50] = 3
    counts[7::400] = 0
    owners = np.repeat(np.arange(PRODUCTS), counts)
    vectors = clustered(len(owners), chance)
    others = [row for row in range(64, PRODUCTS, 64) if brand_of(row) != "Cole"]
    alike = np.searchsorted(owners, others)  # look-alikes of the first product, none of them of that brand
    vectors[alike] = vectors[0] + 0.05 * chance.normal(size=(len(alike), DIM)).astype(np.float32)
    looks, norms = unit(vectors)
    palettes = np.zeros((len(owners), 5, 4), dtype=np.float32)
    for slot, share in enumerate((0.7, 0.3)):
        palettes[:, slot, 0] = chance.uniform(10, 95, len(owners))
        palettes[:, slot, 1:3] = chance.normal(0, 40, (len(owners), 2))
        palettes[:, slot, 3] = share
    schema = pa.schema([PRODUCT_SCHEMA.field(name) for name in SEARCHED])
    blank = {"amount": None, "attributes": []}
    rows = [
        {name: blank.get(name, "") for name in SEARCHED}
        | {"id": f"{i:05}", "brand": brand_of(i), "group": "g" if 200 <= i < 260 else ""}
        for i in range(PRODUCTS)
    ]
    return Snapshot(
        version=1,
        products=pa.Table.from_pylist(rows, schema=schema),
        picture_product=owners,
        position=np.concatenate([np.arange(count) for count in counts]).astype(np.int32),
        looks=looks,
        norms=norms * chance.uniform(0.5, 2, len(norms)).astype(np.float32),
        palettes=palettes,
    )


def by_scoring_all(query: Query, snapshot: Snapshot) -> list[tuple[float, str]]:
    """The k best by a plain sort of every product's score: what the answer has to be."""
    columns = {
        "look": look_scores(snapshot, query.looks, query.norms, query.metric),
        "colour": colour_scores(snapshot, query.colours),
    }
    passes = query.where.mask(snapshot.columns)
    found: list[tuple[float, str]] = []
    for row, product_id in enumerate(snapshot.ids):
        said = [
            (w, float(columns[n][row])) for n, w in query.weights.items() if not np.isnan(columns[n][row])
        ]
        own = query.seed is not None and row in snapshot.group(snapshot.row_of[query.seed])
        if passes[row] and said and not own and product_id not in query.exclude:
            score = sum(w * v for w, v in said) / sum(w for w, _ in said)
            found.append((-round(score, DECIMALS), product_id))
    first: dict[str, str] = {}  # the best of the one group there is
    kept = [
        (-score, product_id)
        for score, product_id in sorted(found)
        if snapshot.variants.group[snapshot.row_of[product_id]] < 0
        or first.setdefault("g", product_id) == product_id
    ]
    return kept[: query.k]


def question(snapshot: Snapshot, row: int, **wishes: Any) -> Query:
    own = snapshot.pictures_of(row)
    if wishes.pop("pictures", "main") == "main":
        own = slice(own.start, own.start + 1)
    return Query(
        looks=snapshot.looks[own],
        norms=snapshot.norms[own],
        colours=snapshot.colours_of([row]),
        seed=snapshot.ids[row],
        where=parse_filter(wishes.pop("where", None)),
        **wishes,
    )


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"k": 1},
        {"k": 40},
        {"k": 45},
        {"k": 3000},
        {"weights": {"look": 1.0, "colour": 0.5}},
        {"weights": {"colour": 1.0}},
        {"metric": "euclidean"},
        {"pictures": "all"},
        {"where": "brand=Birch"},
        {"where": "brand=Cole"},
        {"where": "brand=Acme", "weights": {"look": 1.0, "colour": 2.0}},
        {"exclude": frozenset({"00103", "03001"})},
    ],
    ids=lambda wishes: " ".join(wishes) or "nothing",
)
@pytest.mark.parametrize("row", [0, 50, 100, 119, 210, 3001, PRODUCTS - 1])
def test_the_answer_is_that_of_scoring_every_product(
    snapshot: Snapshot, row: int, wishes: dict[str, Any]
) -> None:
    query = question(snapshot, row, **wishes)
    answer = recommend(query, snapshot)
    expected = by_scoring_all(query, snapshot)
    got = [(score, snapshot.ids[at]) for score, at in zip(answer.scores, answer.rows, strict=True)]
    assert [score for score, _ in got] == pytest.approx([score for score, _ in expected], abs=1.1e-5)
    if "colour" not in query.weights:  # a mean may round either way
        assert [i for _, i in got] == [i for _, i in expected]


def test_most_products_are_not_scored(snapshot: Snapshot) -> None:
    scored = []
    for row in range(0, PRODUCTS, 60):
        if snapshot.pictured[row]:
            explain = recommend(question(snapshot, row), snapshot).explain
            assert (explain["search"], explain["plan"]["by"]) == ("exact", "bounds")
            scored.append(explain["plan"]["scored"])
    assert np.median(scored) < PRODUCTS / 4


def test_a_product_without_a_picture_is_not_an_answer_by_colour_either(snapshot: Snapshot) -> None:
    answer = recommend(question(snapshot, 0, k=PRODUCTS, weights={"colour": 1.0}), snapshot)
    assert not {snapshot.ids[row] for row in np.flatnonzero(~snapshot.pictured)} & {
        snapshot.ids[row] for row in answer.rows
    }
    assert answer.complete
