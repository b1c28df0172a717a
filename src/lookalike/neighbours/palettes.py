"""The colours of n items as a search needs them: vectors, shares of names, words; made once asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from lookalike import colour
from lookalike.mapped import map_array, write_array
from lookalike.neighbours.shadows import Shadow, principal_axes
from lookalike.palette import Pixels
from lookalike.stacked import Kept
from lookalike.vectors import Floats, Mask, Rows, distinct

Described = Sequence[tuple[str, float, str]]
"""The colours of one item: name, share and "#rrggbb" of each, largest first."""

AXES, LINES, SHARES, WORDS = (f"colour-{name}.npy" for name in ("axes", "lines", "shares", "words"))
"""Files of a kept version."""

_KEPT = 24  # numbers kept of a colour vector's 128: the colours of goods lie in few of its directions
_REMEMBERED = 65_536  # items whose vector is kept, 32 MB
_AHEAD = 512  # items whose vectors are made before they are asked for, where all of them can be kept
_SAMPLED = 4096  # items at least that the axes are found from, where there are as many
_BLOCK = 65_536  # items whose vectors are made at once


class Palettes:
    """Palettes (n, 5, 4) of n items, zero where an item has none. Many threads may ask at once."""

    def __init__(
        self,
        values: Floats,
        before: Palettes | None = None,
        same: Rows | None = None,
        kept: Kept | None = None,
    ) -> None:
        """``same`` (n,) is each item's row in ``before``, -1 where it is new: what was made there is kept.

        ``kept`` has files of what `keep` made of a version, whose rows are those of the items.
        """
        self.values = values
        self._memory = _Memory(values)
        self._kept = kept
        self._axes: Floats | None = None
        self._making = Lock()
        if before is not None and same is not None:
            self._take_over(before, same)

    def _take_over(self, before: Palettes, same: Rows) -> None:
        self._axes = before._axes
        if self._kept is None and "_shares" in vars(before):
            same = same.copy()
            known = np.flatnonzero(same >= 0)
            changed = (before.values[same[known]] != self.values[known]).any(axis=(1, 2))
            same[known[changed]] = -1
            self._shares = self._renewed(before._shares, same)

    @cached_property
    def said(self) -> Mask:
        """Which items have a colour, (n,)."""
        said: Mask = np.any(self.values[:, :, 3] > 0, axis=1)
        return said

    def vectors(self, rows: Rows | Sequence[int]) -> Floats:
        """Colour vectors of some items, (len(rows), dim), unit length; zero for one without a palette."""
        return self._memory.vectors(np.asarray(rows, dtype=np.intp))

    def all_vectors(self) -> Floats:
        """Colour vectors of all items, (n, dim)."""
        return self.vectors(np.arange(len(self.values)))

    def bounds(self, vector: Floats) -> Floats:
        """What the similarity of each item's colours to these does not exceed; see `Shadow.bounds`."""
        with self._making:
            base, tail = self._shadows
        found = base.bounds(vector)
        if tail is None or self._kept is None or self._kept.products is None:
            return found
        known = self._kept.products >= 0
        whole = np.empty(len(known), dtype=np.float32)
        whole[known] = found[self._kept.products[known]]
        whole[~known] = tail.bounds(vector)
        return whole

    def shares(self) -> Floats:
        """How much of each item has each name of `lookalike.colour.NAMES`, (n, names)."""
        with self._making:
            return self._shares

    @cached_property
    def _shadows(self) -> tuple[Shadow, Shadow | None]:
        """What bounds the colour vectors of all; or those of a kept version, and those that came since."""
        kept = self._kept
        if kept is not None:
            axes, lines = map_array(kept.folder / AXES), map_array(kept.folder / LINES)
            if axes is not None and lines is not None:
                since = None if kept.products is None else _shadow(self.values[kept.products < 0], axes)
                return Shadow(axes, lines), since
        whole = _shadow(self.values, self._axes)
        self._axes = whole.axes
        return whole, None

    @cached_property
    def _shares(self) -> Floats:
        kept = self._kept
        base = None if kept is None else map_array(kept.folder / SHARES)
        if kept is None or base is None or base.shape[1] != len(colour.NAMES):
            return colour.name_shares(self.values)
        return base if kept.products is None else self._renewed(base, kept.products)

    def _renewed(self, base: Floats, same: Rows) -> Floats:
        """The shares of all items; ``same`` (n,) are their rows in those of before, -1 for what is new."""
        shares = np.empty((len(same), base.shape[1]), dtype=np.float32)
        fresh = same < 0
        shares[~fresh] = base[same[~fresh]]
        shares[fresh] = colour.name_shares(self.values[fresh])
        return shares

    def keep(self, folder: Path) -> None:
        """Write what takes long to make into the folder of a version. Raises `OSError`."""
        base, _ = self._shadows
        write_array(folder / AXES, base.axes)
        write_array(folder / LINES, base.lines)
        write_array(folder / SHARES, self.shares())
        blocks = range(0, max(len(self.values), 1), _BLOCK)
        said = [colour.words(self.values[start : start + _BLOCK]) for start in blocks]
        write_array(folder / WORDS, np.concatenate(said))

    def having(self, names: Sequence[str]) -> Floats:
        """How much of each item has the rarest of these colours of `lookalike.colour.NAMES`, (n,)."""
        shares = self.shares()
        each = [
            shares[:, [colour.NAMES.index(part) for part in colour.BROADER.get(name, (name,))]].sum(axis=1)
            for name in names
        ]
        rarest: Floats = np.min(each, axis=0)
        return rarest

    def described(self, rows: Sequence[int]) -> Sequence[Described]:
        """The colours of some items in words."""
        asked = np.asarray(rows, dtype=np.intp)
        palettes = self.values[asked]
        return colour.described(self._said_of(asked, palettes), palettes[:, :, 3])

    def _said_of(self, rows: Rows, palettes: Floats) -> Pixels:
        """What is said of the colours of some items: of those of a kept version it stands in a file."""
        if self._kept is None or self._words is None:
            return colour.words(palettes)
        if self._kept.products is None:
            return self._words[rows]
        places = self._kept.products[rows]
        fresh = places < 0
        if not fresh.any():
            return self._words[places]
        found = np.empty(palettes.shape, dtype=np.uint8)
        found[~fresh] = self._words[places[~fresh]]
        found[fresh] = colour.words(palettes[fresh])
        return found

    @cached_property
    def _words(self) -> Pixels | None:
        return None if self._kept is None else map_array(self._kept.folder / WORDS)


class _Memory:
    """The colour vectors of items that were asked for lately."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._slot_of: npt.NDArray[np.int32] | None = None
        self._made = np.empty((0, colour.ANCHORS), dtype=np.float32)
        self._count = 0
        self._using = Lock()

    def vectors(self, rows: Rows) -> Floats:
        """Those of some items, (len(rows), dim)."""
        if len(rows) > _REMEMBERED:
            return colour.colour_vectors(self._values[rows])
        with self._using:
            if self._slot_of is None:
                self._slot_of = np.full(len(self._values), -1, dtype=np.int32)
            slots = self._slot_of[rows]
            if (slots < 0).any():
                self._make(self._slot_of, rows)
                slots = self._slot_of[rows]
            return self._made[slots]

    def _make(self, slot_of: npt.NDArray[np.int32], rows: Rows) -> None:
        missing = distinct(rows[slot_of[rows] < 0])
        if len(slot_of) <= _REMEMBERED:  # of many at once, each costs half as much
            missing = distinct(np.concatenate([missing, np.flatnonzero(slot_of < 0)[:_AHEAD]]))
        elif self._count + len(missing) > _REMEMBERED:  # forget the others
            slot_of.fill(-1)
            self._count, missing = 0, distinct(rows)
        stop = self._count + len(missing)
        if stop > len(self._made):
            grown = np.empty(
                (min(max(stop, 2 * len(self._made), 1024), _REMEMBERED), colour.ANCHORS), np.float32
            )
            grown[: self._count] = self._made[: self._count]
            self._made = grown
        self._made[self._count : stop] = colour.colour_vectors(self._values[missing])
        slot_of[missing] = np.arange(self._count, stop)
        self._count = stop


def _shadow(values: Floats, axes: Floats | None) -> Shadow:
    """What bounds the colour vectors of palettes, of which a block is made at a time."""
    if axes is None:
        sample = values[:: max(1, len(values) // _SAMPLED)]
        axes = principal_axes(colour.colour_vectors(sample), _KEPT)
    blocks = [values[start : start + _BLOCK] for start in range(0, max(len(values), 1), _BLOCK)]
    lines = [Shadow.of(colour.colour_vectors(block), axes).lines for block in blocks]
    return Shadow(axes, np.concatenate(lines, axis=1))
