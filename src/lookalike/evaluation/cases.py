"""Questions whose right answers are known, and those that labels give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from lookalike.vectors import Mask


@dataclass(frozen=True, slots=True)
class Case:
    """One question. ``ask`` is what a subject is given: a product id, a photo, or a call that makes one.

    ``ignore`` are ids that count neither way: the product itself, its copies. ``cluster`` names what makes
    cases depend on each other, such as the product that several photographs show.
    """

    key: str
    ask: Any = field(repr=False)
    ignore: frozenset[str] = frozenset()
    cluster: str = ""


class Truth(Protocol):
    """Which products are right for a case."""

    def relevant(self, case: Case, ids: Sequence[str]) -> Mask:
        """Which of these products are right, shape (len(ids),)."""
        ...

    def total(self, case: Case) -> int:
        """How many products are right, ignored ones not counted."""
        ...

    def right(self, case: Case) -> frozenset[str]:
        """The products that are right, without ignored ones."""
        ...


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases that can be judged, their truth, and how many were left out for which reason."""

    cases: tuple[Case, ...]
    truth: Truth
    left_out: Mapping[str, int]


class SameLabel:
    """Products are right when their label equals that of the product that asks; ``labels`` are by id."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self._members: dict[str, list[str]] = {}
        for i, label in labels.items():
            self._members.setdefault(label, []).append(i)

    def relevant(self, case: Case, ids: Sequence[str]) -> Mask:
        """Which of these products have the label of the one that asks."""
        wanted = self.labels[case.key]
        return np.array([self.labels.get(i) == wanted for i in ids], dtype=np.bool_)

    def total(self, case: Case) -> int:
        """How many others have its label."""
        wanted = self.labels[case.key]
        ignored = sum(1 for i in case.ignore if self.labels.get(i) == wanted)
        return len(self._members[wanted]) - ignored

    def right(self, case: Case) -> frozenset[str]:
        """The others that have its label."""
        return frozenset(self._members[self.labels[case.key]]) - case.ignore


class Listed:
    """Products are right when they are listed for a case."""

    def __init__(self, right: Mapping[str, frozenset[str]]) -> None:
        self._right = right

    def relevant(self, case: Case, ids: Sequence[str]) -> Mask:
        """Which of these products are listed for the case."""
        right = self._right[case.key]
        return np.array([i in right for i in ids], dtype=np.bool_)

    def total(self, case: Case) -> int:
        """How many are listed."""
        return len(self.right(case))

    def right(self, case: Case) -> frozenset[str]:
        """Those that are listed."""
        return self._right[case.key] - case.ignore


def label_cases(
    labels: Mapping[str, str | Sequence[str]],
    asking: Iterable[str] | None = None,
    copies: Mapping[str, Iterable[str]] | None = None,
    clusters: Mapping[str, str] | None = None,
) -> CaseSet:
    """ "Same kind" cases: every product asks for those whose labels all equal its own.

    ``labels`` gives the labels by id, one or several; a product with an empty one neither asks nor counts
    as right. ``asking`` limits who asks. ``copies`` are the products that show the same picture: finding
    them proves nothing, so they are ignored. Products with a label of their own are left out and counted.
    ``clusters`` names what makes askers depend on each other, such as their family; by default each stands
    for itself.
    """
    listed = {i: (own,) if isinstance(own, str) else own for i, own in labels.items()}
    joined = {i: "\x1f".join(own) for i, own in listed.items() if own and all(own)}
    truth = SameLabel(joined)
    cases: list[Case] = []
    left_out = {"no label": 0, "alone with its label": 0}
    for i in labels if asking is None else asking:
        if i not in joined:
            left_out["no label"] += 1
            continue
        case = Case(i, i, frozenset({i, *(copies or {}).get(i, ())}), cluster=(clusters or {}).get(i, i))
        if truth.total(case) == 0:
            left_out["alone with its label"] += 1
        else:
            cases.append(case)
    return CaseSet(tuple(cases), truth, left_out)
