"""Why a product is in an answer, in words: only what is measured or stands in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from lookalike.products import Price
from lookalike.recommend.recommendation import Reason
from lookalike.recommend.shown import LEAST_SHARE, Shown

ABOUT = Decimal("0.05")
"""Prices that differ by no more than this share of the asking one are about the same."""


def reasons(asking: Shown | None, strong: Mapping[str, float], found: Shown) -> tuple[Reason, ...]:
    """What a product found has in common with the one that asks, in the order colour, kind, brand, price.

    ``strong`` are the strong colours of what asks, see `Shown`. ``asking`` is None for a photo, of which
    only those are known; nothing at all is known of words.
    """
    common = []
    if name := _colour(strong, found.strong):
        common.append(_also(name))
    if asking is not None:
        if found.kind and asking.kind == found.kind:
            common.append(found.same_kind)
        if found.brand and asking.brand == found.brand:
            common.append(found.same_brand)
        if asking.price is not None and found.price is not None:
            common += _price(asking.price, found.price)
    return tuple(common)


def _colour(ours: Mapping[str, float], theirs: Mapping[str, float]) -> str:
    """The name that makes up most of both, "" where none makes up enough; the last by name of equal ones."""
    most, best = LEAST_SHARE, ""
    for name, share in ours.items():
        if name in theirs:
            least = min(share, theirs[name])
            if least > most or (least == most and name > best):
                most, best = least, name
    return best


@cache
def _also(name: str) -> Reason:
    return Reason("colour", f"also {name}", name)


def _price(ours: Price, theirs: Price) -> tuple[Reason, ...]:
    """Prices compare in one currency only, as exact amounts."""
    if ours.currency != theirs.currency:
        return ()
    difference = theirs.amount - ours.amount
    if abs(difference) <= abs(ours.amount) * ABOUT:
        return (Reason("price", "about the same price", float(difference)),)
    word = "less" if difference < 0 else "more"
    return (Reason("price", f"{Price(abs(difference), ours.currency)} {word}", float(difference)),)
