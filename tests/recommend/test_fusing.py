"""Looks, colours and what is said of products on one scale: the order, what is silent, and exactness."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from lookalike.neighbours.exact import colour_scores, look_scores
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.candidates import weighed
from lookalike.recommend.query import Query, check_weights
from lookalike.recommend.recommender import recommend
from lookalike.recommend.scales import GUESSED, Scale, stretch
from lookalike.vectors import Floats

from .test_contenders import PRODUCTS, question, snapshot

__all__ = ["snapshot"]  # the same products

SCALES = {
    "look": Scale(0.1, 0.7),
    "colour": Scale(0.4, 0.9),
    "content": Scale(0.2, 0.8, odds=(-2.0, 5.0), share=0.05),
}


def log_probability(odds: tuple[float, float], told: float) -> float:
    return -math.log1p(math.exp(-(odds[0] + told * (odds[1] - odds[0]))))


def plainly(query: Query, columns: Mapping[str, Floats], row: int) -> float:
    """The score of one product, written out: what it differs from one that agrees in everything."""
    told = {
        name: (float(columns[name][row]) - SCALES[name].low) / (SCALES[name].high - SCALES[name].low)
        for name in query.weights
    }
    said = {name: min(max(one, 0.0), 1.0) for name, one in told.items() if not np.isnan(one)}
    if not said:
        return float("nan")
    mean = sum(query.weights[name] * one for name, one in said.items()) / sum(query.weights[n] for n in said)
    score = 0.0
    step = (SCALES["look"].high - SCALES["look"].low) / (query.weights["look"] * SCALES["look"].share)
    for name, weight in query.weights.items():
        scale = SCALES[name]
        perfect = (1 - scale.low) / (scale.high - scale.low)
        own = told[name] if name in said else GUESSED * mean
        share = weight * scale.share * step
        if scale.odds is None:
            score += share * (own - perfect)
        else:
            score += share * (log_probability(scale.odds, own) - log_probability(scale.odds, perfect))
    return 1 + score


@pytest.mark.parametrize(
    "weights",
    [
        {"look": 1.0, "content": 1.0},
        {"look": 1.0, "content": 9.0},
        {"look": 1.0, "colour": 0.5, "content": 1.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("row", [0, 119])
@pytest.mark.parametrize("silent", [0.0, 0.3])
def test_the_fused_answer_is_that_of_scoring_every_product(
    snapshot: Snapshot, row: int, weights: dict[str, float], silent: float
) -> None:
    chance = np.random.default_rng(row)
    content = chance.uniform(0, 1, PRODUCTS).astype(np.float32)
    content[chance.random(PRODUCTS) < silent] = np.nan
    query = question(
        snapshot, row, weights=weights, given={"content": content}, scales=SCALES, k=20, variants=True
    )
    columns = {
        "look": look_scores(snapshot, query.looks, query.norms),
        "colour": colour_scores(snapshot, query.colours),
        "content": content,
    }
    expected = sorted(
        (-round(plainly(query, columns, other), 5), snapshot.ids[other])
        for other in range(PRODUCTS)
        if other != row and not np.isnan(plainly(query, columns, other))
    )[:20]
    answer = recommend(query, snapshot)
    assert answer.scores == pytest.approx([-score for score, _ in expected], abs=2.1e-5)


def test_without_a_picture_the_texts_count_and_the_look_is_guessed() -> None:
    columns = {
        "look": np.array([0.7, np.nan, np.nan, 0.1, np.nan], dtype=np.float32),
        "content": np.array([0.8, 0.8, 0.2, 0.8, np.nan], dtype=np.float32),
    }
    scores = weighed(columns, {"look": 1.0, "content": 1.0}, SCALES)
    assert np.isnan(scores[4])
    assert scores[0] > scores[1] > scores[2]
    assert scores[1] > scores[3], "a picture that looks wrong says more than none"


def test_what_agrees_in_everything_has_a_score_of_one() -> None:
    columns = {name: np.array([1.0], dtype=np.float32) for name in SCALES}
    assert weighed(columns, dict.fromkeys(SCALES, 1.0), SCALES) == pytest.approx(1.0)


def test_a_score_is_the_cosine_less_what_speaks_against_it() -> None:
    columns = {
        "look": np.array([0.7, 0.7], dtype=np.float32),
        "content": np.array([1.0, 0.0], dtype=np.float32),
    }
    agree, differ = weighed(columns, {"look": 2.0, "content": 1.0}, SCALES)
    assert agree == pytest.approx(0.7)
    assert differ < 0.7


def test_texts_that_agree_leave_the_order_to_the_looks_and_those_that_differ_do_not() -> None:
    look, agree, most, none = 0.6, 1.0, 0.8, 0.0
    columns = {
        "look": np.array([look + 0.01, look, look + 0.01, look], dtype=np.float32),
        "content": np.array([most, agree, none, most], dtype=np.float32),
    }
    first, second, third, fourth = weighed(columns, {"look": 1.0, "content": 1.0}, SCALES)
    assert first > second, "a little more of the same texts does not outweigh the look"
    assert fourth > third, "texts that differ do"


def test_scores_grow_no_more_than_the_bounds_allow_for() -> None:
    chance = np.random.default_rng(3)
    weights = {"look": 1.0, "colour": 0.5, "content": 1.0}
    for _ in range(200):
        columns = {name: chance.uniform(-1, 1, 1).astype(np.float32) for name in weights}
        moved = {**columns, "look": columns["look"] + 1e-2, "colour": columns["colour"] + 1e-2}
        grown = weighed(moved, weights, SCALES) - weighed(columns, weights, SCALES)
        assert 0 < grown[0] <= 1e-2 * stretch(weights, SCALES)


def test_no_weight_is_so_far_above_another_that_scores_have_no_end() -> None:
    among = ("look", "content")
    heavy, light = check_weights("look=1,content=1e300", among), check_weights("look=1e-300,content=1", among)
    assert heavy["look"] / heavy["content"] == light["look"] / light["content"] == pytest.approx(1e-6)
    said, silent = np.array([0.2, 0.9], dtype=np.float32), np.array([0.2, np.nan], dtype=np.float32)
    tiny = check_weights({"look": 1e-300, "content": 1e-300}, among)
    huge = check_weights({"look": 1e308, "content": 1e308}, among)
    for weights in (heavy, light, tiny, huge):
        assert np.isfinite(weighed({"look": silent, "content": said}, weights, SCALES)).all()
