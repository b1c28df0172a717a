"""This, but in blue: what is alike in everything but the colour comes first."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike import colour
from lookalike.asking.edits import colours_wished, swatches
from lookalike.filters import parse_filter
from lookalike.index import Index
from lookalike.testing.planted import BLUE, RED, plant, planted


def look(kind: float, tint: float) -> tuple[float, float, float]:
    """A vector of which one direction tells the kind, another the colour, red or blue."""
    return (float(np.cos(kind)), float(np.sin(kind)), tint)


@pytest.fixture(scope="module")
def shop() -> Index:
    """Reds lie below and blues above; the style that asks is there in blue as well, far off."""
    reds = [planted(f"red-{at}", look(at / 10, -1), palette=RED, brand="Acme") for at in range(10)]
    blues = [planted(f"blue-{at}", look(at / 10, 1), palette=BLUE, brand="Acme") for at in range(10)]
    style = [
        planted("asks", look(0.3, -1), palette=RED, group="style"),
        planted("in-blue", look(2.5, 1), palette=BLUE, group="style", availability="out of stock"),
        planted("in-blue-too", look(2.6, 1), palette=BLUE, group="style"),
        planted("in-red", look(0.31, -1), palette=RED, group="style"),
        planted("pale", look(1.7, -0.6), palette=BLUE),
    ]
    return Index(plant([*reds, *blues, *style]))


def test_its_own_variant_in_that_colour_comes_first_and_those_in_its_own_colour_not_at_all(
    shop: Index,
) -> None:
    answer = shop.similar("asks", but="colour=blue")
    assert answer.ids[0] == "in-blue"
    assert answer[0].variants == ("in-blue-too",)
    assert "in-red" not in answer.ids
    (said,) = [stage for stage in answer.explain["stages"] if stage["stage"] == "own variants"]
    assert said["own"] == 1


def test_with_a_filter_alone_its_variants_stay_out(shop: Index) -> None:
    assert not {"in-blue", "in-blue-too"} & {*shop.similar("asks", where="colour=blue").ids}


def test_a_variant_that_is_sold_out_does_not_pass_what_is_in_stock(shop: Index) -> None:
    answer = shop.similar("asks", but="colour=blue", stock="first", variants=True, k=30)
    assert answer.ids[0] == "in-blue-too"
    assert answer.ids[-1] == "in-blue"


def test_a_look_moved_towards_a_colour_finds_what_is_alike_in_all_else(shop: Index) -> None:
    """Of the looks as they are the pale one is nearer, since it is nearer to red."""
    assert shop.similar("red-4", where="colour=blue").ids[0] == "pale"
    assert {*shop.similar("red-4", but="colour=blue", k=3).ids} < {f"blue-{at}" for at in range(2, 7)}


def test_a_variant_is_first_however_far_it_is_and_however_few_are_asked_for(shop: Index) -> None:
    assert shop.similar("asks", but="colour=blue", k=1).ids == ["in-blue"]


@pytest.mark.parametrize(
    ("but", "names"),
    [
        ("colour=navy|cream", ["navy", "beige"]),
        ("price<=5 color=Maroon", ["red"]),
        ("colour!=blue", []),
        ("brand=Acme", []),
        ("", []),
    ],
)
def test_which_colours_are_wished(but: str, names: list[str]) -> None:
    assert colours_wished(parse_filter(but)) == names


def test_each_colour_is_most_like_its_own_swatch() -> None:
    alike = swatches(colour.NAMES) @ swatches(colour.NAMES).T
    assert (alike.argmax(axis=1) == np.arange(len(colour.NAMES))).all()
    np.testing.assert_allclose(np.diag(alike), 1, atol=1e-3)


def test_a_price_in_but_only_promises(shop: Index) -> None:
    asked = shop.similar("red-4", but='brand="Acme"')
    assert [(one.id, one.score) for one in asked][:5] == [
        (one.id, one.score) for one in shop.similar("red-4", where="brand=Acme")
    ][:5]
