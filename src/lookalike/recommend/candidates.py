"""The one currency between stages: products with the evidence for each, and a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lookalike.vectors import Floats, Mask, Rows


@dataclass(frozen=True, slots=True)
class Candidates:
    """c products of a snapshot: ``rows`` (c,), ``evidence`` columns (c,) by name, ``score`` (c,).

    NaN in an evidence column means that this source said nothing of the product.
    """

    rows: Rows
    evidence: Mapping[str, Floats]
    score: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def gather(cls, evidence: Mapping[str, Floats], keep: Mask) -> Candidates:
        """What the sources found, columns over all p products, where ``keep`` (p,) allows it.

        The one place where filters and exclusions are enforced, for every source.
        """
        said = np.zeros(keep.shape, dtype=np.bool_)
        for column in evidence.values():
            said |= ~np.isnan(column)
        rows = np.flatnonzero(keep & said)
        nothing = np.full(rows.shape, np.nan, dtype=np.float32)
        return cls(rows, {name: column[rows] for name, column in evidence.items()}, nothing)

    def weighed(self, weights: Mapping[str, float]) -> Candidates:
        """The same products with the weighted mean of their evidence as score.

        A source that said nothing of a product neither lifts nor lowers it.
        """
        if len(weights) == 1:
            (name,) = weights
            return replace(self, score=self.evidence[name])
        total = np.zeros(len(self), dtype=np.float64)
        weight = np.zeros(len(self), dtype=np.float64)
        largest = max(weights.values())
        for name, share in ((name, value / largest) for name, value in weights.items()):
            said = ~np.isnan(self.evidence[name])
            total[said] += share * self.evidence[name][said].astype(np.float64)
            weight[said] += share
        with np.errstate(invalid="ignore"):
            return replace(self, score=(total / weight).astype(np.float32))

    def take(self, which: Rows) -> Candidates:
        """Some of the candidates, in the order of ``which``."""
        columns = {name: column[which] for name, column in self.evidence.items()}
        return Candidates(self.rows[which], columns, self.score[which])
