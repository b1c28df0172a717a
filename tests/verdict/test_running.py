"""A subject is asked every question it can be asked, and what it answers is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.evaluation.beyond import Known
from lookalike.evaluation.cases import Case, CaseSet, Listed
from lookalike.evaluation.judge import judge
from lookalike.evaluation.pictures import open_shown
from lookalike.evaluation.question import Question, Visit
from lookalike.index import Index
from lookalike.products import Product
from lookalike.training.learnt import silent
from lookalike.verdict.labels import label_questions
from lookalike.verdict.panel import Panel
from lookalike.verdict.running import KEPT, asks_with, run
from lookalike.verdict.standing import Cost, Kind
from lookalike.verdict.structure import OTHER, PHOTO, photo_questions
from lookalike.verdict.subjects import make_subject, read_subject

from .known_shop import KINDS, OF_A_KIND, PRODUCTS, drawn, made, panel

Answer = Callable[[Any, int], Sequence[str]]


class Answering:
    """A subject of its own lists, that notes how it was asked."""

    kind: Kind = "module"
    exact = False

    def __init__(self, answer: Answer, asks: Sequence[str] = ("product", "photo", "visit")) -> None:
        self.name = "own:answers"
        self.asks = frozenset(asks)
        self.asked: list[int] = []
        self._answer = answer

    def answer_many(self, asks: Sequence[Any], count: int) -> list[Sequence[str]]:
        self.asked.append(len(asks))
        return [self._answer(ask, count) for ask in asks]

    def reads(self, column: str) -> bool:
        return column == "category"

    def cost(self) -> Cost:
        return Cost(vector_bytes=12)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return made(drawn(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(scope="module")
def own(index: Index) -> Panel:
    return panel(index, labels=["category"])


@pytest.fixture(scope="module")
def questions(own: Panel) -> dict[str, Question]:
    found, _ = label_questions(own, own.ids)
    return found


def visits(own: Panel) -> Question:
    cases = tuple(
        Case(f"v{at}", Visit((own.ids[at],)), frozenset({own.ids[at]}), f"v{at}") for at in range(4)
    )
    truth = Listed({f"v{at}": frozenset({own.ids[at + 1]}) for at in range(4)})
    parts = {"warm": frozenset({"v0", "v1"}), "cold": frozenset({"v2", "v3"}), "nobody": frozenset({"v9"})}
    return Question("next in visit", "events", "recall_at_10", "Visits.", CaseSet(cases, truth, {}), parts)


def alike(own: Panel) -> Answer:
    """Answers with the products of the same kind, then with the others."""

    def answer(ask: Any, count: int) -> list[str]:
        place = own.place_of[ask]
        order = sorted(range(len(own)), key=lambda at: (at % len(KINDS) != place % len(KINDS), at))
        return [own.ids[at] for at in order if at != place][:count]

    return answer


def test_the_index_own_encoder_finds_all_of_a_kind_first(
    index: Index, own: Panel, questions: dict[str, Question]
) -> None:
    standing = run(make_subject(read_subject(None, "grid"), index, own), questions, own, silent)
    values = standing.results["category"].values
    assert values["precision_at_10"].mean == pytest.approx((OF_A_KIND - 1) / 10)
    assert values["recall_at_10"].mean == values["map_at_r"].mean == 1
    assert values["precision_at_10"].cases == PRODUCTS
    assert standing.cost.answers == 100 and (standing.cost.answer_ms or 0) > 0


def test_one_pass_over_a_ranking_tells_what_single_answers_do(
    index: Index, own: Panel, questions: dict[str, Question]
) -> None:
    subject = make_subject(read_subject(None, "grid"), index, own)
    ranked = run(subject, questions, own, silent).results["category"]
    single = judge(subject, questions["category"].cases, depth=KEPT)
    for metric, values in single.values.items():
        assert values.tolist() == pytest.approx(ranked.judgement.values[metric].tolist()), metric
    assert [tuple(one) for one in single.lists] == [ranked.lists[case.key] for case in single.cases]


def test_a_product_asks_once_whatever_is_asked_of_it(own: Panel, questions: dict[str, Question]) -> None:
    once, twice = Answering(alike(own)), Answering(alike(own))
    run(once, questions, own, silent)
    standing = run(twice, {**questions, "again": replace(questions["category"], name="again")}, own, silent)
    assert sum(once.asked) == sum(twice.asked)
    first, second = (standing.results[name].judgement.values for name in ("category", "again"))
    assert all(first[metric].tolist() == second[metric].tolist() for metric in first)


def test_what_is_beside_right_is_told_of_the_same_lists(own: Panel, questions: dict[str, Question]) -> None:
    result = run(Answering(alike(own)), questions, own, silent).results["category"]
    assert result.beyond.across is not None
    assert result.beyond.across.mean == pytest.approx((KEPT - OF_A_KIND + 1) / KEPT)
    assert 0 < result.beyond.coverage <= 1
    assert result.beyond.novelty is None


def test_what_shoppers_had_says_what_is_new(own: Panel, questions: dict[str, Question]) -> None:
    had = Known(own.ids, own.looks, own.kinds, {own.ids[0]: 3}, 4)
    result = run(Answering(alike(own)), questions, own, silent, known={"labels": had}).results["category"]
    assert result.beyond.novelty is not None
    assert result.beyond.novelty.mean > 0


def test_a_subject_is_not_asked_what_it_cannot_be(own: Panel, questions: dict[str, Question]) -> None:
    asked = {**questions, "next in visit": visits(own)}
    standing = run(Answering(alike(own), ["product"]), asked, own, silent)
    assert [*standing.results] == ["category"]
    assert standing.unasked == {"next in visit": "It cannot be asked with a visit."}


def test_who_searches_all_pictures_is_not_asked_with_one_of_them(
    index: Index, tmp_path_factory: pytest.TempPathFactory
) -> None:
    products = drawn(tmp_path_factory.mktemp("more"))
    further = drawn(tmp_path_factory.mktemp("further"), 40)[PRODUCTS:]
    shop = made(products, lambda at, product: _with(product, further[at % 10]) if at < 10 else product)
    own = panel(shop)
    asked, _, _ = photo_questions(own, lambda name: name == OTHER, None, silent)
    standing = run(Answering(lambda *_: []), asked, own, silent)
    assert "the very one that asks" in standing.unasked[OTHER]
    ranked = run(make_subject(read_subject(None, "grid"), shop, own), asked, own, silent)
    assert ranked.results[OTHER].values["recall_at_1"].cases == 10
    assert ranked.cost.photo_ms is None  # its own pictures have vectors already


def _with(product: Product, other: Product) -> Product:
    return replace(product, pictures=(*product.pictures, *other.pictures))


def test_parts_of_the_cases_have_figures_of_their_own(own: Panel) -> None:
    follows = {own.ids[at]: own.ids[at + 1] for at in range(2)}
    subject = Answering(lambda visit, _: [follows[visit.items[-1]]] if visit.items[-1] in follows else [])
    result = run(subject, {"next in visit": visits(own)}, own, silent).results["next in visit"]
    assert {name: one["recall_at_10"].mean for name, one in result.parts.items()} == {"warm": 1, "cold": 0}
    assert result.values["recall_at_10"].mean == 0.5


def test_a_subject_that_answers_nothing_has_figures_of_zero(
    own: Panel, questions: dict[str, Question]
) -> None:
    result = run(Answering(lambda *_: []), questions, own, silent).results["category"]
    assert result.values["precision_at_10"].mean == 0
    assert result.beyond.coverage == 0
    assert result.beyond.diversity is None


def test_reading_the_column_it_is_judged_by_is_said(own: Panel, questions: dict[str, Question]) -> None:
    result = run(Answering(alike(own)), questions, own, silent).results["category"]
    assert "reads category" in result.note


def test_pictures_are_asked_as_pictures(index: Index, own: Panel) -> None:
    asked, _, _ = photo_questions(own, lambda name: name == PHOTO, 5, silent)
    assert asks_with(asked[PHOTO]) == "photo"
    seen = []
    run(Answering(lambda ask, _: seen.append(open_shown(ask).mode) or []), asked, own, silent)
    assert {*seen} == {"RGB"}
    standing = run(make_subject(read_subject(None, "grid"), index, own), asked, own, silent)
    assert standing.results[PHOTO].values["recall_at_10"].cases == 5
    assert standing.cost.answer_ms is None
    assert (standing.cost.photo_ms or 0) > 0


def test_somebody_is_told_of_every_few_cases_and_may_stop(own: Panel, questions: dict[str, Question]) -> None:
    told: list[tuple[str, int, int]] = []
    run(Answering(alike(own)), questions, own, lambda *at: told.append(at))
    assert told[-1] == ("Asking own:answers with products", PRODUCTS, PRODUCTS)

    class Enough(Exception):
        pass

    def stop(*_: object) -> None:
        raise Enough

    with pytest.raises(Enough):
        run(Answering(alike(own)), questions, own, stop)


@settings(deadline=None, max_examples=30)
@given(labels=st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=PRODUCTS, max_size=PRODUCTS))
def test_whatever_the_labels_are_a_figure_is_a_share_with_an_interval_around_it(
    index: Index, own: Panel, labels: list[str]
) -> None:
    labelled = replace(own, labels={"tone": labels})
    asked, unasked = label_questions(labelled, own.ids)
    assert {*asked} | {*unasked} == {"tone"}
    standing = run(make_subject(read_subject(None, "grid"), index, labelled), asked, labelled, silent)
    for result in standing.results.values():
        for metric, one in result.values.items():
            assert 0 <= one.low <= one.mean <= one.high <= 1, metric
        sharing = [label for label in labels if label and labels.count(label) > 1]
        assert result.values["precision_at_10"].cases == len(sharing)


def test_it_is_told_how_many_got_nothing(index: Index) -> None:
    found, _ = label_questions(panel(index, labels=["category"]), panel(index).ids)
    judged = run(Answering(lambda *_: ()), found, panel(index, labels=["category"]), silent)
    assert f"Of {PRODUCTS} who asked {PRODUCTS} got nothing." in judged.results["category"].note
