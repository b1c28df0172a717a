"""What is in a catalogue, counted: what a notebook about a shop's data begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from lookalike.exploring.bins import counted, round_bounds, written
from lookalike.exploring.documents import Bar, Chart, Counts
from lookalike.exploring.told import Told, told_columns
from lookalike.filters import Filter, Term
from lookalike.view import View

MOST_BARS = 30
"""Values of a chart that have a bar of their own; the others share one."""

_SIDES = 11  # bars of a count that is mostly small: 0 to 9, and more
_CATEGORY_LEVELS = 3
_CURRENCIES = 3  # that have a histogram of their own


def counts(view: View) -> Counts:
    """Categories, colours, brands, prices, pictures and what else products say, of one version."""
    charts = [
        *_categories(view),
        *_colours(view),
        *_prices(view),
        *_pictures(view),
        *_groups(view),
        *(_told(view, one) for one in told_columns(view.snapshot)),
    ]
    return Counts(
        products=len(view.snapshot),
        pictures=len(view.snapshot.position),
        version=view.snapshot.version,
        charts=charts,
    )


def _values(name: str, bars: Iterable[Bar], missing: int, others: int = 0) -> Chart:
    """A chart of values, the most frequent first; ``others`` products have values that are not among them."""
    ranked = list(bars)
    kept = ranked if len(ranked) <= MOST_BARS + 1 else ranked[:MOST_BARS]
    rest = sum(bar.count for bar in ranked[len(kept) :]) + others
    more = [Bar("others", rest)] if rest else []
    return Chart(name, "values", [*kept, *more], missing, len(ranked))


def _categories(view: View) -> Iterator[Chart]:
    """A chart of each level of the paths, each value with all that lies below it."""
    column = view.snapshot.columns.text("category")
    if column is None or not (column.codes >= 0).any():
        return
    found = view.facets.count(Filter())["category"]
    products = len(view.snapshot)
    for depth in range(_CATEGORY_LEVELS):
        own = [one for one in found if one["depth"] == depth]
        if not own or (depth and len(own) < 2):
            return
        bars = [Bar(one["value"], one["count"], Term("category", "=", (one["path"],)).written) for one in own]
        name = f"category, level {depth + 1}" if depth else "category"
        yield _values(name, bars, products - sum(bar.count for bar in bars))


def _colours(view: View) -> Iterator[Chart]:
    """The colours that a search by colour finds; a product may have several."""
    snapshot = view.snapshot
    masks = {name: snapshot.columns.colour(name) for name in snapshot.columns.colours()}
    found = {name: mask for name, mask in masks.items() if mask is not None and mask.any()}
    if not found:
        return
    none = len(snapshot) - int(np.any([*found.values()], axis=0).sum())
    ranked = sorted(found, key=lambda name: -int(found[name].sum()))
    yield _values("colour", [Bar(n, int(found[n].sum()), f"colour={n}") for n in ranked], none)


def _prices(view: View) -> Iterator[Chart]:
    """A histogram of each currency, the most frequent first."""
    amounts, currency = view.snapshot.columns.prices()
    priced = ~np.isnan(amounts)
    codes, each = np.unique(currency.codes[priced], return_counts=True)
    for code in codes[np.argsort(-each, kind="stable")][:_CURRENCIES].tolist():
        own = amounts[priced & (currency.codes == code)]
        unit = currency.values[code] if code >= 0 else ""
        single = len(codes) == 1 or code >= 0  # else no filter finds the prices without a currency
        name = "price" if len(codes) == 1 else f"price in {unit or 'no currency'}"
        yield _histogram(name, own, len(view.snapshot) - len(own), unit, "price" if single else "")


def _pictures(view: View) -> Iterator[Chart]:
    """How many pictures products have, and how large these are."""
    snapshot = view.snapshot
    if not len(snapshot):
        return
    each = np.bincount(snapshot.picture_product, minlength=len(snapshot))
    yield _small_counts("pictures of a product", each)
    longest = np.asarray(view.sizes, np.float64).max(axis=1) if len(view.sizes) else np.empty(0)
    if len(longest):
        yield _histogram("longest side of pictures", longest, 0, "pixels")


def _groups(view: View) -> Iterator[Chart]:
    """How many products share a group, as the variants of one thing do."""
    groups = view.snapshot.columns.text("group")
    if groups is None or not (there := groups.codes >= 0).any():
        return
    each = np.bincount(groups.codes[there])
    chart = _small_counts("products of a group", each[each > 0])
    yield Chart(chart.name, chart.kind, chart.bars, int((~there).sum()), chart.distinct)


def _small_counts(name: str, each: npt.NDArray[np.intp]) -> Chart:
    """A histogram of whole numbers that are mostly small."""
    ends = np.bincount(np.minimum(each, _SIDES - 1), minlength=_SIDES).tolist()
    last = max(at for at, count in enumerate(ends) if count) + 1
    first = min(at for at, count in enumerate(ends) if count)
    named = [f"{at} or more" if at == _SIDES - 1 else str(at) for at in range(last)]
    bars = [Bar(named[at], ends[at]) for at in range(min(first, 1), last)]
    return Chart(name, "histogram", bars, 0, len(np.unique(each)))


def _told(view: View, told: Told) -> Chart:
    """What one column of the catalogue says."""
    missing = int(len(view.snapshot) - told.said.sum())
    if told.numbers is not None and len(told.values) > MOST_BARS:
        return _histogram(told.name, told.numbers[told.said], missing, "", told.name)
    own = np.bincount(told.codes[told.said], minlength=len(told.values))
    ranked = np.argsort(-own, kind="stable").tolist()
    order: Sequence[int] = range(len(own)) if told.numbers is not None else ranked
    bars = [
        Bar(told.values[at], int(own[at]), Term(told.name, "=", (told.values[at],)).written) for at in order
    ]
    if told.numbers is not None:
        return Chart(told.name, "histogram", bars, missing, len(bars))
    return _values(told.name, bars, missing)


def _histogram(
    name: str, numbers: npt.NDArray[np.float64], missing: int, unit: str = "", field: str = ""
) -> Chart:
    """Counts between round bounds; ``field`` is what a filter calls the number, "" where none finds it."""
    bounds = round_bounds(numbers)
    bars = []
    ends = zip(bounds, bounds[1:], counted(numbers, bounds), strict=False)
    for low, high, count in ends:
        least, less = (
            Term(field, op, (written(x) + (unit if field == "price" else ""),))
            for op, x in ((">=", low), ("<", high))
        )
        where = f"{least.written} {less.written}" if field else ""
        bars.append(Bar(f"{written(low)}–{written(high)}", count, where))
    return Chart(name, "histogram", bars, missing, len(np.unique(numbers)), unit)
