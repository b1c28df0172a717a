"""A training as a page that opens offline: whether it was worth it, in figures and in pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.learning.page.confusion import confusions
from lookalike.learning.page.curves import diagrams
from lookalike.learning.page.facts import lessons, settings, use
from lookalike.learning.page.figures import before_after, side_by_side
from lookalike.learning.page.lists import Sight, examples
from lookalike.learning.page.numbers import encoder_name
from lookalike.sheets.numbers import lasting, points, reach, verdict
from lookalike.sheets.pictures import Thumbnails
from lookalike.sheets.whole import whole

if TYPE_CHECKING:
    from lookalike.learning.report import TrainingReport

_VERDICTS = {
    "better": "Better than before",
    "worse": "Worse than before",
    "even": "Not better beyond chance",
}


def write_page(report: TrainingReport, path: Path, thumbnails: Thumbnails) -> None:
    """Write a training as one HTML file; style and pictures are inside, and it needs no script.

    ``thumbnails`` gives small JPEGs of main pictures by product id. Raises `OSError`.
    """
    path.write_text(page(report, thumbnails, datetime.now(UTC)), encoding="utf-8")


def page(report: TrainingReport, thumbnails: Thumbnails, when: datetime) -> str:
    """The whole page; ``when`` is what it is dated."""
    comparison = report.comparison
    column = next(iter(report.taught.labels), "group")
    sight = Sight.of(comparison, thumbnails, column)
    first = comparison.standings[:2]
    several = len(comparison.standings) > 2
    drawn = _DRAWN.format(which="each" if several else "either", column=column)
    sections = {
        "figures": ("Before and after", "", before_after(comparison)),
        "encoders": (
            "Encoders side by side" if several else "Precision and variety",
            "",
            side_by_side(comparison),
        ),
        "lists": (
            "The same queries, side by side",
            drawn,
            examples(comparison.drawn, comparison.standings, sight, gains=False),
        ),
        "better": ("What got better", _BETTER, examples(comparison.better, first, sight)),
        "worse": ("What got worse", _WORSE, examples(comparison.worse, first, sight)),
        "curves": ("How it learnt", "", diagrams(report.learnt.curves)),
        "confusion": ("Which kinds it confuses", "", confusions(report.learnt.confusion)),
        "lessons": ("What it learnt from", "", lessons(report)),
        "settings": ("How it was made", "", settings(report)),
        "use": ("How to use it, and go back", "", use(report)),
        "measured": ("How this was measured", "", _MEASURED),
    }
    title = f"{report.name}, an encoder of this catalogue"
    return whole(title, _lead(report, when) + _head(report), sections, _style())


_DRAWN = (
    "Products that nothing was learnt from, drawn by chance, and the ten that {which} encoder finds for them "
    "among others like them. A tick marks those of the same {column}; below them stands what else "
    "their labels say."
)
_BETTER = "Those that gained most, one of each kind: chosen to be looked at, not typical."
_WORSE = "Those that lost most, one of each kind: chosen to be looked at, not typical."
_MEASURED = (
    '<ul class="notes"><li>Figures are of products that nothing was learnt from and nothing was chosen by; '
    "they ask, and they are what is found, unless it says otherwise.</li>"
    "<li>A product, its variants, and products that show the very same picture are all on one side; copies "
    "of the product that asks count neither way.</li>"
    "<li>Gains are paired, product by product. Intervals are of 95%, by drawing whole families of products "
    "2,000 times over.</li>"
    "<li>An encoder counts as better when the lower end of the interval of its mean gain, over the columns "
    "that were learnt from, is above 0, and twenty families of products or more could ask.</li></ul>"
)


def _lead(report: TrainingReport, when: datetime) -> str:
    labels = ", ".join(report.taught.labels) or "groups and sessions"
    took = lasting(report.seconds["all"]) if report.seconds.get("all") else ""
    return (
        f'<p class="lead">Recipe <b>{escape(report.recipe)}</b>, learnt from <b>{escape(labels)}</b> of '
        f"{report.taught.parts.get('learn', report.taught.products):,} products"
        f"{f' in {took}' if took else ''}, against <b>{escape(encoder_name(report.base))}</b>. "
        f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">{when.day} {when:%B %Y, %H:%M} UTC</time>.</p>'
    )


def _head(report: TrainingReport) -> str:
    """The verdict, and the columns that were learnt from."""
    gain = report.gain
    worse = f", but worse at {', '.join(report.worse_at)}" if report.worse_at and gain.high >= 0 else ""
    comparison = report.comparison
    before, after = comparison.standings[:2]
    led = [name for name, one in comparison.questions.items() if one.taught] or [*after.gains][:1]
    cards = "".join(
        f"<li><span>{escape(name)} <small>{escape(comparison.questions[name].metric)}</small></span>"
        f"<b>{before.values[name].mean:.1%} → {after.values[name].mean:.1%}</b></li>"
        for name in led
    )
    now = "The index uses it." if report.switched else "The index does not use it."
    if report.switched and report.forced and not report.better:
        now += " That was forced."
    return (
        f'<div class="verdict {verdict(gain)}"><p><span>{_VERDICTS[verdict(gain)]}{escape(worse)}</span>'
        f"<b>{points(gain)} <small>points</small></b><span>95% interval {reach(gain)}, on {gain.cases:,} "
        f"products it has never seen. {now}</span></p><ul>{cards}</ul></div>"
    )


@cache
def _style() -> str:
    return files("lookalike.learning.page").joinpath("sheet.css").read_text(encoding="utf-8")
