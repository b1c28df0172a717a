"""What a table says that cannot be: groups, prices, currencies, colours, products listed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image

from lookalike.doctor.case import Case
from lookalike.doctor.colour_text import colour_texts
from lookalike.doctor.currency import mixed_currencies
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.price import far_prices
from lookalike.doctor.same_product import same_products
from lookalike.doctor.variants_joined import joined_variants
from lookalike.doctor.variants_split import split_variants

from .cases import COLOURS, Goods, case_of

KINDS = {"lamp": 40.0, "shirt": 25.0, "sofa": 700.0, "mug": 9.0, "boot": 120.0}
MAKERS = ["Arvo", "Belmo", "Cirrus", "Dalen", "Elmo", "Fjord", "Gerlach", "Hasel", "Inari", "Jorva"]
SHADES = ["red", "blue", "green"]

Check = Callable[[Case], Iterator[Finding | Unjudged]]


def shop() -> list[Goods]:
    """Fifty styles in three colours each: five kinds, ten makers, prices by kind."""
    chance = np.random.default_rng(4)
    goods = []
    for at, kind in enumerate(KINDS):
        for number, maker in enumerate(MAKERS):
            style = 3 * np.eye(5)[at] + chance.normal(size=5) * 0.5
            price = round(KINDS[kind] * 10 ** chance.normal(0, 0.08), 2)
            goods += [
                Goods(
                    f"{at}{number}{shade}",
                    f"{maker} {kind} in {SHADES[shade]}",
                    kind,
                    [*style, *chance.normal(size=3) * 0.2],
                    SHADES[shade],
                    amount=price,
                    currency="EUR",
                    group=f"g{at}{number}",
                    attributes={"colour": SHADES[shade]},
                )
                for shade in range(3)
            ]
    return goods


def likely(check: Check, case: Case) -> list[Finding]:
    return [one for one in check(case) if isinstance(one, Finding) and one.confidence >= 0.5]


ALL = [split_variants, joined_variants, same_products, far_prices, mixed_currencies, colour_texts]


@pytest.mark.parametrize("check", ALL)
def test_nothing_is_wrong_with_a_tidy_shop(check: Check) -> None:
    assert likely(check, case_of(shop())) == []


@pytest.mark.parametrize("check", ALL)
@pytest.mark.parametrize("count", [0, 1, 10])
def test_a_handful_of_products_is_survived_and_nothing_is_alleged(check: Check, count: int) -> None:
    goods = shop()[:count]
    for one in goods:
        one.group = ""
    assert likely(check, case_of(goods)) == []


@pytest.mark.parametrize("check", ALL)
def test_products_that_say_nothing_and_show_nothing_are_survived(check: Check) -> None:
    assert likely(check, case_of([Goods(f"n{at:02}", look=None) for at in range(60)])) == []


@pytest.mark.parametrize(
    "check", [split_variants, joined_variants, far_prices, mixed_currencies, colour_texts]
)
def test_a_bare_catalogue_is_told_what_could_not_be_judged(check: Check) -> None:
    said = list(check(case_of([Goods(f"n{at}") for at in range(60)])))
    assert said
    assert all(isinstance(one, Unjudged) and one.why.endswith(".") for one in said)


@pytest.mark.parametrize("group", ["", "lone"])
def test_a_variant_without_its_group_is_sent_home(group: str) -> None:
    goods = shop()
    goods[4].group = group
    (finding,) = likely(split_variants, case_of(goods))
    assert finding.products == (goods[4].id,)
    assert (finding.field, finding.value, finding.suggestion) == ("group", group, goods[3].group)
    assert {one["id"] for one in finding.evidence["products"]} == {goods[3].id, goods[5].id}


def test_another_product_of_the_same_name_and_colour_is_no_lost_variant() -> None:
    goods = shop()
    goods.append(Goods("again", goods[4].title, goods[4].category, goods[4].look, goods[4].colour))
    assert likely(split_variants, case_of(goods)) == []


def test_a_sofa_in_the_group_of_a_lamp_is_found() -> None:
    goods = shop()
    lost = next(one for one in goods if one.category == "sofa")
    lost.group = goods[0].group
    found = likely(joined_variants, case_of(goods))
    assert [one.products for one in found] == [(lost.id,)]
    assert (found[0].field, found[0].value, found[0].suggestion) == ("group", goods[0].group, "")


def test_one_product_under_two_ids_is_told_with_the_one_to_keep_last() -> None:
    goods = shop()
    own = goods[4]
    goods.append(Goods("twin", own.title.upper(), own.category, own.look, own.colour))
    (finding,) = likely(same_products, case_of(goods, same=[("same-bytes", (own.id, "twin"))]))
    assert finding.products == ("twin", own.id)
    assert finding.suggestion == own.id


def test_variants_that_show_one_picture_are_not_one_product() -> None:
    goods = shop()
    same = [("same-bytes", (goods[0].id, goods[1].id))]
    assert likely(same_products, case_of(goods, same=same)) == []


def test_shades_that_show_one_picture_are_not_one_product() -> None:
    goods = shop()
    goods[0].title, goods[3].title = "Belmo gloss 17", "Belmo gloss 23"
    assert likely(same_products, case_of(goods, same=[("same-photograph", (goods[0].id, goods[3].id))])) == []


@pytest.mark.parametrize("places", [-2, -1, 1, 2])
def test_a_slip_of_the_decimal_point_is_put_right(places: int) -> None:
    goods = shop()
    right = goods[7].amount
    assert right is not None
    goods[7].amount = round(right * 10.0**places, 2)
    (finding,) = likely(far_prices, case_of(goods))
    assert finding.products == (goods[7].id,)
    assert finding.value == f"{goods[7].amount:.2f} EUR"
    assert float(finding.suggestion.split()[0]) == pytest.approx(right, rel=0.03)


def test_what_costs_nothing_among_what_costs_something_is_told() -> None:
    goods = shop()
    goods[7].amount = 0.0
    assert [one.products[0] for one in likely(far_prices, case_of(goods))] == [goods[7].id]


@pytest.mark.parametrize("currency", ["USD", ""])
def test_a_rare_currency_at_the_usual_numbers_is_told(currency: str) -> None:
    goods = shop()
    goods[7].currency = currency
    (finding,) = likely(mixed_currencies, case_of(goods))
    assert finding.products == (goods[7].id,)
    assert (finding.field, finding.value, finding.suggestion) == ("currency", currency, "EUR")


def test_a_price_in_yen_that_is_one_is_left_alone() -> None:
    goods = shop()
    amount = goods[7].amount
    assert amount is not None
    goods[7].currency, goods[7].amount = "JPY", amount * 160
    assert likely(mixed_currencies, case_of(goods)) == []


def test_a_title_that_names_another_colour_than_the_picture_is_told() -> None:
    goods = shop()
    goods[4].title = goods[4].title.replace("blue", "green")
    found = likely(colour_texts, case_of(goods))
    assert [one.products for one in found] == [(goods[4].id,)]
    assert (found[0].field, found[0].value) == ("title", goods[4].title)
    assert found[0].suggestion == goods[4].title.replace("green", "blue")


def test_a_placeholder_is_no_witness_of_the_colour_that_a_title_names() -> None:
    goods = shop()
    for one in goods[::30]:
        one.picture, one.colour = Image.new("RGB", (64, 64), "yellow"), "yellow"
    assert likely(colour_texts, case_of(goods)) == []


def test_a_colour_that_is_part_of_a_name_is_no_colour() -> None:
    goods = shop()
    for one in goods[:5]:
        one.title = f"Red Tape {one.category} {one.id}"
        one.colour = "black"
    assert likely(colour_texts, case_of(goods)) == []


def test_colour_words_of_any_language_are_learnt_from_the_pictures() -> None:
    words = dict(zip(SHADES, ["karmín", "azur", "zelená"], strict=True))
    goods = shop()
    for one in goods:
        one.title = f"{one.title.split(' in ')[0]} {words[one.colour]}"
        one.attributes = {}
    goods[4].title = goods[4].title.replace("azur", "zelená")
    assert [one.products for one in likely(colour_texts, case_of(goods))] == [(goods[4].id,)]


def test_the_colours_of_these_cases_are_all_known() -> None:
    assert set(SHADES) <= set(COLOURS)
