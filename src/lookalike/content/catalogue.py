"""The fields of a catalogue as they are compared: words, levels of categories, values of attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lookalike.content.content import Content
from lookalike.content.fields import Codes
from lookalike.content.occurrences import Occurrences
from lookalike.filters import Coded, fold_category
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.links import is_link
from lookalike.neighbours.yardstick import Yardstick

WORDED = ("title", "description")
"""Fields that are compared word by word."""

LEVELS = 4
"""Levels of a category path that are compared, from the top."""

MOST_FIELDS = 64
"""Attributes that are compared, those that most products have."""


def content_of(columns: ProductColumns, worded: Mapping[str, Occurrences], measured: Yardstick) -> Content:
    """The content of one catalogue; ``worded`` gives the words of `WORDED`."""
    named: dict[str, Codes] = {}
    brand, category = columns.text("brand"), columns.text("category")
    if brand is not None:
        named["brand"] = folded(brand, [value.strip().casefold() for value in brand.values])
    if category is not None:
        named |= _levels(category)
    given = {name: coded for name, coded in columns.attributes().items() if not is_link(name)}
    own = sorted(given.items(), key=lambda item: (-int(np.count_nonzero(item[1].codes >= 0)), item[0]))
    for name, coded in own[:MOST_FIELDS]:
        named[f"attributes.{name}"] = folded(coded, [value.strip().casefold() for value in coded.values])
    return Content(len(columns), named, worded, measured.near, measured.chance)


def folded(coded: Coded, values: Sequence[str]) -> Codes:
    """Codes (n,) by these forms of the values of a column; -1 where the form is empty."""
    known: dict[str, int] = {}
    codes = [known.setdefault(value, len(known)) if value else -1 for value in values]
    if codes == [*range(len(values))]:  # nothing is folded into another: the same memory
        return coded.codes
    table = np.array([*codes, -1], dtype=np.int32)  # code -1 is the last
    return table[coded.codes]


def _levels(category: Coded) -> dict[str, Codes]:
    """The path down to each level as a field of its own; a shorter path says nothing below its end."""
    paths = [fold_category(value).split(" > ") for value in category.values]
    deepest = min(max(map(len, paths), default=0), LEVELS)
    return {
        f"category {depth}": folded(
            category, [" > ".join(path[:depth]) if len(path) >= depth else "" for path in paths]
        )
        for depth in range(1, deepest + 1)
    }
