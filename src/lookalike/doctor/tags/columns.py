"""Which columns of a catalogue hold tags: short labels that many products share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.filters import Coded, fold_category
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.links import is_link
from lookalike.vectors import Mask

ENOUGH = 50
"""Products with a label that it takes to know what is usual."""

LEARNED = 3
"""Products that have to share a label before it is suggested."""

_KNOWN = 5  # products that have to share a label, of which there must be two, for a column to be judged
_SHARED = 0.5  # share of the labelled products whose label is shared by `LEARNED` products
_MOST_LABELS = 1000  # labels of a column that are compared, the most frequent
_MOST_COLUMNS = 24  # columns that are judged, those that most products have
_LEVELS = 4  # levels of a path that are judged
_LONG = 60  # letters of a label, at the median, from which a column is text
_A_NUMBER = re.compile(r"^\W*\d[\d.,:/\- ]*\W*[^\W\d]{0,3}\W*$")  # 2012, 19.90 EUR, 2024-05-01
_A_PATH = re.compile(r"[^>]\s*>\s*[^>]")

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TagColumn:
    """A column, or one level of its paths: ``codes`` (p,) point into ``values``, -1 where a product has none.

    ``name`` is the column's own; ``level`` is 0 for whole labels, else how many levels of the path from the
    top. ``values`` are as they are most often written, the most frequent first.
    """

    name: str
    level: int
    codes: Codes
    values: tuple[str, ...]


def tag_columns(columns: ProductColumns) -> list[TagColumn]:
    """The category, the brand and the attributes that may be tags; each level of a path after the whole."""
    given: list[tuple[str, Coded]] = []
    for name in ("category", "brand"):
        column = columns.text(name)
        if column is not None and (column.codes >= 0).any():
            given.append((name, column))
    own = [(name, coded) for name, coded in columns.attributes().items() if not is_link(name)]
    own.sort(key=lambda item: (-int((item[1].codes >= 0).sum()), item[0]))
    given += own[:_MOST_COLUMNS]
    return [made for name, coded in given for made in _levels(name, coded)]


def whole_labels(name: str, coded: Coded, most: int | None = _MOST_LABELS) -> TagColumn:
    """Whatever a column holds as labels, the ``most`` frequent; neither case nor blanks count."""
    held = np.bincount(coded.codes[coded.codes >= 0], minlength=len(coded.values))
    return _folded(name, 0, coded, held, most)


def _levels(name: str, coded: Coded) -> Iterator[TagColumn]:
    """A column and the upper levels of its paths; nothing where it holds numbers or long texts."""
    held = np.bincount(coded.codes[coded.codes >= 0], minlength=len(coded.values))
    if not held.any() or _no_label(list(coded.values), held):
        return
    yield _folded(name, 0, coded, held)
    depths = [len(value.split(">")) for value in coded.values]
    for level in range(1, min(max(depths), _LEVELS + 1)):
        yield _folded(name, level, coded, held)


def _no_label(values: list[str], held: npt.NDArray[np.intp]) -> bool:
    """Whether most products have a number, a date, an amount or a long text there."""
    numbers = np.array([bool(_A_NUMBER.match(value)) for value in values])
    lengths = np.repeat([len(value) for value in values], held)
    return bool(held[numbers].sum() > held.sum() / 2 or np.median(lengths) > _LONG)


def _folded(
    name: str, level: int, coded: Coded, held: npt.NDArray[np.intp], most: int | None = _MOST_LABELS
) -> TagColumn:
    """One level of a column; neither case nor blanks count."""
    shown: dict[str, tuple[int, str]] = {}
    sums: dict[str, int] = {}
    forms: list[str] = []
    for value, count in zip(coded.values, held.tolist(), strict=True):
        parts = value.split(">")
        told = ">".join(parts[:level]).strip() if level else value
        form = fold_category(told).strip() if count and len(parts) >= level else ""
        forms.append(form)
        shown[form] = max(shown.get(form, (0, "")), (count, told))
        sums[form] = sums.get(form, 0) + count
    kept = sorted((form for form in sums if form), key=lambda form: (-sums[form], form))[:most]
    place = {form: at for at, form in enumerate(kept)}
    table = np.array([*(place.get(form, -1) for form in forms), -1], dtype=np.int32)  # code -1 is the last
    return TagColumn(name, level, table[coded.codes], tuple(shown[form][1] for form in kept))


def why_not(column: TagColumn, shown: Mask) -> str:
    """Why the labels of a column cannot be judged, in one sentence; "" where they can.

    ``shown`` (p,) says which products have a picture.
    """
    codes = column.codes[shown & (column.codes >= 0)]
    counts = np.sort(np.bincount(codes, minlength=1))[::-1]
    name = column.name
    if len(codes) < ENOUGH:
        return (
            f"Products with a picture and {name}: {len(codes)}. They are too few to know what is usual here; "
            f"{ENOUGH} are enough."
        )
    if counts[0] == len(codes):
        return f"Every product that has {name} says the same, “{column.values[codes[0]]}”."
    if counts[counts >= LEARNED].sum() < _SHARED * len(codes) or (counts >= LEARNED).sum() < 2:
        return f"Most products have {name} of their own: a label has to be shared by a few to be learned."
    if (counts >= _KNOWN).sum() < 2:
        return f"No two labels of {name} have {_KNOWN} products each: they are too few to be learned."
    return ""
