"""An evaluation or a comparison as one page: is it good for this shop, and is the new one better?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files

from lookalike.sheets.numbers import lasting, share, sized
from lookalike.sheets.whole import whole
from lookalike.verdict.report import Comparison, Evaluation, Measured
from lookalike.verdict.sheet.changes import changes
from lookalike.verdict.sheet.costs import costs
from lookalike.verdict.sheet.gates import gates
from lookalike.verdict.sheet.left_out import left_out
from lookalike.verdict.sheet.lists import Shop, disagreements, examples
from lookalike.verdict.sheet.names import brief
from lookalike.verdict.sheet.panels import parts, questions
from lookalike.verdict.sheet.tables import beyond, figures
from lookalike.verdict.shown import leading
from lookalike.verdict.spelling import short

_ABOUT = {
    "labels": ("By the labels of the table", "What counts is what says the same in the column."),
    "structure": (
        "By pictures whose product is known",
        "One answer counts: the product that the picture shows, or one of its variants. No label is needed.",
    ),
    "events": (
        "By what shoppers did next",
        "What came before a moment asks for what came after it; nothing after it was learnt from.",
    ),
}
_BEYOND = "Lists of ten can be right and show the same few things over and over."
_PARTS = "Warm is what had been seen before the moment that divides; cold is what is new since."
_DRAWN = "Those who asked are drawn by chance. A tick marks what counts."
_DISAGREE = (
    "Where the last and the first differ most: chosen to be looked at, not typical. A tick marks what counts."
)
_MEASURED = (
    '<ul class="notes"><li>A product, its variants and products that show the very same picture stand or '
    "fall together: copies of the one that asks count neither way, and intervals are of 95%, by drawing "
    "whole families of products.</li>"
    "<li>Differences are paired, case by case, which tells smaller ones than two intervals side by "
    "side.</li>"
    "<li>P@10 is the share of the first ten that counts, R@10 the share of all that counts which is among "
    "the first ten. Where one answer counts, R@1 says how often it comes first. MRR is one over the place of "
    "the first that counts; NDCG and mAP ask whether what counts comes before what does not.</li></ul>"
)


def page(report: Evaluation | Comparison, shop: Shop, when: datetime | None = None) -> str:
    """The whole page of a report; style and pictures are inside, and it needs no script.

    ``shop`` gives titles and small pictures, as an `Index` does; ``when`` is what it is dated, now unless
    told.
    """
    dated = when or datetime.now(UTC)
    return _compared(report, shop, dated) if isinstance(report, Comparison) else _alone(report, shop, dated)


def _alone(report: Evaluation, shop: Shop, when: datetime) -> str:
    measured, standing = report.measured, report.standing
    sections = {
        about: (head, said, figures(about, measured, standing)) for about, (head, said) in _ABOUT.items()
    }
    sections["beyond"] = ("Beside being right", _BEYOND, beyond(leading(measured, [standing]), [standing]))
    sections["lists"] = ("What it answers", _DRAWN, examples(measured, standing, shop))
    sections["costs"] = ("What it costs", "", costs(measured, [standing]))
    opening = _lead(measured, when) + _head(report)
    return whole(
        f"How good {brief([standing])[0]} is", opening, {**sections, **_last(measured, report)}, _style()
    )


def _compared(report: Comparison, shop: Shop, when: datetime) -> str:
    measured, standings = report.measured, report.standings
    sections = {
        "gates": ("Gates", "", gates(report.gates)),
        "changes": ("What changes", "", changes(report)),
        "costs": ("Quality, speed and memory", "", costs(measured, standings)),
        "lists": ("Where they disagree", _DISAGREE, disagreements(report, shop)),
        "questions": ("Every question", "", questions(measured, standings)),
        "parts": ("Warm and cold", _PARTS, parts(measured, standings)),
        "beyond": ("Beside being right", _BEYOND, beyond(leading(measured, standings), standings)),
    }
    names = brief(standings)
    title = f"{' or '.join(names)}?" if len(names) == 2 else f"{len(names)} compared: {', '.join(names)}"
    opening = _lead(measured, when) + _sentence(report)
    return whole(title, opening, {**sections, **_last(measured, report)}, _style())


def _last(measured: Measured, report: Evaluation | Comparison) -> Mapping[str, tuple[str, str, str]]:
    standings = report.standings if isinstance(report, Comparison) else [report.standing]
    return {
        "left-out": ("What was not asked", "", left_out(measured, standings)),
        "measured": ("How this was measured", "", _MEASURED),
    }


def _lead(measured: Measured, when: datetime) -> str:
    drawn = ", a sample drawn by hash" if measured.sample else ""
    memory = f" and {sized(measured.memory_bytes)} of memory" if measured.memory_bytes else ""
    return (
        f'<p class="lead">Measured on <b>{measured.products:,}</b> products of this catalogue{drawn}, with '
        f"{measured.pictures:,} pictures, in {lasting(measured.seconds)}{memory}. "
        f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">{when.day} {when:%B %Y, %H:%M} UTC</time>.</p>'
    )


def _head(report: Evaluation) -> str:
    """The first question of each sort, as large as it matters."""
    told = [
        (question, report.standing.results[name])
        for name in leading(report.measured, [report.standing])
        if (question := report.measured.questions.get(name)) is not None
    ]
    cards = "".join(
        f"<li><span>{escape(question.name)} <small>{escape(short(question.metric))}, "
        f"{result.values[question.metric].cases:,} asked</small></span>"
        f"<span>{share(result.values[question.metric])}</span></li>"
        for question, result in told
        if question.metric in result.values
    )
    return f'<ul class="heads">{cards}</ul>' if cards else ""


def _sentence(report: Comparison) -> str:
    """The verdict, with the colour of the gates where there are some; the words say the same."""
    outcome = "" if not report.gates else "better" if report.passed else "worse"
    said = (
        "" if not report.gates else "All gates are passed." if report.passed else "Not every gate is passed."
    )
    also = f"<span>{said}</span>" if said else ""
    return f'<div class="verdict sentence {outcome}"><p><b>{escape(report.verdict)}</b>{also}</p></div>'


@cache
def _style() -> str:
    return files("lookalike.verdict.sheet").joinpath("sheet.css").read_text(encoding="utf-8")
