"""Where wishes leave nothing: which one stands in the way, and what there is without it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lookalike.errors import BadFilter
from lookalike.index import Index
from lookalike.products import Price
from lookalike.recommend.recommendation import Instead
from lookalike.testing.planted import BLUE, RED, WHITE, plant, planted


def euros(amount: str) -> Price:
    return Price(Decimal(amount), "EUR")


def lamp(at: int, price: str, palette: Any = BLUE, **fields: Any) -> Any:
    fields = {"category": "Home > Lighting > Lamps", "brand": "Alderwick", **fields}
    return planted(f"lamp-{at}", (1.0, at / 100), palette=palette, price=euros(price), **fields)


@pytest.fixture(scope="module")
def shop() -> Index:
    """Six blue lamps from 20 to 70 euros, two red ones, a white vase, and a red mug without a price."""
    blues = [lamp(at, f"{at * 10}.50") for at in range(2, 8)]
    return Index(
        plant(
            [
                *blues,
                lamp(8, "15", RED, availability="in stock"),
                lamp(9, "99", RED, brand="Birch & Son"),
                planted("vase", (0.0, 1.0), palette=WHITE, category="Home > Vases", price=euros("9")),
                planted("mug", (0.5, 1.0), palette=RED, category="Mugs"),
            ]
        )
    )


def instead(shop: Index, where: str, **more: Any) -> tuple[Instead, ...]:
    """What there is instead; nothing is there, and each way finds what it says when it is asked."""
    answer = shop.similar("vase", where=where, **more)
    assert answer.ids == []
    assert answer.explain["unmet"]
    for way in answer.instead:
        again = shop.similar("vase", where=way.where, but=way.but, k=4)
        assert again.explain["matching"] == way.matching
        assert again.ids == [one.id for one in way.results]
    return answer.instead


def test_without_a_price_limit_it_is_said_from_what_price_there_are_some(shop: Index) -> None:
    (way,) = instead(shop, "colour=red category=Lamps price<=5")
    assert way.said == "Without the price limit there are 2, from 15.00 EUR."
    assert (way.where, way.but, way.matching) == ("colour=red category=Lamps", None, 2)


def test_of_many_the_nearest_prices_are_shown(shop: Index) -> None:
    (way,) = instead(shop, "price<=5EUR colour=blue")
    assert way.said == "Without the price limit there are 6, from 20.50 EUR; up to 50.50 EUR there are 4."
    assert (way.where, way.matching) == ("price<=50.5EUR colour=blue", 4)
    assert {one.id for one in way.results} == {"lamp-2", "lamp-3", "lamp-4", "lamp-5"}


@pytest.mark.parametrize(
    ("wish", "where", "matching"),
    [
        ("price>=200 colour=blue", "price>=40.5 colour=blue", 4),
        ("price>200 colour=blue", "price>=40.5 colour=blue", 4),
        ("price=21 colour=blue", "price=20.5 colour=blue", 1),
        ("price<=0 colour=blue", "price<=50.5 colour=blue", 4),
        ("price<=-3 colour=blue", "price<=50.5 colour=blue", 4),
    ],
)
def test_a_limit_goes_to_the_nearest_that_can_be_met(
    shop: Index, wish: str, where: str, matching: int
) -> None:
    (way,) = instead(shop, wish)
    assert (way.where, way.matching) == (where, matching)


def test_a_colour_goes_to_those_most_like_it_that_there_are(shop: Index) -> None:
    (way,) = instead(shop, "colour=purple category=Lamps")
    assert way.said == "In blue there are 6, from 20.50 EUR."
    assert way.where == "colour=blue category=Lamps"


def test_a_colour_with_none_like_it_is_dropped(shop: Index) -> None:
    (way,) = instead(shop, "colour=green category=Mugs")
    assert (way.said, way.where) == ("In any colour there is 1.", "category=Mugs")


def test_a_category_goes_to_the_level_above(shop: Index) -> None:
    (way, *_) = instead(shop, "category=Vases brand=Alderwick")
    assert way.said == "In Home there are 7, from 15.00 EUR."
    assert way.where == "category=Home brand=Alderwick"


@pytest.mark.parametrize(
    ("wish", "where"), [("brand=Aldewick", "brand=Alderwick"), ("category=lamp", "category=Lamps")]
)
def test_what_is_spelled_nearly_so_is_offered(shop: Index, wish: str, where: str) -> None:
    (way,) = instead(shop, wish)
    assert way.where == where
    assert way.said.startswith("Of ")


def test_each_wish_that_alone_stands_in_the_way_is_named_the_smallest_step_first(shop: Index) -> None:
    ways = instead(shop, "colour=blue brand=Alderwick price<=19")
    assert [way.where for way in ways] == [
        "colour=blue brand=Alderwick price<=50.5",
        "brand=Alderwick price<=19",
    ]
    assert ways[1].said == "In any colour there is 1, for 15.00 EUR."


def test_wishes_that_contradict_each_other_give_way_one_by_one(shop: Index) -> None:
    ways = instead(shop, 'brand=Alderwick brand="Birch & Son"')
    assert [(way.where, way.matching) for way in ways] == [("brand=Alderwick", 7), ('brand="Birch & Son"', 1)]
    assert ways[1].said == "Without brand=Alderwick there is 1, for 99.00 EUR."
    ways = instead(shop, "price<10 price>90 category=Lamps")
    assert [way.said for way in ways] == ["Without price<10 there is 1, for 99.00 EUR."]


def test_a_wish_given_twice_is_one(shop: Index) -> None:
    (way,) = instead(shop, "colour=purple category=Lamps colour=purple")
    assert way.where == "colour=blue category=Lamps colour=blue"


def test_where_several_are_in_the_way_those_that_cannot_be_met_go_together(shop: Index) -> None:
    (way,) = instead(
        shop, "category=Lamps brand=Nobody colour=blue material=wood price<=1".replace("material=wood ", "")
    )
    assert way.said == "Without brand=Nobody and price<=1 there are 6, from 20.50 EUR."
    assert way.where == "category=Lamps colour=blue"


def test_what_was_to_be_otherwise_stays_apart_from_the_filter(shop: Index) -> None:
    (way,) = instead(shop, "category=Lamps", but="colour=red price<=5")
    assert (way.where, way.but) == ("category=Lamps", "colour=red")


def test_words_are_kept_when_a_wish_gives_way(shop: Index) -> None:
    answer = shop.search(text="lamps", where="colour=blue price<=5")
    assert answer.ids == []
    assert {one.id for one in answer.instead[0].results} <= {f"lamp-{at}" for at in range(2, 8)}


def test_all_that_is_wished_for_is_said_in_one_breath(shop: Index) -> None:
    answer = shop.similar("vase", where="category=Lamps price<=19EUR colour=blue availability!=preorder")
    assert answer.explain["unmet"] == ["Nothing else here is blue, not preorder, in Lamps and up to 19 EUR."]
    assert (
        "Nothing here is"
        in shop.search(text="lamps", where="colour=white brand=Alderwick").explain["unmet"][0]
    )


def test_who_finds_something_is_told_of_nothing_instead(shop: Index) -> None:
    answer = shop.similar("vase", where="colour=blue")
    assert len(answer) == 6
    assert (answer.instead, answer.explain["unmet"]) == ((), [])


def test_no_wish_no_way(shop: Index) -> None:
    everything = [i for i in shop.ids if i != "vase"]
    assert shop.similar("vase", exclude=everything).instead == ()
    assert shop.similar("vase", exclude=everything, where="colour=blue").instead == ()


@pytest.mark.parametrize("wish", ["colour=mauvish", "price<=5USD", "price<=cheap", "brnd=Alderwick"])
def test_what_cannot_be_understood_is_refused_and_nothing_is_guessed(shop: Index, wish: str) -> None:
    with pytest.raises(BadFilter) as refused:
        shop.similar("vase", where=wish)
    assert refused.value.next_step


def test_where_nothing_is_to_be_otherwise_any_more_its_own_variants_are_not_counted() -> None:
    own = [lamp(1, "10", group="style", brand="Solo"), lamp(2, "20", group="style", brand="Solo")]
    answer = Index(plant([*own, lamp(3, "30", brand="Solo")])).similar("lamp-1", but="brand!=Solo")
    assert [(way.matching, [one.id for one in way.results]) for way in answer.instead] == [(1, ["lamp-3"])]


def test_limits_in_two_currencies_lead_to_no_way_with_nothing_on_it() -> None:
    dollars = planted("cap", (0.9, 0.1), price=Price(Decimal("20"), "USD"))
    shop = Index(plant([lamp(1, "10"), lamp(2, "20"), lamp(3, "30"), dollars]))
    answer = shop.similar("lamp-1", where="price>=1USD price>=1EUR")
    assert answer.instead
    assert all(way.matching and way.results for way in answer.instead)
