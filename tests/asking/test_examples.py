"""Liked and disliked products ask: as one where they look alike, as several where they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lookalike.asking.examples import MOST, PUSH, Examples, gathered
from lookalike.errors import BadArgument, UnknownProduct
from lookalike.index import Index
from lookalike.testing.planted import BLUE, plant, planted
from lookalike.vectors import Floats

NOBODY = np.empty((0, 2), dtype=np.float32)


def at(*degrees: float) -> Floats:
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def degrees(vectors: Floats) -> list[float]:
    return [round(float(angle), 1) for angle in np.degrees(np.arctan2(vectors[:, 1], vectors[:, 0]))]


def weights(*given: float) -> Floats:
    return np.array(given, dtype=np.float32)


def fan() -> Index:
    """Products in a fan from 0 to 90 degrees, one every ten, and some beside them."""
    shown = [planted(f"{angle:02}", *at(angle).tolist()) for angle in range(0, 91, 10)]
    beside = [
        planted("style a", *at(41).tolist(), group="style", palette=BLUE),
        planted("style b", *at(44).tolist(), group="style", palette=BLUE),
    ]
    return Index(plant([*shown, *beside]))


def test_two_that_look_alike_ask_with_their_middle() -> None:
    vectors, groups = gathered(at(0, 20), weights(1, 1), NOBODY, weights(), 0.5)
    assert degrees(vectors) == [10.0]
    assert groups == [[0, 1]]


def test_the_heavier_one_draws_the_middle() -> None:
    vectors, _ = gathered(at(0, 20), weights(3, 1), NOBODY, weights(), 0.5)
    assert 4 < degrees(vectors)[0] < 6


def test_two_that_do_not_look_alike_ask_each_for_itself() -> None:
    vectors, groups = gathered(at(0, 90, 5), weights(1, 1, 1), NOBODY, weights(), 0.5)
    assert degrees(vectors) == [2.5, 90.0]
    assert groups == [[0, 2], [1]]


def test_a_disliked_one_pushes_the_question_away_from_it() -> None:
    vectors, _ = gathered(at(0), weights(1), at(20), weights(1), 0.5)
    near = (np.cos(np.radians(20)) - 0.5) / 0.5
    expected = at(0)[0] - PUSH * near * at(20)[0]
    assert degrees(vectors) == degrees(expected[None])
    assert degrees(vectors)[0] < -5


def test_one_that_is_disliked_twice_as_much_pushes_further() -> None:
    once, _ = gathered(at(0), weights(1), at(20), weights(1), 0.5)
    twice, _ = gathered(at(0), weights(1), at(20), weights(2), 0.5)
    assert degrees(twice)[0] < degrees(once)[0] < 0


def test_a_disliked_one_that_is_like_nothing_liked_changes_nothing() -> None:
    vectors, _ = gathered(at(0), weights(1), at(70), weights(1), 0.5)
    assert degrees(vectors) == [0.0]


def test_a_disliked_one_pushes_only_the_question_it_is_like() -> None:
    vectors, _ = gathered(at(0, 100), weights(1, 1), at(110), weights(1), 0.5)
    assert degrees(vectors)[0] == 0.0
    assert degrees(vectors)[1] < 100


def test_liked_products_ask_alone_and_are_not_in_the_answer() -> None:
    answer = fan().search(like=["20", "40"], k=2)
    assert answer.ids == ["30", "style a"]
    assert answer[1].variants == ("style b",)
    assert answer.explain["like"] == {"20": 1.0, "40": 1.0}
    assert answer.explain["left_out"]["examples"] == 2


def test_a_liked_product_asks_with_another() -> None:
    index = fan()
    assert index.similar("40", k=1).ids == ["style a"]
    assert index.similar("40", k=1, like={"60": 1}).ids == ["50"]
    assert index.similar("40", k=1, like={"60": 0}).ids == ["style a"]


def test_a_disliked_product_turns_the_answer_and_is_not_in_it() -> None:
    index = fan()
    assert index.similar("40", unlike={"50": 2}, k=2).ids == ["30", "style a"]
    assert "50" not in index.similar("40", unlike={"50": 0.1}, k=50).ids


def test_variants_of_an_example_are_left_out_unless_they_are_let_in() -> None:
    index = fan()
    assert "style b" not in index.search(like="style a", k=50).ids
    assert "style b" in index.search(like="style a", k=50, variants=True).ids
    assert "style b" not in index.similar("90", unlike="style a", k=50).ids


def test_a_photo_or_a_product_that_asks_may_be_liked_as_well() -> None:
    index = fan()
    assert index.similar("00", like="00", k=5).ids == index.similar("00", k=5).ids


def test_euclidean_distances_are_from_the_mean_length() -> None:
    index = Index(
        plant(
            [
                planted("long", (4.0, 0.0)),
                planted("short", (2.0, 0.0)),
                planted("three", (2.95, 0.5)),
                planted("one", (0.99, 0.1)),
            ]
        )
    )
    answer = index.search(like=["long", "short"], metric="euclidean")
    assert answer.ids == ["three", "one"]
    assert answer[0].evidence["distance"] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"like": ["00", "gone"]}, UnknownProduct),
        ({"like": "00", "unlike": "gone"}, UnknownProduct),
        ({"like": "00", "unlike": ["00", "10"]}, BadArgument),
        ({"like": {"00": -1}}, BadArgument),
        ({"like": {"00": float("nan")}}, BadArgument),
        ({"like": {"00": "much"}}, BadArgument),
        ({"like": {"00": True}}, BadArgument),
        ({"like": {"00": 0}}, BadArgument),
        ({"unlike": "00"}, BadArgument),
        ({"like": 1.5}, BadArgument),
        ({"like": [str(one) for one in range(MOST + 1)]}, BadArgument),
        ({"like": "00", "crop": (0, 0, 1, 1)}, BadArgument),
    ],
    ids=str,
)
def test_examples_that_cannot_ask_are_refused(wishes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        fan().search(**wishes)


def test_a_product_that_asks_cannot_be_disliked() -> None:
    with pytest.raises(BadArgument, match="asks and is disliked"):
        fan().similar("00", unlike="00")


def test_ids_with_weights_are_read_as_they_are_given() -> None:
    assert Examples.of(["a", 7], {"b": 0.5, "c": 0}).liked == {"a": 1.0, "7": 1.0}
    assert Examples.of("a").ids == {"a"}
    assert Examples.of(None, {"b": 0.5, "c": 0}).disliked == {"b": 0.5}
    assert not Examples.of()


def test_a_weight_too_small_to_be_told_from_none_is_still_a_question() -> None:
    found = fan().search(like={"00": 1e-300}, k=2)
    assert [one.product.id for one in found] == ["10", "20"]
    assert fan().similar("00", 1, like={"10": 1e-40}, unlike={"90": 1e-300})[0].product.id == "20"
