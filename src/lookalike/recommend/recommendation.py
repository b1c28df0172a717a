"""One product of an answer with its evidence, and a shelf of them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from lookalike.products import Product
from lookalike.recommend.imagined import Imagined

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
    products folded into it: they match as well, and show the same picture; ``variants`` those of its group
    that were.

    ``similarity`` is the cosine of its best picture to what asks, ``closeness`` the share of the catalogue's
    own nearest neighbours that are farther apart, ``same_product`` a probability; each is None where it is
    not known, and none changes the order. ``sentence`` says it for a shopper.
    """

    product: Product
    score: float
    evidence: Mapping[str, float]
    colours: Sequence[Colour] = ()
    why: Sequence[Reason] = ()
    copies: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    similarity: float | None = None
    closeness: float | None = None
    same_product: float | None = None
    sentence: str = ""

    @property
    def id(self) -> str:
        """The product's id."""
        return self.product.id

    def to_dict(self) -> dict[str, Any]:
        """The recommendation as one JSON-ready document, its product with its colours."""
        return self.document({**self.product.to_dict(), "colours": colours_document(self.colours)})

    def document(self, product: Any) -> dict[str, Any]:
        """The same with another document, or what stands for one, in the place of the product's."""
        return {
            "id": self.product.id,
            "score": self.score,
            "product": product,
            "similarity": self.similarity,
            "closeness": self.closeness,
            "same_product": self.same_product,
            "evidence": dict(self.evidence),
            "why": [reason.to_dict() for reason in self.why],
            "sentence": self.sentence,
            "copies": list(self.copies),
            "variants": list(self.variants),
        }


@dataclass(frozen=True, slots=True)
class Instead:
    """What there is when one wish gives way: nothing meets all of them.

    ``said`` says it for a shopper; ``where`` and ``but`` are the wishes to ask with, ``matching`` how many
    products meet them, ``results`` the best of those.
    """

    said: str
    where: str | None
    but: str | None
    matching: int
    results: tuple[Recommendation, ...]

    def document(self, results: list[dict[str, Any]]) -> dict[str, Any]:
        """One JSON-ready document with these in the place of the results."""
        return {
            "said": self.said,
            "where": self.where,
            "but": self.but,
            "matching": self.matching,
            "results": results,
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
    ``seconds`` is the wall time of the stages there were: decode, encode, search, rank. ``nothing_close``
    says that the results are the nearest there is and none of them is close. ``instead`` is what there is
    where nothing meets all wishes. ``imagined`` are the pictures that asked, where they were generated.
    """

    results: tuple[Recommendation, ...]
    complete: bool
    explain: Mapping[str, Any]
    asked: Callable[[], Asked] | None = field(default=None, repr=False, compare=False)
    thumbnails: Thumbnails | None = field(default=None, repr=False, compare=False)
    seconds: Mapping[str, float] = field(default_factory=dict, repr=False, compare=False)
    nothing_close: bool = False
    instead: tuple[Instead, ...] = ()
    imagined: Imagined | None = None

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
        """The answer as one JSON-ready document: results, complete, nothing_close, instead, explain.

        Where pictures were generated to ask with, ``imagined`` has them.
        """
        return self.document(Recommendation.to_dict)

    def document(self, written: Callable[[Recommendation], dict[str, Any]]) -> dict[str, Any]:
        """The same, with each recommendation, those of ``instead`` too, written by a function."""
        return {
            "results": [written(result) for result in self.results],
            "complete": self.complete,
            "nothing_close": self.nothing_close,
            "instead": [one.document([written(result) for result in one.results]) for one in self.instead],
            "explain": dict(self.explain),
            **({} if self.imagined is None else {"imagined": self.imagined.to_dict()}),
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
