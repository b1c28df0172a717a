"""Chips say only what is measured: each is recomputed here from the documents that everybody sees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from lookalike.index import Index
from lookalike.products import Price, Product
from lookalike.recommend.reasons import ABOUT, reasons
from lookalike.recommend.recommendation import Colour, Reason
from lookalike.recommend.shown import LEAST_SHARE, Shown, strong
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

NAVY: list[Colour] = [("navy", 0.7, "#1d2b53"), ("white", 0.3, "#ffffff")]


def product(**fields: Any) -> Product:
    price = fields.pop("price", None)
    currency = fields.pop("currency", "EUR")
    return Product("p", price=None if price is None else Price(Decimal(price), currency), **fields)


def shared(
    asking: Product | None, ours: Sequence[Colour], found: Product, theirs: Sequence[Colour]
) -> tuple[Reason, ...]:
    shown = None if asking is None else Shown.of(asking, ours)
    return reasons(shown, strong(ours), Shown.of(found, theirs))


def texts(
    asking: Product | None, found: Product, ours: Sequence[Colour] = (), theirs: Sequence[Colour] = ()
) -> list[str]:
    return [reason.text for reason in shared(asking, ours, found, theirs)]


def test_reasons_name_colour_kind_brand_and_price_in_this_order() -> None:
    asking = product(category="Clothing > Shoes", brand="Acme", price="50.00")
    found = product(category="Sale > shoes", brand="ACME", price="38.00")
    assert shared(asking, NAVY, found, NAVY) == (
        Reason("colour", "also navy", "navy"),
        Reason("kind", "same kind: shoes", "shoes"),
        Reason("brand", "same brand: ACME", "ACME"),
        Reason("price", "12.00 EUR less", -12.0),
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("100", "100", "about the same price"),
        ("100", "105", "about the same price"),
        ("100", "95", "about the same price"),
        ("100", "105.01", "5.01 EUR more"),
        ("100", "94.99", "5.01 EUR less"),
        ("0", "0", "about the same price"),
        ("0", "3", "3.00 EUR more"),
        ("0.3", "0.1", "0.20 EUR less"),
    ],
)
def test_a_price_is_about_the_same_or_differs_by_an_amount(ours: str, theirs: str, said: str) -> None:
    assert texts(product(price=ours), product(price=theirs)) == [said]


def test_prices_in_two_currencies_or_beyond_numbers_are_not_compared() -> None:
    assert texts(product(price="5"), product(price="5", currency="USD")) == []
    assert texts(product(price="5"), product(price="1e400")) == []
    assert texts(product(price="5"), product()) == []
    assert texts(product(price="5", currency=""), product(price="4", currency="")) == ["1.00 less"]


def test_a_small_part_of_an_item_is_no_reason() -> None:
    striped: list[Colour] = [("red", 0.8, "#ff0000"), ("navy", 0.2, "#1d2b53")]
    assert texts(None, product(), NAVY, striped) == []
    shades: list[Colour] = [("navy", 0.15, "#1d2b53"), ("red", 0.5, "#ff0000"), ("navy", 0.15, "#101840")]
    assert texts(None, product(), NAVY, shades) == ["also navy"]


def test_what_is_missing_is_nothing_in_common() -> None:
    assert texts(product(), product()) == []
    assert texts(None, product(brand="Acme", category="Shoes", price="5")) == []


@pytest.fixture(scope="module")
def index() -> Index:
    encoder = GridEncoder()
    made = Index(MemoryStore(encoder.space, "grid"), encoder)
    made.add(tiny_shop().products)
    return made


def recomputed(ours: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[str, Any]]:
    """Kinds and values of reasons, from two product documents with their colours alone."""
    found: list[tuple[str, Any]] = []
    share = [{}, {}]  # type: list[dict[str, float]]
    for own, document in zip(share, (ours, theirs), strict=True):
        for entry in document["colours"]:
            own[entry["name"]] = own.get(entry["name"], 0.0) + entry["share"]
    common = {name: min(share[0][name], share[1][name]) for name in share[0].keys() & share[1].keys()}
    if common and max(common.values()) >= LEAST_SHARE + 0.002:  # documents round shares
        found.append(("colour", max(common, key=lambda name: common[name])))
    kinds = [document["category"].split(">")[-1].strip() for document in (ours, theirs)]
    if kinds[1] and kinds[0].lower() == kinds[1].lower():
        found.append(("kind", kinds[1]))
    if theirs["brand"] and ours["brand"].lower() == theirs["brand"].lower():
        found.append(("brand", theirs["brand"]))
    prices = ours["price"], theirs["price"]
    if all(prices) and prices[0]["currency"] == prices[1]["currency"]:
        found.append(("price", round(prices[1]["amount"] - prices[0]["amount"], 2)))
    return found


def test_every_reason_of_an_answer_can_be_recomputed_from_its_documents(index: Index) -> None:
    kinds: set[str] = set()
    for asking in index.ids[:12]:
        ours = index.browse(f'id="{asking}"').to_dict()["products"][0]
        for result in index.similar(asking, k=10).to_dict()["results"]:
            said = [
                (why["kind"], round(why["value"], 2) if why["kind"] == "price" else why["value"])
                for why in result["why"]
            ]
            assert said == recomputed(ours, result["product"])
            for why in result["why"]:
                kinds.add(why["kind"])
                assert str(why["value"]).lstrip("-") in why["text"] or why["kind"] == "price"
                if why["kind"] == "price" and ours["price"]["amount"]:
                    near = abs(why["value"]) <= float(ABOUT) * ours["price"]["amount"] * (1 + 1e-9)
                    assert near == (why["text"] == "about the same price")
                    amount = float(why["text"].split()[0]) if not near else abs(why["value"])
                    assert math.isclose(amount, abs(why["value"]), abs_tol=0.006)
    assert kinds == {"colour", "kind", "brand", "price"}


def test_a_photo_shares_colours_only_and_words_share_nothing(index: Index) -> None:
    photo = tiny_shop().products[0].pictures[0].data
    assert {why.kind for result in index.search(photo, k=20) for why in result.why} == {"colour"}
    word = index.product(index.ids[0]).title.split()[0]
    assert not any(result.why for result in index.search(text=word, k=20))
