from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadArgument
from lookalike.evaluation.cases import Case, CaseSet, Listed, label_cases
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import judge
from lookalike.evaluation.trec import escaped, plain, read_qrels, read_run, write_qrels, write_run

MEASURES = {
    "precision_at_1": "P_1",
    "precision_at_5": "P_5",
    "precision_at_10": "P_10",
    "recall_at_5": "recall_5",
    "recall_at_10": "recall_10",
    "hit_rate_at_1": "success_1",
    "hit_rate_at_10": "success_10",
    "ndcg_at_5": "ndcg_cut_5",
    "ndcg_at_10": "ndcg_cut_10",
    "map_at_5": "map_cut_5",
    "map_at_10": "map_cut_10",
    "mrr_at_10": "recip_rank",  # the runs are ten long
}


def evaluated(qrels: Path, run: Path) -> dict[str, dict[str, float]]:
    """What the field's tool makes of two files, by case."""
    with qrels.open(encoding="utf-8") as file:
        judge_of = pytrec_eval.RelevanceEvaluator(
            pytrec_eval.parse_qrel(file),
            {"P.1,5,10", "recall.5,10", "success.1,10", "ndcg_cut.5,10", "map_cut.5,10", "recip_rank"},
        )
    with run.open(encoding="utf-8") as file:
        found: dict[str, dict[str, float]] = judge_of.evaluate(pytrec_eval.parse_run(file))
    return found


def shop(count: int = 80, dim: int = 5) -> tuple[Gallery, CaseSet]:
    chance = np.random.default_rng(4)
    ids = [f"no {n}%\N{NO-BREAK SPACE}é" for n in range(count)]
    labels = {i: "abcdef"[at] for i, at in zip(ids, chance.integers(0, 6, count), strict=True)}
    copies = {i: ids[at : at + 2] for at, i in enumerate(ids) if at % 5 == 0}
    return Gallery(ids, chance.normal(size=(count, dim))), label_cases(labels, copies=copies)


def test_trec_eval_says_the_same_of_every_case(tmp_path: Path) -> None:
    gallery, cases = shop()
    verdict = judge(gallery, cases)
    keys = write_qrels(tmp_path / "qrels", cases)
    write_run(tmp_path / "run", verdict, "encoder:product")
    assert keys == {case.key for case in cases.cases}
    theirs = evaluated(tmp_path / "qrels", tmp_path / "run")
    assert len(theirs) == len(cases.cases)
    for at, case in enumerate(verdict.cases):
        for ours, name in MEASURES.items():
            assert verdict.values[ours][at] == pytest.approx(theirs[escaped(case.key)][name]), (
                case.key,
                ours,
            )


def test_a_case_without_an_answer_is_a_case_with_nothing_found(tmp_path: Path) -> None:
    cases = CaseSet((Case("p", "p"), Case("q", "q")), Listed({"p": frozenset("a"), "q": frozenset("b")}), {})
    verdict = judge(lambda ask, _: ["a"] if ask == "p" else [], cases)
    write_qrels(tmp_path / "qrels", cases)
    write_run(tmp_path / "run", verdict, "half")
    theirs = evaluated(tmp_path / "qrels", tmp_path / "run")
    assert {key: own["recall_10"] for key, own in theirs.items()} == {"p": 1, "q": 0}
    assert read_run(tmp_path / "run") == {"p": ["a"], "q": []}


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    gallery, cases = shop()
    verdict = judge(gallery, cases)
    write_qrels(tmp_path / "qrels", cases)
    write_run(tmp_path / "run", verdict, "a name")
    lists = {case.key: list(own) for case, own in zip(verdict.cases, verdict.lists, strict=True)}
    assert read_run(tmp_path / "run") == lists
    right = {case.key: cases.truth.right(case) for case in cases.cases}
    assert read_qrels(tmp_path / "qrels") == right
    assert all(
        len(own) == cases.truth.total(case) for case, own in zip(cases.cases, right.values(), strict=True)
    )


def test_of_too_many_lines_some_cases_are_written_whole_the_same_ones_always(tmp_path: Path) -> None:
    gallery, cases = shop()
    keys = write_qrels(tmp_path / "qrels", cases, most=100)
    found = read_qrels(tmp_path / "qrels")
    assert found.keys() == keys
    assert 1 < len(keys) < len(cases.cases)
    assert sum(map(len, found.values())) <= 100
    assert all(found[case.key] == cases.truth.right(case) for case in cases.cases if case.key in keys)
    assert write_qrels(tmp_path / "again", cases, most=100) == keys
    assert len(write_qrels(tmp_path / "one", cases, most=1)) == 1
    verdict = judge(gallery, cases)
    write_run(tmp_path / "run", verdict, "some", keys)
    assert read_run(tmp_path / "run").keys() == keys


@given(st.text(min_size=1))
def test_any_id_is_one_field_and_comes_back(i: str) -> None:
    field = escaped(i)
    assert field.split() == [field]
    assert field.isprintable() or not i.isprintable()
    assert plain(field) == i


@given(st.text(st.characters(categories=["Cs", "Zs", "Zl", "Cc", "Ll"]), min_size=1, max_size=5))
def test_odd_characters_come_back_too(i: str) -> None:
    assert plain(escaped(i)) == i
    escaped(i).encode("utf-8")


def test_runs_of_others_are_ordered_by_score_whatever_their_places_say(tmp_path: Path) -> None:
    file = tmp_path / "run"
    file.write_text("\ufeffq Q0 a 1 0.5 x\nq Q0 b 2 0.9 x\n\nq\tQ0 c  3 0.5 x\r\n", encoding="utf-8")
    assert read_run(file) == {"q": ["b", "c", "a"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [("q Q0 a 1 0.5", "Line 1 .*5 fields, not 6"), ("q Q0 a 1 high x", "Line 1 .*'high' is no number")],
)
def test_a_line_that_is_no_run_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "run").write_text(text, encoding="utf-8")
    with pytest.raises(BadArgument, match=message):
        read_run(tmp_path / "run")


def test_a_line_that_is_no_judgement_is_named(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("q 0 a 1\nq 0 b yes\n", encoding="utf-8")
    with pytest.raises(BadArgument, match=r"Line 2 .*'yes' is no whole number"):
        read_qrels(tmp_path / "qrels")


def test_products_of_no_relevance_are_not_right(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("q 0 a 1\nq 0 b 0\nq 0 c -1\nr 0 a 0\n", encoding="utf-8")
    assert read_qrels(tmp_path / "qrels") == {"q": {"a"}, "r": frozenset()}


def test_an_empty_id_has_no_word() -> None:
    with pytest.raises(BadArgument, match="is empty"):
        escaped("")
