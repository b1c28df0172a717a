"""Which kinds of things do the same job: what looks like another kind is taken instead of it, not with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.filters import fold_category
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, Mask

INSTEAD = 0.4
"""Kinds whose mean looks have at least this cosine, seen from the middle of all kinds, do the same job.

Chosen by looking at the 45 largest kinds of a fashion shop and the 23 of the drawn one: shoes of all sorts
lie above 0.45 mostly, shirts and jumpers from 0.4 on, bags above 0.47; shirts and trousers, shoes and socks,
watches and belts below 0.3.
"""

_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Roles:
    """The k kinds of a snapshot by their mean looks.

    ``middles`` (k, dim) are the means of the main pictures' unit vectors, zero for a kind without pictures;
    ``counts`` (k,) how many pictures those are of; ``alike`` (k, k) the cosines of the means, seen from the
    middle of all kinds. ``instead`` (k, k) says which do the same job, as each does its own.
    """

    middles: Floats
    counts: npt.NDArray[np.intp]
    alike: Floats
    instead: Mask

    @classmethod
    def of(cls, snapshot: Snapshot, codes: npt.NDArray[np.int32], names: Sequence[str]) -> Roles:
        """The roles of the kinds of these names, to which the products belong by these codes (p,)."""
        kinds = len(names)
        dim = snapshot.vectors.shape[1]
        sums = np.zeros((kinds, dim), dtype=np.float64)
        rows = np.flatnonzero((codes >= 0) & snapshot.pictured)
        counts = np.bincount(codes[rows], minlength=kinds)
        order = rows[np.argsort(codes[rows], kind="stable")]
        for start in range(0, len(order), _BLOCK):
            part = order[start : start + _BLOCK]
            here, first = np.unique(codes[part], return_index=True)
            sums[here] += np.add.reduceat(snapshot.looks_of(part), first, axis=0)
        middles = (sums / np.maximum(counts, 1)[:, None]).astype(np.float32)
        seen = counts > 0
        apart = np.where(seen[:, None], middles - middles[seen].mean(axis=0) if seen.any() else 0, 0)
        lengths = np.linalg.norm(apart, axis=1, keepdims=True)
        apart = (apart / np.maximum(lengths, 1e-6)).astype(np.float32)
        alike: Floats = apart @ apart.T
        instead: Mask = (alike >= INSTEAD) | _of_one_parent(alike, names)
        np.fill_diagonal(instead, True)
        return cls(middles, counts.astype(np.intp), alike, instead)


def _of_one_parent(alike: Floats, names: Sequence[str]) -> Mask:
    """Which kinds lie right below one level of all of whose kinds are alike in the mean, (k, k)."""
    found = np.zeros(alike.shape, dtype=np.bool_)
    below: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        parent, _, _ = fold_category(name).rpartition(" > ")
        if parent:
            below.setdefault(parent, []).append(at)
    for children in below.values():
        pairs = np.triu_indices(len(children), 1)
        own = alike[np.ix_(children, children)]
        if len(pairs[0]) and own[pairs].mean() >= INSTEAD:
            found[np.ix_(children, children)] = True
    return found
