"""How varied the lists are that an encoder gives: of what is precise alone nobody sees much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookalike.evaluation.bootstrap import Estimate, estimate
from lookalike.training.lessons import Lessons
from lookalike.vectors import Floats

_CHUNK = 256  # lists whose vectors are held at once
_MOST_SHOWN = 0.1  # share of the products that `Variety.top` is about


@dataclass(frozen=True)
class Variety:
    """How varied the lists of `K` are that products of a part get from an encoder.

    ``kinds`` is how many different kinds, by the first column, stand in a list, ``spread`` is one less the
    mean cosine between the members of a list, by the index's own vectors whatever encoder is judged (the
    intra-list diversity of Ziegler et al., "Improving recommendation lists through topic diversification",
    2005). ``coverage`` is the share of the products that stand in any list, ``top`` the share of all places
    that the tenth of the products takes that is shown most: 0.1 where all are shown alike.
    """

    kinds: Estimate | None
    spread: Estimate
    coverage: float
    top: float

    def to_dict(self) -> dict[str, Any]:
        """The measures as one JSON-ready document."""
        return {
            "kinds": None if self.kinds is None else self.kinds.to_dict(),
            "spread": self.spread.to_dict(),
            "coverage": round(self.coverage, 4),
            "top": round(self.top, 4),
        }


def variety(lessons: Lessons, lists: Mapping[str, Sequence[str]], part: int) -> Variety:
    """How varied lists of products of a part are, by the id of who asked; one list at least of two members.

    ``kinds`` is None where there is no column to tell kinds by.
    """
    row_of = {i: row for row, i in enumerate(lessons.ids)}
    asking = [i for i, own in lists.items() if len(own) > 1]
    rows = [[row_of[other] for other in lists[i]] for i in asking]
    clusters = [lessons.families[row_of[i]] for i in asking]
    columns = {**lessons.labels, **lessons.tags}
    kinds = None
    if columns:
        first = next(iter(columns.values()))
        kinds = estimate([len({first[row] for row in own} - {""}) for own in rows], clusters)
    shown = np.bincount([row for own in rows for row in own], minlength=len(lessons))
    shown = np.sort(shown[lessons.products_in(part)])[::-1]
    most = max(1, round(_MOST_SHOWN * len(shown)))
    return Variety(
        kinds,
        estimate(_spreads(lessons, rows), clusters),
        float((shown > 0).mean()),
        float(shown[:most].sum() / max(shown.sum(), 1)),
    )


def _spreads(lessons: Lessons, rows: Sequence[Sequence[int]]) -> list[float]:
    """One less the mean cosine between the members of each list."""
    found: list[float] = []
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        looks: Floats = lessons.looks[lessons.main[np.concatenate(some)]]
        ends = np.cumsum([len(own) for own in some])
        for own, end in zip(some, ends.tolist(), strict=True):
            count = len(own)
            total = looks[end - count : end].sum(axis=0, dtype=np.float64)
            found.append(float(1 - (total @ total - count) / (count * (count - 1))))
    return found
