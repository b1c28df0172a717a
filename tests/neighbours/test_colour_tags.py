"""`colour=` holds what a table says of a colour, and what the picture shows where it says nothing."""

from __future__ import annotations

import pytest

from lookalike.errors import BadFilter
from lookalike.index import Index
from lookalike.testing.planted import BLUE, RED, plant, planted


@pytest.fixture(scope="module")
def shop() -> Index:
    """Products of which table and picture say the same, another thing, or only one of them anything."""
    look = (1.0, 0.0)
    return Index(
        plant(
            [
                planted("both", look, palette=BLUE, attributes={"Colour": "Blue"}),
                planted("gold", look, palette=BLUE, attributes={"base_color": "Gold"}),
                planted("maroon", look, palette=BLUE, attributes={"color": "Maroon"}),
                planted("navy", look, palette=RED, attributes={"color": "navy/white"}),
                planted("nothing-shown", attributes={"color": "sky-blue"}),
                planted("seen", look, palette=BLUE),
                planted("seen-red", look, palette=RED, attributes={"color": "see picture"}),
                planted("told-twice", look, palette=RED, attributes={"color": "", "baseColour": "blue"}),
            ]
        )
    )


@pytest.mark.parametrize(
    ("wish", "ids"),
    [
        ("colour=blue", ["both", "gold", "navy", "nothing-shown", "seen", "told-twice"]),
        ("colour=navy", ["navy"]),
        ("colour=white", ["navy"]),
        ("colour=red", ["maroon", "seen-red"]),
        ("colour!=blue", ["maroon", "seen-red"]),
        ("colour=gold", ["gold"]),
        ("color=BURGUNDY|gold", ["gold", "maroon", "seen-red"]),
        ("attributes.color=maroon", ["maroon"]),
    ],
)
def test_a_table_that_names_a_colour_is_believed_and_else_the_picture_is(
    shop: Index, wish: str, ids: list[str]
) -> None:
    assert shop.select(wish) == ids


def test_facets_count_what_the_filter_finds(shop: Index) -> None:
    counted = {one["value"]: one["count"] for one in shop.facets()["colour"]}
    assert {name: len(shop.select(f"colour={name}")) for name in counted} == counted
    assert counted["blue"] == 6


def test_a_colour_that_neither_tables_nor_pictures_know_is_refused(shop: Index) -> None:
    with pytest.raises(BadFilter, match="silver"):
        shop.select("colour=silver")
