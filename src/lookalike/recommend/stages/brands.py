"""Brands: no brand has more than so many products in an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from lookalike.vectors import Rows


def at_most(brands: Sequence[str], most: int, taken: Sequence[str] = ()) -> Rows:
    """The places, sorted, of the first ``most`` products of each brand, those ``taken`` counted before.

    Case and blanks around a brand do not count. A product that names no brand always stays.
    """
    seen = Counter(map(fold_brand, taken))
    stays: list[int] = []
    for place, brand in enumerate(brands):
        name = fold_brand(brand)
        if not name or seen[name] < most:
            seen[name] += 1
            stays.append(place)
    return np.array(stays, dtype=np.intp)


def fold_brand(brand: str) -> str:
    """A brand as it compares."""
    return brand.strip().casefold()
