"""Curves and confusions as they are drawn: numbers one can check."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lookalike.evaluation.bootstrap import Estimate
from lookalike.learning.page.confused import Mistake, largest, neighbourhoods, ordered
from lookalike.learning.page.confusion import confusions
from lookalike.learning.page.curves import diagrams, ticks
from lookalike.learning.page.numbers import encoder_name, last_steps, spoken
from lookalike.sheets.numbers import lasting, signed, verdict
from lookalike.training.learnt import Confusion, Curve

KINDS = ("bag", "boot", "clog", "jacket", "parka", "shoe")


def confusion(part: str = "unseen") -> Confusion:
    """Shoes are taken for clogs and boots, parkas for jackets, a bag never for anything."""
    counts = np.diag([9, 7, 3, 8, 2, 6])
    counts[5, 2], counts[5, 1], counts[2, 5], counts[4, 3], counts[3, 4] = 4, 2, 1, 5, 1
    return Confusion(KINDS, counts, part, accuracy=35 / 48, top5=0.96)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.412, 0.583, [0.4, 0.45, 0.5, 0.55, 0.6]),
        (1, 12, [0, 5, 10, 15]),
        (3.0, 3.0, [1, 2, 3, 4, 5]),
    ],
)
def test_ticks_are_round_and_hold_what_is_drawn(low: float, high: float, found: list[float]) -> None:
    assert ticks(low, high)[0] <= low
    assert ticks(low, high)[-1] >= high
    assert ticks(low, high) == pytest.approx(found)


def test_a_curve_says_where_it_ended_and_where_it_was_best() -> None:
    drawn = diagrams(
        [
            Curve("learnt from", "loss", [1, 2, 3], [2.0, 1.0, 1.5]),
            Curve("unseen", "accuracy", [1, 2, 3], [0.2, 0.7, 0.6]),
        ]
    )
    assert drawn.count("<figure") == 2
    assert "1.5, best 1 in epoch 2" in drawn
    assert "60.0%, best 70.0% in epoch 2" in drawn


def test_lines_go_up_where_values_do_and_the_first_epoch_is_at_the_left() -> None:
    drawn = diagrams([Curve("unseen", "accuracy", [1, 2, 3], [0.1, 0.5, 0.9])])
    path = re.search(r'<g class="c0"><path d="M([^"]+)"', drawn)
    assert path is not None
    points = [tuple(map(float, point.split())) for point in path[1].split("L")]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)


def test_values_that_are_no_numbers_are_left_out_and_nothing_is_drawn_of_nothing() -> None:
    assert diagrams([]) == ""
    assert diagrams([Curve("unseen", "loss", [1, 2], [float("nan"), float("inf")])]) == ""
    assert "nan" not in diagrams([Curve("unseen", "loss", [1, 2, 3], [1.0, float("nan"), 0.5])])


def test_one_epoch_is_a_dot() -> None:
    assert "<circle" in diagrams([Curve("unseen", "accuracy", [1], [0.5])])


def test_the_largest_confusions_come_first() -> None:
    assert largest(confusion(), 3) == [
        Mistake("parka", "jacket", 5, 7),
        Mistake("shoe", "clog", 4, 12),
        Mistake("shoe", "boot", 2, 12),
    ]


def test_kinds_that_are_confused_stand_next_to_each_other() -> None:
    order = [KINDS[at] for at in ordered(confusion())]
    assert sorted(order) == sorted(KINDS)
    assert abs(order.index("parka") - order.index("jacket")) == 1
    assert abs(order.index("shoe") - order.index("clog")) == 1


def test_a_neighbourhood_is_of_kinds_that_are_taken_for_each_other() -> None:
    groups = [{KINDS[at] for at in group} for group in neighbourhoods(confusion(), 5)]
    assert groups == [{"jacket", "parka"}, {"shoe", "clog"}]


def test_a_neighbourhood_stays_small_enough_to_be_read() -> None:
    chain = np.diag([50] * 20) + np.diag([9] * 19, 1)
    one = Confusion([f"kind {at}" for at in range(20)], chain, "unseen", 0.8, 0.9)
    groups = neighbourhoods(one, 9)
    assert max(map(len, groups)) <= 7
    assert len({at for group in groups for at in group}) == sum(map(len, groups))


def test_the_unseen_products_are_mapped_and_the_others_told() -> None:
    drawn = confusions([confusion("unseen"), confusion("learn")])
    assert "72.9%</b> of the products never seen" in drawn
    assert ">learnt from</th>" in drawn
    assert "parka taken for jacket: 5 of 7" in drawn
    assert confusions([]) == ""


def test_names_of_kinds_cannot_be_markup() -> None:
    one = Confusion(["<b>", "a & b"], np.array([[1, 3], [0, 4]]), "unseen", 0.6, 1.0)
    drawn = confusions([one])
    assert "<title>a &amp; b named rightly: 4 of 4</title>" in drawn
    assert "&lt;b&gt; taken for a &amp; b: 3 of 4" in drawn


def test_numbers_are_said_as_people_say_them() -> None:
    assert [signed(value) for value in (1.26, -0.5, 0.04, -0.04)] == ["+1.3", "−0.5", "0.0", "0.0"]
    assert [lasting(s) for s in (3.21, 42, 75, 600, 4000)] == [
        "3.2 s",
        "42 s",
        "1 min 15 s",
        "10 min",
        "1 h 6 min",
    ]
    assert [spoken(v) for v in (True, 24074, 0.0003, None, [1, 2])] == [
        "yes",
        "24,074",
        "0.0003",
        "none",
        "1, 2",
    ]
    assert encoder_name("onnx:/shop/encoders/keen/keen.onnx") == "keen"
    assert encoder_name("product") == "product"


def test_a_path_is_cut_to_its_last_step_unless_another_ends_alike() -> None:
    assert last_steps(["Men > Shoes", "Women > Shoes", "Home > Mugs", "Hat"]) == [
        "Men > Shoes",
        "Women > Shoes",
        "Mugs",
        "Hat",
    ]


def test_what_could_be_chance_is_neither_better_nor_worse() -> None:
    gains = [Estimate(0.1, 0.02, 0.2, 9), Estimate(0.1, -0.02, 0.2, 9), Estimate(-0.1, -0.2, -0.01, 9)]
    assert [verdict(gain) for gain in gains] == ["better", "even", "worse"]
