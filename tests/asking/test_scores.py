"""Similarity, closeness and probability are told beside an order that they do not change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lookalike.asking.scores import Scores
from lookalike.recommend.calibration import Isotonic
from lookalike.recommend.closeness import Closeness
from lookalike.recommend.query import Query
from lookalike.vectors import Floats, Space

SPACE = Space("drawn", "f" * 64, 2)
SAME = Isotonic(np.array([0.6, 1.0], np.float32), np.array([0.1, 0.9], np.float32))
SHOP = Closeness(SPACE, np.linspace(0.6, 1.0, 100, dtype=np.float32), 0.5, SAME, 300)
LOOK: Floats = np.array([[1.0, 0.0]], dtype=np.float32)
NO_LOOK: Floats = np.empty((0, 2), dtype=np.float32)
PHOTO = Query(LOOK, np.ones(1, np.float32), NO_LOOK)
WORDS = replace(PHOTO, looks=NO_LOOK, norms=np.empty(0, np.float32), weights={"words": 1.0}, typed=("red",))


def looks(*cosines: float | None) -> Sequence[dict[str, float]]:
    return [{} if cosine is None else {"look": cosine} for cosine in cosines]


def test_similarity_is_the_raw_cosine_and_closeness_its_place_among_neighbours() -> None:
    scores = Scores.of(PHOTO, looks(0.9, 0.5, None), SHOP)
    assert scores.similarity == [0.9, 0.5, None]
    assert scores.closeness == [pytest.approx(0.75, abs=0.01), 0.0, None]
    assert scores.explain["closeness"] == {"neighbours": 100, "nothing_close_below": 0.5}


def test_without_a_fitted_closeness_only_the_similarity_is_known() -> None:
    scores = Scores.of(PHOTO, looks(0.9, 0.1), None)
    assert scores.similarity == [0.9, 0.1]
    assert scores.closeness == scores.same == [None, None]
    assert not scores.nothing_close
    assert scores.explain == {}


def test_nothing_is_close_when_no_result_is() -> None:
    far = Scores.of(PHOTO, looks(0.49, 0.3), SHOP)
    assert far.nothing_close
    assert far.far == [True, True]
    assert far.explain["nothing_close"] == (
        "Nothing in this shop is close to your photo; these are the nearest."
    )
    assert not Scores.of(PHOTO, looks(0.3, 0.51), SHOP).nothing_close


def test_an_answer_without_results_or_without_looks_says_nothing_of_closeness() -> None:
    assert not Scores.of(PHOTO, [], SHOP).nothing_close
    assert not Scores.of(PHOTO, looks(None), SHOP).nothing_close
    by_colour = replace(PHOTO, weights={"colour": 1.0})  # its results are not the nearest by look
    assert not Scores.of(by_colour, looks(0.1), SHOP).nothing_close


def test_a_probability_is_claimed_for_one_photo_alone() -> None:
    (chance,) = Scores.of(PHOTO, looks(0.8), SHOP).same
    assert chance == pytest.approx(0.5)
    assert Scores.of(replace(PHOTO, seed="a"), looks(0.8), SHOP).same == [None]
    assert Scores.of(replace(PHOTO, examples=frozenset("a")), looks(0.8), SHOP).same == [None]
    assert Scores.of(WORDS, [{"shown_cosine": 0.8}], SHOP).same == [None]
    assert Scores.of(PHOTO, looks(0.8), replace(SHOP, same=None)).same == [None]


def test_words_have_the_cosine_of_their_own_map_and_no_closeness() -> None:
    scores = Scores.of(WORDS, [{"text": 1.0, "shown": 0.7, "shown_cosine": 0.3}, {"text": 1.0}], SHOP)
    assert scores.similarity == [0.3, None]
    assert scores.closeness == [None, None]
    assert not scores.nothing_close


@pytest.mark.parametrize(
    ("text", "shown", "nothing"),
    [(0.5, 0.7, True), (0.6, 0.0, False), (0.0, 0.8, False), (0.0, 0.0, True)],
)
def test_words_that_no_text_says_and_no_picture_looks_like_find_nothing_close(
    text: float, shown: float, nothing: bool
) -> None:
    scores = Scores.of(WORDS, [{"text": text, "shown": shown}], SHOP)
    assert scores.nothing_close == nothing
    said = {"nothing_close": "Nothing in this shop fits what you typed; these are the nearest."}
    assert scores.explain == (said if nothing else {})


def test_a_photo_with_words_is_far_only_when_both_are() -> None:
    both = replace(PHOTO, weights={"look": 1.0, "words": 1.0}, typed=("red",))
    assert Scores.of(both, [{"look": 0.3, "text": 0.0, "shown": 0.1}], SHOP).nothing_close
    assert not Scores.of(both, [{"look": 0.3, "text": 1.0, "shown": 0.1}], SHOP).nothing_close
