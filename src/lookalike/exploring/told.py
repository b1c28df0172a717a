"""What the columns of a catalogue say, as far as products share it: what is worth a chart, or a colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.filters import Coded, amount_of, fold_availability
from lookalike.neighbours.links import is_link
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.facets import Folded
from lookalike.vectors import Mask

MOST_COLUMNS = 12
"""Columns of the catalogue's own that are told, those that most products have."""

_LEAST_SHARE = 0.02  # of the products that have a column
_SHARED = 0.5  # most values a column may have, as a share of the products that have one
_FEW_VALUES = 12  # that a column may have in any case
_LONG = 60  # letters at the median from which a column is text
_OWN_FIELDS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("brand", str.casefold),
    ("availability", fold_availability),
)


@dataclass(frozen=True, eq=False)
class Told:
    """A column of p products: ``codes`` (p,) point into ``values``, -1 for none.

    ``name`` is what a filter calls it. Values come most frequent first; of a column of numbers they come in
    order, and ``numbers`` (p,) are these, NaN for none.
    """

    name: str
    values: list[str]
    codes: npt.NDArray[np.intp]
    numbers: npt.NDArray[np.float64] | None = None

    @property
    def said(self) -> Mask:
        """Which products have a value."""
        found: Mask = self.codes >= 0
        return found


def told_columns(snapshot: Snapshot) -> list[Told]:
    """The brand, the availability, and what the catalogue's own columns say that products share."""
    columns = snapshot.columns
    names = set(columns.fields())
    own = [
        (f"attributes.{name}" if f"attributes.{name}" in names else name, coded, str.casefold)
        for name, coded in columns.attributes().items()
        if not is_link(name)
    ]
    own.sort(key=lambda one: (-int((one[1].codes >= 0).sum()), one[0]))
    given = [(name, coded, fold) for name, fold in _OWN_FIELDS if (coded := columns.text(name)) is not None]
    found = [one for name, coded, fold in given if (one := _told(name, coded, fold))]
    return [*found, *_first(MOST_COLUMNS, (_told(*one) for one in own))]


def _first(most: int, found: Iterator[Told | None]) -> Iterator[Told]:
    for one in found:
        if one is not None and most > 0:
            most -= 1
            yield one


def _told(name: str, coded: Coded, fold: Callable[[str], str]) -> Told | None:
    """A column as it is told; None where it is hardly there, where it is text, or where all differ."""
    said = int((coded.codes >= 0).sum())
    if said < max(1, _LEAST_SHARE * len(coded.codes)):
        return None
    folded = Folded.of(coded, fold)
    held = np.bincount(folded.places[folded.places >= 0], minlength=len(folded.values))
    lengths = np.repeat([len(value) for value in folded.values], held)
    if np.median(lengths) > _LONG:
        return None
    if (numbers := _numbers(folded)) is not None:
        return _in_order(name, folded, numbers)
    if len(folded.values) > max(_FEW_VALUES, _SHARED * said):
        return None
    return Told(name, list(folded.values), folded.places)


def _numbers(folded: Folded) -> npt.NDArray[np.float64] | None:
    """The numbers that the values are, where all are plain ones: no currencies beside them."""
    read = [amount_of(value) for value in folded.values]
    if any(one is None or one[1] for one in read):
        return None
    return np.array([one[0] for one in read if one is not None])


def _in_order(name: str, folded: Folded, numbers: npt.NDArray[np.float64]) -> Told:
    order = np.argsort(numbers, kind="stable")
    place = np.empty(len(order) + 1, np.intp)
    place[order], place[-1] = np.arange(len(order)), -1
    codes = place[folded.places]
    return Told(
        name, [folded.values[at] for at in order.tolist()], codes, np.append(numbers, np.nan)[folded.places]
    )
