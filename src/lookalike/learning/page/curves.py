"""Curves of a training as diagrams: lines by epoch, their last and best values, all numbers in a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from lookalike.training.learnt import Curve

WIDE, HIGH = 400, 240
"""Units of a diagram; about pixels where it is shown."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 10, 32
_TICKS = 6
_DOTS = 40  # epochs with a dot each; more are a line
_HINTS = 240  # epochs of a line that say their value under the pointer
_LOWER = ("loss", "error")  # diagrams in which less is better

Range = tuple[float, float]


def diagrams(curves: Sequence[Curve]) -> str:
    """Diagrams of curves as figures, those of one diagram together; "" where none has a value."""
    named: dict[str, list[Curve]] = {}
    for curve in curves:
        if _points(curve):
            named.setdefault(curve.diagram, []).append(curve)
    drawn = "".join(_diagram(name, own) for name, own in named.items())
    return f'<div class="diagrams">{drawn}</div>{_table(named)}' if drawn else ""


def ticks(low: float, high: float, count: int = _TICKS) -> list[float]:
    """About ``count`` round numbers from at or under ``low`` to at or over ``high``, evenly apart.

    Steps are 1, 2 or 5 times a power of ten: Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990.
    """
    reach = high - low
    if not reach > 0:
        reach = abs(high) or 1.0
        low, high = low - reach / 2, high + reach / 2
    rough = reach / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * one for one in (1, 2, 5) if power * one >= rough * 0.999), power * 10)
    first = math.floor(low / step + 1e-6)
    last = math.ceil(high / step - 1e-6)
    return [round(at * step, 12) for at in range(first, last + 1)]


def _points(curve: Curve) -> list[tuple[int, float]]:
    """Epochs and values that are numbers."""
    return [
        (epoch, float(value))
        for epoch, value in zip(curve.epochs, curve.values, strict=True)
        if math.isfinite(value)
    ]


def _less_is_better(diagram: str) -> bool:
    return any(word in diagram.lower() for word in _LOWER)


def _best(diagram: str, points: Sequence[tuple[int, float]]) -> tuple[int, float]:
    """Where a curve was best, the earliest of equals."""
    sign = -1 if _less_is_better(diagram) else 1
    return max(points, key=lambda point: (sign * point[1], -point[0]))


def _number(value: float, diagram: str) -> str:
    """A value in words: a share as a percentage, another number as it is."""
    return f"{value:.3g}" if _less_is_better(diagram) or abs(value) > 1 else f"{value:.1%}"


class _Plane:
    """Where epochs and values lie in a diagram."""

    def __init__(self, name: str, curves: Sequence[Curve]) -> None:
        points = [point for curve in curves for point in _points(curve)]
        values = [value for _, value in points]
        self.ys = ticks(min(values), max(values))
        epochs = [epoch for epoch, _ in points]
        self.first, self.last = min(epochs), max(epochs)
        self.xs = [one for one in ticks(self.first, self.last, 6) if self._holds(one)]
        self.name = name

    def _holds(self, epoch: float) -> bool:
        return epoch == int(epoch) and self.first <= epoch <= self.last

    def x(self, epoch: float) -> float:
        reach = (self.last - self.first) or 1
        share = (epoch - self.first) / reach if self.last > self.first else 0.5
        return round(_LEFT + share * (WIDE - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.ys[0]) / (self.ys[-1] - self.ys[0])
        return round(HIGH - _BOTTOM - share * (HIGH - _TOP - _BOTTOM), 1)

    def tick(self, value: float) -> str:
        """A number of the upright axis, with as many digits as its steps need."""
        step = self.ys[1] - self.ys[0]
        if _less_is_better(self.name) or self.ys[-1] > 1:
            return f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"
        return f"{value:.{max(0, -2 - math.floor(math.log10(step) + 1e-9))}%}"


def _diagram(name: str, curves: Sequence[Curve]) -> str:
    plane = _Plane(name, curves)
    lines = "".join(_line(curve, at, plane) for at, curve in enumerate(curves))
    key = "".join(_entry(curve, at) for at, curve in enumerate(curves))
    title = escape(_title(name))
    said = escape("; ".join(f"{curve.name} {_said(curve)}" for curve in curves))
    return (
        f'<figure class="diagram"><figcaption><b>{title}</b><ul class="key">{key}</ul></figcaption>'
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{title} by epoch: {said}">'
        f"{_axes(plane)}{lines}</svg></figure>"
    )


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _said(curve: Curve) -> str:
    """The last value of a curve and where it was best."""
    points = _points(curve)
    epoch, best = _best(curve.diagram, points)
    last = f"{_number(points[-1][1], curve.diagram)}"
    return last if epoch == points[-1][0] else f"{last}, best {_number(best, curve.diagram)} in epoch {epoch}"


def _entry(curve: Curve, at: int) -> str:
    """A line of a diagram's key: how it is drawn, what it is, where it ended."""
    mark = f'<svg viewBox="0 0 26 10" class="c{at % 6}" aria-hidden="true"><path d="M1 5H25"/></svg>'
    return f"<li>{mark}{escape(curve.name)} <small>{escape(_said(curve))}</small></li>"


def _axes(plane: _Plane) -> str:
    across = "".join(
        f'<path class="grid" d="M{_LEFT} {plane.y(value)}H{WIDE - _RIGHT}"/>'
        f'<text x="{_LEFT - 6}" y="{plane.y(value) + 4}" text-anchor="end">{plane.tick(value)}</text>'
        for value in plane.ys
    )
    along = "".join(
        f'<text x="{plane.x(epoch)}" y="{HIGH - _BOTTOM + 16}" text-anchor="middle">{int(epoch)}</text>'
        for epoch in plane.xs or [plane.first]
    )
    middle = (_LEFT + WIDE - _RIGHT) / 2
    return f'{across}{along}<text x="{middle}" y="{HIGH - 3}" text-anchor="middle">epoch</text>'


def _line(curve: Curve, at: int, plane: _Plane) -> str:
    points = _points(curve)
    path = "L".join(f"{plane.x(epoch)} {plane.y(value)}" for epoch, value in points)
    best = _best(curve.diagram, points)
    dots = points if len(points) <= _DOTS else []
    step = max(1, math.ceil(len(points) / _HINTS))
    hints = "".join(
        f'<circle class="hint" cx="{plane.x(epoch)}" cy="{plane.y(value)}" r="5">'
        f"<title>{escape(curve.name)}, epoch {epoch}: {_number(value, curve.diagram)}</title></circle>"
        for epoch, value in points[::step]
    )
    marks = "".join(f'<circle cx="{plane.x(epoch)}" cy="{plane.y(value)}" r="2.5"/>' for epoch, value in dots)
    ring = f'<circle class="best" cx="{plane.x(best[0])}" cy="{plane.y(best[1])}" r="5"/>'
    return f'<g class="c{at % 6}"><path d="M{path}"/>{marks}{ring}{hints}</g>'


def _table(named: dict[str, list[Curve]]) -> str:
    """All values, for whoever wants the numbers."""
    curves = [curve for own in named.values() for curve in own]
    values = [dict(_points(curve)) for curve in curves]
    epochs = sorted({epoch for own in values for epoch in own})
    if not epochs:
        return ""
    head = "".join(f'<th scope="col">{escape(_title(c.diagram))}: {escape(c.name)}</th>' for c in curves)
    rows = "".join(
        f'<tr><th scope="row">{epoch}</th>'
        + "".join(
            f"<td>{_number(own[epoch], curve.diagram) if epoch in own else ''}</td>"
            for curve, own in zip(curves, values, strict=True)
        )
        + "</tr>"
        for epoch in epochs
    )
    return (
        "<details><summary>The numbers of each epoch</summary>"
        '<div class="wide" tabindex="0" role="region" aria-label="The numbers of each epoch">'
        f'<table class="numbers"><thead><tr><th scope="col">Epoch</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )
