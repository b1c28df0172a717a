"""Encoders are judged on products that nothing was learnt from, and told apart by paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.testing.grid import GridEncoder
from lookalike.training.examples import examples
from lookalike.training.judging import (
    ALL,
    ASKED,
    OTHER,
    STYLE,
    TOGETHER,
    askers,
    gain,
    gains_by_product,
    judged,
    led_by,
    questions,
    score,
)
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons
from lookalike.training.trial import Contender, compared
from lookalike.training.variety import variety
from lookalike.vectors import Floats, unit

KINDS = ("cup", "mug", "jug", "pot")
COUNT = 44  # of each kind eleven


def unopened(row: int, pixels: int | None) -> object:
    raise AssertionError


def lessons_of(
    labels: Mapping[str, Sequence[str]],
    *,
    count: int = COUNT,
    pictures: int = 1,
    groups: Sequence[str] = (),
    parts: Sequence[int] = (),
    copies: Mapping[str, frozenset[str]] | None = None,
    sessions: Sequence[Sequence[int]] = (),
    tags: Mapping[str, Sequence[str]] | None = None,
    looks: Floats | None = None,
) -> Lessons:
    ids = [f"p{number:04}" for number in range(count)]
    product = np.repeat(np.arange(count), pictures)
    return Lessons(
        ids=ids,
        labels=labels,
        titles=[f"The {i}" for i in ids],
        groups=groups or [""] * count,
        parts=np.array(parts or [UNSEEN] * count),
        families=ids,
        copies=copies or {},
        product=product.astype(np.intp),
        contents=[f"content {row}" for row in range(len(product))],
        looks=np.eye(count, dtype=np.float32)[product] if looks is None else looks,
        encoder=GridEncoder(),
        open=unopened,  # type: ignore[arg-type]
        tags=tags or {},
        sessions=sessions,
    )


def kinds(count: int = COUNT) -> list[str]:
    return [KINDS[number % 4] for number in range(count)]


def by(said: Sequence[str], seed: int = 0, noise: float = 0.01) -> Floats:
    """Vectors near one another exactly where these say the same."""
    _, codes = np.unique(said, return_inverse=True)
    axes = np.eye(codes.max() + 1)[codes]
    drawn = np.random.default_rng(seed).normal(size=axes.shape) * noise
    return unit(axes + drawn)[0]


def test_vectors_that_tell_kinds_apart_find_only_the_kind() -> None:
    lessons = lessons_of({"kind": kinds()})
    one = judged(lessons, by(kinds()))
    assert one.estimate("kind").mean == 1
    assert one.estimate("kind").cases == COUNT
    assert score(one, lessons) == 1


def test_a_column_that_the_vectors_do_not_show_is_found_as_often_as_by_chance() -> None:
    other = [KINDS[number // 11] for number in range(COUNT)]
    lessons = lessons_of({"kind": kinds(), "other": other})
    one = judged(lessons, by(kinds()))
    assert 0.05 < one.estimate("other").mean < 0.35
    assert score(one, lessons) == pytest.approx((1 + one.estimate("other").mean) / 2)
    assert one.estimate(ALL).mean < 0.35


def test_tags_are_measured_but_nothing_is_chosen_by_them() -> None:
    shuffled = [KINDS[number // 11] for number in range(COUNT)]
    lessons = lessons_of({"kind": kinds()}, tags={"shelf": shuffled})
    one = judged(lessons, by(kinds()))
    assert "shelf" in one.judgements
    assert score(one, lessons) == 1
    assert ALL not in one.judgements


def test_only_products_of_the_part_ask_and_are_found() -> None:
    parts = [LEARN, CHOOSE, UNSEEN, UNSEEN] * 11
    lessons = lessons_of({"kind": kinds()}, parts=parts)
    one = judged(lessons, by(kinds()), UNSEEN)
    asked = {case.key for case in one["kind"].cases}
    assert asked == {lessons.ids[row] for row in range(COUNT) if parts[row] == UNSEEN}
    assert {i for own in one.lists.values() for i in own} <= asked


def test_products_of_no_part_are_in_nothing() -> None:
    parts = [-1] + [UNSEEN] * (COUNT - 1)
    lessons = lessons_of({"kind": kinds()}, parts=parts)
    for whole in (False, True):
        one = judged(lessons, by(kinds()), whole=whole)
        assert "p0000" not in {*one.lists, *(i for own in one.lists.values() for i in own)}


def test_the_whole_catalogue_answers_where_that_is_asked_for() -> None:
    parts = [UNSEEN] * 4 + [LEARN] * (COUNT - 4)
    lessons = lessons_of({"kind": kinds()}, parts=parts)
    one = judged(lessons, by(kinds()), whole=True)
    assert [case.key for case in one["kind"].cases] == lessons.ids[:4]
    assert one.estimate("kind").mean == 1
    assert not questions(lessons)


def test_copies_count_neither_way() -> None:
    copies = {"p0000": frozenset({"p0004"}), "p0004": frozenset({"p0000"})}
    lessons = lessons_of({"kind": kinds()}, copies=copies)
    one = judged(lessons, by(kinds()))
    assert "p0004" not in one.lists["p0000"]
    assert one["kind"].values["precision_at_10"][0] == pytest.approx(0.9)  # nine of eleven are left


def test_another_picture_of_a_product_finds_it_where_it_looks_like_it() -> None:
    lessons = lessons_of({"kind": kinds()}, pictures=2)
    alike = lessons.looks
    assert judged(lessons, alike).estimate(OTHER).mean == 1
    swapped = alike.copy()
    swapped[1::2] = np.roll(alike[1::2], 1, axis=0)  # each second picture shows the product before
    assert judged(lessons, swapped).estimate(OTHER).mean == 0


def test_a_second_picture_with_the_bytes_of_the_first_proves_nothing() -> None:
    lessons = lessons_of({"kind": kinds()}, pictures=2)
    same = [f"content {row // 2}" for row in range(2 * COUNT)]
    lessons = Lessons(**{**vars(lessons), "contents": same})
    assert OTHER not in questions(lessons)


def test_groups_and_visits_are_judged_where_there_are_any() -> None:
    groups = [f"g{number // 2}" for number in range(COUNT)]
    lessons = lessons_of({}, groups=groups, sessions=[[0, 1], [2, 3, 4]])
    one = judged(lessons, by(groups))
    assert one.estimate(STYLE).mean == 1
    assert one.estimate(TOGETHER).cases == 5
    assert led_by(one.judgements, lessons) == [STYLE, TOGETHER]


def test_where_nothing_can_be_asked_nothing_is_judged() -> None:
    with pytest.raises(BadArgument, match="no product to measure"):
        judged(
            lessons_of({"kind": [str(number) for number in range(COUNT)]}), np.eye(COUNT, dtype=np.float32)
        )


def test_the_same_products_ask_whatever_else_is_in_the_catalogue() -> None:
    many = lessons_of(
        {"kind": kinds(ASKED + 500)}, count=ASKED + 500, looks=np.zeros((ASKED + 500, 1), np.float32)
    )
    fewer = lessons_of(
        {"kind": kinds(ASKED + 100)}, count=ASKED + 100, looks=np.zeros((ASKED + 100, 1), np.float32)
    )
    asked, before = set(askers(many, UNSEEN)), set(askers(fewer, UNSEEN))
    assert len(asked) == len(before) == ASKED
    assert asked & set(fewer.ids) <= before


def test_a_gain_is_the_mean_of_what_each_product_gained() -> None:
    lessons = lessons_of({"kind": kinds()})
    before, after = judged(lessons, by([*"abcd"] * 11, 1, noise=9)), judged(lessons, by(kinds()))
    found = gain(after, before, lessons)
    own = [1 - value for value in before["kind"].values["precision_at_10"]]
    assert found.mean == pytest.approx(np.mean(own))
    assert 0 < found.low < found.mean < found.high
    gains, _ = gains_by_product(after, before, lessons)
    assert [*gains.values()] == pytest.approx(own)


def test_the_more_kinds_stand_in_a_list_the_more_varied_it_is() -> None:
    lessons = lessons_of({"kind": kinds()}, looks=by(kinds()))
    narrow = judged(lessons, by(kinds()))
    mixed = judged(lessons, np.ones((COUNT, 1), np.float32))
    one, other = variety(lessons, narrow.lists, UNSEEN), variety(lessons, mixed.lists, UNSEEN)
    assert one.kinds is not None
    assert other.kinds is not None
    assert one.kinds.mean == 1
    assert other.kinds.mean > 2
    assert one.diversity is not None
    assert other.diversity is not None
    assert one.diversity.mean < 0.01 < other.diversity.mean
    assert one.coverage == 1
    assert other.coverage < 0.5  # ties by id: everybody is shown the first ten
    assert other.top > one.top


def test_diversity_is_one_less_the_mean_cosine_of_pairs() -> None:
    looks = unit(np.random.default_rng(5).normal(size=(COUNT, 6)))[0]
    lessons = lessons_of({"kind": kinds()}, looks=looks)
    own = {"p0000": ["p0001", "p0002", "p0003"]}
    cosines = looks[1:4] @ looks[1:4].T
    expected = 1 - cosines[np.triu_indices(3, 1)].mean()
    found = variety(lessons, own, int(lessons.parts[1])).diversity
    assert found is not None
    assert found.mean == pytest.approx(expected, abs=1e-5)


def test_examples_are_what_changed_most_and_the_same_for_every_encoder() -> None:
    lessons = lessons_of({"kind": kinds()})
    broken = by(kinds())
    broken[0] = -broken[0]  # the first cup is far from all others
    before, after = judged(lessons, broken), judged(lessons, by(kinds()))
    shown = examples(lessons, [before, after])
    assert shown.better[0].product == "p0000"
    assert shown.better[0].label == "cup"
    assert not shown.worse
    assert examples(lessons, [after, before]).worse[0].product == "p0000"
    assert all(len(one.lists) == 2 for one in (*shown.better, *shown.drawn))
    assert all(found.right for found in shown.better[0].lists[1])
    assert len({one.label for one in shown.drawn}) == len(shown.drawn)


def test_a_comparison_stands_every_encoder_beside_the_first() -> None:
    lessons = lessons_of({"kind": kinds()}, looks=by([*"abcd"] * 11, 1, noise=9))
    good = by(kinds())
    found = compared(
        lessons,
        [
            Contender("old", "before", lessons.looks, whole=True),
            Contender("new", "learnt", good, whole=True),
            Contender("same", "beside", lessons.looks),
        ],
    )
    old, new, same = found.standings
    assert old.gain is None
    assert new.gain is not None
    assert new.gain.low > 0
    assert new.whole_gains["kind"].low > 0
    assert same.values == old.values
    assert same.gain is not None
    assert (same.gain.low, same.gain.high) == (0, 0)
    assert not same.whole
    assert found.questions["kind"].taught
    assert found.questions["kind"].best == 1
    assert old.values["kind"].mean < found.questions["kind"].best
    named = {place.product for one in found.better for own in one.lists for place in own}
    assert named <= found.titles.keys()


def test_products_of_one_family_that_ask_are_counted_as_one() -> None:
    alone = lessons_of({"kind": kinds()})
    together = replace(alone, families=[str(row // 8) for row in range(COUNT)])
    good = Contender("good", "before", by(kinds()))
    asked = [compared(lessons, [good, good]).families for lessons in (alone, together)]
    assert asked == [COUNT, 6]


def test_the_best_that_could_be_is_said_where_kinds_have_few_products() -> None:
    parts = [UNSEEN] * 12 + [LEARN] * (COUNT - 12)  # three of each kind: two others to be found
    lessons = lessons_of({"kind": kinds()}, parts=parts)
    good = Contender("good", "before", by(kinds()))
    found = compared(lessons, [good, good])
    assert found.questions["kind"].best == pytest.approx(0.2)
    assert found.standings[0].values["kind"].mean == pytest.approx(0.2)
