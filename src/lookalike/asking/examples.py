"""Examples: products that are liked or disliked ask together with a product, a photo or words, or alone.

Source: Rocchio, "Relevance feedback in information retrieval", in Salton (ed.), The SMART Retrieval System,
1971; with the examples gathered by what they show first. Chosen by measuring, see decision 0017.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lookalike.errors import BadArgument
from lookalike.products import product_id, product_ids
from lookalike.vectors import DECIMALS, Floats, Rows, unit
from lookalike.view import View

PUSH = 0.25
"""How far disliked products push: the share of them that is taken from the liked, where they are the same."""

LIGHTEST, HEAVIEST = 1e-6, 1000
MOST = 100
"""The smallest and the largest weight of an example, and how many there may be of either kind."""

Given = Mapping[str, float] | Iterable[str | int] | str | None
"""Ids, or ids with their weights."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What asks: unit vectors (m, dim), their lengths (m,), and colour vectors (c, dim of those)."""

    looks: Floats
    norms: Floats
    tints: Floats


_NO_VECTORS: Floats = np.empty((0, 0), dtype=np.float32)
NOTHING = Asking(_NO_VECTORS, np.empty(0, dtype=np.float32), _NO_VECTORS)


@dataclass(frozen=True, slots=True)
class Examples:
    """Ids of products that are liked, and disliked, with their weights; what asks beside them weighs 1."""

    liked: Mapping[str, float] = field(default_factory=dict)
    disliked: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, like: Given = None, unlike: Given = None) -> Examples:
        """Read examples as a caller gives them; those of weight 0 are left out.

        A lighter one than can be told from that weighs `LIGHTEST`. Raises `BadArgument` for a weight that is
        negative or no number, and for an id that is in both.
        """
        made = cls(_weighted("like", like), _weighted("unlike", unlike))
        if both := sorted(made.liked.keys() & made.disliked.keys()):
            raise BadArgument(
                f"{both[0]!r} is liked and disliked.", next_step="Leave it out of like or of unlike."
            )
        return made

    def __bool__(self) -> bool:
        return bool(self.liked or self.disliked)

    @property
    def ids(self) -> frozenset[str]:
        """All examples: none of them is in an answer."""
        return frozenset((*self.liked, *self.disliked))

    def with_seed(self, seed: str) -> Examples:
        """The same beside a product that asks. Raises `BadArgument` where that is disliked."""
        if seed in self.disliked:
            raise BadArgument(f"{seed!r} asks and is disliked.", next_step="Leave it out of unlike.")
        return self

    def explain(self, view: View) -> dict[str, Any]:
        """The examples as they were taken, and which have no picture that could ask."""
        if not self:
            return {}
        blank = [i for i in (*self.liked, *self.disliked) if not view.snapshot.pictured[view.snapshot.row(i)]]
        found = {"like": dict(self.liked), "unlike": dict(self.disliked)}
        return {**found, **({"examples_without_picture": blank} if blank else {})}

    def beside(self, view: View, asking: Asking) -> Asking:
        """What asks when these do, too. Raises `UnknownProduct`.

        Liked products that look alike are one question, with their weighted mean; those that do not are
        several, of which a product has to be like one. A disliked product turns the question that it is most
        like away from it, the more so the more they are alike; one that is like none of them changes nothing.
        """
        snapshot = view.snapshot
        rows = {i: snapshot.row(i) for i in self.ids}
        if not self:
            return asking

        def pictured(given: Mapping[str, float]) -> tuple[Rows, Floats]:
            seen = [(rows[i], weight) for i, weight in given.items() if snapshot.pictured[rows[i]]]
            return (
                np.array([row for row, _ in seen], dtype=np.intp),
                np.array([weight for _, weight in seen], dtype=np.float32),
            )

        (liked, weights), (disliked, against) = pictured(self.liked), pictured(self.disliked)
        firsts = [snapshot.pictures_of(row).start for row in liked.tolist()]
        norms = np.concatenate([asking.norms, snapshot.norms[firsts]])
        looks, groups = gathered(
            _stacked(asking.looks, snapshot.looks_of(liked)),
            np.concatenate([_shares(asking.looks), weights]),
            snapshot.looks_of(disliked),
            against,
            _middle(view, "look"),
        )
        shown, hidden = snapshot.palettes.said[liked], snapshot.palettes.said[disliked]
        tints, _ = gathered(
            _stacked(asking.tints, snapshot.palettes.vectors(liked[shown])),
            np.concatenate([_shares(asking.tints), weights[shown]]),
            snapshot.palettes.vectors(disliked[hidden]),
            against[hidden],
            _middle(view, "colour"),
        )
        lengths = np.array([norms[group].mean() for group in groups], dtype=np.float32)
        return Asking(looks, lengths, tints)

    def content(self, view: View, own: Floats | None) -> Floats:
        """What is said of products beside the ``own`` scores (p,) of what asks, (p,): the weighted mean.

        Of what is disliked nothing is taken: texts say what things are, and that was asked for.
        """
        columns = [] if own is None else [own]
        columns += [view.content.scores(view.snapshot.row(i)) for i in self.liked]
        weights = [*([] if own is None else [1.0]), *self.liked.values()]
        total = np.zeros(len(view.snapshot), dtype=np.float32)
        count = np.zeros(len(view.snapshot), dtype=np.float32)
        for column, weight in zip(columns, weights, strict=True):
            said = ~np.isnan(column)
            total[said] += np.float32(weight) * column[said]
            count[said] += np.float32(weight)
        return np.where(count > 0, total / np.where(count > 0, count, 1), np.float32(np.nan))


def gathered(
    asking: Floats, weights: Floats, disliked: Floats, against: Floats, alike: float
) -> tuple[Floats, list[list[int]]]:
    """The unit vectors (g, dim) of g questions, and which of those ``asking`` (a, dim) are in each.

    ``weights`` (a,) are theirs, ``against`` (u,) those of the ``disliked`` (u, dim). Vectors are gathered
    while the mean cosine of two groups is at least ``alike``; a disliked one that is less like a question
    than that does not push it.
    """
    groups = _groups(asking, alike)
    if not groups:
        return asking, groups
    means = np.stack([weights[group] @ asking[group] / weights[group].sum() for group in groups])
    questions = unit(means)[0]
    if len(disliked):
        cosines = disliked @ questions.T
        nearest = cosines.argmax(axis=1)
        near = np.clip((cosines.max(axis=1) - alike) / (1 - alike), 0, 1)
        for at, group in enumerate(nearest.tolist()):
            share = PUSH * against[at] * near[at] / len(disliked)
            means[group] -= np.float32(share) * disliked[at]
        questions = unit(means)[0]
    return questions, groups


def _groups(vectors: Floats, alike: float) -> list[list[int]]:
    """Places of vectors (n, dim) joined two groups at a time, the most alike first (average linkage)."""
    groups = [[at] for at in range(len(vectors))]
    sums = np.einsum("ij,kj->ik", vectors, vectors).astype(np.float64)
    while len(groups) > 1:
        sizes = np.array([len(group) for group in groups])
        means = (sums / np.outer(sizes, sizes)).round(DECIMALS)
        means[np.tril_indices(len(groups))] = -np.inf
        first, other = divmod(int(means.argmax()), len(groups))
        if means[first, other] < alike:
            break
        sums[first] += sums[other]
        sums[:, first] += sums[:, other]
        sums = np.delete(np.delete(sums, other, 0), other, 1)
        groups[first] += groups.pop(other)
    return groups


def _shares(asking: Floats) -> Floats:
    """The weights of what asks beside the examples, 1 together, (m,)."""
    return np.full(len(asking), 1 / max(len(asking), 1), dtype=np.float32)


def _stacked(asking: Floats, examples: Floats) -> Floats:
    return np.concatenate([asking, examples]) if len(asking) else examples


def _middle(view: View, evidence: str) -> float:
    """What is nearer than this is alike in this catalogue: half way from chance to near neighbours."""
    scale = view.scales[evidence]
    return (scale.low + scale.high) / 2


def _weighted(name: str, given: Given) -> dict[str, float]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        weights = {product_id(i): weight for i, weight in given.items()}
    else:
        weights = dict.fromkeys(product_ids(given), 1.0)
    for i, weight in weights.items():
        number = isinstance(weight, int | float | np.number) and not isinstance(weight, bool)
        if not number or not 0 <= weight <= HEAVIEST:
            raise BadArgument(
                f"The weight of {i!r} in {name} is {str(weight)[:80]}.",
                next_step=f"Give a number from 0 to {HEAVIEST}.",
            )
    used = {i: max(float(weight), LIGHTEST) for i, weight in weights.items() if weight > 0}
    if len(used) > MOST:
        raise BadArgument(f"{len(used)} products are in {name}.", next_step=f"Give at most {MOST}.")
    return used
