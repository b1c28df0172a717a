"""Going through a catalogue: orders, words, facets, variants. Every count is known by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from lookalike import colour
from lookalike.errors import BadArgument, BadFilter, UnknownProduct
from lookalike.index import Index
from lookalike.palette import lab_from_rgb
from lookalike.products import Price, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.planted import BLUE, RED, plant, planted
from lookalike.vectors import Space

GREEN = ((46.0, -52.0, 50.0, 1.0),)


def euros(amount: str) -> Price:
    return Price(Decimal(amount), "EUR")


def shop() -> Index:
    """Seven products: of uneven kinds, brands in two spellings, one without price, two currencies."""
    return Index(
        plant(
            [
                planted(
                    "boot",
                    (1, 0),
                    title="Élan Ankle Boot",
                    brand="Acme",
                    category="Clothing > Shoes > Boots",
                    price=euros("80"),
                    palette=RED,
                    availability="in stock",
                    group="g",
                    attributes={"Season": "Winter", "sku": "1"},
                ),
                planted(
                    "boot2",
                    (1, 0.1),
                    title="elan ankle boots",
                    brand="ACME",
                    category="Clothing > Shoes > Boots",
                    price=euros("70"),
                    palette=BLUE,
                    availability="in_stock",
                    group="g",
                    attributes={"Season": "Winter", "sku": "2"},
                ),
                planted(
                    "sandal",
                    (1, 0.2),
                    title="Bay Sandal",
                    brand="Birch",
                    category="clothing>shoes",
                    price=euros("20"),
                    palette=RED,
                    availability="out of stock",
                    attributes={"Season": "summer", "sku": "3"},
                ),
                planted(
                    "hat",
                    (0, 1),
                    title="Red Hat",
                    brand="Acme",
                    category="Clothing > Hats",
                    price=euros("20"),
                    palette=GREEN,
                    attributes={"Season": "Summer", "sku": "4"},
                ),
                planted(
                    "lamp",
                    (0, -1),
                    title="Lamp",
                    brand="Birch",
                    category="Home",
                    price=Price(Decimal("15"), "USD"),
                    palette=RED,
                    attributes={"sku": "5"},
                ),
                planted("mug", (-1, 0), title="", category="Home", attributes={"sku": "6"}),
                planted("redmug", (-1, 1), title="Mug (red)", brand="Birch & Red", attributes={"sku": "7"}),
            ]
        )
    )


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        (None, ["boot", "boot2", "hat", "lamp", "mug", "redmug", "sandal"]),
        ("id", ["boot", "boot2", "hat", "lamp", "mug", "redmug", "sandal"]),
        ("title", ["sandal", "boot", "boot2", "lamp", "redmug", "hat", "mug"]),
        ("price", ["hat", "sandal", "boot2", "boot", "lamp", "mug", "redmug"]),
        ("-price", ["boot", "boot2", "hat", "sandal", "lamp", "mug", "redmug"]),
    ],
)
def test_a_catalogue_has_orders_and_what_is_missing_comes_last(sort: str | None, ids: list[str]) -> None:
    page = shop().browse(sort=sort)
    assert page.ids == ids
    assert page.total == 7


def test_pages_follow_one_another_without_gap_or_overlap() -> None:
    index = shop()
    pages = [index.browse(sort="price", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [i for page in pages for i in page.ids] == index.browse(sort="price").ids
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert {page.total for page in pages} == {7}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("boot", ["boot", "boot2"]),
        ("BOOTS", ["boot2", "boot"]),
        ("elan", ["boot", "boot2"]),
        ("ÉLAN ank", ["boot", "boot2"]),
        ("red", ["hat", "redmug"]),
        ("red mug", ["redmug"]),
        ("birch", ["lamp", "redmug", "sandal"]),
        ("cloth", ["boot", "boot2", "hat", "sandal"]),
        ("lam", ["lamp"]),
        ("amp", []),
        ("red lamp", []),
    ],
)
def test_words_are_found_by_their_beginnings_in_title_brand_and_category(text: str, ids: list[str]) -> None:
    page = shop().browse(text=text)
    assert sorted(page.ids) == sorted(ids)
    assert page.total == len(ids)
    assert shop().facets(text=text)["total"] == len(ids)


def test_a_whole_word_is_more_relevant_than_the_beginning_of_one() -> None:
    items = [
        planted(i, (1, 0), title=t) for i, t in (("a", "Dressing gown"), ("b", "A dress"), ("c", "Dresses"))
    ]
    page = Index(plant(items)).browse(text="dress")
    assert page.ids == ["c", "b", "a"]
    assert page.sort == "relevance"


def test_words_and_a_filter_hold_together() -> None:
    assert shop().browse("colour=red", "acme").ids == ["boot"]
    assert shop().browse("colour=red", "acme", sort="-price").to_dict()["total"] == 1


def test_a_page_is_a_document() -> None:
    document = shop().browse("price<=20EUR", limit=1).to_dict()
    product = document.pop("products")[0]
    assert document == {"total": 2, "offset": 0, "limit": 1, "sort": "id", "version": 1}
    assert product["id"] == "hat"
    assert [entry["name"] for entry in product["colours"]] == ["green"]


def values(entries: list[dict[str, Any]]) -> dict[str, int]:
    return {entry["value"]: entry["count"] for entry in entries}


def test_a_level_of_a_category_without_a_name_is_no_facet() -> None:
    facets = Index(plant([planted("boot", (1, 0), category="Shoes > > Boots >")])).facets()
    assert [(c["value"], c["depth"]) for c in facets["category"]] == [("Shoes", 0), ("Boots", 2)]


def test_facets_count_every_value_and_every_level_of_a_category() -> None:
    facets = shop().facets()
    assert facets["total"] == 7
    assert [(c["path"], c["depth"], c["count"]) for c in facets["category"]] == [
        ("Clothing", 0, 4),
        ("Clothing > Shoes", 1, 3),
        ("Clothing > Shoes > Boots", 2, 2),
        ("Home", 0, 2),
        ("Clothing > Hats", 1, 1),
    ]
    assert facets["category"][1]["value"] == "Shoes"
    assert values(facets["brand"]) == {"Acme": 3, "Birch": 2, "Birch & Red": 1}
    assert values(facets["availability"]) == {"in stock": 2, "out of stock": 1}
    assert values(facets["colour"]) == {"red": 3, "white": 2, "blue": 1, "green": 1}
    assert facets["colour"][0]["hex"] == colour.SWATCHES["red"]
    assert [(p["currency"], p["min"], p["max"], sum(p["histogram"])) for p in facets["price"]] == [
        ("EUR", 20, 80, 4),
        ("USD", 15, 15, 1),
    ]
    histogram = facets["price"][0]["histogram"]
    assert (len(histogram), histogram[0], histogram[16], histogram[19]) == (20, 2, 1, 1)


def test_an_attribute_is_a_facet_when_products_share_its_values_in_whatever_case() -> None:
    (season,) = shop().facets()["attributes"]  # not sku, which each product has for itself
    assert season["name"] == "Season"
    assert values(season["values"]) == {"Summer": 2, "Winter": 2}


def test_each_facet_is_counted_under_all_terms_but_its_own() -> None:
    facets = shop().facets("brand=Acme colour=red Season=Winter")
    assert facets["total"] == 1
    assert values(facets["brand"]) == {"Acme": 1}
    assert values(facets["colour"]) == {"red": 1, "blue": 1}
    assert values(facets["attributes"][0]["values"]) == {"Winter": 1}
    wide = shop().facets("price<=20EUR brand=Birch")
    assert values(wide["brand"]) == {"Acme": 1, "Birch": 1}
    assert [(p["currency"], p["min"], p["max"]) for p in wide["price"]] == [("EUR", 20, 20), ("USD", 15, 15)]


def test_what_a_facet_counts_is_what_its_filter_finds() -> None:
    index = shop()
    facets = index.facets("Season=winter|summer")
    for field in ("brand", "colour", "availability"):
        for entry in facets[field]:
            found = index.select(f'Season=winter|summer {field}="{entry["value"]}"')
            assert len(found) == entry["count"], entry
    for entry in facets["category"]:
        found = index.select(f'Season=winter|summer category="{entry["path"]}"')
        assert len(found) == entry["count"], entry


def test_every_colour_has_a_swatch_of_that_name() -> None:
    assert tuple(colour.SWATCHES) == colour.NAMES
    pixels = [[int(code[at : at + 2], 16) for at in (1, 3, 5)] for code in colour.SWATCHES.values()]

    palette = np.c_[lab_from_rgb(np.array(pixels, dtype=np.uint8)), np.ones(len(pixels))].astype(np.float32)
    assert [name for name, _, _ in colour.describe(palette)] == [*colour.SWATCHES]


def test_variants_are_the_others_of_the_group() -> None:
    assert shop().variants("boot") == ["boot2"]
    assert shop().variants("hat") == []
    with pytest.raises(UnknownProduct):
        shop().variants("nobody")


def test_an_empty_index_has_an_empty_page_and_no_facets() -> None:
    index = Index(MemoryStore(Space("none", "none", 4), "none"))
    for sort in ("id", "title", "price", "-price"):
        assert index.browse(sort=sort).total == 0
    facets = index.facets(text="red")
    assert facets.pop("total") == 0
    assert not any(facets.values())
    assert index.search(text="red").ids == []


def test_words_are_found_in_singular_and_plural_and_while_they_are_typed() -> None:
    items = [planted("a", (1, 0), title="Dresses"), planted("b", (1, 0), title="Ladies watch")]
    index = Index(plant(items))
    for text, ids in (
        ("dress", ["a"]),
        ("dresse", ["a"]),
        ("dresses", ["a"]),
        ("ladie", ["b"]),
        ("lad", ["b"]),
    ):
        assert index.browse(text=text).ids == ids, text


def test_words_ask_too_and_rare_words_count_more() -> None:
    answer = shop().search(text="red boot", k=5)
    assert answer[0].evidence == {"words": answer[0].score, "text": answer[0].score}
    assert set(answer.ids) == {"boot", "hat", "redmug"}  # boot2 is a variant of boot
    assert all(0 < result.score < 1 for result in answer)
    assert answer.complete
    assert shop().search(text="acme hat").ids[0] == "hat"
    assert shop().search(text="acme hat")[0].score > 0.9
    rare = {result.id: result.score for result in shop().search(text="acme hat")}
    assert rare["hat"] > rare["boot"] > 0
    assert shop().search(text="birch sandal").ids[0] == "sandal"


def test_words_that_nobody_knows_find_nothing_and_that_is_said() -> None:
    answer = shop().search(text="zebra crossing")
    assert answer.ids == []
    assert answer.explain["words"] == {"unknown": ["zebra", "crossing"], "read_as": [], "colours": []}
    assert answer.explain["unmet"] == [
        "This catalogue knows none of these words. It has, for example: Clothing > Shoes > Boots, Home, "
        "Clothing > Hats, clothing>shoes."
    ]
    assert shop().search(text="boot zebra").explain["words"]["unknown"] == ["zebra"]


def test_words_ask_among_what_passes_a_filter() -> None:
    answer = shop().search(text="red", where="category=Clothing", exclude=["boot"])
    assert answer.ids == ["hat"]
    assert answer.explain["weights"] == {"words": 1.0}
    assert shop().search(text="zebra").ids == []
    assert answer.to_html().startswith("<!doctype html>")


def test_words_in_any_script_are_found() -> None:
    titles = {
        "a": "赤いドレス",
        "b": "Платье Красное",
        "c": "فستان أحمر",
        "d": "Straße & Fußball",
        "e": "STRASSE",
    }
    index = Index(plant([planted(i, (1, 0), title=title) for i, title in titles.items()]))
    for text, ids in (
        ("ドレス", ["a"]),
        ("赤", ["a"]),
        ("красное", ["b"]),
        ("فستان", ["c"]),
        ("strasse", ["d", "e"]),
        ("fussb", ["d"]),
    ):
        assert sorted(index.browse(text=text).ids) == ids, text


LONG = " ".join(f"word{number}" for number in range(10_000))


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 2.5},
        {"limit": True},
        {"limit": "10"},
        {"offset": -1},
        {"offset": None},
        {"sort": "size"},
        {"sort": "relevance"},
        {"sort": ["id"]},
        {"text": "!!!"},
        {"text": LONG},
        {"text": 5},
        {"text": "caf\udce9"},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_a_page_that_cannot_be_is_refused_with_a_next_step(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadArgument) as caught:
        shop().browse(**wrong)
    assert caught.value.next_step


@pytest.mark.parametrize("text", ["!!!", LONG, 5, b"red"])
def test_facets_and_search_refuse_the_same_texts(text: Any) -> None:
    for ask in (shop().facets, shop().search):
        with pytest.raises(BadArgument):
            ask(text=text)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": ""},
        {"text": "  "},
        {"text": "", "image": b"jpeg"},
        {"text": "red", "crop": (0, 0, 1, 1)},
        {"text": "red", "metric": "euclidean"},
        {"text": "red", "weights": {"look": 1}},
        {"text": "red", "weights": {"words": 0}},
        {"text": "red", "k": 0},
        {"text": "red", "exclude": None},
    ],
    ids=str,
)
def test_words_that_cannot_ask_are_refused_with_a_next_step(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadArgument) as caught:
        shop().search(**wrong)
    assert caught.value.next_step


def test_a_blank_text_on_a_page_is_no_wish_at_all() -> None:
    assert shop().browse(text=" ").total == 7
    assert shop().facets(text="")["total"] == 7


def test_a_filter_nobody_can_meet_is_refused_on_pages_too() -> None:
    for ask in (shop().browse, shop().facets):
        with pytest.raises(BadFilter):
            ask("size=4")


def test_a_product_without_anything_is_browsed_too() -> None:
    store = MemoryStore(Space("none", "none", 4), "none")
    with store.writer() as writer:
        writer.commit([Product("bare")])
    page = Index(store).browse()
    assert page.ids == ["bare"]
    assert page.products[0].colours == ()
