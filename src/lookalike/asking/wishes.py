"""What an answer is to be like: every wish of a question, parsed and checked once, the same on every door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookalike.filters import Filter, parse_filter
from lookalike.neighbours.exact import Metric
from lookalike.products import product_ids
from lookalike.recommend.query import Query, Stock, check_k
from lookalike.vectors import Floats

_NOTHING: Floats = np.empty((0, 0), dtype=np.float32)
_NO_NORMS: Floats = np.empty(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How many products, which, and how they are to be put in order.

    ``weights`` are as they were given, since which may be weighed depends on what asks; None leaves them to
    the ``recipe``, and None there to the default recipe.
    """

    k: int = 12
    where: Filter = Filter()  # noqa: RUF009
    but: Filter = Filter()  # noqa: RUF009
    exclude: frozenset[str] = frozenset()
    weights: Mapping[str, float] | str | None = None
    recipe: str | None = None
    metric: Metric = "cosine"
    variants: bool = False
    duplicates: bool = False
    diversity: float = 0.0
    stock: Stock = "any"
    per_brand: int | None = None

    @classmethod
    def of(
        cls,
        *,
        where: str | None = None,
        but: str | None = None,
        exclude: Iterable[str | int] = (),
        **given: Any,
    ) -> Wishes:
        """Read wishes as a caller gives them. Raises `BadArgument`, `BadFilter`."""
        return cls(
            where=parse_filter(where),
            but=parse_filter(but),
            exclude=frozenset(product_ids(exclude)),
            **given,
        )

    def __post_init__(self) -> None:
        check_k(self.k)

    def query(self, weights: Mapping[str, float]) -> Query:
        """A query that nothing asks yet: pictures, words and what else is said of products come to it."""
        return Query(
            looks=_NOTHING,
            norms=_NO_NORMS,
            colours=_NOTHING,
            k=self.k,
            weights=weights,
            metric=self.metric,
            where=Filter((*self.where.terms, *self.but.terms)),
            exclude=self.exclude,
            variants=self.variants or bool(self.but.terms),
            duplicates=self.duplicates,
            diversity=self.diversity,
            stock=self.stock,
            per_brand=self.per_brand,
        )
