"""One product of an answer with its evidence, and a shelf of them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from lookalike.products import Product

Thumbnails = Callable[[Sequence[tuple[str, int]]], Mapping[tuple[str, int], bytes]]
"""Thumbnails (JPEG bytes) by product id and position."""

Colour = tuple[str, float, str]
"""A colour of an item: its name, its share, and its value as "#rrggbb"."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a product has in common with the one that asks, or differs by.

    ``kind`` is "colour", "kind", "brand" or "price"; ``text`` says it; ``value`` is the colour's name, the
    last level of the category, the brand, or by how much the price differs, in the currency of both.
    """

    kind: str
    text: str
    value: str | float

    def to_dict(self) -> dict[str, Any]:
        """The reason as one JSON-ready document: kind, text, value."""
        return {"kind": self.kind, "text": self.text, "value": self.value}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One product of an answer.

    ``score`` is what the order was made of, higher is better. ``evidence`` holds what was measured: ``look``
    (cosine), ``colour`` (0 to 1), ``distance`` under the Euclidean metric, ``picture``, the position of
    the picture that matched best, and ``title`` (0 to 1) where words asked. ``colours`` are those of the
    main picture; ``why`` says in words what it has in common with what asked. ``copies`` are the ids of the
    products folded into it: they match as well, and show the same picture.
    """

    product: Product
    score: float
    evidence: Mapping[str, float]
    colours: Sequence[Colour] = ()
    why: Sequence[Reason] = ()
    copies: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The product's id."""
        return self.product.id

    def to_dict(self) -> dict[str, Any]:
        """The recommendation as one JSON-ready document: id, score, product, evidence, why, copies."""
        product = self.product.to_dict()
        product["colours"] = colours_document(self.colours)
        return {
            "id": self.product.id,
            "score": self.score,
            "product": product,
            "evidence": dict(self.evidence),
            "why": [reason.to_dict() for reason in self.why],
            "copies": list(self.copies),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What a picture of the question shows: a caption and a thumbnail (JPEG bytes)."""

    caption: str
    thumbnail: bytes = field(repr=False)
    colours: Sequence[Colour] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Shelf:
    """Recommendations, best first, and how they were found.

    ``complete`` says that every product that matches is among them, or folded into one that is; ``asked``
    shows what the question was.
    ``seconds`` is the wall time of the stages there were: decode, encode, search, rank.
    """

    results: tuple[Recommendation, ...]
    complete: bool
    explain: Mapping[str, Any]
    asked: Callable[[], Asked] | None = field(default=None, repr=False, compare=False)
    thumbnails: Thumbnails | None = field(default=None, repr=False, compare=False)
    seconds: Mapping[str, float] = field(default_factory=dict, repr=False, compare=False)

    def __iter__(self) -> Iterator[Recommendation]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    @overload
    def __getitem__(self, at: int) -> Recommendation: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Recommendation, ...]: ...
    def __getitem__(self, at: int | slice) -> Recommendation | tuple[Recommendation, ...]:
        return self.results[at]

    @property
    def ids(self) -> list[str]:
        """The ids of the products, best first."""
        return [result.product.id for result in self.results]

    @property
    def version(self) -> int:
        """The version of the index that answered."""
        return int(self.explain["version"])

    def to_dict(self) -> dict[str, Any]:
        """The answer as one JSON-ready document: results, complete, explain."""
        return {
            "results": [result.to_dict() for result in self.results],
            "complete": self.complete,
            "explain": dict(self.explain),
        }


def colour_names(colours: Sequence[Colour]) -> dict[str, float]:
    """Colours by name with their shares, shades of one name summed, largest first."""
    shares: dict[str, float] = {}
    for name, share, _ in colours:
        shares[name] = shares.get(name, 0.0) + share
    return dict(sorted(shares.items(), key=lambda entry: -entry[1]))


def colours_document(colours: Sequence[Colour]) -> list[dict[str, Any]]:
    """Colours as a JSON-ready list of name, share and hex."""
    return [{"name": name, "share": round(share, 3), "hex": value} for name, share, value in colours]
