"""How good encoders are, as tables: before and after, several side by side, how varied their lists are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from lookalike.evaluation.bootstrap import Estimate
from lookalike.learning.page.numbers import standing_name
from lookalike.sheets.intervals import drawn_change, drawn_value, frame, furthest, panel
from lookalike.sheets.numbers import points, reach, share, verdict
from lookalike.training.trial import Comparison, Question, Standing

_ALL = 0.995  # of what is as good as everything


def before_after(comparison: Comparison) -> str:
    """The encoder of the index and the learnt one on every question, and with all products where known."""
    before, after = comparison.standings[:2]
    apart = _changes(comparison.questions, before.values, after.values, after.gains, "Found among the unseen")
    whole = ""
    if after.whole_gains:
        whole = _changes(
            comparison.questions,
            before.whole,
            after.whole,
            after.whole_gains,
            "Found in the whole catalogue",
            brief=True,
        )
        whole = (
            '<h3>With the whole catalogue to be found</h3><p class="rest">The same unseen products ask, and '
            "everything answers, what was learnt from as well: as a shopper sees it.</p>" + whole
        )
    return apart + whole


def _changes(
    questions: Mapping[str, Question],
    before: Mapping[str, Estimate],
    after: Mapping[str, Estimate],
    gains: Mapping[str, Estimate],
    caption: str,
    *,
    brief: bool = False,
) -> str:
    most = furthest([*gains.values()])
    rows = "".join(
        f'<tr><th scope="row">{_asked(name, questions.get(name), gain.cases, brief)}</th>'
        f'<td data-of="Before">{share(before[name])}</td><td data-of="After">{share(after[name])}</td>'
        f'<td data-of="Gain" class="{verdict(gain)}"><b>{points(gain)}</b> <small>{reach(gain)}</small></td>'
        f'<td class="drawn">{drawn_change(gain, most)}</td></tr>'
        for name, gain in gains.items()
    )
    return (
        f'<table class="numbers changes"><caption class="hidden">{caption}</caption><thead><tr>'
        '<th scope="col">Question</th><th scope="col">Before</th><th scope="col">After</th>'
        f'<th scope="col">Gain, points</th><th scope="col"><span>worse</span><span>better</span></th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _asked(name: str, question: Question | None, cases: int, brief: bool) -> str:
    """A question: its name, what is asked unless ``brief``, by how many."""
    if question is None:
        return f"<b>{escape(name)}</b>"
    taught = ' <i class="tag">learnt from</i>' if question.taught else ""
    said = "" if brief else f"{_whole_said(question)} "
    return f"<b>{escape(name)}</b>{taught}<small>{said}{escape(question.metric)}, {cases:,} asked.</small>"


def _whole_said(question: Question) -> str:
    """What is asked, and what an answer can be at most where that is not everything."""
    most = f" It can be {question.best:.0%} at most." if question.best < _ALL else ""
    return f"{escape(question.said)}{most}"


def side_by_side(comparison: Comparison) -> str:
    """Panels of how precise and of how varied the lists of all encoders are: dots with their intervals.

    Where there are but two encoders, only what was learnt from is shown again beside the variety.
    """
    several = len(comparison.standings) > 2
    taught = [name for name, one in comparison.questions.items() if one.taught]
    names = [*comparison.questions] if several else taught or [*comparison.questions][:1]
    precise = "".join(_panel(name, comparison.questions[name], comparison) for name in names)
    return (
        f'<h3>How precise</h3><div class="panels">{precise}</div>'
        f'<h3>How varied</h3><p class="rest">An encoder can be precise and show the same few things over and '
        f'over.</p><div class="panels two">{_varied(comparison)}</div>'
    )


def _panel(name: str, question: Question, comparison: Comparison) -> str:
    values = [standing.values.get(name) for standing in comparison.standings]
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = frame(known, 1.0)
    best = max(one.mean for one in known)
    rows = "".join(
        _row(standing, value, share(value), (low, high), value.mean == best)
        for standing, value in zip(comparison.standings, values, strict=True)
        if value is not None
    )
    taught = ' <i class="tag">learnt from</i>' if question.taught else ""
    head = f"<b>{escape(name)}</b>{taught} <small>{_whole_said(question)}</small>"
    return panel(name, head, rows, f"{low:.0%}", f"{high:.0%}")


def _row(
    standing: Standing, one: Estimate, said: str, within: tuple[float, float], best: bool = False
) -> str:
    return (
        f'<tr class="{standing.role}{" best" if best else ""}"><th scope="row">{standing_name(standing)}</th>'
        f'<td class="drawn">{drawn_value(one, *within)}</td><td>{said}</td></tr>'
    )


def _varied(comparison: Comparison) -> str:
    panels = [
        _variety_panel(
            "Kinds in a list",
            "Different kinds among the ten products of a list.",
            [(one, one.variety.kinds) for one in comparison.standings],
            2,
        ),
        _variety_panel(
            "Spread of a list",
            "1 less the mean likeness of its members, by the vectors of the index for every encoder.",
            [(one, one.variety.diversity) for one in comparison.standings],
            3,
        ),
        _variety_panel(
            "Coverage",
            "Share of the products that stand in any list.",
            [(one, _exact(one.variety.coverage)) for one in comparison.standings],
            None,
        ),
        _variety_panel(
            "Places of the most shown tenth",
            "Share of all places that the most shown tenth of the products takes: 10% if all were alike.",
            [(one, _exact(one.variety.top)) for one in comparison.standings],
            None,
        ),
    ]
    return "".join(panels)


def _exact(value: float) -> Estimate:
    return Estimate(value, value, value, 0)


def _variety_panel(
    name: str, said: str, values: Sequence[tuple[Standing, Estimate | None]], digits: int | None
) -> str:
    """A measure of variety; with ``digits`` None it is a share without an interval."""
    known = [(standing, one) for standing, one in values if one is not None]
    if not known:
        return ""
    low, high = frame([one for _, one in known], 1.0 if digits is None else None)

    def told(one: Estimate) -> str:
        if digits is None:
            return f"<b>{one.mean:.1%}</b>"
        between = f"{one.low:.{digits}f}\N{EN DASH}{one.high:.{digits}f}"
        return f"<b>{one.mean:.{digits}f}</b> <small>{between}</small>"

    rows = "".join(_row(standing, one, told(one), (low, high)) for standing, one in known)
    head = f"<b>{name}</b> <small>{escape(said)}</small>"
    if digits is None:
        return panel(name, head, rows, f"{low:.0%}", f"{high:.0%}")
    return panel(name, head, rows, f"{low:.{digits - 1}f}", f"{high:.{digits - 1}f}")
