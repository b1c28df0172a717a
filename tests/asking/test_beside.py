"""What goes with a product: the shop's own word, then what shoppers had together, then its style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadArgument, UnknownProduct
from lookalike.events import Event, Kind
from lookalike.index import Index
from lookalike.products import Product
from lookalike.testing.tiny_shop import tiny_shop

SHOP = tiny_shop()
DAY = 24 * 3600 * 1000
NOW = 1_790_000_000_000
TIES = {
    "0007": {"Cross-sells": "t9, id:w1", "Upsells": "t7,b6"},
    "d1": {"related_skus": "0000301,0102,gone,d1", "related_position": "1,2,3"},
    "m4": {"related": "CHAIR|0007-bis"},
}


def tied(product: Product) -> Product:
    more = TIES.get(product.id)
    return product if more is None else replace(product, attributes={**product.attributes, **more})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("beside") / "index"
    Index.create(path).add([tied(product) for product in SHOP.products], duplicates=True, fit=False)
    return path


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Index:
    """The shop without any events."""
    return Index.open(folder, events=str(tmp_path))


def had(index: Index, kind: Kind, items: Sequence[str], shoppers: int) -> None:
    """So many shoppers had these products, in one visit each."""
    for at in range(shoppers):
        name = f"{kind}-{items[0]}-{at}"
        index._records.append(
            [Event(name, item, kind, NOW - at * DAY + place) for place, item in enumerate(items)]
        )


def test_an_unknown_product_is_told(index: Index) -> None:
    with pytest.raises(UnknownProduct):
        index.goes_with("nothing")


@pytest.mark.parametrize("few", [0, -1, 1.5, True])
def test_how_many_there_may_be_of_a_kind_is_a_count(index: Index, few: object) -> None:
    with pytest.raises(BadArgument, match="per_kind"):
        index.goes_with("d1", per_kind=few)  # type: ignore[arg-type]


def test_the_shops_own_ties_come_first_and_cross_sells_may_be_of_the_same_kind(index: Index) -> None:
    found = index.goes_with("0007", k=4)
    assert found.ids[:3] == ["t9", "w1", "b6"]  # t7 is an upsell of the same kind
    assert found[0].sentence == "Chosen by the shop to go with it."
    assert found[0].why[0].kind == "links"
    assert "t7" not in index.goes_with("0007", k=42, per_kind=None).ids


def test_ties_to_what_is_gone_sold_out_or_a_group_are_read_for_what_they_are(index: Index) -> None:
    found = index.goes_with("d1", k=42, per_kind=None)
    assert found.ids[0] == "0000301"
    assert "d1" not in found.ids
    assert set(found.ids) & {"0100", "0101"}  # the tied 0102 is sold out: one of its style that is not
    assert "0102" not in found.ids
    group = index.goes_with("m4", k=42, per_kind=None)
    assert group.ids[:2] == ["c1", "0007-bis"]  # the best of its group, for both chairs


def test_what_is_had_together_leads_where_the_shop_says_nothing(index: Index) -> None:
    had(index, "bought", ["d2", "w1"], 5)
    had(index, "viewed", ["d2", "b4"], 6)
    had(index, "viewed", ["d2", "m4"], 1)
    found = index.goes_with("d2")
    assert found.ids[:2] == ["w1", "b4"]
    assert [one.sentence for one in found[:2]] == [
        "Bought together by 5 shoppers.",
        "Looked at together in 6 visits.",
    ]
    assert found[0].score > 0.7 > found[1].score > 0.5 > found[2].score
    assert "viewed" not in {name for one in found if one.id == "m4" for name in one.evidence}


def test_style_fills_up_with_other_kinds_in_colours_that_go(index: Index) -> None:
    found = index.goes_with("0100", k=6)
    assert found.explain["goes_with"]["sources"]["links"] == 0
    assert {SHOP.kind[i] for i in found.ids}.isdisjoint({"Sneakers"})
    assert SHOP.colour[found.ids[0]] == "red"
    chance = np.mean([SHOP.colour[i] == "red" for i in index.ids])
    assert np.mean([SHOP.colour[i] == "red" for i in found.ids]) > chance
    assert found[0].sentence.startswith("In its style")


def test_there_are_no_more_of_a_kind_than_wished(index: Index) -> None:
    for few in (1, 2):
        kinds = [SHOP.kind[i] for i in index.goes_with("0000300", k=42, per_kind=few).ids]
        assert max(map(kinds.count, kinds)) == few
        assert len(kinds) > few


def test_every_wish_is_kept(index: Index) -> None:
    found = index.goes_with("0007", k=42, where="price<50EUR", exclude=["t9"], per_kind=None)
    assert "t9" not in found.ids
    prices = [one.product.price for one in found]
    assert all(price is not None and price.amount < 50 for price in prices)
    gone = [one.product.availability != "in stock" for one in index.goes_with("d1", k=42, per_kind=None)]
    assert gone == sorted(gone)


def test_neither_variants_nor_copies_of_what_asks_go_with_it(index: Index) -> None:
    for variants in (False, True):
        found = index.goes_with("0007", k=42, variants=variants, duplicates=True, per_kind=None)
        own = SHOP.copies["0007"] | SHOP.variants["TEE-A"]
        assert own.isdisjoint(found.ids)


def test_what_a_shopper_owns_is_left_out(index: Index) -> None:
    had(index, "bought", ["w1"], 1)
    assert "w1" not in index.goes_with("0007", user="bought-w1-0", k=42).ids
    assert "w1" in index.goes_with("0007", user="somebody", k=42).ids


def test_rules_of_the_shop_hold_here_too(index: Index, folder: Path) -> None:
    index.set_rules(
        '[[rule]]\nname = "no watches"\naction = "exclude"\nids = ["w1"]\nshelves = ["goes-with"]'
    )
    try:
        assert "w1" not in index.goes_with("0007", k=42).ids
    finally:
        index.set_rules(None)
    assert "w1" in index.goes_with("0007", k=42).ids


def test_columns_of_links_are_neither_compared_nor_filtered_by(index: Index) -> None:
    names = {one["name"] for one in index.facets()["attributes"]}
    assert names.isdisjoint({"Cross-sells", "Upsells", "related_skus", "related", "related_position"})
    trusts = index._now().content.trusts
    assert not [name for name in trusts if "sell" in name.lower() or "related" in name]


def test_a_shop_without_kinds_says_so_and_shows_what_is_tied(tmp_path: Path) -> None:
    bare = [replace(tied(product), category="") for product in SHOP.products[:12]]
    index = Index.create(tmp_path / "bare")
    index.add(bare, duplicates=False, fit=False)
    found = index.goes_with("0007")
    assert found.ids == ["t9", "t7"]
    assert found.explain["goes_with"]["kind"] is None
    assert index.goes_with("0100").ids == []
    assert "No product says what kind it is" in index.goes_with("0100").explain["unmet"][0]
