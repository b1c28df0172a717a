"""What is learnt from a shop's own pictures, spoilt for a trial."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.person import people
from lookalike.doctor.planted import Odds, Preference, posterior
from lookalike.doctor.rotated import Turns, rotated, states
from lookalike.vectors import Floats

from .cases import Goods, case_of

CHECKS = (rotated, people)


@pytest.mark.parametrize("many", [0, 1, 10])
@pytest.mark.parametrize("check", CHECKS)
def test_too_few_pictures_are_said_to_be_too_few(check: object, many: int) -> None:
    case = case_of([Goods(f"p{at}", picture=Image.new("RGB", (40, 40), (at, 0, 0))) for at in range(many)])
    told = list(check(case))  # type: ignore[operator]
    assert not [one for one in told if isinstance(one, Finding)]
    assert many == 0 or any(isinstance(one, Unjudged) for one in told)


def _views(chance: np.random.Generator, many: int) -> Floats:
    """Looks of pictures in four turns: some of their own, and a direction for each turn."""
    own = chance.normal(size=(many, 12))
    turns = np.eye(12)[[0, 1, 2, 1]] * 3
    views = own[None] + turns[:, None]
    made: Floats = (views / np.linalg.norm(views, axis=2, keepdims=True)).astype(np.float32)
    return made


def test_a_picture_turned_by_a_quarter_is_told_so_by_its_four_views() -> None:
    chance = np.random.default_rng(0)
    turns = Turns.learnt(_views(chance, 80))
    fresh = _views(chance, 30)
    weights = np.array([5.0, 5.0, 1.0])
    for by in range(4):
        seen = np.roll(fresh, -by, axis=0)  # what stood is seen first after by more quarters
        measures = np.hstack([turns.measures(seen), np.zeros((30, 5), np.float32)])
        assert (states(measures, weights).argmax(axis=1) == by).mean() > 0.9


def test_a_picture_that_is_near_the_others_only_when_turned_is_turned() -> None:
    nothing_learnt = np.zeros((1, 3), np.float32)
    for by in range(4):
        beside = np.append(np.eye(4)[by], 0.0)[None]  # of four ways of turning it one is near, no shape tells
        assert states(np.hstack([nothing_learnt, beside]), np.array([1.0, 1.0, 9.0])).argmax() == by


def test_where_all_are_tall_what_is_wide_is_likelier_to_lie() -> None:
    measures = np.zeros((2, 8), np.float32)
    measures[:, 7] = (3.0, -3.0)
    tall, wide = states(measures, np.ones(3))
    assert min(tall[[0, 2]]) > max(tall[[1, 3]]) and min(wide[[1, 3]]) > max(wide[[0, 2]])


def test_a_preference_changes_its_sign_with_the_order_of_a_pair() -> None:
    views = _views(np.random.default_rng(1), 60)
    learnt = Preference.fitted(views[0], views[2])
    there, back = learnt.scores(views[0], views[2]), learnt.scores(views[2], views[0])
    assert np.allclose(there, -back, atol=1e-4) and there.mean() > 0.5


def test_odds_never_fall_along_the_measure_and_end_where_trials_end() -> None:
    chance = np.random.default_rng(2)
    clean, faulty = (chance.normal(at, 1, (200, 1)).astype(np.float32) for at in (0, 3))
    odds = Odds.fitted(clean, faulty).of(np.linspace(-9, 12, 50, dtype=np.float32)[:, None])
    assert (np.diff(odds) >= 0).all()
    assert odds[0] < -2 and 2 < odds[-1] < np.log(401)


def test_the_rarer_a_fault_is_the_less_is_believed() -> None:
    odds = np.full(5, 3.0)
    assert posterior(odds, 10).max() > posterior(odds, 10_000).max()


def _photos(many: int) -> Iterator[Image.Image]:
    chance = np.random.default_rng(3)
    for _ in range(many):
        rough = chance.integers(60, 200, (6, 5, 3)).astype(np.uint8)
        yield Image.fromarray(rough).resize((120, 160), Image.Resampling.BICUBIC)
