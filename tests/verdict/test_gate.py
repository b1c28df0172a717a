"""A gate is passed only where the lower end of the interval is not below what it allows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadArgument
from lookalike.evaluation.bootstrap import FEWEST, Estimate
from lookalike.evaluation.question import Question
from lookalike.verdict.comparing import changes_of
from lookalike.verdict.gate import Gate, families, gated, read_gates, require_asked
from lookalike.verdict.report import GateResult
from lookalike.verdict.spelling import metric_of

from .answers import R, question, standing
from .noisy_shop import Blurred, noisy_shop

CASES = 200


@pytest.mark.parametrize(
    ("text", "about", "metric", "allowance"),
    [
        ("P@10>=-0.01", "", "precision_at_10", -0.01),
        (" R@1 >= 0 ", "", "recall_at_1", 0.0),
        ("hit@1>=+.5", "", "hit_rate_at_1", 0.5),
        ("MRR>=-0.02", "", "mrr_at_10", -0.02),
        ("category:mAP@R>=-0.005", "category", "map_at_r", -0.005),
        ("photo: blur:R@1>=-0.01", "photo: blur", "recall_at_1", -0.01),
        ("a>=b: c : ndcg_at_10>=-0.1", "a>=b: c", "ndcg_at_10", -0.1),
    ],
)
def test_a_gate_says_a_question_a_metric_and_an_allowance(
    text: str, about: str, metric: str, allowance: float
) -> None:
    gate = Gate.read(text)
    assert (gate.question, gate.metric, gate.allowance) == (about, metric, allowance)


@given(
    about=st.text(st.characters(exclude_categories=("Cs",)), min_size=1).map(str.strip).filter(bool),
    metric=st.sampled_from(["P@10", "R@1", "Hit@5", "NDCG@10", "MRR", "mAP@R", "recall_at_5"]),
    allowance=st.integers(-999, 999).map(lambda thousandths: Decimal(thousandths) / 1000),
)
def test_a_question_of_any_name_is_read_back(about: str, metric: str, allowance: Decimal) -> None:
    gate = Gate.read(f"{about}:{metric}>={allowance}")
    assert (gate.question, gate.allowance) == (about, float(allowance))
    assert gate.metric == metric_of(metric)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no gate"),
        ("P@10", "no gate"),
        ("P@10>-0.01", "no gate"),
        ("P@10<=0.01", "no gate"),
        ("P@10>=-1%", "no gate"),
        ("P@10>=nan", "no gate"),
        ("P@10>=-1e400", "no gate"),
        ("F1@10>=0", "no metric 'F1@10'"),
        ("P@R>=0", "no metric 'P@R'"),
        ("P@10>=-1", "allows -1"),
        ("P@10>=-5", "allows -5"),
        (None, "no gate"),
    ],
)
def test_what_is_no_gate_is_refused_with_an_example(text: str, said: str) -> None:
    with pytest.raises(BadArgument, match=said) as error:
        Gate.read(text)
    assert "0.01" in error.value.next_step or "P@10" in error.value.next_step


def test_one_text_is_one_gate() -> None:
    assert [gate.written for gate in read_gates("P@10>=0")] == ["P@10>=0"]
    assert [gate.written for gate in read_gates(["P@10>=0", "R@1>=0"])] == ["P@10>=0", "R@1>=0"]


def outcome(low: float, high: float, families: int = CASES, gate: str = "P@10>=-0.01") -> GateResult:
    return Gate.read(gate).of("kind", Estimate((low + high) / 2, low, high, families), families)


def test_the_lower_end_decides_and_may_lie_on_what_is_allowed() -> None:
    assert outcome(-0.01, 0.02).outcome == "passed"
    assert outcome(0.3 - 0.31, 0.02).outcome == "passed", "0.3 - 0.31 is a hair below -0.01"
    assert outcome(-0.0101, 0.02).outcome == "failed"
    assert outcome(-0.0101, 0.02).why.endswith("more products that ask would tell.")
    assert outcome(0, 0, gate="P@10>=0").why == "0 (0 to 0): not below 0."
    assert outcome(-0.05, -0.02).why.endswith("below -0.01.")


def test_an_interval_of_a_handful_of_families_decides_nothing() -> None:
    assert outcome(0.1, 0.2, FEWEST - 1).outcome == "undecided"
    assert outcome(0.1, 0.2, FEWEST).outcome == "passed"


def test_one_large_family_among_small_ones_is_not_worth_as_many() -> None:
    even = question("kind", 40, families=FEWEST)
    assert families(even) == FEWEST
    large = [replace(case, cluster="large") if int(case.key) % 4 else case for case in even.cases.cases]
    uneven = replace(even, cases=replace(even.cases, cases=tuple(large)))
    assert families(uneven) < 5 < len({case.cluster for case in large})
    assert families(None) == 0


def results(
    gates: list[str], questions: dict[str, Question], unasked: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    chance = np.random.default_rng(0)
    base = {name: chance.integers(0, 2, len(one.cases.cases)) / 1 for name, one in questions.items()}
    first = standing("first", base, questions)
    last = standing("last", {name: own for name, own in base.items() if name != "photo"}, questions)
    found = gated(read_gates(gates), questions, (first, last), changes_of(last, first), unasked or {})
    return [(one.question, one.outcome) for one in found]


QUESTIONS = {
    "kind": question("kind", CASES),
    "Colour": question("Colour", CASES, families=10),
    "copy": question("copy", CASES, R),
    "photo": question("photo", CASES, R),
}


def test_a_gate_without_a_question_is_about_every_question_that_tells_its_metric() -> None:
    assert results(["P@10>=0"], QUESTIONS) == [("kind", "passed"), ("Colour", "undecided")]
    assert results(["R@1>=0", "kind:P@10>=0"], QUESTIONS) == [("copy", "passed"), ("kind", "passed")]


def test_a_gate_finds_its_question_whatever_the_case() -> None:
    assert results(["KIND:P@10>=0", "colour:P@10>=0"], QUESTIONS) == [
        ("kind", "passed"),
        ("Colour", "undecided"),
    ]


def test_what_cannot_be_told_is_undecided() -> None:
    assert results(["NDCG@10>=0", "kind:R@1>=0", "photo:R@1>=0", "events:R@10>=0"], QUESTIONS) == [
        ("", "undecided"),
        ("kind", "undecided"),
        ("photo", "undecided"),
        ("events", "undecided"),
    ]


def test_a_gate_about_what_nobody_asks_is_refused_before_anything_is_measured() -> None:
    require_asked(read_gates(["P@10>=0", "KIND:P@10>=0", "events:R@10>=0"]), QUESTIONS, ["events"])
    with pytest.raises(BadArgument, match="'style', which is not asked") as error:
        require_asked(read_gates(["style:P@10>=0"]), QUESTIONS)
    assert "kind, Colour, copy, photo" in error.value.next_step


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[str, Estimate | None]]:
    """The gate of encoders against the one the shop was made with, which a drawing by pixels may disturb."""
    found = {}
    for noise, gate in ((0.0, "P@10>=0"), (0.5, "P@10>=-0.01"), (0.1, "P@10>=-0.05")):
        compared = noisy_shop().compare(
            None, Blurred(f"noise {noise}", noise), questions=["category"], gates=[gate]
        )
        (one,) = compared.gates
        found[f"noise {noise}"] = (one.outcome, one.change)
        assert compared.passed == (one.outcome == "passed")
    return found


def test_an_equal_encoder_passes_even_where_nothing_is_allowed(
    outcomes: dict[str, tuple[str, Estimate | None]],
) -> None:
    passed, change = outcomes["noise 0.0"]
    assert passed == "passed"
    assert change is not None
    assert (change.mean, change.low, change.high, change.cases) == (0, 0, 0, 300)


def test_a_planted_worse_encoder_fails(outcomes: dict[str, tuple[str, Estimate | None]]) -> None:
    failed, change = outcomes["noise 0.5"]
    assert failed == "failed"
    assert change is not None
    assert change.high < -0.01, "not only chance: it is below what is allowed as a whole"


def test_an_encoder_that_is_hardly_worse_passes_where_that_is_allowed(
    outcomes: dict[str, tuple[str, Estimate | None]],
) -> None:
    passed, change = outcomes["noise 0.1"]
    assert passed == "passed"
    assert change is not None
    assert change.low < 0 < change.high
