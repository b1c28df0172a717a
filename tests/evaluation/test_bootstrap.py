from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadArgument
from lookalike.evaluation import bootstrap
from lookalike.evaluation.bootstrap import FEWEST, effective_clusters, estimate, estimates, ratio


def test_cases_that_hang_together_make_a_wider_interval() -> None:
    values = np.repeat(np.random.default_rng(2).random(20) < 0.5, 10)
    clusters = [f"c{n // 10}" for n in range(200)]
    alone, together = estimate(values), estimate(values, clusters)
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_the_mean_of_nothing_is_refused() -> None:
    with pytest.raises(BadArgument):
        estimate([])
    with pytest.raises(BadArgument):
        estimate([0.5, float("nan")])


def test_twice_as_good_in_every_case_is_twice_as_good_for_sure() -> None:
    base = np.random.default_rng(4).random(80) / 2
    found = ratio(2 * base, base, [f"c{n // 2}" for n in range(80)])
    assert (found.mean, found.low, found.high) == pytest.approx((2, 2, 2))
    assert found.cases == 80


def test_nothing_is_a_multiple_of_nothing() -> None:
    with pytest.raises(BadArgument, match="is 0"):
        ratio([1, 0], [0, 0])
    with pytest.raises(BadArgument, match="same cases"):
        ratio([1, 0], [1])


def held(members, draw, truth: float, of: bootstrap.Of = "number") -> float:
    """How often, of 400 times, the interval of values drawn for cases of these clusters holds the truth."""
    chance = np.random.default_rng(5)
    times = 0
    for seed in range(4):
        clusters = members(chance)
        found = estimates({str(n): draw(chance, clusters) for n in range(100)}, clusters, seed, of)
        times += sum(one.low <= truth <= one.high for one in found.values())
    return times / 400


def alone(count: int):
    return lambda _: np.arange(count)


def families(count: int):
    """So many families, most of one or two products, some of ten."""
    return lambda chance: np.repeat(np.arange(count), chance.geometric(0.4, count))


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    def draw(chance, members):
        return chance.random(len(members)) < 0.3

    assert 0.92 <= held(alone(150), draw, 0.3, "share") <= 0.98
    assert 0.92 <= held(alone(150), draw, 0.3) <= 0.98


def test_an_interval_of_few_families_of_unlike_size_holds_the_truth() -> None:
    def draw(chance, members):
        good = chance.beta(1.2, 0.7, members.max() + 1)[members]
        return chance.binomial(10, good) / 10

    assert 0.91 <= held(families(30), draw, 1.2 / 1.9, "share") <= 0.99


def test_a_share_near_all_is_held_though_most_draws_show_no_miss() -> None:
    def draw(chance, members):
        return chance.random(len(members)) < 0.97

    assert held(alone(30), draw, 0.97, "share") >= 0.9
    assert held(alone(30), draw, 0.97) < 0.7  # percentiles cannot see what was not drawn


def test_a_change_on_the_fewest_families_holds_the_truth() -> None:
    def draw(chance, members):
        up, down = chance.random((2, len(members)))
        return (up < 0.3) * 1.0 - (down < 0.2)

    assert 0.9 <= held(alone(FEWEST), draw, 0.1) <= 0.99


def test_all_right_is_not_for_sure_and_the_less_so_the_fewer() -> None:
    few, many = estimate(np.ones(20), of="share"), estimate(np.ones(100), of="share")
    assert few.high == many.high == few.mean == 1
    assert 0.8 < few.low < 0.85
    assert 0.96 < many.low < 0.97  # Wilson: 100 / (100 + 1.96 * 1.96)
    none = estimate(np.zeros(100), of="share")
    assert (none.mean, none.low) == (0, 0)
    assert none.high == pytest.approx(1 - many.low)


def test_a_difference_of_identical_answers_is_nothing_at_all() -> None:
    found = estimate(np.zeros(40), [f"c{n % 9}" for n in range(40)])
    assert (found.mean, found.low, found.high) == (0, 0, 0)
    equal = estimate(np.full(30, 0.25))
    assert (equal.mean, equal.low, equal.high) == pytest.approx((0.25, 0.25, 0.25))


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6)), min_size=1, max_size=40),
    st.sampled_from(["number", "share"]),
)
def test_an_interval_is_about_its_mean_and_of_shares_between_nothing_and_all(cases, of) -> None:
    values, clusters = zip(*cases, strict=True)
    found = estimate(values, np.array(clusters), of=of)
    assert found.mean == pytest.approx(np.mean(values))
    assert found.low <= found.mean <= found.high
    assert -1e-12 <= found.low <= found.high <= 1 + 1e-12


def test_several_are_told_at_once_as_one_by_one() -> None:
    chance = np.random.default_rng(0)
    values = {name: chance.random(50) for name in "abc"}
    clusters = [f"c{n % 17}" for n in range(50)]
    for name, one in estimates(values, clusters, of="share").items():
        assert one.to_dict() == estimate(values[name], clusters, of="share").to_dict()
    assert estimates({}) == {}


def test_very_many_clusters_are_drawn_in_groups_and_are_as_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).random(3000) < 0.3
    singly = estimate(values)
    monkeypatch.setattr(bootstrap, "_MOST", 500)
    grouped = estimate(values)
    assert grouped.mean == singly.mean
    assert grouped.high - grouped.low == pytest.approx(singly.high - singly.low, rel=0.1)


def test_one_large_family_among_small_ones_is_worth_few() -> None:
    assert effective_clusters(None, 30) == 30
    assert effective_clusters([f"c{n // 5}" for n in range(100)], 100) == pytest.approx(20)
    assert effective_clusters(["large"] * 90 + [f"c{n}" for n in range(10)], 100) < 1.3
    sizes = [1] * 20 + [60]
    large = np.repeat(np.arange(21), sizes)
    values = np.where(large == 20, 1.0, 0.0)
    assert estimate(values, large, of="share").low < 0.2  # without the large one it would be 0


def test_the_fewer_clusters_answer_the_less_is_known_of_a_share() -> None:
    widths = []
    for count in (1, 2, 5, 20, 100):
        found = estimate(np.ones(200), np.arange(200) % count, of="share")
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0.9  # a single family says next to nothing
    single = estimate(np.tile([0.0, 1.0], 100), np.zeros(200, dtype=int), of="share")
    assert single.high - single.low > 0.9


def test_what_is_no_share_and_no_base_is_refused() -> None:
    with pytest.raises(BadArgument, match="not between 0 and 1"):
        estimate([0.5, -0.5], of="share")
    with pytest.raises(BadArgument, match="below 0"):
        ratio([1, 1], [2, -1])
