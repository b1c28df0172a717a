"""Which kinds are taken for which, as maps: all of them at a glance, and the most confused to be read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

import numpy as np

from lookalike.learning.page.confused import Mistake, largest, mistakes, neighbourhoods, ordered
from lookalike.learning.page.numbers import last_steps
from lookalike.training.learnt import Confusion
from lookalike.vectors import Floats

MISTAKES, MAPS = 12, 6
"""The largest confusions that are listed, and neighbourhoods that are drawn."""

_MAP = 720  # units of a side of the whole map
_NAMES = 170  # units for the names beside it
_NAMED, _ROW = 12, 4  # units between two names, and of a row that has one at least
_CELL, _ROW_NAMES, _COLUMN_NAMES = 32, 112, 82  # units of a neighbourhood's map
_PARTS = {"learn": "learnt from", "choose": "chosen by", "unseen": "never seen"}
_DARK = 0.45  # share from which on a number is light on dark
_LONG = 15  # letters of a name in it


def confusions(found: Sequence[Confusion]) -> str:
    """The confusion of unseen products, else the last, with maps; figures of the others; "" for none."""
    if not found:
        return ""
    shown = next((one for one in found if one.part == "unseen"), found[-1])
    worst = largest(shown, MISTAKES)
    return (
        f"{_lead(shown)}{_others(found)}"
        f'<div class="confused">{_whole(shown)}{_list(worst, shown)}</div>{_maps(shown)}{_kinds(shown)}'
    )


def _lead(one: Confusion) -> str:
    of = int(one.counts.sum())
    return (
        f'<p class="lead"><b>{one.accuracy:.1%}</b> of the products {_part(one)} were given the kind that '
        f"they have, out of {len(one.kinds):,}; it is among the first five for <b>{one.top5:.1%}</b>. "
        f"The maps are of {of:,} of them.</p>"
    )


def _part(one: Confusion) -> str:
    """The part of the catalogue in words."""
    return escape(_PARTS.get(one.part, one.part))


def _others(found: Sequence[Confusion]) -> str:
    """One line for each part, where there are several."""
    if len(found) < 2:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_part(one)}</th><td>{int(one.counts.sum()):,}</td>'
        f"<td>{one.accuracy:.1%}</td><td>{one.top5:.1%}</td></tr>"
        for one in found
    )
    return (
        '<table class="numbers slim"><thead><tr><th scope="col">Products</th><th scope="col">How many</th>'
        '<th scope="col">Named rightly</th><th scope="col">Among first five</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _shares(one: Confusion) -> Floats:
    """Counts as shares of their row, (k, k)."""
    totals = one.counts.sum(axis=1, keepdims=True)
    shares: Floats = (one.counts / np.maximum(totals, 1)).astype(np.float32)
    return shares


def _said(one: Confusion, row: int, column: int) -> str:
    count, of = int(one.counts[row, column]), int(one.counts[row].sum())
    verb = "named rightly" if row == column else f"taken for {one.kinds[column]}"
    return escape(f"{one.kinds[row]} {verb}: {count:,} of {of:,}")


def _shade(share: float) -> float:
    """How strongly a share is painted; small ones are still seen."""
    return round(0.08 + 0.92 * math.pow(share, 0.6), 2)


def _whole(one: Confusion) -> str:
    """The map of all kinds, each as wide as the root of its products."""
    totals = one.counts.sum(axis=1)
    order = [at for at in ordered(one).tolist() if totals[at] or one.counts[:, at].any()]
    widths = np.sqrt(np.maximum(totals[order], 1))
    ends = np.concatenate([[0], np.cumsum(widths) / widths.sum() * _MAP]).round(1)
    cells = "".join(_cells(one, order, ends.tolist()))
    names = "".join(_names([one.kinds[at] for at in order], ends.tolist()))
    return (
        '<figure class="whole"><figcaption><b>All kinds at a glance</b> Each row is a kind, each column what '
        "it was taken for, confused kinds next to each other; dark on the diagonal is right, colour beside "
        "it is wrong. Kinds with more products are wider.</figcaption>"
        f'<div class="map"><svg class="names" viewBox="0 0 {_NAMES} {_MAP}" aria-hidden="true">{names}</svg>'
        f'<svg class="cells" viewBox="0 0 {_MAP} {_MAP}" role="img" aria-label="Map of {len(order)} kinds '
        f'and what they were taken for; the table of kinds below says the same">'
        f'<rect class="paper" width="{_MAP}" height="{_MAP}"/>{cells}</svg></div></figure>'
    )


def _cells(one: Confusion, order: Sequence[int], ends: Sequence[float]) -> Iterator[str]:
    shares = _shares(one)
    for y, row in enumerate(order):
        for x, column in enumerate(order):
            if one.counts[row, column]:
                wide, high = ends[x + 1] - ends[x], ends[y + 1] - ends[y]
                yield (
                    f'<rect class="{"right" if row == column else "wrong"}" x="{ends[x]:g}" y="{ends[y]:g}" '
                    f'width="{max(wide, 1):.1f}" height="{max(high, 1):.1f}" '
                    f'opacity="{_shade(float(shares[row, column]))}">'
                    f"<title>{_said(one, row, column)}</title></rect>"
                )


def _names(kinds: Sequence[str], ends: Sequence[float]) -> Iterator[str]:
    """Names of the highest rows, as many as there is room for."""
    heights = [below - above for above, below in pairwise(ends)]
    taken: list[float] = []
    for at in sorted(range(len(kinds)), key=lambda at: -heights[at]):
        middle = (ends[at] + ends[at + 1]) / 2
        if heights[at] < _ROW or any(abs(middle - other) < _NAMED for other in taken):
            continue
        taken.append(middle)
        name = escape(_short(kinds[at], 26))
        yield f'<text x="{_NAMES - 6}" y="{middle + 4:.1f}" text-anchor="end">{name}</text>'


def _short(name: str, letters: int = _LONG) -> str:
    """A name that fits; of a path its last step."""
    last = name.rpartition(">")[2].strip() or name
    return last if len(last) <= letters else last[: letters - 1].rstrip() + "…"


def _list(worst: Sequence[Mistake], one: Confusion) -> str:
    if not worst:
        return '<p class="nothing">No product was taken for another kind.</p>'
    most = max(mistake.count for mistake in worst)
    called = dict(zip(one.kinds, last_steps(one.kinds), strict=True))
    rows = "".join(
        f'<tr><th scope="row">{escape(called[m.kind])} <span class="for">taken for</span> '
        f"{escape(called[m.taken])}</th>"
        f"<td>{m.count:,} <small>of {m.of:,}</small></td>"
        f'<td class="bar" aria-hidden="true"><i style="width:{m.count / most:.0%}"></i></td></tr>'
        for m in worst
    )
    listed = sum(m.count for m in worst)
    return (
        f'<div class="worst"><h3>The largest confusions</h3><p class="rest">{listed:,} of {mistakes(one):,} '
        f'mistakes.</p><table class="numbers bars"><tbody>{rows}</tbody></table></div>'
    )


def _maps(one: Confusion) -> str:
    groups = neighbourhoods(one, MAPS)
    drawn = "".join(_neighbourhood(one, group) for group in groups)
    if not drawn:
        return ""
    return (
        '<h3>Kinds that are taken for each other</h3><p class="rest">How many products of the kind at the '
        f'left were taken for the kind above.</p><div class="maps">{drawn}</div>'
    )


def _neighbourhood(one: Confusion, group: Sequence[int]) -> str:
    """A map of a few kinds, with its numbers."""
    side = _CELL * len(group)
    rows = "".join(
        f'<text x="{_ROW_NAMES - 6}" y="{_COLUMN_NAMES + _CELL * (y + 0.5) + 4}" text-anchor="end">'
        f"{escape(_short(one.kinds[row]))}</text>"
        for y, row in enumerate(group)
    )
    columns = "".join(
        f'<text transform="translate({_ROW_NAMES + _CELL * (x + 0.5) + 3} {_COLUMN_NAMES - 6}) rotate(-50)">'
        f"{escape(_short(one.kinds[column], 13))}</text>"
        for x, column in enumerate(group)
    )
    cells = "".join(
        f'<g transform="translate({_ROW_NAMES + _CELL * x} {_COLUMN_NAMES + _CELL * y})">'
        f"{_cell(one, row, column)}</g>"
        for y, row in enumerate(group)
        for x, column in enumerate(group)
    )
    wide, high = _ROW_NAMES + side + 52, _COLUMN_NAMES + side + 4
    named = ", ".join(one.kinds[at] for at in group)
    return (
        f'<svg viewBox="0 0 {wide} {high}" width="{wide}" role="img" '
        f'aria-label="Products of {escape(named)} taken for each other">{rows}{columns}{cells}</svg>'
    )


def _cell(one: Confusion, row: int, column: int) -> str:
    """How many of one kind were taken for one, on a ground as strong as their share."""
    count = int(one.counts[row, column])
    square = f'width="{_CELL - 1}" height="{_CELL - 1}"'
    if not count:
        return f'<rect class="paper" {square}/>'
    share = count / int(one.counts[row].sum())
    return (
        f'<title>{_said(one, row, column)}</title><rect class="paper" {square}/>'
        f'<rect class="{"right" if row == column else "wrong"}" {square} opacity="{_shade(share)}"/>'
        f'<text class="{"over" if share > _DARK else "on"}" x="{_CELL / 2}" y="{_CELL / 2 + 4}" '
        f'text-anchor="middle">{count}</text>'
    )


def _kinds(one: Confusion) -> str:
    """Every kind with how many of its products were named rightly, and what they were taken for."""
    totals, rightly = one.counts.sum(axis=1), np.diag(one.counts)
    rows = []
    for at in sorted(range(len(one.kinds)), key=lambda at: (-totals[at], one.kinds[at])):
        if not totals[at]:
            continue
        others = [(int(n), k) for k, n in enumerate(one.counts[at]) if n and k != at]
        taken = ", ".join(f"{one.kinds[k]} {n}" for n, k in sorted(others, key=lambda o: (-o[0], o[1]))[:3])
        rows.append(
            f'<tr><th scope="row">{escape(one.kinds[at])}</th><td>{int(totals[at]):,}</td>'
            f"<td>{rightly[at] / totals[at]:.0%}</td><td>{escape(taken)}</td></tr>"
        )
    return (
        f"<details><summary>All {len(rows)} kinds, one by one</summary>"
        '<table class="numbers kinds"><thead><tr><th scope="col">Kind</th><th scope="col">Products</th>'
        '<th scope="col">Named rightly</th><th scope="col">Taken for</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></details>"
    )
