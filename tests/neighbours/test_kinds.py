"""What kind a product is: its category says, else the products it looks most like."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.index import Index
from lookalike.neighbours.kinds import EXAMPLES, Kinds
from lookalike.neighbours.snapshot import Snapshot
from lookalike.testing.planted import Planted, plant, planted
from lookalike.vectors import Floats


def direction(degrees: float) -> Floats:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)


def near(name: str, degrees: float, category: str = "") -> Planted:
    return planted(name, direction(degrees).tolist(), category=category)


def snapshot(*items: Planted) -> Snapshot:
    columns = plant(items).reader().columns()
    return Snapshot(
        version=1,
        products=columns.products,
        picture_product=columns.picture_product,
        position=columns.position,
        looks=columns.looks,
        norms=columns.norms,
        palettes=columns.palettes,
    )


SHOP = (
    *(near(f"coat-{step}", 2 * step, "Wear > Coats") for step in range(5)),
    *(near(f"lamp-{step}", 90 + 2 * step, "Home > Lamps") for step in range(5)),
    near("odd-case", 4, "wear>coats"),
    near("unnamed", 95),
    near("wrong-way", 92, "Wear > Coats"),
    planted("unseen", category="Home > Lamps"),
    planted("unknown"),
)


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds(snapshot(*SHOP))


def row(name: str) -> int:
    return sorted(item.product.id for item in SHOP).index(name)


def test_a_category_is_believed_even_where_the_picture_says_otherwise(kinds: Kinds) -> None:
    kind = kinds.of(row("wrong-way"))
    assert kind is not None
    assert (kind.name, kind.known_by, kind.share) == ("Wear > Coats", "label", 1.0)


def test_paths_are_one_kind_whatever_their_case_and_blanks(kinds: Kinds) -> None:
    assert kinds.of(row("odd-case")) == kinds.of(row("coat-0"))


def test_a_product_without_a_category_is_what_it_looks_like(kinds: Kinds) -> None:
    kind = kinds.of(row("unnamed"))
    assert kind is not None
    assert (kind.name, kind.known_by) == ("Home > Lamps", "neighbours")
    assert 0.5 < kind.share < 1


def test_a_product_without_a_picture_is_what_its_category_says_or_nothing(kinds: Kinds) -> None:
    assert kinds.of(row("unknown")) is None
    kind = kinds.of(row("unseen"))
    assert kind is not None and kind.name == "Home > Lamps"


def test_those_of_a_kind_are_the_labelled_and_those_that_look_like_it(kinds: Kinds) -> None:
    kind = kinds.of(row("lamp-0"))
    assert kind is not None
    found = {
        name for name, held in zip(sorted(i.product.id for i in SHOP), kinds.mask(kind), strict=True) if held
    }
    assert found == {"unseen", "unnamed", *(f"lamp-{step}" for step in range(5))}


def test_without_any_category_there_are_no_kinds() -> None:
    kinds = Kinds(snapshot(near("a", 0), near("b", 1)))
    assert kinds.of(0) is None
    assert kinds.of_look(direction(0)) is None


def test_a_common_kind_does_not_outvote_a_rare_one_by_its_number() -> None:
    common = [near(f"c{step:04}", 30 + 0.01 * step, "Common") for step in range(10 * EXAMPLES)]
    rare = [near(f"r{step}", 0.5 * step, "Rare") for step in range(12)]
    kind = Kinds(snapshot(*common, *rare)).of_look(direction(3))
    assert kind is not None and kind.name == "Rare"


def test_a_photo_has_a_kind(kinds: Kinds) -> None:
    kind = kinds.of_look(direction(3))
    assert kind is not None and kind.name == "Wear > Coats"


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_recipe_same_kind_answers_with_that_kind_alone(metric: str) -> None:
    index = Index(plant(SHOP))
    answer = index.similar("coat-0", k=20, recipe="same-kind", metric=metric)  # type: ignore[arg-type]
    assert answer.ids[:3] == ["coat-1", "coat-2", "odd-case"] and "wrong-way" in answer.ids
    assert len(answer) == 6 and answer.complete
    assert answer.explain["kind"] == {"name": "Wear > Coats", "from": "label", "share": 1.0}
    assert answer.explain["left_out"]["kind"] == 8
