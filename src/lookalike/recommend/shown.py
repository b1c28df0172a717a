"""A product as answers show it: what is told of it in every answer is worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lookalike.products import Price, Product
from lookalike.recommend.recommendation import Colour, Reason

LEAST_SHARE = 0.25
"""A colour is a reason where it makes up at least so much of both items."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A product of one version with its colours, and the reasons that it shares with those like it.

    ``strong`` are the shares of the colours, by name, that may be a reason at all; shades of one name are
    summed. ``kind`` and ``brand`` are folded for comparing, ``same_kind`` and ``same_brand`` what is said
    where they agree; ``price`` is None where it cannot be compared.
    """

    product: Product
    colours: Sequence[Colour]
    strong: Mapping[str, float]
    kind: str
    brand: str
    price: Price | None
    same_kind: Reason
    same_brand: Reason

    @classmethod
    def of(cls, product: Product, colours: Sequence[Colour]) -> Shown:
        """A product and the colours of its main picture."""
        kind, same_kind = _compared("kind", product.category)
        brand, same_brand = _compared("brand", product.brand)
        price = product.price
        if price is not None and price.number is None:
            price = None
        return cls(product, colours, strong(colours), kind, brand, price, same_kind, same_brand)


def strong(colours: Sequence[Colour]) -> dict[str, float]:
    """Shares by name of the colours that make up enough, shades of one name summed."""
    shares: dict[str, float] = {}
    for name, share, _ in colours:
        shares[name] = shares.get(name, 0.0) + share
    return {name: share for name, share in shares.items() if share >= LEAST_SHARE}


def leaf(category: str) -> str:
    """The last level of a category such as "Clothing > Shoes"."""
    return category.rpartition(">")[2].strip()


@lru_cache(2**14)
def _compared(what: str, said: str) -> tuple[str, Reason]:
    """A category or a brand folded for comparing, and the reason where two agree."""
    value = leaf(said) if what == "kind" else said.strip()
    return value.casefold(), Reason(what, f"same {what}: {value}", value)
