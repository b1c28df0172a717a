"""Colours in words, as filters, and compared, on palettes written down here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lookalike.colour import (
    ALIASES,
    BROADER,
    NAMES,
    canonical,
    colour_vectors,
    describe,
    has_colour,
    name_shares,
)
from lookalike.palette import lab_from_rgb
from lookalike.vectors import Floats

BASIC = ["black", "white", "grey", "red", "green", "yellow", "blue", "brown", "orange", "pink", "purple"]


def palettes(*items: dict[str, float]) -> Floats:
    """Palettes as a store returns them, from {"#rrggbb": share}: (m, 5, 4), zero share where shorter."""
    rows = np.zeros((len(items), 5, 4), dtype=np.float32)
    for row, item in zip(rows, items, strict=True):
        for place, (code, share) in enumerate(item.items()):
            rgb = np.array(list(bytes.fromhex(code[1:])), dtype=np.uint8)
            row[place] = [*lab_from_rgb(rgb), share]
    return rows


def likeness(one: str, other: str) -> float:
    vectors = colour_vectors(palettes({one: 1}, {other: 1}))
    return float(vectors[0] @ vectors[1])


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("#000000", "black"), ("#222222", "black"), ("#ffffff", "white"), ("#eeeeee", "white"),
        ("#808080", "grey"), ("#a9a9a9", "grey"), ("#ff0000", "red"), ("#b22222", "red"), ("#800000", "red"),
        ("#008000", "green"), ("#00ff00", "green"), ("#808000", "green"), ("#228b22", "green"),
        ("#ffff00", "yellow"), ("#ffd700", "yellow"), ("#0000ff", "blue"), ("#4169e1", "blue"),
        ("#87ceeb", "blue"), ("#8b4513", "brown"), ("#654321", "brown"), ("#ffa500", "orange"),
        ("#ff8c00", "orange"), ("#ffc0cb", "pink"), ("#ff69b4", "pink"), ("#800080", "purple"),
        ("#4b0082", "purple"), ("#b57edc", "purple"), ("#000080", "navy"), ("#1b2a49", "navy"),
        ("#f5f5dc", "beige"), ("#d2b48c", "beige"), ("#40e0d0", "turquoise"), ("#008080", "turquoise"),
    ],
)  # fmt: skip
def test_well_known_colours_have_their_names(code: str, name: str) -> None:
    assert describe(palettes({code: 1})[0]) == [(name, 1.0, code)]


def test_the_basic_words_come_first_and_other_words_lead_to_them() -> None:
    assert list(NAMES[:11]) == BASIC
    assert set(ALIASES.values()) <= set(NAMES)
    assert not set(ALIASES) & set(NAMES)
    assert canonical("Gray") == "grey"
    assert canonical(" Navy-Blue ") == "navy"
    assert canonical("LIGHT_BLUE") == "blue"
    assert canonical("violet") == "purple"
    assert canonical("cotton") is None
    assert canonical("") is None


def test_shares_are_added_by_name() -> None:
    shares = name_shares(palettes({"#0000ff": 0.5, "#4169e1": 0.2, "#ffffff": 0.3}, {"#ff0000": 1}))
    assert shares.shape == (2, len(NAMES))
    assert shares[0, NAMES.index("blue")] == pytest.approx(0.7)
    assert shares[0, NAMES.index("white")] == pytest.approx(0.3)
    assert shares[1, NAMES.index("red")] == pytest.approx(1)
    assert shares[1, NAMES.index("blue")] == 0


def test_the_places_a_short_palette_leaves_empty_are_not_black() -> None:
    assert name_shares(palettes({"#ff0000": 1}))[0, NAMES.index("black")] == 0


def test_an_item_is_of_its_main_colours_only() -> None:
    shop = palettes({"#ff0000": 1}, {"#ff0000": 0.6, "#ffffff": 0.4}, {"#ff0000": 0.1, "#ffffff": 0.9})
    assert has_colour(shop, "red").tolist() == [True, True, False]
    assert has_colour(shop, "white").tolist() == [False, True, True]
    assert has_colour(shop, "white", least=0.95).tolist() == [False, False, False]


def test_navy_is_a_blue_but_not_every_blue_is_navy() -> None:
    shop = palettes({"#000080": 1}, {"#4169e1": 1}, {"#000080": 0.2, "#4169e1": 0.2, "#ffffff": 0.6})
    assert BROADER["blue"] == ("blue", "navy")
    assert has_colour(shop, "blue").tolist() == [True, True, True]
    assert has_colour(shop, "navy").tolist() == [True, False, False]
    assert has_colour(shop, "dark blue").tolist() == [True, False, False]


def test_a_word_that_is_no_colour_is_refused() -> None:
    with pytest.raises(KeyError):
        has_colour(palettes({"#ff0000": 1}), "cotton")


@pytest.mark.parametrize(
    ("one", "nearer", "farther"),
    [
        ("#141416", "#1a2448", "#ffffff"),  # black: navy before white
        ("#c8141e", "#f07814", "#1e8c32"),  # red: orange before green
        ("#c8141e", "#8c0e15", "#f07814"),  # red: the same in the dark before orange
        ("#285ac8", "#5080e0", "#40a0a0"),  # blue: a lighter blue before turquoise
        ("#808080", "#a0a0a0", "#a08060"),  # grey: a lighter grey before brown
        ("#ffc0cb", "#ff90b0", "#c0e0b8"),  # pink: a deeper pink before light green
    ],
)
def test_similarity_is_what_eyes_say(one: str, nearer: str, farther: str) -> None:
    assert likeness(one, nearer) > likeness(one, farther)


def test_shares_matter() -> None:
    half, most, little = (palettes({"#c8141e": s, "#ffffff": 1 - s}) for s in (0.5, 0.6, 0.1))
    assert float((colour_vectors(half) @ colour_vectors(most).T)[0, 0]) > 0.98
    assert float((colour_vectors(half) @ colour_vectors(little).T)[0, 0]) < 0.95


@given(
    arrays.arrays(np.uint8, (6, 5, 3)),
    arrays.arrays(np.float32, (6, 5), elements=st.floats(0.015625, 1, width=32)),
)
def test_similarity_is_symmetric_within_bounds_and_one_with_itself(
    rgb: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], shares: Floats
) -> None:
    items = np.concatenate([lab_from_rgb(rgb), (shares / shares.sum(1, keepdims=True))[..., None]], axis=2)
    vectors = colour_vectors(items)
    similarity = vectors @ vectors.T
    assert vectors.shape[1] <= 128
    assert np.allclose(np.diag(similarity), 1, atol=1e-5)
    assert np.allclose(similarity, similarity.T, atol=1e-6)
    assert similarity.min() >= 0
    assert similarity.max() <= 1 + 1e-5


def test_many_palettes_give_what_each_gives_alone() -> None:
    shop = palettes({"#ff0000": 0.7, "#ffffff": 0.3}, {"#1a2448": 1}, {"#f5f5dc": 0.5, "#654321": 0.5})
    many = np.tile(shop, (2000, 1, 1))
    assert np.allclose(colour_vectors(many)[-3:], colour_vectors(shop), atol=1e-6)
    assert np.allclose(name_shares(many)[-3:], name_shares(shop))


def test_no_palettes_give_no_rows() -> None:
    nothing = np.zeros((0, 5, 4), dtype=np.float32)
    assert colour_vectors(nothing).shape == (0, 128)
    assert name_shares(nothing).shape == (0, len(NAMES))
    assert has_colour(nothing, "red").shape == (0,)
