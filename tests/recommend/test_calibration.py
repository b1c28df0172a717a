"""A probability is what was true of such cases, and rises with the value."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.recommend.calibration import Isotonic
from lookalike.recommend.pairs import pair_cases
from lookalike.vectors import unit


def test_a_probability_is_the_share_that_was_true() -> None:
    values = np.linspace(0, 1, 10_000, dtype=np.float32)
    true = np.random.default_rng(0).random(10_000) < values**2
    learnt = Isotonic.fitted(values, true)
    assert learnt is not None
    said = learnt.of(np.array([0.1, 0.5, 0.9], np.float32))
    assert said.tolist() == pytest.approx([0.01, 0.25, 0.81], abs=0.05)


def test_a_higher_value_is_never_less_likely_and_nothing_is_certain() -> None:
    values = np.random.default_rng(1).random(400).astype(np.float32)
    learnt = Isotonic.fitted(values, values > 0.5)
    assert learnt is not None
    said = learnt.of(np.linspace(-1, 2, 200, dtype=np.float32))
    assert (np.diff(said) >= 0).all()
    assert 0 < said.min() < 0.05
    assert 0.95 < said.max() < 1
    assert np.isnan(learnt.of(np.array([np.nan], np.float32))).all()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_cases_of_one_sort_teach_nothing(share: float) -> None:
    values = np.linspace(0, 1, 400, dtype=np.float32)
    learnt = Isotonic.fitted(values, np.full(400, bool(share)))
    assert learnt is None or float(np.ptp(learnt.chances)) < 0.1


def test_a_higher_value_that_is_less_likely_teaches_nothing() -> None:
    values = np.linspace(0, 1, 400, dtype=np.float32)
    assert Isotonic.fitted(values, values < 0.5) is None
    assert Isotonic.fitted(values[:10], values[:10] > 0) is None


def test_a_picture_asks_once_with_its_product_there_and_once_without() -> None:
    looks = unit(np.random.default_rng(2).normal(size=(40, 16)))[0]
    looks[1] = unit([looks[0] + 0.1 * looks[2]])[0][0]
    product = np.array([0, 0, *range(1, 39)])
    cases = pair_cases(looks, product, product, np.array([0]))
    assert cases is not None
    assert cases.pairs == 1
    assert len(cases.cosines) == 20  # ten candidates each time
    assert cases.true.sum() == 1
    assert cases.cosines[cases.true][0] == pytest.approx(float(looks[0] @ looks[1]), abs=1e-6)


def test_other_products_of_the_family_and_the_same_picture_again_are_no_candidates() -> None:
    looks = unit(np.random.default_rng(3).normal(size=(30, 16)))[0]
    looks[1], looks[2] = looks[0], unit([looks[0] + 0.2 * looks[5]])[0][0]  # put up twice; a variant
    looks[3] = unit([looks[0] + 0.3 * looks[6]])[0][0]
    product = np.array([0, 0, 1, *range(2, 29)])
    family = np.where(product == 1, 0, product)
    cases = pair_cases(looks, product, family, np.array([0]))
    assert cases is None  # the product has only one different picture
    product = np.array([0, 0, 1, 0, *range(2, 28)])
    order = np.argsort(product, kind="stable")
    product, looks = product[order], looks[order]
    cases = pair_cases(looks, product, np.where(product == 1, 0, product), np.array([0]))
    assert cases is not None
    assert cases.pairs == 2
    assert cases.cosines.max() == pytest.approx(float(looks[0] @ looks[2]), abs=1e-6)
