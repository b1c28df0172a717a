"""The verdict says in one sentence which is better, by how much, on how many cases, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lookalike.evaluation.bootstrap import FEWEST
from lookalike.evaluation.question import Question
from lookalike.verdict.comparing import changes_of
from lookalike.verdict.saying import verdict
from lookalike.verdict.standing import LENIENT, Cost

from .answers import R, question, standing

CASES = 400


def names(many: int) -> dict[str, Question]:
    return {f"q{at}": question(f"q{at}", CASES) for at in range(many)}


def coin(share: float, seed: int = 0, cases: int = CASES) -> Sequence[float]:
    """Ones and zeros, so many of them ones as the share says, in an order by chance."""
    return np.random.default_rng(seed).permutation(np.arange(cases) < share * cases).astype(float)


def said(
    before: Mapping[str, Sequence[float]],
    after: Mapping[str, Sequence[float]],
    questions: dict[str, Question],
    costs: tuple[Cost, Cost] = (Cost(), Cost()),
    notes: Mapping[str, str] | None = None,
) -> str:
    first = standing("A", before, questions, cost=costs[0])
    last = standing("B", after, questions, cost=costs[1], notes=notes)
    sentence = verdict([first, last], [changes_of(last, first)], questions)
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0, "one sentence"
    return sentence


def test_the_better_one_is_named_with_figures_and_cases() -> None:
    sentence = said({"q0": coin(0.25)}, {"q0": coin(0.75, 1)}, names(1))
    assert sentence.startswith("B is better than A: P@10 of q0 is 75.0% instead of 25.0% (+50.0 points, +")
    assert "on 400 cases" in sentence
    assert said({"q0": coin(0.75)}, {"q0": coin(0.25, 1)}, names(1)).startswith("B is worse than A: ")


def test_where_chance_would_do_nothing_is_said() -> None:
    sentence = said({"q0": coin(0.5)}, {"q0": coin(0.505, 1)}, names(1))
    assert sentence.startswith("Nothing can be said of whether B is better than A: P@10 of q0 is")
    assert sentence.endswith("which may be chance.")


def test_the_same_answers_are_as_good() -> None:
    sentence = said({"q0": coin(0.5)}, {"q0": coin(0.5)}, names(1))
    assert sentence == "B is as good as A: no figure differs, on 400 cases."


def test_better_here_and_worse_there_are_both_told() -> None:
    before = {"q0": coin(0.5), "q1": coin(0.5), "q2": coin(0.5)}
    after = {"q0": coin(0.9, 1), "q1": coin(0.1, 1), "q2": coin(0.5, 1)}
    sentence = said(before, after, names(3))
    assert sentence.startswith("B is better than A at q0 and worse at q1: P@10 of q0")
    assert ", but P@10 of q1 is" in sentence


def test_many_questions_are_counted_beyond_the_first() -> None:
    asked = names(6)
    sentence = said({name: coin(0.2) for name in asked}, {name: coin(0.8, 1) for name in asked}, asked)
    assert "so it is at q1, q2, q3 and 2 more" in sentence


def test_one_of_twenty_questions_that_differs_by_chance_decides_nothing() -> None:
    asked = names(20)
    before = {name: np.zeros(CASES) for name in asked}
    after = dict(before)
    before["q7"], after["q7"] = np.zeros(CASES), np.zeros(CASES)
    before["q7"][:3], after["q7"][3:15] = (
        1,
        1,
    )  # 9 of 400 better: sure for one question, not for any of twenty
    assert said({"q7": before["q7"]}, {"q7": after["q7"]}, asked).startswith("B is better than A")
    assert said(before, after, asked).startswith("Nothing can be said")


def test_few_families_say_nothing_however_large_the_difference() -> None:
    few = {"q0": question("q0", CASES, families=FEWEST - 1)}
    sentence = said({"q0": np.zeros(CASES)}, {"q0": np.ones(CASES)}, few)
    assert sentence == (
        "Nothing can be said of whether B is better than A: "
        f"too few families of products could ask ({FEWEST - 1}, weighed by size, and it takes {FEWEST})."
    )


def test_nothing_in_common_is_nothing_to_say() -> None:
    assert said({"q0": coin(0.5)}, {"q1": coin(0.5)}, names(2)) == (
        "Nothing can be said of whether B is better than A: no question could be asked of both."
    )


def test_reading_the_column_decides_only_where_there_is_nothing_else() -> None:
    asked = {"q0": question("q0", CASES), "photo": question("photo", CASES, R, "structure")}
    notes = {"q0": f"It reads q0, {LENIENT}."}
    before = {"q0": coin(0.2), "photo": coin(0.8)}
    after = {"q0": coin(0.9, 1), "photo": coin(0.3, 1)}
    assert said(before, after, asked, notes=notes).startswith("B is worse than A: R@1 of photo")
    alone = said({"q0": before["q0"]}, {"q0": after["q0"]}, asked, notes=notes)
    assert alone.startswith("B is better than A: P@10 of q0")
    assert alone.endswith(", though B reads that very column.")


def test_pictures_with_one_change_decide_only_where_there_is_nothing_else() -> None:
    name = "copy: greyscale"
    asked = {"q0": question("q0", CASES), name: question(name, CASES, R, "structure")}
    before, after = {"q0": coin(0.8), name: coin(0.3)}, {"q0": coin(0.3, 1), name: coin(0.9, 1)}
    assert said(before, after, asked).startswith("B is worse than A: P@10 of q0")
    alone = said({name: before[name]}, {name: after[name]}, asked)
    assert alone.startswith(f"B is better than A: R@1 of {name}")


def test_questions_of_which_nothing_is_sure_are_counted() -> None:
    before, after = {"q0": coin(0.2), "q1": coin(0.5)}, {"q0": coin(0.8, 1), "q1": coin(0.5, 1)}
    sentence = said(before, after, names(2))
    assert sentence.startswith("B is better than A: P@10 of q0")
    assert "; of 1 other question nothing is sure" in sentence


def test_what_it_costs_is_said_where_it_differs_much() -> None:
    base = Cost(answer_ms=1.2, pictures_per_second=200, vector_bytes=512, model_bytes=10_000_000)
    dear = Cost(answer_ms=9.6, pictures_per_second=20, vector_bytes=1024, model_bytes=90_000_000)
    told = {"q0": coin(0.5)}
    sentence = said(told, told, names(1), (base, dear))
    assert sentence.endswith(
        "; it answers in 9.6 ms instead of 1.2 and looks at 20 pictures a second instead of 200."
    )
    near = Cost(answer_ms=1.9, pictures_per_second=210, vector_bytes=512, model_bytes=11_000_000)
    assert said(told, told, names(1), (base, near)).endswith("cases.")
    assert said(told, told, names(1), (Cost(), dear)).endswith("cases.")


def test_the_speed_of_one_network_is_one_speed_however_it_was_measured() -> None:
    quiet, busy = (Cost(pictures_per_second=speed, vector_bytes=512, model_bytes=9) for speed in (200, 90))
    told = {"q0": coin(0.5)}
    assert said(told, told, names(1), (quiet, busy)).endswith("cases.")


def test_several_are_each_told_against_the_first() -> None:
    asked = names(1)
    first = standing("A", {"q0": coin(0.5)}, asked)
    others = [
        standing(name, {"q0": coin(share, seed)}, asked)
        for name, share, seed in (("B", 0.9, 1), ("C", 0.1, 1), ("D", 0.505, 1), ("E", 0.5, 0))
    ]
    sentence = verdict([first, *others], [changes_of(one, first) for one in others], asked)
    assert sentence.startswith("Against A, B is better (P@10 of q0 +40.0 points, ")
    assert "; C is worse (P@10 of q0 \N{MINUS SIGN}40.0 points, " in sentence
    assert "; nothing can be said of D (P@10 of q0 +0.5 points" in sentence
    assert sentence.endswith("; E is as good (no figure differs).")
