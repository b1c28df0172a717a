"""The colours of n items as a search needs them: vectors, shares of names, words; made once asked for."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from lookalike import colour
from lookalike.neighbours.shadows import Shadow
from lookalike.vectors import Floats, Mask, Rows

Described = Sequence[tuple[str, float, str]]
"""The colours of one item: name, share and "#rrggbb" of each, largest first."""

_KEPT = 24  # numbers kept of a colour vector's 128: the colours of goods lie in few of its directions
_DESCRIBED = 50_000  # items whose description is kept


class Palettes:
    """Palettes (n, 5, 4) of n items, zero where an item has none. Many threads may ask at once."""

    def __init__(self, values: Floats, before: Palettes | None = None, same: Rows | None = None) -> None:
        """``same`` (n,) is each item's row in ``before``, -1 where it is new: what was made there is kept."""
        self.values = values
        self.said: Mask = np.any(values[:, :, 3] > 0, axis=1)
        self._described: dict[int, Described] = {}
        self._vectors = np.zeros((len(values), colour.ANCHORS), dtype=np.float32)
        self._made = np.zeros(len(values), dtype=np.bool_)
        self._shares: Floats | None = None
        self._shadow: Shadow | None = None
        self._axes: Floats | None = None
        self._making = Lock()
        if before is not None and same is not None:
            self._take_over(before, same)

    def _take_over(self, before: Palettes, same: Rows) -> None:
        rows = np.flatnonzero(same >= 0)
        rows = rows[(before.values[same[rows]] == self.values[rows]).all(axis=(1, 2))]
        if before._shares is not None:
            fresh = np.ones(len(same), dtype=np.bool_)
            fresh[rows] = False
            shares = np.empty((len(same), before._shares.shape[1]), dtype=np.float32)
            shares[rows] = before._shares[same[rows]]
            shares[fresh] = colour.name_shares(self.values[fresh])
            self._shares = shares
        rows = rows[before._made[same[rows]]]
        self._vectors[rows] = before._vectors[same[rows]]
        self._made[rows] = True
        self._axes = before._axes

    def vectors(self, rows: Rows | Sequence[int]) -> Floats:
        """Colour vectors of some items, (len(rows), dim), unit length; zero for one without a palette."""
        rows = np.asarray(rows, dtype=np.intp)
        missing = rows[~self._made[rows]]
        if len(missing):
            self._vectors[missing] = colour.colour_vectors(self.values[missing])
            self._made[missing] = True
        return self._vectors[rows]

    def all_vectors(self) -> Floats:
        """Colour vectors of all items, (n, dim)."""
        if not self._made.all():
            self.vectors(np.flatnonzero(~self._made))
        return self._vectors

    def bounds(self, vector: Floats) -> Floats:
        """What the similarity of each item's colours to these does not exceed; see `Shadow.bounds`."""
        with self._making:
            if self._shadow is None:
                self._shadow = Shadow.of(self.all_vectors(), self._axes, _KEPT)
                self._axes = self._shadow.axes
        return self._shadow.bounds(vector)

    def shares(self) -> Floats:
        """How much of each item has each name of `lookalike.colour.NAMES`, (n, names)."""
        with self._making:
            if self._shares is None:
                self._shares = colour.name_shares(self.values)
        return self._shares

    def having(self, names: Sequence[str]) -> Floats:
        """How much of each item has the rarest of these colours of `lookalike.colour.NAMES`, (n,)."""
        shares = self.shares()
        each = [
            shares[:, [colour.NAMES.index(part) for part in colour.BROADER.get(name, (name,))]].sum(axis=1)
            for name in names
        ]
        rarest: Floats = np.min(each, axis=0)
        return rarest

    def described(self, rows: Sequence[int]) -> list[Described]:
        """The colours of some items in words, those not known yet named all at once."""
        known = self._described
        if missing := [row for row in rows if row not in known]:
            if len(known) > _DESCRIBED:
                known = self._described = {row: known[row] for row in rows if row in known}
            palettes = self.values[missing]
            used = palettes[:, :, 3] > 0
            named = iter(colour.describe(palettes[used]))
            for row, count in zip(missing, used.sum(axis=1).tolist(), strict=True):
                known[row] = tuple(next(named) for _ in range(count))
        return [known[row] for row in rows]
