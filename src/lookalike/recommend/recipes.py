"""Recipes: which evidence a score is made of where nobody says so with weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LOOK: Final = "look"
COMBINED: Final = "combined"
SAME_KIND: Final = "same-kind"

RECIPES: Mapping[str, Mapping[str, float]] = {
    LOOK: {"look": 1.0},
    COMBINED: {"look": 1.0, "content": 1.0},
    SAME_KIND: {"look": 1.0},
}
"""The weights of each recipe."""

DEFAULT: Final = COMBINED
"""What a product that asks is answered by: decision 0015 has the figures."""

CONTENT_SHARE = 0.15
"""What content counts beside looks, as the logarithm of a probability."""

CONTENT_ODDS = 1.0
"""Added to the logarithm of the odds that texts give: pictures that are near speak for it already."""
