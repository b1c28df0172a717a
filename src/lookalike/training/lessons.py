"""What a shop's catalogue teaches: its pictures, what is said of them, and which of them are kept apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PIL import Image

from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation.split import families, hash_split, held_out
from lookalike.vectors import Floats, Rows

LEARN, CHOOSE, UNSEEN = 0, 1, 2
"""Parts of a catalogue: what is learnt from, what choices are made on, and what only figures come from."""

APART = 0.2
"""Share of the families of products that nothing is learnt from or chosen on."""

CHOSEN_ON = 0.125
"""Share of the other families by which is chosen: when to stop, how strongly to smooth."""

OpenPicture = Callable[[int, int | None], Image.Image]
"""Opens the picture of a row as upright RGB; with a number, with no more than about that many pixels a side.

Raises `PictureError` when it cannot be read any more.
"""


def parts_of(ids: Sequence[str], ties: Sequence[Sequence[str]]) -> Rows:
    """`LEARN`, `CHOOSE` or `UNSEEN` for each of p products, (p,).

    By hash of the product's family, so a product stays in its part whatever else comes and goes; ``ties``
    are lists of ids that belong together: variants of a style, products that show one picture.
    """
    family = families(ids, ties)
    apart = held_out(ids, ties, APART)
    rest = {i: name for i, name in family.items() if i not in apart}
    chosen = set(hash_split(rest, CHOSEN_ON, "chosen on")[1])
    return np.array([UNSEEN if i in apart else CHOOSE if i in chosen else LEARN for i in ids], dtype=np.intp)


@dataclass(frozen=True)
class Lessons:
    """p products with a picture, sorted by id, and their m pictures, each product's together, main first.

    ``labels`` has, by column, what each product's tag says, "" where it says nothing; the first column is the
    one that counts most. ``tags`` has other columns that the figures are reckoned for, and nothing is learnt
    from. ``groups`` and ``titles`` hold "" where there is none. ``parts`` (p,) are of `parts_of`,
    ``families`` name what products depend on each other by, ``copies`` are by id the products that show the
    same picture, which count neither way. ``sessions`` are rows of products that one shopper had together,
    ``product`` (m,) are the products of pictures, ``looks`` (m, dim) their unit vectors in the space of
    ``encoder``, ``contents`` the hashes of their bytes.
    """

    ids: Sequence[str]
    labels: Mapping[str, Sequence[str]]
    titles: Sequence[str]
    groups: Sequence[str]
    parts: Rows
    families: Sequence[str]
    copies: Mapping[str, frozenset[str]]
    product: Rows
    contents: Sequence[str]
    looks: Floats = field(repr=False)
    encoder: ImageEncoder = field(repr=False)
    open: OpenPicture = field(repr=False)
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sessions: Sequence[Sequence[int]] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def main(self) -> Rows:
        """The picture rows of the products' main pictures, (p,)."""
        return np.searchsorted(self.product, np.arange(len(self.ids))).astype(np.intp)

    def products_in(self, *parts: int) -> Rows:
        """Rows of the products of some parts."""
        return np.flatnonzero(np.isin(self.parts, parts)).astype(np.intp)

    def pictures_in(self, *parts: int) -> Rows:
        """Rows of the pictures of the products of some parts."""
        return np.flatnonzero(np.isin(self.parts[self.product], parts)).astype(np.intp)
