"""What an encoder was learnt from and how, what that took, and how to use it and to go back, in words."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from lookalike.learning.page.numbers import encoder_name, spoken
from lookalike.sheets.numbers import lasting, sized

if TYPE_CHECKING:
    from lookalike.learning.gathering import Labels, Taught
    from lookalike.learning.report import TrainingReport

RECIPES = {
    "head": "A linear map over the vectors of the index, in closed form; no picture was read again.",
    "finetune": "The whole network, further trained on the pictures of this catalogue.",
    "scratch": "A small convolutional network, trained from nothing on the pictures of this catalogue.",
}
"""Recipes in a sentence."""

_PARTS = {
    "learn": "learnt from",
    "choose": "chosen by",
    "unseen": "never seen, for the figures only",
}
_STEPS = {"gather": "gathering", "learn": "learning", "compare": "measuring", "switch": "switching"}


def lessons(report: TrainingReport) -> str:
    """What was learnt from: the parts of the catalogue and what its columns say."""
    taught = report.taught
    also = [
        *([f"{taught.groups:,} products in groups of variants"] if taught.groups else []),
        *([f"{taught.sessions:,} sessions of shoppers"] if taught.sessions else []),
    ]
    told = also and report.recipe == "head"  # networks learn from labels alone
    more = f'<p class="rest">Also there to learn from: {escape(" and ".join(also))}.</p>' if told else ""
    return f"{_parts(taught)}{_columns(taught)}{more}"


def _parts(taught: Taught) -> str:
    """The parts of a catalogue as a bar, with a key."""
    total = sum(taught.parts.values()) or 1
    bar = "".join(
        f'<i class="{part}" style="flex-grow:{count}"></i>' for part, count in taught.parts.items() if count
    )
    key = "".join(
        f'<li><i class="{part}"></i><b>{count:,}</b> {_PARTS.get(part, part)} '
        f"<small>{count / total:.0%}</small></li>"
        for part, count in taught.parts.items()
    )
    return (
        f'<p class="rest">{taught.products:,} products with {taught.pictures:,} pictures, divided by '
        "product: variants of one style, and products that show the same picture, are never on both "
        "sides.</p>"
        f'<div class="parts" aria-hidden="true">{bar}</div><ul class="partkey">{key}</ul>'
    )


def _columns(taught: Taught) -> str:
    if not (taught.labels or taught.tags):
        return ""
    rows = _rows(taught.labels, "learnt from") + _rows(taught.tags, "measured only")
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Columns">'
        '<table class="numbers columns"><thead><tr><th scope="col">Column</th><th scope="col">Use</th>'
        '<th scope="col">Products with a label</th><th scope="col">Labels</th>'
        f'<th scope="col">Of one product only</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _rows(columns: Mapping[str, Labels], use: str) -> str:
    return "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{use}</td><td>{own.labelled:,}</td>'
        f"<td>{own.kinds:,}</td><td>{own.alone:,}</td></tr>"
        for name, own in columns.items()
    )


def settings(report: TrainingReport) -> str:
    """How it was learnt: the recipe, what was chosen, what it took, notes."""
    learnt = report.learnt
    facts = {
        "recipe": report.recipe,
        "encoder before": encoder_name(report.base),
        "device": learnt.device,
        **({"epochs": spoken(learnt.epochs)} if learnt.epochs else {}),
        **({"most memory": sized(report.memory_bytes)} if report.memory_bytes else {}),
        **{f"time {word}": lasting(report.seconds[s]) for s, word in _STEPS.items() if report.seconds.get(s)},
        **{name: spoken(value) for name, value in learnt.settings.items()},
    }
    said = escape(RECIPES.get(report.recipe, ""))
    return f'<p class="rest">{said}</p>{_pairs(facts)}{_sentences(learnt.notes)}'


def _pairs(facts: Mapping[str, str]) -> str:
    rows = "".join(
        f"<div><dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
    )
    return f"<dl>{rows}</dl>" if rows else ""


def _sentences(said: Sequence[str]) -> str:
    return f'<ul class="notes">{"".join(f"<li>{escape(one)}</li>" for one in said)}</ul>' if said else ""


def use(report: TrainingReport) -> str:
    """How to switch to it and back, and to use it elsewhere."""
    index = shlex.quote(_index(report))
    encoder = shlex.quote(report.encoder)
    switch = f"lookalike rebuild --index {index} --encoder {encoder}"
    back = f"lookalike rebuild --index {index} --back"
    steps = [("Go back to the encoder before, at once:", back)]
    if not report.switched:
        steps.insert(
            0, ("Switch: vectors are made beside the live index, then it changes over at once.", switch)
        )
    if len(report.comparison.standings) < 3:
        steps.append(
            (
                "See it beside others, on the same questions:",
                f"lookalike train --index {index} --recipe {report.recipe} --beside imagenet",
            )
        )
    said = "".join(f"<li>{escape(what)}<pre><code>{escape(line)}</code></pre></li>" for what, line in steps)
    now = "The index uses it now." if report.switched else "The index does not use it: nothing was changed."
    return f'<p class="rest">{now}</p><ol class="steps">{said}</ol>{_sentences(report.problems)}'


def _index(report: TrainingReport) -> str:
    """The folder of the index, where the encoder lies within it."""
    folder = report.folder
    return str(folder.parent.parent) if folder.parent.name == "encoders" else "INDEX"
