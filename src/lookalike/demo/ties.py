"""What goes with what in the drawn shop: kinds that are worn or stand together, and colours that go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from lookalike.demo.palette import partners
from lookalike.demo.plan import Item

BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "T-shirts": ("Trousers", "Sneakers", "Caps", "Jackets"),
    "Shirts": ("Trousers", "Jumpers", "Watches"),
    "Jumpers": ("Trousers", "Boots", "Hats"),
    "Jackets": ("Trousers", "Boots", "Jumpers", "Handbags"),
    "Dresses": ("Heels", "Handbags", "Sunglasses", "Watches"),
    "Skirts": ("T-shirts", "Heels", "Handbags"),
    "Trousers": ("Shirts", "Sneakers", "T-shirts", "Boots"),
    "Sneakers": ("Trousers", "T-shirts", "Backpacks", "Caps"),
    "Boots": ("Jackets", "Trousers", "Jumpers"),
    "Heels": ("Dresses", "Handbags", "Skirts"),
    "Handbags": ("Heels", "Dresses", "Sunglasses"),
    "Backpacks": ("Sneakers", "Caps", "Jackets"),
    "Hats": ("Jackets", "Sunglasses", "Dresses"),
    "Caps": ("T-shirts", "Sneakers", "Sunglasses"),
    "Sunglasses": ("Hats", "Dresses", "T-shirts"),
    "Watches": ("Shirts", "Jackets", "Dresses"),
    "Mugs": ("Teapots", "Vases"),
    "Teapots": ("Mugs", "Vases"),
    "Vases": ("Table lamps", "Cushions", "Teapots"),
    "Table lamps": ("Sofas", "Chairs", "Vases"),
    "Cushions": ("Sofas", "Chairs", "Vases"),
    "Chairs": ("Table lamps", "Cushions"),
    "Sofas": ("Cushions", "Table lamps"),
}
"""The kinds that go with a kind, the likeliest first."""

_NEUTRAL = frozenset(("black", "white", "grey", "beige", "brown"))
_TIED = 12  # one style in so many is tied to others by the merchant
_NAMED = 3


def colours_go(one: Item, other: Item) -> bool:
    """Whether the main colours of two products go together."""
    first, second = one.look.shade, other.look.shade
    if first.basic == second.basic or second.basic in _NEUTRAL:
        return True
    return second.name in {mate.name for mate in partners(first)}


def worn_together(one: Item, other: Item) -> bool:
    """Whether the same person may wear both."""
    told = {one.gender, other.gender} - {"", "unisex"}
    return len(told) < 2


def merchants_links(items: Sequence[Item], seed: int = 7) -> dict[str, dict[str, str]]:
    """The columns "related" and "crosssell" of the few products that the merchant tied to others, by id."""
    chance = np.random.default_rng(seed)
    links: dict[str, dict[str, str]] = {}
    for item in items:
        if chance.integers(_TIED):
            continue
        beside = [
            other
            for kind in BESIDE[item.kind.name]
            for other in items
            if other.kind.name == kind and colours_go(item, other) and worn_together(item, other)
        ]
        alike = [
            other
            for other in items
            if other.kind is item.kind and other.group != item.group and other.brand == item.brand
        ]
        told = {"related": _some(alike, chance), "crosssell": _some(beside, chance)}
        links[item.id] = {name: ids for name, ids in told.items() if ids}
    return {i: told for i, told in links.items() if told}


def _some(among: Sequence[Item], chance: np.random.Generator) -> str:
    """The ids of a few of these products, each of another style."""
    styles = {among[at].group: among[at].id for at in chance.permutation(len(among)).tolist()}
    return ",".join(sorted([*styles.values()][:_NAMED]))
