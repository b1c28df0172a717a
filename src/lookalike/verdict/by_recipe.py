"""Weights and recipes are judged as an index answers by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from lookalike.asking.search import PHOTO_WEIGHED, Seen, search_query
from lookalike.asking.similar import similar_query
from lookalike.asking.wishes import Wishes
from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation.gallery import looks
from lookalike.evaluation.pictures import open_shown
from lookalike.evaluation.question import Visit
from lookalike.ingest.measuring import detail
from lookalike.palette import measure_palette
from lookalike.recommend.query import LARGEST_K, Query
from lookalike.recommend.recipes import LOOK, RECIPES, SAME_KIND
from lookalike.recommend.recommender import recommend
from lookalike.vectors import Mask
from lookalike.verdict.panel import Panel
from lookalike.verdict.standing import Cost, Kind, cost_of
from lookalike.view import palette_vectors


class ByRecipe:
    """Answers as `Index.similar` and `Index.search` do with these weights, or by this recipe.

    Variants and copies are let in, since questions ask for them or let them count neither way, and the rules
    of the shop, which are not about likeness, are left out. A visit asks with its last product; what it has
    seen is left out. A photo is asked only where the weights are those of what a photo shows.
    """

    exact = False

    def __init__(
        self, name: str, kind: Kind, means: Mapping[str, float] | str, panel: Panel, encoder: ImageEncoder
    ) -> None:
        """``means`` are weights or the name of a recipe, ``encoder`` is the index's own."""
        self.name, self.kind = name, kind
        self._encoder = encoder
        self._panel = panel
        self._recipe = means if isinstance(means, str) else None
        self._weights = RECIPES[means] if isinstance(means, str) else means
        photo = self._weights.keys() <= set(PHOTO_WEIGHED) and self._recipe in (None, LOOK)
        self.asks = frozenset({"product", "visit", *(("photo",) if photo else ())})

    def answer_many(self, asks: Sequence[Any], count: int) -> list[list[str]]:
        """For each ask at most ``count`` ids, best first; a product that asks is not among its own."""
        photos = [ask for ask in asks if not isinstance(ask, str | Visit)]
        seen = iter(self._looked_at(photos))
        return [self._answer(ask, count, seen) for ask in asks]

    def _answer(self, ask: Any, count: int, seen: Iterator[Seen]) -> list[str]:
        if isinstance(ask, Visit):
            return self._after(ask, count)
        if isinstance(ask, str):
            return self._found(self._like(ask, count), self._inside)
        wishes = replace(self._wishes(count), recipe=None)
        return self._found(search_query(self._panel.view, None, next(seen), wishes), self._inside)

    def _after(self, visit: Visit, count: int) -> list[str]:
        """What is like the last product of a visit that the index knows."""
        known = self._panel.view.snapshot.row_of
        last = next((i for i in reversed(visit.items) if i in known), None)
        if last is None:
            return []
        keep = self._inside if self._panel.sample else None  # else all may be had, those without pictures too
        seen = set(visit.items)
        found = self._found(self._like(last, count + len(seen)), keep)
        return [i for i in found if i not in seen][:count]

    def _like(self, product: str, count: int) -> Query:
        return similar_query(self._panel.view, product, "main", self._wishes(count))

    def _looked_at(self, photos: Sequence[Any]) -> list[Seen]:
        """The looks and colours of photos, opened and measured by the threads of the panel."""
        if not photos:
            return []
        size = detail(self._encoder)
        with ThreadPoolExecutor(self._panel.workers) as threads:
            images = [*threads.map(lambda photo: open_shown(photo, size), photos)]
            tints = [*threads.map(lambda image: palette_vectors(measure_palette(image)), images)]
        found = looks(self._encoder, images, self._panel.workers)
        norm = np.ones(1, dtype=np.float32)
        return [Seen(look[None], norm, tint, ()) for look, tint in zip(found, tints, strict=True)]

    def _wishes(self, count: int) -> Wishes:
        return Wishes(
            k=min(count, LARGEST_K),
            weights=None if self._recipe else self._weights,
            recipe=self._recipe,
            variants=True,
            duplicates=True,
        )

    def _found(self, query: Query, keep: Mask | None) -> list[str]:
        gates = query.gates if keep is None else {**query.gates, "panel": keep}
        snapshot = self._panel.view.snapshot
        return [snapshot.ids[row] for row in recommend(replace(query, gates=gates), snapshot).rows]

    @cached_property
    def _inside(self) -> Mask:
        """Which products of the index are in the panel, (p,)."""
        inside = np.zeros(len(self._panel.view.snapshot), dtype=np.bool_)
        inside[self._panel.rows] = True
        return inside

    def reads(self, column: str) -> bool:
        """Whether it compares products by this column, or lets in products of one kind alone."""
        if self._recipe == SAME_KIND and column == "category":
            return True
        if "content" not in self._weights:
            return False
        compared = {name.removeprefix("attributes.") for name in self._panel.view.content.trusts}
        return column in compared or (column == "category" and "category 1" in compared)

    def cost(self) -> Cost:
        """Bytes of a picture's vector in the index, and of its network."""
        return cost_of(self._encoder)
