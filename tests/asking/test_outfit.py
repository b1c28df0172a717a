"""A look: one product of each kind, the best that a budget pays, and what each swap would save."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product as every
from pathlib import Path
from typing import Any

import pytest

from lookalike.errors import BadArgument, UnknownProduct
from lookalike.index import Index
from lookalike.products import Price
from lookalike.recommend.outfit import Outfit
from lookalike.testing.tiny_shop import tiny_shop

SHOP = tiny_shop()
BY_ID = {product.id: product for product in SHOP.products}
KINDS = ("Sneakers", "Handbags", "Mugs")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("outfit") / "index"
    index = Index.create(path)
    index.add(SHOP.products, duplicates=True, fit=False)
    yield index


def euros(product_id: str) -> Decimal | None:
    """What a product costs, None where it cannot be had in EUR."""
    product = BY_ID[product_id]
    price = product.price
    there = product.availability == "in stock" and price is not None and price.currency == "EUR"
    return price.amount if there and price is not None else None


def total(look: Outfit) -> Decimal:
    return sum((piece.product.price.amount for piece in look if piece.product.price), Decimal(0))


@pytest.mark.parametrize("budget", [229, 240, "300 EUR", Decimal("1000"), 228.7])
def test_a_look_is_as_good_as_the_best_of_all_that_can_be_put_together(
    index: Index, budget: Decimal | float | str
) -> None:
    look = index.outfit("d1", kinds=KINDS, budget=budget)
    most = Decimal(str(budget).removesuffix(" EUR"))
    assert look.complete
    assert look.total == Price(total(look) + Decimal("69.90"), "EUR")
    assert look.total.amount <= most
    assert look.left == Price(most - look.total.amount, "EUR")
    free = index.goes_with("d1", k=42, per_kind=None, variants=True, duplicates=True)
    fits = {one.id: round(one.score, 3) for one in free}
    choices = [
        [(euro, fits[i]) for i in fits if SHOP.kind[i] == kind and (euro := euros(i)) is not None]
        for kind in KINDS
    ]
    best = max(
        sum(fit for _, fit in chosen)
        for chosen in every(*choices)
        if sum(euro for euro, _ in chosen) + Decimal("69.90") <= most
    )
    assert sum(piece.fit for piece in look) == pytest.approx(best, abs=1e-4)


def test_pieces_are_of_the_kinds_asked_for_in_stock_and_in_one_currency(index: Index) -> None:
    look = index.outfit("d1", kinds=KINDS)
    assert [piece.kind for piece in look] == list(KINDS)
    assert [SHOP.kind[i] for i in look.ids] == list(KINDS)
    assert all(euros(i) is not None for i in look.ids)
    assert look.budget is None
    assert look.left is None


def test_swaps_save_what_they_say_and_fit_no_better(index: Index) -> None:
    look = index.outfit("d1", kinds=KINDS)
    some = [(piece, swap) for piece in look for swap in piece.swaps]
    assert some
    for piece, swap in some:
        assert piece.product.price is not None
        assert swap.product.price is not None
        assert swap.saves.amount == piece.product.price.amount - swap.product.price.amount > 0
        assert swap.fit <= piece.fit
        assert SHOP.kind[swap.product.id] == piece.kind


def test_kinds_that_are_not_named_are_those_that_go_best_and_no_two_alike(index: Index) -> None:
    look = index.outfit("d1")
    kinds = [SHOP.kind[i] for i in look.ids]
    assert len(set(kinds)) == len(kinds) == 3
    assert "Dresses" not in kinds


def test_kinds_that_are_not_named_are_those_that_the_budget_pays(index: Index) -> None:
    look = index.outfit("d1", budget=120)
    assert look.complete
    assert look.total.amount <= 120
    none = index.outfit("d1", budget=70)
    assert none.ids == []
    assert none.unmet == ("No other kind goes with it that the budget pays. Raise the budget.",)
    assert none.total == Price(Decimal("69.90"), "EUR")


def test_a_look_of_kinds_alone_is_within_the_budget(index: Index) -> None:
    look = index.outfit(kinds=["Dresses", *KINDS], budget=250)
    assert look.complete
    assert look.product is None
    assert look.total == Price(total(look), "EUR")
    assert look.total.amount <= 250


def test_too_small_a_budget_tells_what_it_costs_at_least_and_what_to_leave_out(index: Index) -> None:
    look = index.outfit(kinds=["Handbags", "Mugs", "T-shirts"], budget=50)
    assert look.ids == []
    assert not look.complete
    assert look.least == Price(Decimal("117.40"), "EUR")  # 89.00, 9.90 and 18.50
    assert look.leave_out == ("Handbags",)
    assert look.unmet == (
        "Such a look costs 117.40 EUR at least, more than 50.00 EUR. Without Handbags the budget is enough.",
    )
    assert index.outfit(kinds=["Mugs", "T-shirts"], budget=50).complete


def test_the_least_it_costs_is_enough_and_a_cent_less_is_not(index: Index) -> None:
    kinds = ["Handbags", "Mugs", "T-shirts"]
    assert index.outfit(kinds=kinds, budget="117.40").complete
    assert not index.outfit(kinds=kinds, budget="117.39").complete


@pytest.mark.parametrize("budget", [0, "0", "0.00 EUR"])
def test_a_budget_of_nothing_buys_nothing_and_says_so(index: Index, budget: int | str) -> None:
    look = index.outfit("d1", kinds=KINDS, budget=budget)
    assert look.ids == []
    assert look.unmet == ("The product alone costs 69.90 EUR, more than 0.00 EUR. Raise the budget.",)
    alone = index.outfit(kinds=["Mugs"], budget=budget)
    assert alone.unmet[0].endswith("The budget pays for none of it: raise it.")


def test_wishes_are_kept(index: Index) -> None:
    best = index.outfit("d1", kinds=KINDS)
    other = index.outfit("d1", kinds=KINDS, exclude=best.ids, where="price<100EUR")
    assert not set(best.ids) & set(other.ids)
    assert all(piece.product.price is not None and piece.product.price.amount < 100 for piece in other)


def test_a_kind_of_which_there_is_nothing_is_named_and_the_rest_is_found(index: Index) -> None:
    look = index.outfit("d1", kinds=["Watches", "Mugs"], where="price<20EUR")
    assert look.ids
    assert not look.complete
    assert look.unmet == ("There are no Watches in stock that match, with a price in EUR.",)
    assert look.leave_out == ("Watches",)


def test_another_currency_has_other_products(index: Index) -> None:
    look = index.outfit(kinds=["T-shirts", "Mugs"], currency="USD", budget=40)
    assert set(look.ids) == {"t8", "m5"}
    assert look.total == Price(Decimal("36.00"), "USD")


def test_the_kind_of_the_product_is_there_already(index: Index) -> None:
    look = index.outfit("d1", kinds=["Dresses", "Mugs"])
    assert [piece.kind for piece in look] == ["Mugs"]
    assert look.unmet == ("The look has Dresses already.",)


def test_a_kind_is_named_by_any_level_of_its_path(index: Index) -> None:
    assert {SHOP.kind[i] for i in index.outfit("d1", kinds=["Home > Tableware"]).ids} == {"Mugs"}
    assert {SHOP.kind[i] for i in index.outfit("d1", kinds=["mug"]).ids} == {"Mugs"}
    furniture = index.outfit("d1", kinds=["furniture"])
    assert len(furniture) == 1
    assert SHOP.kind[furniture.ids[0]] in ("Chairs", "Sofas")


def test_a_look_without_prices_can_be_had_where_no_sum_is_named(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "free")
    index.add([replace(product, price=None) for product in SHOP.products[:16]], duplicates=False, fit=False)
    assert len(index.outfit("0007", kinds=["Sneakers"])) == 1
    none = index.outfit("0007", kinds=["Sneakers"], budget=100)
    assert none.ids == []
    assert none.unmet == (
        "The product has no price: it is not counted.",
        "There are no Sneakers in stock that match, with a price.",
        "Name other kinds, or wish for less.",
    )
    assert not index.outfit("0007", budget=100).complete


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "A look of what"),
        ({"kinds": ["Spoons"]}, "no kind 'Spoons'"),
        ({"kinds": ["Furniture", "Chairs"]}, "share products"),
        ({"kinds": [""]}, "kinds is"),
        ({"kinds": 5}, "kinds is 5"),
        ({"id": "d1", "kinds": None}, "kinds is None"),
        ({"id": "d1", "kinds": [5]}, "kinds is"),
        ({"id": "d1", "currency": 5}, "currency is 5"),
        ({"id": "d1", "currency": True}, "currency is True"),
        ({"id": "d1", "currency": False}, "currency is False"),
        ({"id": "d1", "budget": True}, "budget is 'True'"),
        ({"id": "d1", "budget": [5]}, "budget is"),
        ({"kinds": [f"k{at}" for at in range(13)]}, "13 kinds"),
        ({"id": "d1", "budget": "much"}, "budget is 'much'"),
        ({"id": "d1", "budget": -1}, "budget is '-1'"),
        ({"id": "d1", "budget": float("nan")}, "budget is 'nan'"),
        ({"id": "d1", "currency": "USD"}, "costs 69.90 EUR"),
        ({"id": "d1", "budget": "5 USD", "currency": "EUR"}, "budget is in USD"),
    ],
)
def test_what_cannot_be_asked_for_is_told(index: Index, given: dict[str, object], said: str) -> None:
    with pytest.raises(BadArgument, match=said):
        index.outfit(**given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def dear(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The shop where a dress, and all mugs, cost more than can be counted."""
    index = Index.create(tmp_path_factory.mktemp("dear") / "index")
    price = Price(Decimal("99999999999"), "EUR")
    index.add(
        [
            replace(one, price=price) if one.id == "d1" or SHOP.kind[one.id] == "Mugs" else one
            for one in SHOP.products
        ],
        duplicates=False,
        fit=False,
    )
    return index


def test_the_price_of_a_very_dear_product_counts(dear: Index) -> None:
    look = dear.outfit("d1", budget=200, currency="EUR")
    assert look.ids == []
    assert not look.complete
    assert look.total == Price(Decimal("99999999999.00"), "EUR")
    assert look.unmet == (
        "The product alone costs 99999999999.00 EUR, more than 200.00 EUR. Raise the budget.",
    )
    free = dear.outfit("d1", kinds=["Sneakers"])
    assert free.total.amount == total(free) + 99999999999


def test_what_is_very_dear_fits_no_budget(dear: Index) -> None:
    look = dear.outfit(kinds=["Mugs", "T-shirts"], budget=200, currency="EUR")
    assert not look.complete
    assert {SHOP.kind[one] for one in look.ids} == {"T-shirts"}
    assert look.unmet


def test_a_budget_larger_than_all_prices_is_as_good_as_none(index: Index) -> None:
    free = index.outfit("d1", kinds=KINDS)
    for budget in (10**21, "1" + "0" * 21, 1e20, "999999999999999999999.999999999"):
        look = index.outfit("d1", kinds=KINDS, budget=budget)
        assert look.ids == free.ids
        assert look.complete
        json.dumps(look.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    "budget", [10**27, 1e300, Decimal("1e999999"), "1" + "0" * 5000, 10**5000], ids=range(5)
)
def test_a_budget_beyond_any_money_is_told(index: Index, budget: Decimal | float | str) -> None:
    with pytest.raises(BadArgument, match="more than all the money"):
        index.outfit(kinds=["Mugs"], budget=budget)


def test_a_budget_is_rounded_down_whatever_its_decimals(index: Index) -> None:
    least = index.outfit(kinds=["Mugs"], budget=0).least
    assert least is not None
    short = str(least.amount - Decimal("0.01")) + "9" * 40
    look = index.outfit(kinds=["Mugs"], budget=short)
    assert look.ids == []
    assert look.budget == Price(least.amount - Decimal("0.01"), "EUR")
    assert index.outfit(kinds=["Mugs"], budget=f"{least.amount}{'0' * 40}").complete
    assert not index.outfit(kinds=["Mugs"], budget=Decimal("1e-999999")).ids


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"where": "price<=0EUR", "budget": 120}, "Nothing in stock that matches"),
        ({"where": "price<=0EUR"}, "Nothing in stock that matches"),
        ({"kinds": ["Dresses"]}, "Name other kinds."),
        ({"kinds": ["Mugs"], "where": "price<=0EUR"}, "Name other kinds, or wish for less."),
    ],
)
def test_a_look_of_nothing_is_not_complete_and_says_what_to_do(
    index: Index, given: dict[str, Any], said: str
) -> None:
    look = index.outfit("d1", **given)
    assert look.ids == []
    assert not look.complete
    assert look.unmet[-1].startswith(said)


@pytest.mark.parametrize(
    ("one", "many"), [("scarf", "Scarves"), ("knife", "Knives"), ("glove", "Gloves"), ("dress", "Dresses")]
)
def test_a_kind_is_named_by_one_of_it_or_many(tmp_path: Path, one: str, many: str) -> None:
    index = Index.create(tmp_path / "index")
    index.add([replace(SHOP.products[0], category=f"Home > {many}")], duplicates=False, fit=False)
    assert len(index.outfit(kinds=[one])) == len(index.outfit(kinds=[many])) == 1


def test_an_unknown_product_is_told(index: Index) -> None:
    with pytest.raises(UnknownProduct):
        index.outfit("nothing")


def test_a_look_is_one_document_of_plain_values(index: Index) -> None:
    document = json.loads(json.dumps(index.outfit("d1", kinds=KINDS, budget=300).to_dict()))
    assert document["product"]["id"] == "d1"
    assert document["total"]["currency"] == "EUR"
    assert [piece["kind"] for piece in document["pieces"]] == list(KINDS)
    assert all(swap["saves"]["amount"] > 0 for piece in document["pieces"] for swap in piece["swaps"])
    assert document["explain"]["version"] == index.manifest.version
