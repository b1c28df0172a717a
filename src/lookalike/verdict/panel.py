"""What is judged on: the products of one version that may be found, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lookalike.encoders.base import ImageEncoder
from lookalike.training.lessons import OpenPicture
from lookalike.vectors import Floats, Rows
from lookalike.view import View


@dataclass(frozen=True)
class Panel:
    """n products of one version with m pictures, all that have one or a sample of them by hash.

    ``ids`` (n) are sorted, ``rows`` (n,) their rows in the snapshot. ``families`` names, by id, what belongs
    together: variants of a group, products that show one picture, known copies. ``copies`` are, by id, the
    products that show the same: finding them proves nothing, so they count neither way. ``labels`` has
    columns, n texts each, "" where nothing is said; ``kinds`` (n) are those that lists are told to cross,
    empty where there is no such column. ``groups`` (n) are the merchant's. ``pictures`` (m,) are places among
    the pictures of the snapshot, each product's in order, the main one first; ``product`` (m,) is where each
    picture's product stands in ``ids``; ``contents`` (m) are content hashes. ``open`` opens the picture of a
    row of these m as upright RGB, or raises `PictureError`. ``encoder`` is the index's own.
    ``catalogue`` is how many products were there to draw from; ``excluded`` counts, by reason, what was not
    used.
    """

    view: View = field(repr=False)
    encoder: ImageEncoder = field(repr=False)
    ids: Sequence[str] = field(repr=False)
    rows: Rows = field(repr=False)
    families: Mapping[str, str] = field(repr=False)
    copies: Mapping[str, frozenset[str]] = field(repr=False)
    labels: Mapping[str, Sequence[str]] = field(repr=False)
    kinds: Sequence[str] = field(repr=False)
    groups: Sequence[str] = field(repr=False)
    pictures: Rows = field(repr=False)
    product: Rows = field(repr=False)
    contents: Sequence[str] = field(repr=False)
    open: OpenPicture = field(repr=False)
    catalogue: int
    excluded: Mapping[str, int]
    workers: int = 1
    seed: int = 0

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def sample(self) -> bool:
        """Whether there are other products that might have been found."""
        return len(self.ids) < self.catalogue

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Where each id stands."""
        return {i: place for place, i in enumerate(self.ids)}

    @cached_property
    def main(self) -> Rows:
        """The rows of the main pictures among the m, (n,)."""
        return np.searchsorted(self.product, np.arange(len(self.ids))).astype(np.intp)

    @cached_property
    def looks(self) -> Floats:
        """Unit vectors of the main pictures by the index's own encoder, (n, dim)."""
        return self.view.snapshot.looks[self.pictures[self.main]]

    @property
    def picture_looks(self) -> Floats:
        """Unit vectors of all m pictures by the index's own encoder, (m, dim)."""
        looks = self.view.snapshot.looks
        return looks if len(self.pictures) == len(looks) else looks[self.pictures]
