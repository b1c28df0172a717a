"""What is said of products: a missing field says nothing, rare values tell more, and pairs say how much."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.content.content import Content, Said
from lookalike.content.fields import trust
from lookalike.content.occurrences import Occurrences
from lookalike.vectors import Rows

NONE: Rows = np.empty((0, 2), dtype=np.intp)


def content(
    named: dict[str, list[str]] | None = None, texts: dict[str, list[str]] | None = None, near: Rows = NONE
) -> Content:
    """Products with these values and texts; an empty one says nothing. Nothing is measured without pairs."""
    codes = {name: coded(values) for name, values in (named or {}).items()}
    worded = {}
    for name, lines in (texts or {}).items():
        places = [(word, row) for row, line in enumerate(lines) for word in line.split()]
        words = [word for word, _ in places]
        rows = np.array([row for _, row in places], dtype=np.int32)
        worded[name] = Occurrences.of([*dict.fromkeys(words)], coded(words), rows, len(lines))
    count = max(len(lines) for lines in (*(named or {}).values(), *(texts or {}).values()))
    return Content(count, codes, worded, near, NONE)


def coded(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    known: dict[str, int] = {}
    codes = [known.setdefault(value, len(known)) if value else -1 for value in values]
    return np.array(codes, dtype=np.int32)


def scores(said: Said) -> list[float]:
    return [round(float(score), 4) for score in said.scores]


def test_the_same_texts_score_one_and_wholly_other_ones_zero() -> None:
    made = content(
        {"brand": ["Cole", "Cole", "Birch", "Acme"]},
        {"title": ["red wool coat", "red wool coat", "oak side table", "oak side lamp"]},
    )
    assert scores(made.said(0)) == [1, 1, 0, 0]


def test_a_missing_field_is_neither_for_nor_against() -> None:
    brands = ["Cole", "Cole", "", "Birch", "Acme", "Dune"]
    kinds = ["coat", "coat", "coat", "coat", "lamp", "lamp"]
    same, missing, other = scores(content({"brand": brands, "kind": kinds}).said(0))[1:4]
    assert same == 1 and same > missing > other


def test_a_product_with_no_field_in_common_has_no_score() -> None:
    made = content({"brand": ["Cole", "", "Cole", "Birch"], "kind": ["", "coat", "coat", "lamp"]})
    said = made.said(0)
    assert np.isnan(said.scores[1])
    assert said.scores[2] == 1


def test_a_product_that_says_nothing_has_no_scores_at_all() -> None:
    said = content({"brand": ["", "Cole", "Birch"]}, {"title": ["", "coat", "lamp"]}).said(0)
    assert np.isnan(said.scores).all() and said.slope == 0


def test_a_rare_value_tells_more_than_a_common_one() -> None:
    season = ["summer"] * 60 + ["winter"] * 40
    maker = ["none"] * 50 + ["Cole"] * 2 + ["none"] * 48
    season[51], maker[51] = "winter", "Cole"  # shares the rare maker with 50, and no season
    season[52], maker[52] = "summer", "none"  # shares the common season, and no maker
    found = content({"season": season, "maker": maker}).said(50).scores
    assert found[51] > found[52]


def test_a_rare_word_tells_more_than_one_in_every_title() -> None:
    titles = ["men shirt paisley", "women dress paisley", "men shirt plain", *["men shirt plain"] * 30]
    found = content(texts={"title": titles}).said(0).scores
    made_of_common = content(texts={"title": ["men shirt", "men coat", *["men shirt"] * 30]}).said(0).scores
    assert found[1] > found[2] - 0.2
    assert made_of_common[1] < 1


def test_a_word_counts_once_however_often_it_stands_there() -> None:
    once = content(texts={"title": ["red coat", "red coat", "oak lamp", "oak table"]}).said(0)
    often = content(texts={"title": ["red coat", "red red red coat", "oak lamp", "oak table"]}).said(0)
    assert scores(once) == scores(often)


def test_a_field_is_trusted_as_far_as_products_that_look_alike_agree_in_it() -> None:
    chance = np.random.default_rng(4)
    kind = chance.integers(0, 5, 400)
    batch = chance.integers(0, 5, 400)
    near = np.array(
        [
            (row, other)
            for row in range(400)
            for other in np.flatnonzero(kind == kind[row])[:2]
            if other != row
        ]
    )
    made = content({"kind": [str(one) for one in kind], "batch": [str(one) for one in batch]}, near=near)
    assert made.trusts["kind"] > 0.9
    assert made.trusts.get("batch", 0) < 0.1
    found = made.said(0).scores
    same_kind = (kind == kind[0]) & (batch != batch[0])
    same_batch = (kind != kind[0]) & (batch == batch[0])
    assert found[same_kind].min() > found[same_batch].max() + 0.5


def test_a_field_with_one_value_tells_nothing() -> None:
    made = content({"shop": ["ours"] * 6, "kind": ["coat", "coat", "coat", "lamp", "lamp", "lamp"]})
    assert made.trusts.keys() == {"kind"}


@pytest.mark.parametrize(
    ("agreeing", "expected", "pairs", "is_about"),
    [(1.0, 0.1, 1000, 0.97), (0.1, 0.1, 1000, 0.0), (0.0, 0.1, 1000, 0.0), (0.0, 0.1, 0, 0.5), (1, 1, 9, 0)],
)
def test_trust_is_agreement_above_chance(
    agreeing: float, expected: float, pairs: int, is_about: float
) -> None:
    assert trust(agreeing, expected, pairs) == pytest.approx(is_about, abs=0.02)


def test_telling_pairs_apart_sets_how_far_the_sum_of_fields_is_believed() -> None:
    """Three fields that say the same thing three times are believed less than three that do not."""
    chance = np.random.default_rng(7)
    kind = chance.integers(0, 6, 600)
    near = np.array([(row, int(chance.choice(np.flatnonzero(kind == kind[row])))) for row in range(600)])
    near[::5, 1] = chance.integers(0, 600, len(near[::5]))  # a fifth are no neighbours at all
    by_chance = np.stack([np.arange(600), chance.permutation(600)], axis=1)
    one = {"a": kind.astype(np.int32)}
    three = {**one, "b": one["a"], "c": one["a"]}
    alone = Content(600, one, {}, near, by_chance)
    thrice = Content(600, three, {}, near, by_chance)
    assert thrice.calm < 0.5 * alone.calm
    assert thrice.middles[0] < 0 < thrice.middles[1]


def test_the_neutral_score_is_that_of_a_product_of_which_nothing_more_is_known() -> None:
    brands = ["Cole", "Cole", "", "Birch"]
    titles = ["", "", "coat", "lamp"]
    said = content({"brand": brands}, {"title": titles}).said(0)
    assert 0 < said.neutral < 1 and said.slope > 0
    assert np.isnan(said.scores[2])
