"""What a question gets: recommendations in order, with evidence, for people and for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

from lookalike.products import Product

if TYPE_CHECKING:
    import pandas as pd

Thumbnails = Callable[[Sequence[tuple[str, int]]], Mapping[tuple[str, int], bytes]]
"""Thumbnails (JPEG bytes) by product id and position."""

Colour = tuple[str, float, str]
"""A colour of an item: its name, its share, and its value as "#rrggbb"."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One product of an answer.

    ``score`` is what the order was made of, higher is better. ``evidence`` holds what was measured: ``look``
    (cosine), ``colour`` (0 to 1), ``distance`` under the Euclidean metric, and ``picture``, the position of
    the picture that matched best. ``colours`` are those of the main picture.
    """

    product: Product
    score: float
    evidence: Mapping[str, float]
    colours: Sequence[Colour] = ()

    @property
    def id(self) -> str:
        """The product's id."""
        return self.product.id

    def to_dict(self) -> dict[str, Any]:
        """The recommendation as one JSON-ready document: id, score, product, evidence."""
        product = self.product.to_dict()
        product["colours"] = colours_document(self.colours)
        evidence = dict(self.evidence)
        return {"id": self.product.id, "score": self.score, "product": product, "evidence": evidence}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a picture of the question shows: a caption and a thumbnail (JPEG bytes)."""

    caption: str
    thumbnail: bytes = field(repr=False)
    colours: Sequence[Colour] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """Recommendations, best first. ``complete`` says that every product that matches is among them."""

    results: tuple[Recommendation, ...]
    complete: bool
    explain: Mapping[str, Any]
    asked: Callable[[], Asked] | None = field(default=None, repr=False, compare=False)
    thumbnails: Thumbnails | None = field(default=None, repr=False, compare=False)

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

    def to_dict(self) -> dict[str, Any]:
        """The answer as one JSON-ready document: results, complete, explain."""
        return {
            "results": [result.to_dict() for result in self.results],
            "complete": self.complete,
            "explain": dict(self.explain),
        }

    def to_pandas(self) -> pd.DataFrame:
        """A data frame, a row per product: id, score, evidence, fields, then the table's other columns.

        Raises `BadArgument` when pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            from lookalike.errors import BadArgument

            raise BadArgument(
                "pandas is not installed.", next_step="Install it with: pip install 'lookalike[pandas]'"
            ) from None
        return pd.DataFrame([_frame_row(result) for result in self.results] or None, columns=self._columns())

    def _columns(self) -> list[str]:
        seen = dict.fromkeys(_FRAME)
        for result in self.results:
            seen.update(dict.fromkeys(_frame_row(result)))
        return list(seen)

    def to_html(self, title: str = "") -> str:
        """The answer as one page of pictures that opens offline."""
        from lookalike.recommend.sheet import sheet_html

        return sheet_html({"": self}, title or (self.asked().caption if self.asked else "What looks like it"))

    def __repr__(self) -> str:
        best = ", ".join(f"{result.id!r} {result.score:.3f}" for result in self.results[:3])
        more = ", ..." if len(self) > 3 else ""
        return f"Answer({len(self)} products: {best}{more})"

    def _repr_html_(self) -> str:
        from lookalike.recommend.sheet import answer_html

        return answer_html(self)


_FRAME = ("id", "score", "look", "colour", "title", "brand", "category", "price", "currency", "availability")


def _frame_row(result: Recommendation) -> dict[str, Any]:
    product, price = result.product, result.product.price
    fields = {
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "price": float("nan") if price is None else float(price.amount),
        "currency": "" if price is None else price.currency,
        "availability": product.availability,
        "group": product.group,
        "link": product.link,
    }
    table = {name: value for name, value in product.attributes.items() if name not in fields}
    return {"id": product.id, "score": result.score, **result.evidence, **fields, **table}


def colour_names(colours: Sequence[Colour]) -> dict[str, float]:
    """Colours by name with their shares, shades of one name summed, largest first."""
    shares: dict[str, float] = {}
    for name, share, _ in colours:
        shares[name] = shares.get(name, 0.0) + share
    return dict(sorted(shares.items(), key=lambda entry: -entry[1]))


def colours_document(colours: Sequence[Colour]) -> list[dict[str, Any]]:
    """Colours as a JSON-ready list of name, share and hex."""
    return [{"name": name, "share": round(share, 3), "hex": value} for name, share, value in colours]
