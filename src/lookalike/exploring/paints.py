"""By what a map can be coloured: the columns that products share, their measured colour, their price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from lookalike import colour
from lookalike.exploring.bins import equal_shares, written
from lookalike.exploring.documents import Paint
from lookalike.exploring.told import told_columns
from lookalike.filters import fold_category
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.facets import Folded
from lookalike.vectors import Rows

MOST_VALUES = 60
"""Values of a column that are told apart; the rarer ones are one."""

RAMP = ("#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725")
"""From little to much: matplotlib's viridis, which is told apart in every kind of colour blindness."""

Codes = npt.NDArray[np.intp]


def paints(snapshot: Snapshot, rows: Rows) -> list[Paint]:
    """Every column by which some of these products differ; the category first."""
    found = [*_categories(snapshot), *_colour(snapshot), *_told(snapshot), *_price(snapshot)]
    return [made for one in found if (made := _of_rows(one, rows)) is not None]


def _of_rows(paint: Paint, rows: Rows) -> Paint | None:
    """The paint of some products, with the values that these have; None where it tells nothing apart."""
    codes = np.asarray(paint.codes, np.intp)[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(paint.values))
    if (counts > 0).sum() < 2:
        return None
    order = np.flatnonzero(counts)
    if not paint.tints:
        order = order[np.argsort(-counts[order], kind="stable")]
    folded = len(order) - MOST_VALUES + 1 if len(order) > MOST_VALUES else 0
    place = np.full(len(paint.values) + 1, -1, np.intp)
    place[order] = np.minimum(np.arange(len(order)), MOST_VALUES - 1)
    kept = order[: MOST_VALUES - 1] if folded else order
    values = [paint.values[at] for at in kept.tolist()] + ["others"] * bool(folded)
    tints = [paint.tints[at] for at in kept.tolist()] if paint.tints else []
    return Paint(paint.name, values, place[codes].tolist(), tints, folded)


def _categories(snapshot: Snapshot) -> Iterator[Paint]:
    """The first level of the paths, and the whole paths where they have more."""
    column = snapshot.columns.text("category")
    if column is None:
        return
    whole = Folded.of(column, fold_category)
    tops = [value.split(">")[0].strip() for value in whole.values]
    names = list(dict.fromkeys(top.casefold() for top in tops))
    shown = {top.casefold(): top for top in reversed(tops)}
    place = np.array([*(names.index(top.casefold()) for top in tops), -1], np.intp)
    if len(names) < len(whole.values):
        yield _paint("category", [shown[name] for name in names], place[whole.places])
        yield _paint("whole category", whole.values, whole.places)
    else:
        yield _paint("category", whole.values, whole.places)


def _colour(snapshot: Snapshot) -> Iterator[Paint]:
    """The colour that most of the main picture's thing has."""
    if not snapshot.palettes.said.any():
        return
    shares = snapshot.palettes.shares()
    codes = np.where(snapshot.palettes.said, shares.argmax(axis=1), -1)
    yield _paint("colour", colour.NAMES, codes, [colour.SWATCHES[name] for name in colour.NAMES])


def _told(snapshot: Snapshot) -> Iterator[Paint]:
    for told in told_columns(snapshot):
        if told.numbers is None:
            yield _paint(told.name, told.values, told.codes)
        elif len(told.values) <= MOST_VALUES:
            yield _paint(told.name, told.values, told.codes, _ramp(len(told.values)))
        else:
            yield _ranges(told.name, told.numbers)


def _price(snapshot: Snapshot) -> Iterator[Paint]:
    """Eighths of the prices in the most frequent currency."""
    amounts, currency = snapshot.columns.prices()
    priced = ~np.isnan(amounts)
    if not priced.any():
        return
    most = int(np.bincount(currency.codes[priced] + 1).argmax()) - 1
    unit = f" {currency.values[most]}" if most >= 0 else ""
    yield _ranges("price", np.where(currency.codes == most, amounts, np.nan), unit)


def _ranges(name: str, numbers: npt.NDArray[np.float64], unit: str = "") -> Paint:
    there = ~np.isnan(numbers)
    bounds = equal_shares(numbers[there], len(RAMP))
    codes = np.full(len(numbers), -1, np.intp)
    codes[there] = np.searchsorted(np.array(bounds), numbers[there], side="right") - 1
    parts = len(bounds) - 1
    said = [f"{written(bounds[at])}–{written(bounds[at + 1])}{unit}" for at in range(parts)]
    said[-1] = f"from {written(bounds[-2])}{unit}"
    return _paint(name, said, codes, _ramp(parts))


def _ramp(parts: int) -> list[str]:
    return [RAMP[at * (len(RAMP) - 1) // max(parts - 1, 1)] for at in range(parts)]


def _paint(name: str, values: Sequence[str], codes: Codes, tints: Sequence[str] = ()) -> Paint:
    return Paint(name, list(values), codes.tolist(), list(tints))
