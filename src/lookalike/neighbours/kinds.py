"""What kind of thing products are: by their category, else by that of the products they look most like.

Source: the vote is that of the k nearest, weighed by similarity (Dudani, "The distance-weighted k-nearest-
neighbor rule", 1976).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from lookalike.filters import fold_category
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import hashes_of
from lookalike.vectors import Floats, Mask, Rows

VOTES = 20
"""Pictures that vote for the kind of one that has none."""

EXAMPLES = 128
"""Pictures of a kind that may vote, so that a common kind does not outvote a rare one by its number."""

_BLOCK = 256

Codes = npt.NDArray[np.int32]


def places_within(codes: Codes) -> Rows:
    """The place of each of n products among those before it that have its code, (n,): 0 for the first."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-2))
    places = np.empty(len(codes), dtype=np.intp)
    places[order] = np.arange(len(codes)) - np.repeat(starts, np.diff([*starts, len(codes)]))
    return places


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind, how it is known, and the share of the votes for it (1 for a label)."""

    code: int
    name: str
    known_by: Literal["label", "neighbours"]
    share: float


class Kinds:
    """The kinds of a snapshot's products. Nothing is looked for before it is asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.names: list[str] = []
        self._labels = np.full(len(snapshot), -1, dtype=np.int32)
        category = snapshot.columns.text("category")
        if category is not None:
            self._labels = self._folded(category.codes, list(category.values))

    def _folded(self, codes: Codes, values: list[str]) -> Codes:
        """Codes by kind: neither case nor blanks in a path count."""
        known: dict[str, int] = {}
        table = np.full(len(values) + 1, -1, dtype=np.int32)  # code -1 is the last
        for at, value in enumerate(values):
            if folded := fold_category(value).strip():
                if folded not in known:
                    self.names.append(value.strip())
                table[at] = known.setdefault(folded, len(known))
        found: Codes = table[codes]
        return found

    def of(self, row: int) -> Kind | None:
        """The kind of a product; None where neither its category nor its picture tells one."""
        code = int(self._labels[row])
        if code >= 0:
            return Kind(code, self.names[code], "label", 1.0)
        own = self._snapshot.pictures_of(row)
        return self.of_look(self._snapshot.vectors[own][0]) if own.stop > own.start else None

    def of_look(self, look: Floats) -> Kind | None:
        """The kind that a picture's unit vector (dim,) looks like; None where no product has a category."""
        codes, shares = self._voted(look[None])
        code = int(codes[0])
        return None if code < 0 else Kind(code, self.names[code], "neighbours", round(float(shares[0]), 5))

    def mask(self, kind: Kind) -> Mask:
        """Which products are of a kind, (p,): by category, else by the products they look most like."""
        found: Mask = self.codes == kind.code
        return found

    @cached_property
    def codes(self) -> Codes:
        """The kinds of all products, (p,), as places in ``names``; -1 where nothing tells one."""
        codes = self._labels.copy()
        rows = np.flatnonzero((codes < 0) & self._snapshot.pictured)
        for start in range(0, len(rows), _BLOCK):
            part = rows[start : start + _BLOCK]
            codes[part] = self._voted(self._snapshot.looks_of(part))[0]
        return codes

    @cached_property
    def _examples(self) -> tuple[Floats, Codes]:
        """Main pictures of products with a category, (e, dim), and their kinds, (e,)."""
        snapshot = self._snapshot
        rows = np.flatnonzero((self._labels >= 0) & snapshot.pictured)
        rows = rows[np.lexsort((hashes_of(snapshot)[rows], self._labels[rows]))]
        counts = np.bincount(self._labels[rows], minlength=len(self.names))
        place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = np.sort(rows[place < EXAMPLES])
        return snapshot.looks_of(rows), self._labels[rows]

    def _voted(self, looks: Floats) -> tuple[Codes, Floats]:
        """The kinds that looks (m, dim) are nearest to, (m,), and their shares of the votes, (m,)."""
        examples, labels = self._examples
        if not len(examples):
            return np.full(len(looks), -1, dtype=np.int32), np.zeros(len(looks), dtype=np.float32)
        cosines = looks @ examples.T
        count = min(VOTES, len(examples))
        nearest: Rows = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        nearest.sort(axis=1)
        votes = np.maximum(np.take_along_axis(cosines, nearest, axis=1), 1e-6)
        votes = votes - 0.9 * votes.min(axis=1, keepdims=True)  # the nearest count most, the last a tenth
        total = np.zeros((len(looks), len(self.names)), dtype=np.float32)
        np.add.at(total, (np.arange(len(looks))[:, None], labels[nearest]), votes)
        codes = total.argmax(axis=1)
        shares = total[np.arange(len(looks)), codes] / total.sum(axis=1)
        return codes.astype(np.int32), shares.astype(np.float32)
