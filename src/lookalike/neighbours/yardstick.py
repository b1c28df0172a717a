"""Pairs of products that are near each other and pairs that met by chance: what a similarity is told by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from lookalike.mapped import map_array, write_array
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, Mask, Rows

ASKED = 512
"""Products whose nearest neighbours are looked for at most."""

AMONG = 16_384
"""Products that they are looked for among at most."""

NEAREST = 3
"""Neighbours of each."""

SAME_PICTURE = 0.9995
"""Pictures with a higher cosine are one picture put up twice."""

_BLOCK = 64
_HASHES = "id-hashes.npy"

Pairs = npt.NDArray[np.intp]
"""Rows of products, (m, 2)."""


@dataclass(frozen=True, eq=False)
class Yardstick:
    """``near`` (m, 2) are rows of products and of their nearest neighbours by their main pictures.

    Variants and copies are no neighbours here. ``chance`` (c, 2) are rows that have nothing to do with each
    other. Both are few and the same for the same catalogue; both may be empty.
    """

    near: Pairs
    chance: Pairs

    def means(self, compared: Callable[[Rows, Rows], Floats]) -> tuple[float, float] | None:
        """The mean of what is compared by chance and of near pairs; None where they are not apart.

        ``compared`` gives one number for each pair of rows, NaN where it says nothing.
        """
        found = []
        for pairs in (self.chance, self.near):
            values = compared(pairs[:, 0], pairs[:, 1])
            values = values[~np.isnan(values)]
            if not len(values):
                return None
            found.append(float(values.mean(dtype=np.float64)))
        low, high = found
        return (low, high) if high > low + 1e-3 else None


def yardstick(snapshot: Snapshot) -> Yardstick:
    """The pairs of one catalogue: a sample by hash of the ids."""
    order = np.argsort(hashes_of(snapshot), kind="stable").astype(np.intp)
    chance = _chance(order)
    pictured = order[snapshot.pictured[order]]
    if len(pictured) < 2:
        return Yardstick(np.empty((0, 2), dtype=np.intp), chance)
    asking, among = pictured[:ASKED], pictured[:AMONG]
    looks = snapshot.looks_of(among)
    owners = _owners(snapshot)
    found: list[Pairs] = []
    for start in range(0, len(asking), _BLOCK):
        rows = asking[start : start + _BLOCK]
        cosines = looks[start : start + len(rows)] @ looks.T
        cosines[cosines > SAME_PICTURE] = -np.inf
        cosines[owners[rows][:, None] == owners[among][None]] = -np.inf
        found.append(_nearest(cosines, rows, among))
    return Yardstick(np.concatenate(found), chance)


def _nearest(cosines: Floats, rows: Rows, among: Rows) -> Pairs:
    count = min(NEAREST, len(among))
    best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    best.sort(axis=1)
    kept: Mask = np.isfinite(np.take_along_axis(cosines, best, axis=1))
    pairs: Pairs = np.stack([np.repeat(rows, count), among[best].ravel()], axis=1)[kept.ravel()]
    return pairs


def keep_hashes(folder: Path, ids: Sequence[str]) -> None:
    """Write the hashes of the ids of a version into its folder. Raises `OSError`."""
    write_array(folder / _HASHES, id_hashes(ids))


def hashes_of(snapshot: Snapshot) -> npt.NDArray[np.uint32]:
    """The hashes of the ids, (p,): their order belongs to the ids and says nothing of the products."""
    kept = snapshot.kept
    base = None if kept is None else map_array(kept.folder / _HASHES)
    if kept is None or base is None:
        return id_hashes(snapshot.ids)
    if kept.products is None:
        return base
    hashes = np.empty(len(snapshot), dtype=np.uint32)
    known = kept.products >= 0
    hashes[known] = base[kept.products[known]]
    hashes[~known] = id_hashes([snapshot.ids[row] for row in np.flatnonzero(~known).tolist()])
    return hashes


def id_hashes(ids: Sequence[str]) -> npt.NDArray[np.uint32]:
    """A number for each id, the same everywhere, by which to take some of them as if by chance."""
    return np.fromiter((crc32(i.encode("utf-8", "surrogatepass")) for i in ids), np.uint32, len(ids))


def _chance(order: Rows) -> Pairs:
    """Rows beside others of the same order."""
    asking = order[: ASKED * NEAREST]
    others = np.roll(order, -(len(order) // 2))[: len(asking)]
    apart = asking != others
    return np.stack([asking[apart], others[apart]], axis=1)


def _owners(snapshot: Snapshot) -> Rows:
    """Of each product a number that it shares with its variants and copies."""
    families = snapshot.kin.group.astype(np.intp)
    alone = families < 0
    families[alone] = families.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return families
