"""Subjects beside each other: paired changes, and the cases in which they disagree most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.evaluation.bootstrap import estimate
from lookalike.evaluation.question import Question, Visit
from lookalike.events import Event, Log
from lookalike.verdict.comparing import MOST_SHOWN, changes_of, disagreements_of
from lookalike.verdict.report import Comparison, Disagreement
from lookalike.verdict.standing import Standing

from .answers import P, R, question, standing
from .noisy_shop import KINDS, PRODUCTS, Blurred, noisy_shop

CASES = 60
CHANCE = np.random.default_rng(0)


class SmallPanel:
    """As much of a panel as disagreements are chosen by: cases "0" to "59", each third of a kind."""

    def __init__(self) -> None:
        ids = [str(at) for at in range(CASES)]
        self.place_of = {i: at for at, i in enumerate(ids)}
        self.kinds = [f"kind {at % 3}" for at in range(CASES)]


def chosen(standings: Sequence[Standing], questions: dict[str, Question]) -> list[Disagreement]:
    return disagreements_of(standings, questions, SmallPanel())  # type: ignore[arg-type]


def test_changes_are_paired_by_case_and_drawn_by_family() -> None:
    questions = {"kind": question("kind", CASES, families=30)}
    base, more = CHANCE.random(CASES), CHANCE.random(CASES)
    first = standing("first", {"kind": base}, questions)
    last = standing("last", {"kind": more}, questions)
    families = [case.cluster for case in questions["kind"].cases.cases]
    assert changes_of(last, first) == {"kind": {P: estimate(more - base, families)}}
    assert changes_of(first, last)["kind"][P].mean == -changes_of(last, first)["kind"][P].mean


def test_changes_are_of_what_both_were_asked() -> None:
    questions = {"kind": question("kind", CASES), "photo": question("photo", CASES, R)}
    both = {"kind": np.zeros(CASES), "photo": np.ones(CASES)}
    first, last = standing("first", both, questions), standing("last", {"photo": both["photo"]}, questions)
    assert list(changes_of(last, first)) == ["photo"]


def test_answers_to_different_cases_are_not_compared() -> None:
    one, other = ({"kind": question("kind", many)} for many in (30, 31))
    with pytest.raises(BadArgument, match="different cases"):
        changes_of(standing("a", {"kind": np.ones(30)}, one), standing("b", {"kind": np.ones(31)}, other))


def test_the_largest_changes_are_shown_better_and_worse_in_turn_one_of_a_kind() -> None:
    questions = {"kind": question("kind", CASES)}
    before, after = np.zeros(CASES), np.zeros(CASES)
    after[[0, 3, 6]] = 0.9, 0.8, 0.7  # all of kind 0
    after[[1]] = 0.2  # of kind 1
    before[[5, 4]] = 0.6, 0.5  # of kinds 2 and 1
    first = standing("first", {"kind": before}, questions)
    shown = chosen([first, standing("last", {"kind": after}, questions)], questions)
    assert [one.key for one in shown] == ["0", "5", "1", "4", "3", "6"]
    assert [one.change for one in shown] == [0.9, -0.6, 0.2, -0.5, 0.8, 0.7]


def test_no_more_are_shown_than_can_be_looked_at_and_questions_take_turns() -> None:
    questions = {"kind": question("kind", CASES), "photo": question("photo", CASES, R)}
    last = {"kind": np.ones(CASES), "photo": np.r_[np.zeros(CASES - 2), np.ones(2)]}
    first = standing("first", dict.fromkeys(last, np.zeros(CASES)), questions)
    shown = chosen([first, standing("last", last, questions)], questions)
    assert len(shown) == MOST_SHOWN
    assert [one.question for one in shown[:4]] == ["kind", "photo", "kind", "photo"]
    assert {one.question for one in shown[4:]} == {"kind"}
    assert len({one.product for one in shown}) == MOST_SHOWN


def test_where_no_value_differs_the_least_similar_lists_are_shown() -> None:
    questions = {"kind": question("kind", CASES)}
    values = {"kind": np.ones(CASES)}
    same = {str(at): ["a", "b", "c", "d"] for at in range(CASES)}
    first = standing("first", values, questions, lists=same)
    other = {**same, "7": ["a", "b", "c", "x"], "8": ["e", "f", "g", "h"], "10": ["d", "c", "b", "a"]}
    shown = chosen([first, standing("last", values, questions, lists=other)], questions)
    assert [(one.key, one.change) for one in shown] == [("8", 0.0), ("7", 0.0)]
    assert chosen([first, first], questions) == []


def test_a_disagreement_has_the_lists_of_all_and_what_in_them_is_right() -> None:
    questions = {"kind": question("kind", CASES)}
    low, high = {"kind": np.zeros(CASES)}, {"kind": np.ones(CASES)}
    one = standing("one", low, questions, lists={"0": [f"n{at}" for at in range(12)]})
    two = standing("two", {}, questions)
    three = standing("three", high, questions, lists={"0": ["right", "n1"]})
    (shown,) = [case for case in chosen([one, two, three], questions) if case.key == "0"]
    assert shown.lists == (tuple(f"n{at}" for at in range(10)), (), ("right", "n1"))
    assert shown.right == {"right"}
    assert (shown.product, shown.asked_with) == ("0", ())
    assert shown.to_dict()["right"] == ["right"]


def test_a_visit_is_shown_by_what_was_seen_and_a_photo_by_its_product() -> None:
    asked = question("next", CASES, R, "events")
    cases = list(asked.cases.cases)
    cases[0] = replace(cases[0], ask=Visit(("4", "5")))
    cases[1] = replace(cases[1], ask=lambda: None)
    truth = question("next", 0).cases.truth
    questions = {"next": replace(asked, cases=replace(asked.cases, cases=tuple(cases), truth=truth))}
    change = np.zeros(CASES)
    change[:2] = 1, 0.5
    first = standing("first", {"next": np.zeros(CASES)}, questions)
    shown = chosen([first, standing("last", {"next": change}, questions)], questions)
    assert [(one.key, one.product, one.asked_with) for one in shown] == [
        ("0", "", ("4", "5")),
        ("1", "1", ()),
    ]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return noisy_shop().compare(None, "recipe:combined", Blurred("noisy", 0.5), questions=["category"])


def test_several_subjects_stand_beside_the_first(comparison: Comparison) -> None:
    assert [one.subject for one in comparison.standings] == [
        "encoder:clear",
        "recipe:combined",
        "encoder:noisy",
    ]
    combined, noisy = (one["category"][P] for one in comparison.changes)
    assert combined.low > 0, "it reads the category"
    assert noisy.high < 0
    for at, one in enumerate(comparison.changes, start=1):
        told = [comparison.standings[place].results["category"].values[P].mean for place in (at, 0)]
        assert one["category"][P].mean == pytest.approx(told[0] - told[1])
    assert "recipe:combined is better" in comparison.verdict
    assert "recipe:combined reads that very column" in comparison.verdict
    assert "encoder:noisy is worse" in comparison.verdict


def test_disagreements_of_a_shop_are_one_of_each_kind_first_with_titles(comparison: Comparison) -> None:
    shown = comparison.disagreements
    kinds = [KINDS[int(one.product[1:]) % len(KINDS)] for one in shown]
    assert len(shown) == MOST_SHOWN
    assert set(kinds[:6:2]) <= set(KINDS)
    assert len(set(kinds[:6:2])) == len(set(kinds[1:6:2])) == 3, "each turn another kind"
    for one in shown:
        kind = int(one.product[1:]) % len(KINDS)
        every = {i for own in one.lists for i in own}
        assert one.right == {i for i in every if int(i[1:]) % len(KINDS) == kind}
        hits = [sum(i in one.right for i in own) for own in one.lists]
        assert one.change == pytest.approx((hits[-1] - hits[0]) / 10)
        assert all(comparison.titles[i] == f"Thing {int(i[1:])}" for i in every)


def test_a_comparison_is_one_document(comparison: Comparison) -> None:
    told = comparison.to_dict()
    assert told["products"] == PRODUCTS
    assert told["passed"] is True
    assert told["standings"][0]["subject"] == "encoder:clear"
    assert len(told["changes"]) == 2


def test_one_subject_alone_is_not_compared() -> None:
    with pytest.raises(BadArgument, match="alone"):
        noisy_shop().compare("encoder:clear")


def test_what_comes_next_in_a_visit_is_asked_of_recipes_and_functions_alike() -> None:
    def next_of_its_kind(_: object, ask: object, k: int) -> list[str]:
        """Shoppers of this shop go from a product to the one five further, of its kind."""
        last = int(ask.items[-1][1:]) if isinstance(ask, Visit) else 0
        return [f"p{(last + len(KINDS) * step) % PRODUCTS:03}" for step in range(1, k + 1)]

    day = 86_400_000
    log = Log.of(
        [
            Event(f"shopper {visit}", f"p{(7 * visit + step * len(KINDS)) % PRODUCTS:03}", "viewed", time)
            for visit in range(150)
            for step in range(4)
            for time in [1_600_000_000_000 + visit * day + step * 60_000]
        ]
    )
    found = noisy_shop().compare(
        "recipe:popular",
        "recipe:look",
        next_of_its_kind,
        questions=["next in visit"],
        events=log,
        gates=["R@10>=0.5"],
    )
    (question,) = found.measured.questions.values()
    popular, _, own = (one.results[question.name].values["recall_at_10"].mean for one in found.standings)
    assert own == 1
    assert popular < 0.5
    assert found.passed
    shown = found.disagreements[0]
    assert shown.product == ""
    assert shown.lists[-1][0] == f"p{(int(shown.asked_with[-1][1:]) + len(KINDS)) % PRODUCTS:03}"
    assert shown.right <= {i for own in shown.lists for i in own}
