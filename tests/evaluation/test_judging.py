from __future__ import annotations

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.evaluation.cases import label_cases
from lookalike.evaluation.judge import judge

KINDS = {"a": ["shoe"], "b": ["shoe"], "c": ["shoe"], "d": ["hat"], "e": ["hat"], "f": ["lamp"], "g": [""]}


def fixed(order: str):
    return lambda ask, count: [i for i in order if i != ask][:count]


def test_a_product_asks_for_the_others_with_its_label() -> None:
    cases = label_cases(KINDS)
    assert [case.key for case in cases.cases] == ["a", "b", "c", "d", "e"]
    assert cases.left_out == {"no label": 1, "alone with its label": 1}
    verdict = judge(fixed("abcdefg"), cases, ks=(1, 2, 4), depth=5)
    assert verdict.values["precision_at_1"].tolist() == [1, 1, 1, 0, 0]
    assert verdict.values["precision_at_2"].tolist() == [1, 1, 1, 0, 0]
    assert verdict.values["mrr_at_4"].tolist() == pytest.approx([1, 1, 1, 1 / 4, 1 / 4])
    assert verdict.values["map_at_r"].tolist() == pytest.approx([1, 1, 1, 0, 0])


def test_all_labels_together_must_agree() -> None:
    cases = label_cases({"a": ["shoe", "red"], "b": ["shoe", "blue"], "c": ["shoe", "red"]})
    verdict = judge(fixed("abc"), cases, ks=(1,), depth=3)
    assert [case.key for case in verdict.cases] == ["a", "c"]
    assert verdict.values["precision_at_1"].tolist() == [0, 1]


def test_one_label_may_be_given_as_a_text_and_no_label_is_no_label() -> None:
    labels = {"a": "shoe", "b": "shoe", "c": "", "d": "", "e": (), "f": ()}
    cases = label_cases(labels)
    assert [case.key for case in cases.cases] == ["a", "b"]
    assert cases.left_out["no label"] == 4


def test_copies_count_neither_way() -> None:
    cases = label_cases(KINDS, asking=["a"], copies={"a": ["b"]})
    verdict = judge(fixed("badc"), cases, ks=(1, 2), depth=4)
    assert verdict.values["precision_at_1"].tolist() == [0]
    assert verdict.values["recall_at_2"].tolist() == [1]


def test_no_case_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(BadArgument, match="1 alone with its label"):
        judge(fixed("a"), label_cases({"a": ["only"]}))


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    rng = np.random.default_rng(0)
    labels = {f"{n:03}": [f"k{n % 20}"] for n in range(200)}
    difficulty = rng.uniform(size=200)

    def subject(skill: float):
        def ask(i: str, count: int) -> list[str]:
            kind = labels[i][0]
            right = difficulty[int(i)] < skill
            return [j for j in labels if (labels[j][0] == kind) == right and j != i][:count]

        return ask

    cases = label_cases(labels)
    better, worse = judge(subject(0.55), cases), judge(subject(0.5), cases)
    change = better.minus(worse, "precision_at_1")
    assert change.low > 0
    assert worse["precision_at_1"].high > better["precision_at_1"].low


def test_judgements_of_different_cases_are_not_subtracted() -> None:
    one, other = (
        judge(fixed("abc"), label_cases(KINDS)),
        judge(fixed("abc"), label_cases(KINDS, asking=["a"])),
    )
    with pytest.raises(BadArgument, match="different cases"):
        one.minus(other, "mrr_at_10")


def test_askers_of_one_family_are_one_cluster() -> None:
    cases = label_cases(KINDS, clusters={"a": "x", "b": "x"})
    assert [case.cluster for case in cases.cases] == ["x", "x", "c", "d", "e"]


def test_a_ratio_of_two_subjects_is_paired() -> None:
    cases = label_cases(KINDS)
    half, whole = judge(fixed("abcdefg"), cases, ks=(1,)), judge(fixed("deabcfg"), cases, ks=(1,))
    assert half["precision_at_1"].mean == pytest.approx(3 / 5)
    assert whole.over(half, "precision_at_1").mean == pytest.approx((2 / 5) / (3 / 5))
    with pytest.raises(BadArgument, match="different cases"):
        whole.over(judge(fixed("abc"), label_cases(KINDS, asking=["a"]), ks=(1,)), "precision_at_1")


def test_lists_are_asked_as_deep_as_map_at_r_needs() -> None:
    labels = {f"{n:03}": ["shoe"] for n in range(300)}
    asked: list[int] = []

    def subject(ask: str, count: int) -> list[str]:
        asked.append(count)
        return [i for i in labels if i != ask][:count]

    assert judge(subject, label_cases(labels, asking=["000"]))["map_at_r"].mean == 1
    assert asked == [300]
    assert "map_at_r" not in judge(subject, label_cases(labels, asking=["000"]), depth=50).values
    assert judge(subject, label_cases(labels, asking=["000"]), depth=299)["map_at_r"].mean == 1


def test_figures_of_some_cases_are_told_apart_from_those_of_all() -> None:
    verdict = judge(fixed("abcdefg"), label_cases(KINDS), ks=(1,))
    assert verdict.estimates()["precision_at_1"].mean == pytest.approx(3 / 5)
    assert verdict.estimates(frozenset("de"))["precision_at_1"].mean == 0
    with pytest.raises(BadArgument, match="no cases"):
        verdict.estimates(frozenset("z"))


def test_all_figures_at_once_are_those_one_by_one() -> None:
    cases = label_cases(KINDS)
    one, other = judge(fixed("abcdefg"), cases, ks=(1, 2)), judge(fixed("deabcfg"), cases, ks=(1, 2))
    for metric, found in one.estimates().items():
        assert found.to_dict() == one[metric].to_dict()
    for metric, change in other.changes(one).items():
        assert change.to_dict() == other.minus(one, metric).to_dict()
    assert one.changes(one)["precision_at_1"].to_dict() == {"mean": 0, "low": 0, "high": 0, "cases": 5}


def test_the_first_products_of_every_case_are_kept() -> None:
    cases = label_cases(KINDS, asking=["a", "d"], copies={"a": ["b"]})
    verdict = judge(fixed("badcefg"), cases, ks=(1, 2))
    assert [*map(list, verdict.lists)] == [["d", "c"], ["b", "a"]]


def test_all_right_on_few_cases_is_not_sure_to_be_all_right() -> None:
    labels = {f"{n:03}": "shoe" for n in range(100)}
    verdict = judge(lambda ask, count: [i for i in labels if i != ask][:count], label_cases(labels))
    found = verdict["precision_at_1"]
    assert (found.mean, found.high) == (1, 1)
    assert 0.95 < found.low < 0.97
