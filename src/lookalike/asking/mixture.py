"""What a product that asks is compared by: a recipe or the caller's weights, as far as it can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lookalike.asking.wishes import Wishes
from lookalike.content.content import Said
from lookalike.recommend.query import Partly, check_weights
from lookalike.recommend.recipes import CONTENT_ODDS, CONTENT_SHARE, DEFAULT, LOOK, RECIPES, SAME_KIND
from lookalike.recommend.scales import Scale
from lookalike.vectors import Floats, Mask
from lookalike.view import View

WEIGHED = ("look", "colour", "content")
"""What a product of the catalogue can be weighed by."""

_SEEN = ("look", "colour")
_UNSAID = "Nothing that is said of it can be compared: its picture asks."


@dataclass(frozen=True, slots=True)
class Mixture:
    """The fields of a `Query` that a recipe fills."""

    weights: Mapping[str, float]
    given: Mapping[str, Floats | Partly] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    gates: Mapping[str, Mask] = field(default_factory=dict)
    explain: Mapping[str, Any] = field(default_factory=dict)


def mixture(view: View, row: int, wishes: Wishes) -> Mixture:
    """What the product of a row is compared by. Raises `BadArgument`.

    Weights win over those of a recipe. A product without a picture is compared by what is said of it, one
    of which nothing is said by its picture, whatever was asked for.
    """
    recipe = wishes.recipe or (_unasked(wishes) if wishes.weights is None else None)
    given = wishes.weights
    weights = RECIPES[recipe or DEFAULT] if given is None else check_weights(given, WEIGHED)
    explain: dict[str, Any] = {"recipe": recipe}
    if not view.snapshot.pictured[row] and weights.keys() & set(_SEEN):
        weights, explain["recipe_because"] = {"content": 1.0}, "It has no picture: what is said of it asks."
    said = view.content.said(row) if "content" in weights else None
    if said is not None and said.slope == 0 and view.snapshot.pictured[row]:
        weights = {name: weight for name, weight in weights.items() if name in _SEEN} or {"look": 1.0}
        said = None
        explain |= (
            {"recipe": LOOK} if wishes.recipe is wishes.weights is None else {"recipe_because": _UNSAID}
        )
    gates = _gate(view, row, wishes, explain) if recipe == SAME_KIND else {}
    return Mixture(
        weights=weights,
        given={} if said is None else {"content": said.compared},
        scales={} if said is None or len(weights) == 1 else _scales(view, said),
        gates=gates,
        explain=explain,
    )


def _unasked(wishes: Wishes) -> str:
    """The recipe of a question that names none: a distance is of looks alone."""
    return LOOK if wishes.metric == "euclidean" else DEFAULT


def _gate(view: View, row: int, wishes: Wishes, explain: dict[str, Any]) -> dict[str, Mask]:
    """Only products of its kind may answer; ``explain`` says which that is."""
    kind = view.kinds.of(row)
    if kind is None:
        explain["recipe_because"] = "No product says what kind it is: all kinds answer."
        return {}
    explain["kind"] = {"name": kind.name, "from": kind.known_by, "share": kind.share}
    mask = view.kinds.mask(kind)
    others = int(np.count_nonzero(mask)) - int(mask[row])
    if not wishes.variants:
        others -= int(np.count_nonzero(mask[view.snapshot.variants.of(row)]))
    if others <= 0:
        explain["unmet"] = [
            f"No other product is of the kind {kind.name!r}: the recipes look and combined find what is like "
            "it among all kinds."
        ]
    return {"kind": mask}


def _scales(view: View, said: Said) -> dict[str, Scale]:
    """How looks, colours and what is said of this product are told on one scale."""
    by_chance, near = view.content.middles
    apart = max(near - by_chance, 1e-3)
    low = said.neutral + by_chance / said.slope
    odds = (CONTENT_ODDS + by_chance, CONTENT_ODDS + by_chance + apart)
    content = Scale(low, low + apart / said.slope, odds, CONTENT_SHARE)
    return {**view.scales, "content": content}
