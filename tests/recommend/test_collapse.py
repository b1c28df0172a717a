"""Copies, variants, both or none are folded; a family is whatever a chain of both ties together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.neighbours.families import MANY, Families, joined
from lookalike.recommend.stages.collapse import best_of_each, folded

LABELS = st.integers(2, 14).flatmap(
    lambda count: st.tuples(*(st.lists(st.integers(-1, 5), min_size=count, max_size=count),) * 2)
)


def families(*labels: int) -> Families:
    return Families(np.array(labels))


def chained(copies: Sequence[int], variants: Sequence[int], row: int) -> set[int]:
    """Everything that a walk from tie to tie reaches."""
    reached, waiting = {row}, [row]
    while waiting:
        at = waiting.pop()
        for labels in (copies, variants):
            near = {other for other, label in enumerate(labels) if label == labels[at] >= 0}
            waiting += near - reached
            reached |= near
    return reached


def test_a_label_that_nobody_shares_is_no_family() -> None:
    found = families(3, -1, 7, 3, 5)
    assert found.group.tolist() == [0, -1, -1, 0, -1]
    assert found.of(0).tolist() == [3]
    assert found.of(2).tolist() == []
    assert found.extra == 1


def test_a_copy_of_a_variant_belongs_to_the_family() -> None:
    copies, variants = families(-1, 0, 0, -1), families(4, 4, -1, -1)
    assert joined(copies, variants).of(0).tolist() == [1, 2]


def test_a_placeholder_ties_no_variants_together() -> None:
    count = MANY + 1
    copies = families(*[0] * count, *[-1] * count)  # every first variant shows the placeholder
    variants = families(*range(count), *range(count))
    both = joined(copies, variants)
    assert both.of(0).tolist() == [*range(1, count)]
    assert both.of(count).tolist() == []


@given(LABELS)
@settings(max_examples=200, deadline=None)
def test_families_of_both_are_what_a_chain_of_ties_reaches(labels: tuple[list[int], list[int]]) -> None:
    copies, variants = labels
    both = joined(families(*copies), families(*variants))
    for row in range(len(copies)):
        assert set(both.of(row).tolist()) == chained(copies, variants, row) - {row}


@given(LABELS, st.integers(0, 10_000))
@settings(deadline=None)
def test_as_many_are_left_as_there_are_families(labels: tuple[list[int], list[int]], seed: int) -> None:
    both = joined(families(*labels[0]), families(*labels[1]))
    chance = np.random.default_rng(seed)
    keep = chance.random(len(labels[0])) < 0.6
    rows = np.flatnonzero(keep)
    scores = chance.integers(0, 3, len(rows)).astype(np.float32)  # many are equal
    stays = rows[best_of_each(both, rows, scores)]
    assert both.count(keep) == len(stays)
    score = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    for row in stays.tolist():
        others = [other for other in both.of(row).tolist() if keep[other]]
        assert all((-score[row], row) < (-score[other], other) for other in others)


def test_what_was_folded_is_named_by_its_kind() -> None:
    copies, variants = families(0, -1, 0, 1, -1, 1), families(-1, 2, 2, 2, -1, -1)
    keep = np.array([True, True, True, True, True, True])
    found = folded(joined(copies, variants), variants, [1, 4], keep)
    assert found == ({1: [0, 5]}, {1: [2, 3]})  # copies of variants count as copies


def test_what_is_not_to_be_kept_is_not_folded() -> None:
    variants = families(0, 0, 0)
    assert folded(variants, variants, [0], np.array([True, False, True])) == ({}, {0: [2]})
