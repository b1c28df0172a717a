"""Which products the demo shop has: styles and their variants, prices and stock, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lookalike.demo import words
from lookalike.demo.designs import Cut, Kind, Look
from lookalike.demo.kinds import accessories, bags, bottoms, footwear, furniture, headwear, tableware, tops
from lookalike.demo.palette import SHADES, partners

KINDS: tuple[Kind, ...] = (
    *tops.KINDS,
    *bottoms.KINDS,
    *footwear.KINDS,
    *bags.KINDS,
    *headwear.KINDS,
    *accessories.KINDS,
    *tableware.KINDS,
    *furniture.KINDS,
)
"""Every kind of thing the shop sells."""


@dataclass(frozen=True, slots=True)
class Item:
    """One planned product: how it looks and what the table says of it.

    ``views`` names its pictures, the main one first; see `lookalike.demo.photography`.
    """

    id: str
    kind: Kind
    cut: Cut
    look: Look
    group: str
    title: str
    description: str
    brand: str
    material: str
    gender: str
    price: Decimal
    sale_price: Decimal | None
    availability: str
    views: tuple[str, ...]
    seed: int


def plan_shop(products: int, seed: int) -> list[Item]:
    """The shop's products in the order of its table; every kind is there when there are enough of them."""
    chance = np.random.default_rng(seed)
    styles: list[tuple[Kind, Cut, list[Look]]] = []
    for kind, count in zip(KINDS, _shares(products), strict=True):
        left, deck = count, chance.permutation(len(kind.patterns)).tolist()
        while left > 0:
            variants = min(left, int(chance.choice([1, 2, 3, 4], p=[0.30, 0.30, 0.25, 0.15])))
            pattern = kind.patterns[deck[len(styles) % len(deck)]]
            styles.append((kind, draw_cut(kind, chance), draw_looks(kind, pattern, variants, chance)))
            left -= variants
    order = chance.permutation(len(styles))
    items: list[Item] = []
    for place, index in enumerate(order.tolist()):
        kind, cut, looks = styles[index]
        items += _variants(kind, cut, looks, chance, start=len(items), group=f"S{place + 1:04d}")
    return items


def _shares(products: int) -> list[int]:
    """How many products of each kind: by weight, at least one each while there are enough."""
    least = 1 if products >= len(KINDS) else 0
    weights = np.array([kind.weight for kind in KINDS])
    exact = weights / weights.sum() * (products - least * len(KINDS))
    counts = np.floor(exact).astype(int)
    for index in np.argsort(counts - exact, kind="stable")[
        : products - least * len(KINDS) - int(counts.sum())
    ]:
        counts[index] += 1
    return [int(count) + least for count in counts]


def draw_cut(kind: Kind, chance: np.random.Generator) -> Cut:
    """A cut of this kind, one choice for each of its options."""
    options = {name: choices[int(chance.integers(len(choices)))] for name, choices in kind.options.items()}
    return Cut(
        options, float(chance.uniform(-1, 1)), float(chance.uniform(-1, 1)), int(chance.integers(1 << 30))
    )


def draw_looks(kind: Kind, pattern: str, count: int, chance: np.random.Generator) -> list[Look]:
    """Looks of the variants of one style: all of different shades, most in the style's pattern."""
    size = float(chance.uniform(0.8, 1.25))
    looks = []
    for index in chance.permutation(len(kind.shades))[:count].tolist():
        shade = SHADES[kind.shades[index]]
        mates = partners(shade)
        own = kind.patterns[int(chance.integers(len(kind.patterns)))] if chance.random() < 0.2 else pattern
        looks.append(Look(shade, mates[int(chance.integers(len(mates)))], own, size))
    return looks


def _variants(
    kind: Kind, cut: Cut, looks: list[Look], chance: np.random.Generator, *, start: int, group: str
) -> list[Item]:
    """The variants of one style: one brand, name, material and price."""
    low, high = kind.prices
    base = low * (high / low) ** float(chance.beta(1.6, 2.4))
    price = _priced(base)
    style = words.STYLES[int(chance.integers(len(words.STYLES)))]
    brand = words.BRANDS[int(chance.integers(len(words.BRANDS)))]
    material = kind.materials[int(chance.integers(len(kind.materials)))]
    gender = kind.genders[int(chance.integers(len(kind.genders)))] if kind.genders else ""
    items = []
    for k, look in enumerate(looks):
        sale = _priced(float(price) * float(chance.uniform(0.6, 0.85))) if chance.random() < 0.16 else None
        draw = chance.random()
        stock = "out of stock" if draw < 0.09 else ("preorder" if draw < 0.11 else "in stock")
        items.append(
            Item(
                f"{start + k + 1:05d}",
                kind,
                cut,
                look,
                group,
                words.title(kind, cut, look, style),
                words.description(kind, cut, look, material, brand),
                brand,
                material,
                gender,
                price,
                sale,
                stock,
                _views(kind, chance),
                int(chance.integers(1 << 30)),
            )
        )
    return items


def _priced(amount: float) -> Decimal:
    """A price as shops write it: x.90 below 100, a whole number ending in 9 above."""
    if amount < 100:
        return Decimal(int(amount)) + Decimal("0.90")
    return Decimal(round(amount / 10) * 10 - 1)


def _views(kind: Kind, chance: np.random.Generator) -> tuple[str, ...]:
    """Names of a product's pictures: most have one, some two or three."""
    main = "tinted" if chance.random() < 0.14 else "studio"
    draw = chance.random()
    if draw > 0.30:
        return (main,)
    more = [view for view in ("turned", "room" if kind.standing else "tinted") if view != main]
    second = more[int(chance.integers(len(more)))]
    if draw > 0.12:
        return (main, second)
    return (main, "detail") if draw > 0.06 else (main, second, "detail")
