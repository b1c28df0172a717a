"""What tells a label, how far it is believed, and how many labels are slips, where the truth is known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from lookalike.doctor.tags.columns import TagColumn
from lookalike.doctor.tags.discriminant import FOLDS, Discriminant, Measured, measures_of
from lookalike.doctor.tags.noise import Pool, Trust
from lookalike.doctor.tags.voices import Heard, Titles, Votes, one_hot, telling


def drawn(slips: float, count: int = 3000, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores (1, n, 6), labels drawn as they say, a share of them replaced; and which were."""
    chance = np.random.default_rng(seed)
    scores = chance.normal(0, 3, (count, 6)).astype(np.float32)
    said = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    labels = (said.cumsum(axis=1) > chance.random((count, 1))).argmax(axis=1)
    wrong = chance.random(count) < slips
    other = (labels + chance.integers(1, 6, count)) % 6
    return scores[None], np.where(wrong, other, labels).astype(np.int32), wrong


@pytest.mark.parametrize("slips", [0.02, 0.05, 0.15])
def test_the_share_of_slips_is_found(slips: float) -> None:
    scores, labels, wrong = drawn(slips)
    pool = Pool.fitted(scores, labels, np.bincount(labels))
    assert pool.wrong == pytest.approx(wrong.mean(), abs=0.02)


def test_where_there_is_no_slip_hardly_any_is_claimed() -> None:
    scores, labels, _ = drawn(0.0)
    pool = Pool.fitted(scores, labels, np.bincount(labels))
    assert pool.wrong < 0.01
    assert (pool.slipped(scores, labels) > 0.5).sum() < 6


def test_slips_are_claimed_as_often_as_they_are_right() -> None:
    scores, labels, wrong = drawn(0.08, count=6000)
    said = Pool.fitted(scores, labels, np.bincount(labels)).slipped(scores, labels)
    for low, high in ((0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        here = (said >= low) & (said <= high)
        assert here.sum() > 20
        assert wrong[here].mean() == pytest.approx(said[here].mean(), abs=0.12)


def test_slips_do_not_teach_the_voices() -> None:
    clean, slipped = (Pool.fitted(*drawn(share)[:2], np.full(6, 500)).weights[0] for share in (0.0, 0.1))
    assert slipped == pytest.approx(clean, rel=0.15)
    assert clean == pytest.approx(1, abs=0.15)


def test_a_voice_that_knows_nothing_is_not_heard() -> None:
    scores, labels, _ = drawn(0.05)
    noise = np.random.default_rng(9).normal(0, 1, scores.shape).astype(np.float32)
    weights = Pool.fitted(np.concatenate([scores, noise]), labels, np.bincount(labels)).weights
    assert weights[1] < 0.05 < weights[0]


def test_a_voice_that_is_always_right_is_believed_however_many_labels_there_are() -> None:
    chance = np.random.default_rng(8)
    labels = chance.integers(0, 100, 600).astype(np.int32)
    named = np.eye(100, dtype=np.float32)[labels]
    wrong = np.arange(600) % 20 == 0
    told = np.where(wrong, (labels + 7) % 100, labels).astype(np.int32)
    pool = Pool.fitted(named[None], told, np.bincount(told, minlength=100))
    assert pool.labels(named[None])[np.arange(600), labels].min() > 0.9
    slipped = pool.slipped(named[None], told)
    assert slipped[wrong].min() > 100 * slipped[~wrong].max()


def test_labels_sum_to_one() -> None:
    scores, labels, _ = drawn(0.05, count=200)
    found = Pool.fitted(scores, labels, np.bincount(labels)).labels(scores)
    assert found.sum(axis=1) == pytest.approx(np.ones(200), abs=1e-4)


def test_what_claims_too_much_is_trusted_less() -> None:
    chance = np.random.default_rng(0)
    said = chance.uniform(0.5, 0.99, 4000)
    honest = Trust.fitted(said, (chance.random(4000) < said).astype(float))
    boaster = Trust.fitted(said, (chance.random(4000) < 0.5 + (said - 0.5) / 2).astype(float))
    assert honest.of(np.array([0.9])) == pytest.approx(0.9, abs=0.03)
    assert boaster.of(np.array([0.9])) == pytest.approx(0.7, abs=0.04)


def test_no_product_is_judged_by_its_own_label() -> None:
    chance = np.random.default_rng(1)
    values, folds = chance.normal(size=(200, 5)).astype(np.float32), np.arange(200) % FOLDS
    labels = chance.integers(0, 3, 200).astype(np.int32)
    others = labels.copy()
    others[folds == 2] = (others[folds == 2] + 1) % 3
    own = np.flatnonzero(folds == 2)
    measured = Measured.of(measures_of(values, np.zeros((200, 2), np.float32)), folds)
    one, other = (Discriminant.fitted(measured, codes, 3).scores(own) for codes in (labels, others))
    assert np.array_equal(one, other)
    heard = one_hot(labels, 3)
    said, changed = (Heard.of(heard, folds, codes, 3).scores(own) for codes in (labels, others))
    assert np.array_equal(said, changed)


def test_a_discriminant_finds_what_parts_two_classes() -> None:
    chance = np.random.default_rng(1)
    labels = (np.arange(400) % 2).astype(np.int32)
    values = chance.normal(size=(400, 6)).astype(np.float32)
    values[:, 4] += 3 * labels
    measured = Measured.of(measures_of(values, np.zeros((400, 1), np.float32)), np.arange(400) % FOLDS)
    said = Discriminant.fitted(measured, labels, 2).scores(np.arange(400))
    assert (said.argmax(axis=1) == labels).mean() > 0.9


def test_long_looks_are_cut_to_their_main_axes() -> None:
    looks = np.random.default_rng(1).normal(size=(500, 1000)).astype(np.float32)
    assert measures_of(looks, np.zeros((500, 4), np.float32)).shape == (500, 388)


def test_nearer_neighbours_count_more_and_none_is_no_vote() -> None:
    near = np.array([[1, 2, -1], [-1, -1, -1]])
    cosines = np.array([[0.9, 0.8, -1.0], [-1.0, -1.0, -1.0]], dtype=np.float32)
    votes = Votes(near, cosines, np.array([-1, 0, 1], dtype=np.int32), 2)
    counts = votes.counts(np.array([0, 1]))
    assert counts[0] == pytest.approx([1, np.exp(-1)], rel=1e-3)
    assert counts[1] == pytest.approx([0, 0])
    assert np.isfinite(votes.scores(np.array([0, 1]))).all()


def test_a_title_names_the_longest_label_it_holds() -> None:
    titles = Titles(pa.array(["Blue lounge shirt", "White shirts, two", "Rucksack", ""]))
    named = titles.named(["Shirts", "Lounge Shirts", "Bags > Rucksacks"]).scores(np.arange(4))
    assert named.tolist() == [[0.5, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]


def test_the_column_that_tells_most_is_heard_first_and_one_that_tells_nothing_is_not() -> None:
    chance = np.random.default_rng(6)
    codes = chance.integers(0, 4, 500).astype(np.int32)
    noise = chance.integers(0, 4, 500).astype(np.int32)
    half = (codes // 2).astype(np.int32)
    columns = [
        TagColumn(name, 0, own, ("a", "b", "c", "d"))
        for name, own in (("noise", noise), ("half", half), ("whole", codes), ("kind", codes))
    ]
    heard = telling(columns[3], codes, [(column, column.codes) for column in columns])
    assert heard == [2, 1]
