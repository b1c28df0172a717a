"""Values and differences as they are drawn: a dot for what was measured, a line as long as its interval."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from statistics import median

from lookalike.evaluation.bootstrap import Estimate
from lookalike.sheets.numbers import TOLD, points, reach, verdict

_WIDE, _HIGH = 200, 22  # units of a drawing
_FAR = 3.0  # times the median reach at which a drawing ends


def drawn_value(one: Estimate, low: float, high: float) -> str:
    """A value as a dot and its interval as a line, between ``low`` and ``high``."""

    def x(value: float) -> float:
        return round(8 + (value - low) / (high - low) * (_WIDE - 16), 1)

    middle = _HIGH / 2
    line = f'<path class="reach" d="M{x(one.low)} {middle:g}H{x(one.high)}"/>' if one.high > one.low else ""
    return (
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" aria-hidden="true">'
        f'<path class="rule" d="M8 {middle:g}H{_WIDE - 8}"/>{line}'
        f'<circle cx="{x(one.mean)}" cy="{middle:g}" r="5"/></svg>'
    )


def drawn_change(gain: Estimate, most: float, told: str = "") -> str:
    """A difference as a dot and a line, to the right where it is better; an arrow beyond ``most``.

    ``told`` is "better", "worse" or "even" where that is not what the interval says.
    """
    kind = told or verdict(gain)

    def x(value: float) -> float:
        return round(_WIDE / 2 + min(max(value / most, -1), 1) * (_WIDE / 2 - 8), 1)

    middle = _HIGH / 2
    mark = f'<circle cx="{x(gain.mean)}" cy="{middle:g}" r="5"/>'
    if abs(gain.mean) > most:
        end, back = (2, 12) if gain.mean < 0 else (_WIDE - 2, _WIDE - 12)
        mark = f'<path class="far" d="M{end} {middle:g}L{back} {middle - 6:g}V{middle + 6:g}Z"/>'
    said = f"{TOLD[kind]}: {points(gain)} points, {reach(gain)}"
    return (
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" class="{kind}" role="img" aria-label="{said}">'
        f'<path class="zero" d="M{_WIDE / 2:g} 0V{_HIGH}"/>'
        f'<path class="reach" d="M{x(gain.low)} {middle:g}H{x(gain.high)}"/>'
        f"{mark}</svg>"
    )


def furthest(changes: Sequence[Estimate]) -> float:
    """What reaches to the side of drawn changes, so that one far out does not hide the others."""
    reaches = [max(abs(one.low), abs(one.high)) for one in changes]
    return min(max(reaches), _FAR * median(reaches)) or 0.01 if reaches else 0.01


def frame(values: Sequence[Estimate], most: float | None = None) -> tuple[float, float]:
    """A range that holds all intervals with some room; on whole twentieths up to ``most`` where it is given.

    Nothing below 0 is in it.
    """
    low, high = min(one.low for one in values), max(one.high for one in values)
    room = max((high - low) * 0.1, 0.01)
    low, high = low - room, high + room
    if most is None:
        return max(low, 0), high
    return max(int(low * 20) / 20, 0), min(-int(-high * 20 // 1) / 20, most)


def panel(name: str, head: str, rows: str, low: str, high: str) -> str:
    """Drawn values below each other: ``head`` and ``rows`` are HTML, ``low`` and ``high`` name the ends."""
    return (
        f'<div class="panel"><p>{head}</p><table><caption class="hidden">{escape(name)}</caption>'
        f'<tbody>{rows}</tbody><tfoot aria-hidden="true"><tr><td></td><td class="axis"><span>{low}</span>'
        f"<span>{high}</span></td><td></td></tr></tfoot></table></div>"
    )
