"""A page of a catalogue: some of the products that pass, in an order, and how many there are in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookalike.errors import BadArgument
from lookalike.products import Product
from lookalike.recommend.recommendation import Colour, colours_document


@dataclass(frozen=True, slots=True)
class Listed:
    """One product of a page; ``colours`` are those of the main picture."""

    product: Product
    colours: Sequence[Colour] = ()

    @property
    def id(self) -> str:
        """The product's id."""
        return self.product.id

    def to_dict(self) -> dict[str, Any]:
        """The product as one JSON-ready document, with its colours."""
        return {**self.product.to_dict(), "colours": colours_document(self.colours)}


@dataclass(frozen=True, slots=True)
class Page:
    """Up to ``limit`` products from place ``offset`` on, in the order of ``sort``; ``total`` pass in all."""

    products: tuple[Listed, ...]
    total: int
    version: int
    sort: str
    limit: int
    offset: int

    def __iter__(self) -> Iterator[Listed]:
        return iter(self.products)

    def __len__(self) -> int:
        return len(self.products)

    @property
    def ids(self) -> list[str]:
        """The ids of the products, in their order."""
        return [listed.product.id for listed in self.products]

    def to_dict(self) -> dict[str, Any]:
        """The page as one JSON-ready document: products, total, offset, limit, sort, version."""
        return {
            "products": [listed.to_dict() for listed in self.products],
            "total": self.total,
            "offset": self.offset,
            "limit": self.limit,
            "sort": self.sort,
            "version": self.version,
        }


def check_window(limit: int, offset: int) -> None:
    """Raise `BadArgument` unless ``limit`` is a whole number from 1 up, and ``offset`` one from 0 up."""
    for name, value, least in (("limit", limit, 1), ("offset", offset, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise BadArgument(f"{name} is {value!r}.", next_step=f"Give a whole number from {least} up.")
