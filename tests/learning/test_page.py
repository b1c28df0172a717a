"""The page that a training leaves: whole by itself, true to the report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from lookalike.index import Index
from lookalike.learning.page.page import page
from lookalike.learning.report import TrainingReport
from lookalike.training.learnt import Confusion, Curve

from .conftest import TOP, looks_at

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def report(built: object, tmp_path_factory: pytest.TempPathFactory) -> TrainingReport:
    """An encoder that is much better; learnt once, read by all tests here."""
    index = Index.open(str(built))
    out = tmp_path_factory.mktemp("out") / "keen"
    return index.train(looks_at(TOP), labels=["category", "season"], name="keen", out=out)


def written(report: TrainingReport) -> str:
    assert report.page is not None
    return report.page.read_text(encoding="utf-8")


def drawn(report: TrainingReport) -> str:
    return page(report, lambda ids: {}, WHEN)


def test_the_page_needs_nothing_but_itself(report: TrainingReport) -> None:
    said = written(report)
    assert "<script" not in said
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', said) == []
    assert "url(" not in said
    assert "@import" not in said


def test_the_verdict_is_the_reports(report: TrainingReport) -> None:
    said = written(report)
    assert "Better than before" in said
    assert f"+{report.gain.mean * 100:.1f} <small>points" in said
    assert f"{report.before.values['category'].mean:.1%} → {report.after.values['category'].mean:.1%}" in said
    assert "The index does not use it." in said


def test_every_question_has_a_row_with_before_after_and_gain(report: TrainingReport) -> None:
    said = written(report)
    table = said.split('<table class="numbers changes">')[1].split("</table>")[0]
    for name in report.comparison.questions:
        row = next(row for row in table.split("<tr>") if f"<b>{name}</b>" in row)
        assert f"{report.before.values[name].mean:.1%}" in row
        assert f"{report.after.values[name].mean:.1%}" in row


def test_lists_show_pictures_and_mark_what_is_right(report: TrainingReport) -> None:
    said = written(report)
    better = said.split('id="better"')[1].split("</article>")[0]
    example = report.comparison.better[0]
    assert better.count("<img") == 1 + sum(len(own) for own in example.lists[:2])
    right = sum(found.right for own in example.lists[:2] for found in own)
    assert better.count('class="tick"') == right
    assert "data:image/jpeg;base64," in better


def test_a_picture_that_is_gone_is_said_to_be(report: TrainingReport) -> None:
    said = drawn(report)
    assert "<img" not in said
    assert "no picture" in said


def test_sections_with_nothing_to_say_are_left_out(report: TrainingReport) -> None:
    said = drawn(report)
    assert 'id="curves"' not in said
    assert 'id="confusion"' not in said
    kinds = Confusion(["bowl", "cup"], np.array([[3, 1], [0, 4]]), "unseen", 7 / 8, 1.0)
    curve = Curve("unseen", "accuracy", [1, 2], [0.5, 0.8])
    said = drawn(replace(report, learnt=replace(report.learnt, curves=[curve], confusion=[kinds])))
    assert 'id="curves"' in said
    assert "bowl taken for cup: 1 of 4" in said


def test_all_encoders_are_shown_side_by_side_when_some_stand_beside(report: TrainingReport) -> None:
    comparison = report.comparison
    beside = replace(comparison.standings[1], encoder="onnx:/shop/own-cnn.onnx", role="beside")
    lists = [replace(one, lists=(*one.lists, one.lists[0])) for one in comparison.drawn]
    several = replace(comparison, standings=(*comparison.standings, beside), drawn=lists)
    said = drawn(replace(report, comparison=several))
    queries = said.split('id="lists"')[1].split("</article>")[0]
    assert queries.count('<section class="list') == 3
    assert said.count("<b>own-cnn</b>") >= len(comparison.questions)
    assert "Encoders side by side" in said


def test_the_way_there_and_back_is_told(report: TrainingReport) -> None:
    said = drawn(report)
    assert f"--encoder {report.encoder}" in said
    assert "rebuild --index INDEX --back" in said
    assert "The index uses it now." in drawn(replace(report, switched=True))


def test_names_and_titles_cannot_be_markup(report: TrainingReport) -> None:
    comparison = report.comparison
    titles = dict.fromkeys(comparison.titles, "<script>alert(1)</script>")
    said = drawn(
        replace(
            report,
            name="<i>",
            comparison=replace(comparison, titles=titles),
            learnt=replace(report.learnt, notes=["<script>"], settings={"<u>": "<s>"}),
            problems=["<script>"],
        )
    )
    assert "<script" not in said
    assert "<u>" not in said
    assert "<title>&lt;i&gt;" in said
