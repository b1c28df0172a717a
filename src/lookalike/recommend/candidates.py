"""The one currency between stages: products with the evidence for each, and a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lookalike.recommend.scales import Scale, fused
from lookalike.vectors import Floats, Rows

_NO_SCALES: Mapping[str, Scale] = MappingProxyType({})


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

    def with_others(self, others: Candidates) -> Candidates:
        """These, then others of the same evidence."""
        rows = np.concatenate([self.rows, others.rows])
        columns = {
            name: np.concatenate([column, others.evidence[name]]) for name, column in self.evidence.items()
        }
        return Candidates(rows, columns, np.concatenate([self.score, others.score]))

    def take(self, which: Rows) -> Candidates:
        """Some of the candidates, in the order of ``which``."""
        columns = {name: column[which] for name, column in self.evidence.items()}
        return Candidates(self.rows[which], columns, self.score[which])


def weighed(
    evidence: Mapping[str, Floats], weights: Mapping[str, float], scales: Mapping[str, Scale] = _NO_SCALES
) -> Floats:
    """The weighted mean of evidence columns (c,), (c,), told by ``scales`` where there are any.

    A source that said nothing of a product, or has no column, neither lifts nor lowers it; NaN where none
    said anything. With scales see `lookalike.recommend.scales.fused`.
    """
    shares = {name: share for name, share in weights.items() if name in evidence}
    if len(shares) == 1:
        (name,) = shares
        return evidence[name]
    if scales:
        return fused(evidence, shares, scales)
    largest = max(shares.values())
    total = weight = np.zeros((), dtype=np.float64)
    for name, share in ((name, value / largest) for name, value in shares.items()):
        column = evidence[name].astype(np.float64)
        silent = np.isnan(column)
        total = total + share * (np.where(silent, 0.0, column) if silent.any() else column)
        weight = weight + share * ~silent
    with np.errstate(invalid="ignore"):
        return np.asarray(total / weight, dtype=np.float32)
