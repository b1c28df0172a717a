"""A look: one product of each kind under a sum, with what could be taken instead and what that would save."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lookalike.products import Price, Product
from lookalike.recommend.recommendation import Recommendation, Thumbnails

Written = Callable[[Recommendation], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Swap:
    """A cheaper product for the place of a piece: what that saves, and how well it fits (0 to 1)."""

    recommendation: Recommendation
    saves: Price
    fit: float

    @property
    def product(self) -> Product:
        """The product to take instead."""
        return self.recommendation.product


@dataclass(frozen=True, slots=True)
class Piece:
    """One product of a look, of a kind that was asked for; its score is its fit, 0 to 1.

    ``swaps`` cost less, the least saving first.
    """

    recommendation: Recommendation
    kind: str
    swaps: tuple[Swap, ...] = ()

    @property
    def product(self) -> Product:
        """The product."""
        return self.recommendation.product

    @property
    def fit(self) -> float:
        """How well it fits, 0 to 1."""
        return self.recommendation.score


@dataclass(frozen=True, slots=True, repr=False)
class Outfit:
    """A look: ``product`` is in it already (None where none is), ``pieces`` go with it, one of each kind.

    ``total`` is what all cost together, the product too; ``left`` what then is left of the ``budget``, both
    None without one. ``fit`` is the mean of the pieces' fits. ``complete`` says that there is a piece of
    every kind; where there is not, ``unmet`` says why, ``least`` what the cheapest look with all kinds costs
    that can be had, and ``leave_out`` are the fewest kinds without which the budget is enough.
    """

    product: Recommendation | None
    pieces: tuple[Piece, ...]
    total: Price
    budget: Price | None
    left: Price | None
    fit: float
    complete: bool
    unmet: tuple[str, ...] = ()
    least: Price | None = None
    leave_out: tuple[str, ...] = ()
    explain: Mapping[str, Any] = field(default_factory=dict)
    thumbnails: Thumbnails | None = field(default=None, compare=False)

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.pieces)

    def __len__(self) -> int:
        return len(self.pieces)

    def __repr__(self) -> str:
        named = ", ".join(f"{piece.kind} {piece.product.id!r}" for piece in self.pieces)
        unmet = f"; {' '.join(self.unmet)}" if self.unmet else ""
        return f"Outfit({named or 'nothing'}: {self.total}{unmet})"

    @property
    def ids(self) -> list[str]:
        """The ids of the pieces."""
        return [piece.product.id for piece in self.pieces]

    @property
    def version(self) -> int:
        """The version of the index that answered."""
        return int(self.explain["version"])

    def to_dict(self) -> dict[str, Any]:
        """The look as one JSON-ready document."""
        return self.document(Recommendation.to_dict)

    def document(self, written: Written) -> dict[str, Any]:
        """The same, with each recommendation, those of swaps too, written by a function."""
        return {
            "product": None if self.product is None else written(self.product),
            "pieces": [
                {
                    **written(piece.recommendation),
                    "kind": piece.kind,
                    "fit": piece.fit,
                    "swaps": [
                        {**written(swap.recommendation), "saves": swap.saves.to_dict(), "fit": swap.fit}
                        for swap in piece.swaps
                    ],
                }
                for piece in self.pieces
            ],
            "total": self.total.to_dict(),
            "budget": _document(self.budget),
            "left": _document(self.left),
            "fit": self.fit,
            "complete": self.complete,
            "unmet": list(self.unmet),
            "least": _document(self.least),
            "leave_out": list(self.leave_out),
            "explain": dict(self.explain),
        }


def _document(price: Price | None) -> dict[str, Any] | None:
    return None if price is None else price.to_dict()
