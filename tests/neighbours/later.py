"""A catalogue and a later version of it: some products gone, some changed, some new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from hypothesis import strategies as st

from lookalike.vectors import Rows

T = TypeVar("T")


@dataclass(frozen=True)
class Later(Generic[T]):
    """What products say by id, ``before`` and ``now``."""

    before: Mapping[str, T]
    now: Mapping[str, T]

    @property
    def products(self) -> Rows:
        """The row each product of now had before, -1 for one that is new or changed: `Kept.products`."""
        rows = {one: row for row, one in enumerate(sorted(self.before))}
        same = (one in rows and self.before[one] == self.now[one] for one in sorted(self.now))
        found = [rows[one] if is_same else -1 for one, is_same in zip(sorted(self.now), same, strict=True)]
        return np.array(found, dtype=np.intp)

    @property
    def first(self) -> list[T]:
        """What products said before, by row."""
        return [self.before[one] for one in sorted(self.before)]

    @property
    def last(self) -> list[T]:
        """What products say now, by row."""
        return [self.now[one] for one in sorted(self.now)]


def later(said: st.SearchStrategy[T]) -> st.SearchStrategy[Later[T]]:
    """Two versions, in which a product says any of these things."""
    shop = st.dictionaries(st.sampled_from("abcdefghij"), said, max_size=8)

    def changed(parts: tuple[dict[str, T], dict[str, T], set[str]]) -> Later[T]:
        before, since, gone = parts
        return Later(before, {i: s for i, s in {**before, **since}.items() if i not in gone})

    return st.tuples(shop, shop, st.sets(st.sampled_from("abcdefghij"), max_size=4)).map(changed)
