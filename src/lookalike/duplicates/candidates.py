"""Which pairs are worth a second look: the nearest of every picture, found in bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from lookalike.duplicates.cells import Cells
from lookalike.duplicates.gates import CROWD, Candidates
from lookalike.duplicates.searches import MEMORY, Everything, Pairs, Positions, Search, together
from lookalike.duplicates.sight import Glances
from lookalike.glance import GLANCE
from lookalike.vectors import Floats

EXACT = 20_000**2
"""Up to so many comparisons everything is compared with everything."""

LOOKS = 5  # nearest by vector that are looked at again, of each picture
LOOK_LEAST = 0.75
SIGNATURES = 3  # nearest by signature
SIGNATURE_LEAST = 0.9
_SIGNATURE = 8  # pixels of a side
_BATCHES = 32  # in which all ask
_BLOCK = 512  # rows whose cosines are taken at once


def equal_pairs(hashes: Sequence[str]) -> Pairs:
    """Pairs of the first picture of each hash with every other of it; an empty hash equals none."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, value in enumerate(hashes):
        if value:
            holders[value].append(at)
    found = [(own[0], other) for own in holders.values() for other in own[1:]]
    positions = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return Pairs(positions[:, 0], positions[:, 1], np.ones(len(positions), dtype=np.float32))


def signatures(glances: Glances) -> Floats:
    """A few numbers of each picture's light and dark, (n, 64) of unit length.

    8 by 8 means of lightness less their mean. They tell resized, recompressed, relit and colourless copies,
    for which networks care more than they should.
    """
    step = GLANCE // _SIGNATURE
    shape = (len(glances), _SIGNATURE, step, _SIGNATURE, step)
    cells = glances.levels.reshape(shape).mean(axis=(2, 4), dtype=np.float32).reshape(-1, _SIGNATURE**2)
    cells -= cells.mean(axis=1, keepdims=True)
    lengths = np.sqrt((cells * cells).sum(axis=1, keepdims=True))
    found: Floats = cells / np.maximum(lengths, np.float32(1))
    return found


def flipped(signatures: Floats, *, across: bool = False, down: bool = False) -> Floats:
    """Signatures of the same pictures mirrored left to right (``across``), top to bottom (``down``)."""
    cells = signatures.reshape(-1, _SIGNATURE, _SIGNATURE)
    turned = cells[:, :: -1 if down else 1, :: -1 if across else 1]
    return np.ascontiguousarray(turned).reshape(-1, _SIGNATURE**2)


class Neighbourhood:
    """Finds the pictures that each of some may be the same as, by vector and by signature.

    ``looks`` (n, dim) and ``signed`` (n, 64) are the vectors and signatures of all pictures; ``asking`` of
    them will ask. Exact, unless comparing everything would take several seconds: then by `Cells`.
    """

    def __init__(self, looks: Floats, signed: Floats, asking: int, memory: int = MEMORY) -> None:
        self._looks, self._signed = looks, signed
        search = Everything if asking * len(looks) <= EXACT else Cells
        self._by_look: Search = search(looks, memory)
        self._by_signature: Search = search(signed, memory)

    def batches(self, rows: Positions, piece: int) -> Iterator[Positions]:
        """The pictures at these positions, neighbours close together, some pieces at once.

        The more ask a cell at once, the less each of them takes.
        """
        rows = self._by_look.ordered(rows)
        batch = piece * max(1, len(rows) // (_BATCHES * piece))
        for start in range(0, len(rows), batch):
            yield rows[start : start + batch]

    def in_pieces(self, rows: Positions, piece: int) -> Iterator[tuple[Positions, Candidates]]:
        """The pictures at these positions and their candidates, piece by piece of `batches`."""
        for asking in self.batches(rows, piece):
            found = self.candidates(asking)
            for at in range(0, len(asking), piece):
                own = asking[at : at + piece]
                yield own, found.take(np.flatnonzero(np.isin(found.first, own)))

    def candidates(self, rows: Positions) -> Candidates:
        """Pairs of the pictures at ``rows`` with those worth a second look, each pair once for each asker."""
        rows = np.sort(rows)
        looks, signed = self._looks[rows], self._signed[rows]
        near = self._by_look.nearest(looks, rows, CROWD, -1.0)
        crowd, looked = crowds(near, rows)
        parts = [
            looked,
            self._by_signature.nearest(signed, rows, SIGNATURES, SIGNATURE_LEAST),
            self._by_signature.nearest(flipped(signed, down=True), rows, 1, SIGNATURE_LEAST),
        ]
        found = together(parts)
        key = np.unique(found.first * len(self._looks) + found.second)
        first, second = np.divmod(key, max(1, len(self._looks)))
        cosines = np.empty(len(first), dtype=np.float32)
        for start in range(0, len(first), _BLOCK):
            piece = slice(start, start + _BLOCK)
            cosines[piece] = np.einsum("ij,ij->i", self._looks[first[piece]], self._looks[second[piece]])
        return Candidates(first, second, cosines, crowd[np.searchsorted(rows, first)])


def crowds(near: Pairs, rows: Positions) -> tuple[Floats, Pairs]:
    """Of the `CROWD` nearest of each of some pictures (sorted): the least cosine, and the few to look at.

    A picture with fewer others has nobody around: -1.
    """
    at = np.searchsorted(rows, near.first)
    crowd = np.full(len(rows), 2, dtype=np.float32)
    np.minimum.at(crowd, at, near.scores)
    crowd[np.bincount(at, minlength=len(rows)) < CROWD] = -1
    order = np.lexsort((-near.scores, at))
    begin = np.searchsorted(at[order], np.arange(len(rows)))
    rank = np.arange(len(order)) - begin[at[order]]
    kept = order[(rank < LOOKS) & (near.scores[order] >= LOOK_LEAST)]
    return crowd, Pairs(near.first[kept], near.second[kept], near.scores[kept])
