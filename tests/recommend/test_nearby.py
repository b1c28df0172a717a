"""An answer by a graph of neighbours may miss a product, and keeps every promise that an exact one does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from lookalike.filters import parse_filter
from lookalike.neighbours.exact import look_scores
from lookalike.neighbours.nearest import Nearest
from lookalike.neighbours.plan import Plan
from lookalike.neighbours.snapshot import Search, Snapshot
from lookalike.recommend.query import Query
from lookalike.recommend.recommender import Ranked, recommend
from lookalike.recommend.scales import Scale
from lookalike.vectors import Floats, Mask, Rows

from .small_snapshot import snapshot_of

PRODUCTS, DIM, K = 4000, 32, 12
STYLES = 500
PLAN = Plan(pictures=PRODUCTS, exact=9.0, approximate=1.0, recall=0.995, asked=100, depth=16, size=1)


class Told(Nearest):
    """Neighbours as a graph would tell them: true ones, but for those that are ``hidden`` from it."""

    hidden: frozenset[int] = frozenset()

    def around(self, look: Floats, count: int) -> Rows | None:
        near = self.top(look, count + len(self.hidden))
        return near[~np.isin(near, [*self.hidden])][:count]


@dataclass(frozen=True)
class Said:
    """What texts say of products, (p,)."""

    column: Floats

    @property
    def said(self) -> Mask:
        return ~np.isnan(self.column)

    def __getitem__(self, rows: Rows) -> Floats:
        return self.column[rows]


def catalogue(
    plan: Plan | None = PLAN, hidden: frozenset[int] = frozenset(), search: Search = "auto"
) -> Snapshot:
    """Eight products a style, the last two of which are variants; copies here and there; two brands."""
    chance = np.random.default_rng(5)
    styles = chance.normal(size=(STYLES, DIM))
    looks = np.repeat(styles, PRODUCTS // STYLES, axis=0) + 0.4 * chance.normal(size=(PRODUCTS, DIM))
    fields = [
        {
            "brand": "Acme" if row % 2 else "Birch",
            "availability": "out of stock" if row % 5 == 0 else "in stock",
            "group": f"style {row // 8}" if row % 8 >= 6 else "",
        }
        for row in range(PRODUCTS)
    ]
    copies = [[f"{row:05}", f"{row + 1:05}"] for row in range(0, PRODUCTS, 40)]
    made = snapshot_of(looks.astype(np.float32), copies, fields)
    made.search = search
    nearest = Told.of(made.vectors)
    assert isinstance(nearest, Told)
    nearest.plan, nearest.hidden = plan, hidden
    made.__dict__["nearest"] = nearest
    return made


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return catalogue()


def question(snapshot: Snapshot, row: int, **wishes: Any) -> Query:
    own = snapshot.pictures_of(row)
    return Query(
        looks=snapshot.looks[own],
        norms=snapshot.norms[own],
        colours=np.empty((0, 128), dtype=np.float32),
        seed=snapshot.ids[row],
        **{"k": K, **wishes},
    )


def both(snapshot: Snapshot, query: Query) -> tuple[Ranked, Ranked]:
    """The answer as the snapshot gives it, and the exact one."""
    return recommend(query, snapshot), recommend(replace(query, search="exact"), snapshot)


def agreement(snapshot: Snapshot, row: int) -> Floats:
    """Texts that agree with those of a row the more, the nearer a product looks, but for chance."""
    own = snapshot.pictures_of(row)
    looks = look_scores(snapshot, snapshot.looks[own], snapshot.norms[own])
    chance = np.random.default_rng(row).normal(0, 0.15, PRODUCTS)
    return np.clip(looks + chance, 0, 1).astype(np.float32)


SCALES = {"look": Scale(0.0, 0.8), "content": Scale(0.2, 0.9, (-1.0, 2.0))}
WISHES: dict[str, dict[str, Any]] = {
    "looks": {},
    "one": {"k": 1},
    "forty": {"k": 40},
    "variants and copies": {"variants": True, "duplicates": True},
    "stages": {"stock": "first", "per_brand": 8, "diversity": 0.3},
    "excluded": {"exclude": frozenset(f"{row:05}" for row in range(100, 140))},
    "pins": {"pins": {2: 3999, 5: 1234}},
}


@pytest.mark.parametrize("name", WISHES)
def test_with_a_graph_that_misses_nothing_the_answer_is_the_exact_one(snapshot: Snapshot, name: str) -> None:
    for row in range(3, PRODUCTS, 251):
        found, truth = both(snapshot, question(snapshot, row, **WISHES[name]))
        assert found.explain["search"] == "approximate"
        assert (found.rows, found.scores) == (truth.rows, truth.scores)
        assert (found.copies, found.variants) == (truth.copies, truth.variants)
        assert found.explain["matching"] == truth.explain["matching"]
        assert found.explain["left_out"] == truth.explain["left_out"]


def test_with_texts_beside_the_looks_it_is_so_too(snapshot: Snapshot) -> None:
    same = 0
    for row in range(1, PRODUCTS, 97):
        mixed = {"given": {"content": Said(agreement(snapshot, row))}, "scales": SCALES}
        found, truth = both(snapshot, question(snapshot, row, weights={"look": 1, "content": 1}, **mixed))
        same += len(set(found.rows) & set(truth.rows))
        assert found.explain["plan"]["scored"] < PRODUCTS
    assert same / (K * len(range(1, PRODUCTS, 97))) > 0.99


def test_of_a_product_that_texts_say_to_be_something_else_more_is_looked_at(snapshot: Snapshot) -> None:
    far = np.full(PRODUCTS, 0.0, dtype=np.float32)
    far[::16] = 1  # what agrees lies all over the catalogue
    wishes = {"weights": {"look": 0.1, "content": 1}, "given": {"content": Said(far)}, "scales": SCALES}
    found, truth = both(snapshot, question(snapshot, 5, **wishes))
    assert found.rows == truth.rows
    assert found.explain["plan"]["scored"] > 8 * K


def test_what_the_graph_does_not_meet_is_missed_and_its_place_is_taken(snapshot: Snapshot) -> None:
    truth = recommend(question(snapshot, 803), snapshot)
    lost = truth.rows[2]
    found = recommend(question(snapshot, 803), catalogue(hidden=frozenset([lost])))
    assert lost not in found.rows
    assert len(found.rows) == K
    assert found.rows[:2] == truth.rows[:2]


@pytest.mark.parametrize("row", [0, 6, 7, 40, 41, 2222])
def test_nothing_that_is_left_out_comes_in(snapshot: Snapshot, row: int) -> None:
    near = recommend(question(snapshot, row), snapshot).rows
    out = frozenset(snapshot.ids[other] for other in near[:6])
    found = recommend(question(snapshot, row, exclude=out), snapshot)
    shown = [snapshot.ids[other] for other in found.rows]
    assert found.explain["search"] == "approximate"
    assert len(shown) == len(set(shown)) == K
    assert not out & set(shown)
    assert row not in found.rows
    families = [snapshot.kin.group[other] for other in found.rows if snapshot.kin.group[other] >= 0]
    assert len(set(families)) == len(families)
    assert snapshot.kin.group[row] < 0 or snapshot.kin.group[row] not in families


def test_a_brand_has_no_more_than_it_may_and_what_is_pinned_stands_in_its_place(snapshot: Snapshot) -> None:
    found = recommend(question(snapshot, 11, per_brand=3, stock="first", pins={1: 2000}, k=6), snapshot)
    brands = Counter(snapshot.columns.words("brand", np.array(found.rows)))
    assert max(brands.values()) <= 3
    assert found.explain["search"] == "approximate"
    refused = recommend(question(snapshot, 11, stock="first", pins={1: 2000}), snapshot).explain["pins"]
    assert refused == [{"id": "02000", "place": 1, "shown": False, "why": "stock"}]


@pytest.mark.parametrize(
    "wishes",
    [
        {"where": parse_filter("brand=Acme")},
        {"gates": {"kind": np.arange(PRODUCTS) < PRODUCTS // 2}},
        {"metric": "euclidean"},
        {"search": "exact"},
        {"lift": np.zeros(PRODUCTS, dtype=np.float32)},
        {
            "weights": {"look": 1, "taste": 1},
            "given": {"taste": np.linspace(0, 1, PRODUCTS, dtype=np.float32)},
        },
        {"k": 1500},
    ],
    ids=lambda wishes: next(iter(wishes)),
)
def test_what_the_graph_cannot_promise_is_found_exactly(snapshot: Snapshot, wishes: dict[str, Any]) -> None:
    found = recommend(question(snapshot, 17, **wishes), snapshot)
    assert found.explain["search"] == "exact"
    assert found.explain["plan"].keys() == {"by", "scored"}
    assert len(found.rows) == wishes.get("k", K)


def test_a_few_that_may_not_answer_do_not_rule_the_graph_out(snapshot: Snapshot) -> None:
    gate = np.ones(PRODUCTS, dtype=np.bool_)
    gate[200:400] = False
    found, truth = both(snapshot, question(snapshot, 201, gates={"rules": gate}))
    assert found.explain["search"] == "approximate"
    assert found.rows == truth.rows
    assert all(gate[found.rows])


BETTER: dict[str, Callable[[Plan], Plan]] = {
    "a graph that finds too few": lambda plan: replace(plan, recall=0.98),
    "a graph that is no quicker": lambda plan: replace(plan, approximate=plan.exact),
}


@pytest.mark.parametrize("why", BETTER)
def test_answers_are_exact_where_that_is_quicker_or_the_graph_is_poor(why: str) -> None:
    plan = BETTER[why](PLAN)
    assert recommend(question(catalogue(plan), 9), catalogue(plan)).explain["search"] == "exact"


def test_a_caller_may_insist_on_either(snapshot: Snapshot) -> None:
    slow = catalogue(BETTER["a graph that is no quicker"](PLAN), search="approximate")
    assert recommend(question(slow, 9), slow).explain["search"] == "approximate"
    assert recommend(question(slow, 9, search="exact"), slow).explain["search"] == "exact"
    none = catalogue(None, search="approximate")
    assert recommend(question(none, 9), none).explain["search"] == "exact"


def test_it_says_which_search_it_was_and_how_well_that_finds(snapshot: Snapshot) -> None:
    explain = recommend(question(snapshot, 9), snapshot).explain
    assert explain["plan"] == {"by": "graph", "scored": explain["plan"]["scored"], "recall": 0.995}
    assert K <= explain["plan"]["scored"] <= 8 * K
