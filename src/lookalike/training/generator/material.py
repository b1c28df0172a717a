"""What a generator is learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lookalike.imagining.eigenpictures import Pixels
from lookalike.vectors import Floats, Mask, Space

SIDE = 64
"""Pixels of a side of the pictures that are learnt and made."""


@dataclass(frozen=True, eq=False)
class Prompt:
    """Words that sheets show the pictures of, and the unit vector (dim,) of what they look like."""

    text: str
    look: Floats = field(repr=False)


@dataclass(frozen=True, eq=False)
class Material:
    """n products: their main pictures ``pixels`` (n, `SIDE`, `SIDE`, 3), and the ``looks`` (n, dim) of those.

    ``words`` are arrays (n, dim) of what some of each product's words look like, unit vectors of ``space``,
    each time of other words of it; zero where none says anything. Of products that are ``chosen`` (n,)
    nothing is learnt; the loss on them is told. ``prompts`` are what is imagined at the end of each epoch.
    """

    space: Space
    pixels: Pixels = field(repr=False)
    looks: Floats = field(repr=False)
    words: Sequence[Floats] = field(repr=False)
    chosen: Mask = field(repr=False)
    prompts: Sequence[Prompt] = ()

    @property
    def learnt(self) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Rows of the products that are learnt from."""
        return np.flatnonzero(~self.chosen)
