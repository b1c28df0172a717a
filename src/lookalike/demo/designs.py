"""What the demo shop draws: a kind of thing, its cut, and the look of one variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lookalike.demo.canvas import Canvas
from lookalike.demo.palette import CLOTH, Shade


@dataclass(frozen=True, slots=True)
class Cut:
    """What variants of one style share: named options, width and length in -1..1, and a seed for folds."""

    options: Mapping[str, str]
    width: float = 0.0
    length: float = 0.0
    seed: int = 0

    def __getitem__(self, name: str) -> str:
        return self.options[name]

    def chance(self) -> np.random.Generator:
        """The same random numbers each time: folds fall alike on all variants."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True, slots=True)
class Look:
    """What makes a variant: its main shade, the second one, and the pattern with its size."""

    shade: Shade
    accent: Shade
    pattern: str = "plain"
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of product: how it is drawn, sold and spoken of.

    ``options`` lists the choices a cut is made of; ``prices`` is the lowest and highest price;
    ``standing`` things have a floor under them; ``weight`` is how many of them there are against others.
    """

    name: str
    noun: str
    category: str
    draw: Callable[[Canvas, Cut, Look], None]
    options: Mapping[str, tuple[str, ...]]
    prices: tuple[int, int]
    materials: tuple[str, ...]
    patterns: tuple[str, ...] = ("plain",)
    shades: tuple[str, ...] = CLOTH
    genders: tuple[str, ...] = ()
    standing: bool = False
    weight: float = 1.0
