"""Products that no shelf shows, and those that every shelf shows, among shelves that are known."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.doctor import neighbourhood
from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.shelves import FEWEST, MOST, shelves
from lookalike.neighbours.snapshot import Snapshot
from lookalike.testing.planted import Planted, plant, planted

FAR = [0.0, 0.0, 1.0]


def case(*items: Planted) -> Case:
    columns = plant(items).reader().columns()
    shop = Snapshot(
        version=1,
        products=columns.products,
        picture_product=columns.picture_product,
        position=columns.position,
        looks=columns.looks,
        norms=columns.norms,
        palettes=columns.palettes,
    )
    looks = np.empty((0, 3), dtype=np.float32)
    return Case(shop, columns.sizes, columns.contents.to_pylist(), lambda _: {}, lambda _: looks)


def ring(count: int = 200, **fields: object) -> list[Planted]:
    """Products in a circle, each as far from its neighbours as all others."""
    turns = 2 * np.pi * np.arange(count) / count
    return [
        planted(f"ring-{n:03}", [np.cos(turn), np.sin(turn), 0.0], category="Rings", **fields)
        for n, turn in enumerate(turns.tolist())
    ]


def found(seen: Case, kind: str) -> list[Finding]:
    return [one for one in shelves(seen) if isinstance(one, Finding) and one.kind == kind]


def test_where_all_stand_on_as_many_shelves_nothing_is_found() -> None:
    assert [*shelves(case(*ring()))] == []


def test_a_product_that_looks_like_nothing_is_on_no_shelf_and_is_told_beside_what_it_looks_like_most() -> (
    None
):
    (one,) = found(case(*ring(), planted("far", [0.0, 0.1, 1.0])), "hidden")
    assert one.products == ("far",)
    assert one.sure
    assert one.picture == 0
    assert "hardly anything looks like it" in one.says
    beside = one.evidence["products"]
    assert beside[0] == {"id": "ring-050", "picture": 0, "value": "Rings"}
    assert len(beside) == 3


def test_a_product_is_shown_where_a_variant_of_it_is() -> None:
    others = ring()
    others[0] = planted("ring-000", [1.0, 0.0, 0.0], group="style")
    assert found(case(*others, planted("far", FAR, group="style")), "hidden") == []


def test_variants_that_are_all_hidden_are_one_finding() -> None:
    (one,) = found(case(*ring(), *(planted(i, FAR, group="style") for i in ("far", "farther"))), "hidden")
    assert {*one.products} == {"far", "farther"}


def test_a_second_picture_may_put_a_product_on_a_shelf() -> None:
    assert found(case(*ring(), planted("far", FAR, [1.0, 0.001, 0.0])), "hidden") == []
    assert len(found(case(*ring(), planted("far", FAR, [0.0, 0.2, 1.0])), "hidden")) == 1


def test_products_without_a_picture_are_not_what_shelves_are_about() -> None:
    assert found(case(*ring(), planted("unseen")), "hidden") == []


def middling(count: int) -> list[Planted]:
    """Products in chance directions around one, nearer to it than to each other."""
    drawn = np.random.default_rng(2).normal(size=(count, 256))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    drawn[:, 0] += 0.7
    return [planted(f"{n:03}", look) for n, look in enumerate(drawn.tolist())]


def test_a_product_in_the_middle_of_all_is_on_every_shelf() -> None:
    middle = planted("middle", [1.0] + [0.0] * 255)
    one = found(case(*middling(300), middle), "hub")[0]
    assert one.products == ("middle",)
    assert one.evidence["shelves"] == 300
    assert one.confidence > 0.99
    assert one.says.startswith("It is on 300 shelves of 10, a usual product on ")
    assert len(one.evidence["products"]) == 5


def test_too_many_hidden_products_are_not_all_told_and_that_is_said() -> None:
    count = MOST + 50
    items = ring()
    around = np.array([item.vectors[0] for item in items])
    shown = np.hstack([around, np.zeros((len(items), count))])
    odd = np.hstack([around[np.arange(count) % len(items)], np.eye(count)])
    seen = case(*(planted(f"{n:03}", look) for n, look in enumerate([*shown.tolist(), *odd.tolist()])))
    told = [one for one in shelves(seen) if one.kind == "hidden"]
    more = [one for one in told if isinstance(one, Unjudged)]
    assert len(told) == MOST + 1
    assert [one.why.split()[0] for one in more] == [str(MOST + 50)]


@pytest.mark.parametrize("count", [1, 10, FEWEST - 1])
def test_of_a_few_products_it_is_said_that_shelves_say_nothing(count: int) -> None:
    said = [*shelves(case(*ring(count)))]
    assert [(type(one), one.kind) for one in said] == [(Unjudged, "hidden"), (Unjudged, "hub")]
    assert all(f"{count} products" in one.why for one in said if isinstance(one, Unjudged))


def test_where_only_a_sample_was_compared_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhood, "GALLERY", 150)
    said = [*shelves(case(*ring(), planted("far", FAR)))]
    assert [(type(one), one.kind) for one in said] == [(Unjudged, "hidden"), (Unjudged, "hub")]
