"""What an answer is to be like: every wish of a question, parsed and checked once, the same on every door."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from numbers import Integral
from typing import Any, get_args

import numpy as np

from lookalike.asking.examples import Examples, Given
from lookalike.errors import BadArgument
from lookalike.filters import Filter, parse_filter
from lookalike.neighbours.exact import Metric
from lookalike.products import product_ids
from lookalike.recommend import recipes
from lookalike.recommend.query import Query, Stock, check_k
from lookalike.vectors import Floats

_NOTHING: Floats = np.empty((0, 0), dtype=np.float32)
_NO_NORMS: Floats = np.empty(0, dtype=np.float32)

RECIPES = tuple(recipes.RECIPES)
"""Ways to answer what is similar, by name."""

_RECIPES = (None, *RECIPES)
_METRICS, _STOCKS = get_args(Metric), get_args(Stock)
_PLAIN = (str, bool, type(None))


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
    examples: Examples = Examples()  # noqa: RUF009

    @classmethod
    def of(
        cls,
        *,
        where: str | None = None,
        but: str | None = None,
        exclude: Iterable[str | int] = (),
        like: Given = None,
        unlike: Given = None,
        **given: Any,
    ) -> Wishes:
        """Read wishes as a caller gives them. Raises `BadArgument`, `BadFilter`."""
        return cls(
            where=parse_filter(where),
            but=parse_filter(but),
            exclude=frozenset(product_ids(exclude)),
            examples=Examples.of(like, unlike),
            **given,
        )

    def __post_init__(self) -> None:
        """Raise `BadArgument` for what is no wish of an answer; `Query` checks what is left."""
        check_k(self.k)
        _one_of("recipe", self.recipe, _RECIPES)
        _one_of("metric", self.metric, _METRICS)
        _one_of("stock", self.stock, _STOCKS)
        _one_of("variants", self.variants, (False, True))
        _one_of("duplicates", self.duplicates, (False, True))
        if not (_is_number(self.diversity) and 0 <= self.diversity <= 1):
            raise BadArgument(
                f"diversity is {_shown(self.diversity)}.", next_step="Give a number from 0 to 1."
            )
        if self.per_brand is not None and not (_is_whole(self.per_brand) and self.per_brand >= 1):
            raise BadArgument(
                f"per_brand is {_shown(self.per_brand)}.",
                next_step="Give a whole number from 1 up, or leave it out.",
            )

    def query(
        self,
        weights: Mapping[str, float],
        looks: Floats = _NOTHING,
        norms: Floats = _NO_NORMS,
        colours: Floats = _NOTHING,
        **asking: Any,
    ) -> Query:
        """A query by these pictures, if any; ``asking`` are other fields of it that no wish is about."""
        return Query(
            looks=looks,
            norms=norms,
            colours=colours,
            k=self.k,
            weights=weights,
            metric=self.metric,
            where=Filter((*self.where.terms, *self.but.terms)) if self.but.terms else self.where,
            but=self.but,
            exclude=self.exclude,
            examples=self.examples.ids,
            variants=self.variants,
            own_variants=bool(self.but.terms),
            duplicates=self.duplicates,
            diversity=self.diversity,
            stock=self.stock,
            per_brand=self.per_brand,
            **asking,
        )


def weighted_ids(given: Iterable[str], known: Container[str]) -> dict[str, float]:
    """Ids with their weights, of texts such as "00042" or "00042=0.5".

    A text that is a known id as it stands is that id; so is one with no number behind its last "=".
    """
    weighted: dict[str, float] = {}
    for text in given:
        one, equals, weight = text.rpartition("=")
        if text not in known and one and equals:
            with suppress(ValueError):
                weighted[one] = float(weight)
                continue
        weighted[text] = 1.0
    return weighted


def _one_of(name: str, given: object, among: tuple[object, ...]) -> None:
    if not isinstance(given, _PLAIN) or given not in among:
        said = [str(one).lower() if isinstance(one, bool) else one for one in among if one is not None]
        raise BadArgument(f"{name} is {_shown(given)}.", next_step=f"Choose {_either(said)}.")


def _either(among: list[Any]) -> str:
    *first, last = among
    return f"{', '.join(first)} or {last}"


def _is_number(given: object) -> bool:
    return isinstance(given, int | float | np.number) and not isinstance(given, bool)


def _is_whole(given: object) -> bool:
    return isinstance(given, Integral) and not isinstance(given, bool)


def _shown(given: object) -> str:
    return repr(given)[:80]
