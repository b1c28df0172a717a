from __future__ import annotations

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.evaluation.beyond import Known, beyond
from lookalike.vectors import unit

IDS = [f"{n:02}" for n in range(20)]


def test_coverage_is_the_share_of_products_in_any_list() -> None:
    lists = [["01", "02"], ["01", "03"], []]
    assert beyond(lists, Known(IDS)).coverage == pytest.approx(3 / 20)


def test_where_all_are_shown_alike_the_most_shown_tenth_has_a_tenth() -> None:
    even = beyond([[i] for i in IDS], Known(IDS))
    assert (even.coverage, even.top) == (1, pytest.approx(0.1))
    hub = beyond([["00"] for _ in IDS], Known(IDS))
    assert hub.top == 1


def test_what_few_had_is_newer_than_what_all_had() -> None:
    known = Known(IDS, had={"00": 63, "01": 7}, shoppers=63)
    assert (found := beyond([["00"]] * 3, known).novelty) is not None
    assert found.mean == pytest.approx(0)
    assert (found := beyond([["01"]] * 3, known).novelty) is not None
    assert found.mean == pytest.approx(3)  # bits: one of eight
    assert (found := beyond([["02"]] * 3, known).novelty) is not None
    assert found.mean == pytest.approx(6)  # nobody had it
    assert beyond([["02"]], Known(IDS)).novelty is None


def test_diversity_is_one_less_the_mean_cosine_of_pairs() -> None:
    looks = unit(np.random.default_rng(0).normal(size=(20, 6)))[0]
    lists = [IDS[at : at + 3] for at in range(15)]
    cosines = looks @ looks.T
    expected = [
        1 - np.mean([cosines[a, b] for a, b in ((at, at + 1), (at, at + 2), (at + 1, at + 2))])
        for at in range(15)
    ]
    assert (found := beyond(lists, Known(IDS, looks)).diversity) is not None
    assert found.mean == pytest.approx(np.mean(expected), abs=1e-6)
    assert found.cases == 15


def test_a_list_of_one_has_no_diversity_and_the_same_picture_twice_none() -> None:
    same = np.tile(np.float32([1, 0]), (20, 1))
    assert beyond([["00"], ["01"]], Known(IDS, same)).diversity is None
    assert (found := beyond([["00", "01"], ["02"]], Known(IDS, same)).diversity) is not None
    assert (found.mean, found.cases) == (pytest.approx(0, abs=1e-7), 1)


def test_kinds_are_counted_and_crossed_where_they_are_known() -> None:
    kinds = ["shoe"] * 5 + ["hat"] * 5 + [""] * 10
    lists = [["01", "02", "05", "12"], ["06", "01"], ["03"], ["15"]]
    asking = ["00", "00", "15", "00"]
    found = beyond(lists, Known(IDS, kinds=kinds), asking)
    assert found.across is not None
    assert found.kinds is not None
    assert found.across.mean == pytest.approx((1 / 3 + 1 / 2) / 2)  # who says no kind crosses none
    assert found.across.cases == 2
    assert found.kinds.mean == pytest.approx((2 + 2 + 1) / 3)
    assert found.kinds.cases == 3


def test_without_kinds_or_askers_nothing_is_said_of_kinds() -> None:
    plain = beyond([["00"]], Known(IDS), ["01"])
    assert (plain.across, plain.kinds) == (None, None)
    assert beyond([["00"]], Known(IDS, kinds=[""] * 20), ["01"]).kinds is None
    assert beyond([["00"]], Known(IDS, kinds=["a"] * 20)).across is None


def test_lists_that_hang_together_make_wider_intervals() -> None:
    known = Known(IDS, had={"00": 50}, shoppers=100)
    lists = [["00"] if (n // 10) % 2 else ["01"] for n in range(200)]
    together = beyond(lists, known, clusters=[str(n // 10) for n in range(200)]).novelty
    alone = beyond(lists, known).novelty
    assert together is not None
    assert alone is not None
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_lists_of_nothing_and_of_strangers_are_refused() -> None:
    for lists in ([], [[], []]):
        with pytest.raises(BadArgument, match="No list has any product"):
            beyond(lists, Known(IDS))
    with pytest.raises(BadArgument, match="'zz', which is no product"):
        beyond([["zz"]], Known(IDS))


def test_a_document_has_none_for_what_cannot_be_told() -> None:
    assert beyond([["00"]], Known(IDS)).to_dict() == {
        "coverage": 0.05,
        "top": 1.0,
        "novelty": None,
        "diversity": None,
        "across": None,
        "kinds": None,
    }
