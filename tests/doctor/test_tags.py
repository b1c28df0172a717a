"""Tags that contradict the picture and tags that are missing, in shops whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.tags.telling import tags

from .cases import Goods, case_of

KINDS = ("Bags", "Boots", "Belts")


def shop(count: int = 40, kinds: Sequence[str] = KINDS, seed: int = 1) -> list[Goods]:
    """So many products of each kind; those of a kind look alike."""
    chance = np.random.default_rng(seed)
    goods = []
    for number, kind in enumerate(kinds):
        for place in range(count):
            look = chance.normal(0, 0.12, 12)
            look[number] += 1
            goods.append(Goods(f"{kind.lower()}-{place:03}", category=kind, look=tuple(look)))
    return goods


def changed(goods: Sequence[Goods], **categories: str) -> list[Goods]:
    """The same products, some with another category, by id with _ for -."""
    by_id = {key.replace("_", "-"): value for key, value in categories.items()}
    return [replace(one, category=by_id.get(one.id, one.category)) for one in goods]


def told(goods: Sequence[Goods], kind: str, **heard: bool) -> list[Finding]:
    seen = [one for one in tags(case_of(goods), **heard) if isinstance(one, Finding)]
    return [one for one in seen if one.kind == kind]


def untold(goods: Sequence[Goods]) -> dict[tuple[str, str], str]:
    return {(one.kind, one.field): one.why for one in tags(case_of(goods)) if isinstance(one, Unjudged)}


def test_where_every_tag_fits_nothing_is_found() -> None:
    assert [*tags(case_of(shop()))] == []


def test_a_tag_that_contradicts_the_picture_is_found_with_what_it_should_say() -> None:
    (one,) = told(changed(shop(), bags_007="Boots"), "wrong-tag")
    assert one.products == ("bags-007",)
    assert (one.field, one.value, one.suggestion) == ("category", "Boots", "Bags")
    assert one.sure
    assert one.says == "category says “Boots”, but 24 of the 24 products that look most like it are “Bags”."
    assert {beside["value"] for beside in one.evidence["products"]} == {"Bags"}
    assert all(beside["id"].startswith("bags-") for beside in one.evidence["products"])


def test_several_wrong_tags_do_not_hide_one_another() -> None:
    wrong = {f"bags_{n:03}": "Boots" for n in range(4)} | {f"belts_{n:03}": "Bags" for n in range(3)}
    found = told(changed(shop(), **wrong), "wrong-tag")
    assert {one.products[0].replace("-", "_") for one in found if one.sure} == set(wrong)


def test_a_missing_tag_is_suggested() -> None:
    (one,) = told(changed(shop(), boots_011=""), "missing-tag")
    assert (one.products, one.field, one.value, one.suggestion) == (("boots-011",), "category", "", "Boots")
    assert one.sure
    assert one.says.startswith("category is empty; 24 of the 24 products")


def test_variants_that_share_a_wrong_tag_do_not_speak_for_one_another() -> None:
    goods = [
        replace(one, category="Boots", group="style")
        if one.id in ("bags-001", "bags-002", "bags-003")
        else one
        for one in shop()
    ]
    found = told(goods, "wrong-tag")
    assert {one.products[0] for one in found} == {"bags-001", "bags-002", "bags-003"}
    assert not any("bags-002" in str(one.evidence["products"]) for one in found)


def test_a_tag_that_is_usually_empty_for_such_products_is_not_missing() -> None:
    goods = []
    for place, one in enumerate(shop(60)):
        if one.category == "Boots":
            look = np.array(one.look)
            look[6 + place % 2] += 1
            heel = ("high", "flat")[place % 2]
            one = replace(one, look=tuple(look), attributes={} if one.id == "boots-004" else {"heel": heel})
        goods.append(one)
    (one,) = told(goods, "missing-tag")
    assert (one.products, one.field, one.suggestion) == (("boots-004",), "heel", "high")


def test_spellings_that_differ_in_case_are_one_tag_and_the_commonest_is_suggested() -> None:
    goods = changed(shop(), bags_001="bags", bags_002="BAGS ", boots_003="")
    assert told(goods, "wrong-tag") == []
    (one,) = told(changed(shop(), bags_001="bags", bags_002=""), "missing-tag")
    assert one.suggestion == "Bags"


def test_the_upper_level_of_a_path_is_judged_where_its_ends_are_too_rare() -> None:
    ends = [f"Home > {letter}{other}" for letter in "abcdef" for other in "pqrs"]
    goods = [
        replace(one, category=ends[place % 24] if one.category == "Bags" else f"Wear > {one.category}")
        for place, one in enumerate(shop())
    ]
    (one,) = told(changed(goods, belts_005="Home > ap"), "wrong-tag")
    assert (one.products, one.value) == (("belts-005",), "Home > ap")
    assert one.suggestion == "Wear > Belts"


@pytest.mark.parametrize("word", ["Tasche", "かばん", "сумка"])
def test_titles_help_in_any_language(word: str) -> None:
    chance = np.random.default_rng(2)
    goods = [
        replace(
            one, title=f"{word if one.category == 'Bags' else 'x'} {chance.integers(99)}", look=tuple(look)
        )
        for one in shop()
        for look in [0.6 * np.array(one.look) + chance.normal(0, 0.25, 12)]
    ]
    wrong = changed(goods, bags_009="Belts")
    alone, helped = (
        {one.products[0]: one.confidence for one in told(wrong, "wrong-tag", titles=heard, others=False)}
        for heard in (False, True)
    )
    assert helped["bags-009"] > 0.5
    assert helped["bags-009"] >= alone.get("bags-009", 0)


def test_an_attribute_is_named_as_the_table_names_it() -> None:
    goods = [replace(one, category="", attributes={"Warengruppe": one.category}) for one in shop()]
    goods[3] = replace(goods[3], attributes={"Warengruppe": "Belts"})
    (one,) = told(goods, "wrong-tag")
    assert (one.field, one.value, one.suggestion) == ("Warengruppe", "Belts", "Bags")


def test_numbers_dates_and_long_texts_are_no_tags() -> None:
    goods = [
        replace(
            one,
            attributes={
                "year": str(2010 + place % 3),
                "was": f"{place % 4}9.90 EUR",
                "since": f"2024-05-0{place % 5 + 1}",
                "notes": "A long text that says how it is to be washed, worn and put away " + str(place % 3),
            },
        )
        for place, one in enumerate(shop())
    ]
    assert [*tags(case_of(goods))] == []


def test_what_pictures_cannot_tell_is_not_judged_and_says_how_often_they_are_right() -> None:
    chance = np.random.default_rng(3)
    goods = [
        replace(one, attributes={"season": ("spring", "autumn")[int(chance.integers(2))]}) for one in shop()
    ]
    assert told(goods, "wrong-tag") == []
    why = untold(goods)[("wrong-tag", "season")]
    assert why.startswith("season cannot be told from the pictures (right in ")
    assert "always saying “" in why


def test_without_categories_the_doctor_says_so() -> None:
    why = untold([replace(one, category="") for one in shop()])
    assert why == dict.fromkeys(
        [("wrong-tag", "category"), ("missing-tag", "category")], "No product has a category."
    )


@pytest.mark.parametrize(
    ("categories", "words"),
    [
        (["Bags"], "says the same, “Bags”"),
        ([f"kind {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(120)], "of their own"),
        ([f"kind {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(40)], "too few to be learned"),
    ],
)
def test_labels_that_teach_nothing_are_not_judged(categories: list[str], words: str) -> None:
    goods = [replace(one, category=categories[n % len(categories)]) for n, one in enumerate(shop())]
    assert words in untold(goods)[("wrong-tag", "category")]


@pytest.mark.parametrize("count", [0, 1, 10])
def test_a_catalogue_of_a_few_products_is_not_judged(count: int) -> None:
    why = untold(shop()[:count])
    assert why
    assert told(shop()[:count], "wrong-tag") == []


def test_variants_of_one_another_alone_teach_nothing() -> None:
    goods = [replace(one, group="one") for one in shop()]
    assert told(goods, "wrong-tag") == []
    assert "variants or copies of one another" in untold(goods)[("wrong-tag", "category")]


def test_products_without_pictures_are_passed_over() -> None:
    goods = [replace(one, look=None) if one.id < "bags-005" else one for one in shop()]
    assert [*tags(case_of(goods))] == []
    assert (
        untold([replace(one, look=None) for one in shop()])[("wrong-tag", "")] == "No product has a picture."
    )


def test_the_same_shop_is_judged_the_same_again() -> None:
    goods = changed(shop(), bags_007="Boots", belts_001="")
    assert list(tags(case_of(goods))) == list(tags(case_of(goods)))
