"""Recipes: which evidence a score is made of where nobody says so with weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lookalike.errors import BadArgument

LOOK: Final = "look"
COMBINED: Final = "combined"
SAME_KIND: Final = "same-kind"

RECIPES: Mapping[str, Mapping[str, float]] = {
    LOOK: {"look": 1.0},
    COMBINED: {"look": 1.0, "content": 1.0},
    SAME_KIND: {"look": 1.0},
}
"""The weights of each recipe."""

DEFAULT: Final = LOOK
"""What a product that asks is answered by: see the decision 0015 for what was measured."""

CONTENT_SHARE = 0.05
"""What content counts beside looks, as the logarithm of a probability."""

CONTENT_ODDS = 1.0
"""Added to the logarithm of the odds that texts give: pictures that are near speak for it already."""


def check_recipe(recipe: object) -> str:
    """The name of a recipe, None being the default. Raises `BadArgument` for one that does not exist."""
    if recipe is None:
        return DEFAULT
    name = recipe.strip().casefold().replace("_", "-") if isinstance(recipe, str) else recipe
    if not isinstance(name, str) or name not in RECIPES:
        raise BadArgument(
            f"There is no recipe {str(recipe)[:80]!r}.", next_step=f"Choose one of: {', '.join(RECIPES)}."
        )
    return name
