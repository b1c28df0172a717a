"""The page of what was measured says what was measured, whatever the catalogue is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lookalike.index import Index
from lookalike.products import Product
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop
from lookalike.verdict.report import Comparison, Evaluation
from lookalike.verdict.sheet.names import brief
from lookalike.verdict.sheet.page import page
from lookalike.verdict.shown import leading
from lookalike.verdict.standing import Cost, Standing

HOSTILE = '<script>alert(1)</script> & "quoted" <b>'
WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop, every title and one kind of which would be mischief if they were HTML."""
    made = Index.create(tmp_path_factory.mktemp("sheet") / "index", GridEncoder())
    hostile = [
        replace(one, title=HOSTILE, category="<i>Mugs" if "Mug" in one.category else one.category)
        for one in tiny_shop().products
    ]
    made.add(hostile, duplicates=False, fit=False)
    return made


@pytest.fixture(scope="module")
def alone(index: Index) -> Evaluation:
    return index.evaluate(questions=["category", "other picture"])


@pytest.fixture(scope="module")
def both(index: Index) -> Comparison:
    def backwards(index: Index, ask: object, k: int) -> list[str]:
        return sorted(index.ids, reverse=True)[:k]

    return index.compare("weights:look=1", backwards, questions=["category"], gates=["P@10>=-0.01"])


class NoPictures:
    """A shop whose products and pictures are gone."""

    def products(self, ids: Iterable[str | int]) -> Mapping[str, Product]:
        return {}

    def thumbnails(self, pictures: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], bytes]:
        return {}


def test_words_of_the_catalogue_are_words_and_no_html(
    index: Index, alone: Evaluation, both: Comparison
) -> None:
    for said in (page(alone, index, WHEN), page(both, index, WHEN)):
        assert "<script" not in said
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said
        assert "<i>Mugs" not in said
        assert said.count("<b>") == said.count("</b>") - said.count('<b class="tick"')


def test_every_figure_of_a_question_stands_with_its_interval(index: Index, alone: Evaluation) -> None:
    said = page(alone, index, WHEN)
    values = alone.standing.results["category"].values
    for metric in ("precision_at_10", "recall_at_10", "ndcg_at_10", "mrr_at_10", "map_at_r"):
        one = values[metric]
        assert f"<b>{one.mean:.1%}</b> <small>{one.low * 100:.1f}–{one.high * 100:.1f}</small>" in said
    assert "4 March 2026, 05:06 UTC" in said


def test_what_was_left_out_is_said(index: Index, alone: Evaluation) -> None:
    said = page(alone, index, WHEN)
    (count,) = {
        count
        for why, count in alone.measured.questions["other picture"].cases.left_out.items()
        if why == "one picture only"
    }
    assert f"{count:,} × one picture only" in said


def test_a_change_has_its_points_and_is_not_called_worse_where_too_few_ask(
    index: Index, both: Comparison
) -> None:
    said = page(both, index, WHEN)
    change = both.changes[0]["category"]["precision_at_10"]
    assert change.high < 0
    points = f"\N{MINUS SIGN}{abs(change.mean) * 100:.1f}"
    assert f'<td data-of="Change" class="even"><b>{points}</b>' in said
    assert f'aria-label="no difference beyond chance: {points} points, ' in said
    assert "Too few families of products ask" in said
    assert both.gates[0].outcome == "undecided"
    assert '<li class="even"><p><b><i aria-hidden="true">?</i> undecided</b>' in said


def test_a_page_is_made_of_a_shop_whose_pictures_are_gone(both: Comparison) -> None:
    said = page(both, NoPictures(), WHEN)
    assert "no picture" in said
    assert "<img" not in said


def test_a_page_without_a_single_answer_is_a_page(alone: Evaluation, index: Index) -> None:
    nobody = replace(
        alone,
        measured=replace(alone.measured, questions={}, unasked={"photo": "No picture can be read."}),
        standing=replace(alone.standing, results={}, cost=Cost()),
    )
    said = page(nobody, index, WHEN)
    assert "<b>photo</b> was not asked: No picture can be read." in said
    assert 'id="costs"' not in said


def named(*names: str) -> list[Standing]:
    return [Standing(name, "encoder", {}, Cost()) for name in names]


def test_an_encoder_is_called_as_its_file_is_unless_two_are() -> None:
    assert brief(named("encoder:product", "encoder:onnx:/a/keen.onnx")) == ["product", "keen"]
    paths = ("encoder:onnx:/a/keen.onnx", "encoder:onnx:/b/keen.onnx")
    assert brief(named(*paths)) == [*paths]


def test_the_question_that_enough_could_ask_is_told_first(alone: Evaluation) -> None:
    assert leading(alone.measured, [alone.standing]) == ["category", "other picture"]
    assert leading(alone.measured, named("encoder:product")) == []


def test_the_method_of_a_report_gives_its_page(index: Index, both: Comparison) -> None:
    said = both.to_html(index)
    assert said.startswith("<!doctype html>")
    assert both.verdict.split(" ")[0] in said
