"""Why a product is in an answer, in words: only what is measured or stands in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from lookalike.products import Price, Product
from lookalike.recommend.recommendation import Colour, Reason

LEAST_SHARE = 0.25
"""A colour is a reason where it makes up at least so much of both items."""

ABOUT = Decimal("0.05")
"""Prices that differ by no more than this share of the asking one are about the same."""


def reasons(
    asking: Product | None, colours: Sequence[Colour], found: Product, its_colours: Sequence[Colour]
) -> tuple[Reason, ...]:
    """What a product found has in common with the one that asks, in the order colour, kind, brand, price.

    ``asking`` is None for a photo, of which only the ``colours`` are known; nothing at all is known of words.
    """
    found_reasons = [*_colour(colours, its_colours)]
    if asking is not None:
        found_reasons += [*_kind(asking, found), *_brand(asking, found), *_price(asking.price, found.price)]
    return tuple(found_reasons)


def _colour(ours: Sequence[Colour], theirs: Sequence[Colour]) -> Iterator[Reason]:
    """The name that makes up most of both."""
    mine, other = _shares(ours), _shares(theirs)
    shared = ((min(share, other.get(name, 0.0)), name) for name, share in mine.items())
    share, name = max(shared, default=(0.0, ""))
    if share >= LEAST_SHARE:
        yield Reason("colour", f"also {name}", name)


def _shares(colours: Sequence[Colour]) -> dict[str, float]:
    """Shares by name, shades of one name summed."""
    shares: dict[str, float] = {}
    for name, share, _ in colours:
        shares[name] = shares.get(name, 0.0) + share
    return shares


def _kind(asking: Product, found: Product) -> Iterator[Reason]:
    ours, theirs = leaf(asking.category), leaf(found.category)
    if theirs and ours.casefold() == theirs.casefold():
        yield Reason("kind", f"same kind: {theirs}", theirs)


def _brand(asking: Product, found: Product) -> Iterator[Reason]:
    brand = found.brand.strip()
    if brand and asking.brand.strip().casefold() == brand.casefold():
        yield Reason("brand", f"same brand: {brand}", brand)


def _price(ours: Price | None, theirs: Price | None) -> Iterator[Reason]:
    """Prices compare in one currency only, as exact amounts."""
    if ours is None or theirs is None or ours.currency != theirs.currency:
        return
    if ours.number is None or theirs.number is None:
        return
    difference = theirs.amount - ours.amount
    if abs(difference) <= abs(ours.amount) * ABOUT:
        yield Reason("price", "about the same price", float(difference))
        return
    word = "less" if difference < 0 else "more"
    yield Reason("price", f"{Price(abs(difference), ours.currency)} {word}", float(difference))


def leaf(category: str) -> str:
    """The last level of a category such as "Clothing > Shoes"."""
    return category.rpartition(">")[2].strip()
