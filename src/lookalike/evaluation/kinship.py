"""Which products belong together, so that finding one by the other proves nothing or little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.evaluation.split import companions, families, ties_of
from lookalike.vectors import Mask, Rows

_EVERYWHERE = 0.02  # share of the products, and at least so many, from which a picture is no product's own
_EVERYWHERE_LEAST = 20


def everywhere(contents: Sequence[str], product: Rows) -> Mask:
    """Which of n pictures so many products show that they are no product's own, (n,).

    Such as a table of sizes. ``contents`` are their content hashes, ``product`` (n,) the rows of their
    products.
    """
    shown = set(zip(contents, product.tolist(), strict=True))
    many = Counter(content for content, _ in shown)
    most = max(_EVERYWHERE_LEAST, _EVERYWHERE * len(np.unique(product)))
    return np.array([many[content] > most for content in contents], dtype=np.bool_)


@dataclass(frozen=True)
class Kinship:
    """``copies`` are, by id, the products that show one picture with it; ``ties`` are lists of ids that
    belong together, by a picture or by a group."""

    ids: Sequence[str]
    copies: Mapping[str, frozenset[str]]
    ties: Sequence[Sequence[str]]

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        product: Rows,
        contents: Sequence[str],
        groups: Sequence[str],
        known: Sequence[Sequence[str]] = (),
    ) -> Kinship:
        """Of p products: ``product`` (n,) is where in ``ids`` each picture's stands, ``contents`` (n) are
        content hashes; ``groups`` (p) are the merchant's, "" for none, ``known`` lists of ids that show the
        same as is known otherwise."""
        shown: dict[str, list[str]] = {i: [] for i in ids}
        for at, content in zip(product.tolist(), contents, strict=True):
            shown[ids[at]].append(content)
        copies = [*ties_of(shown), *known]
        return cls(ids, companions(copies), [*copies, *ties_of(dict(zip(ids, groups, strict=True)))])

    def families(self) -> dict[str, str]:
        """The family of each id, by its name."""
        return families(self.ids, self.ties)
