"""What a recipe is, what it is asked for, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lookalike.encoders.card import Card
from lookalike.training.lessons import Lessons
from lookalike.vectors import Floats

Tell = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many; what it raises ends the training."""


def silent(doing: str, done: int, total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Wishes:
    """What may be wished of a training; None leaves it to the recipe.

    ``size`` is the side of the pictures in pixels, ``most`` how many pictures are learnt from at most,
    ``device`` "auto", "cpu" or "cuda", ``minutes`` after which no further epoch begins. ``loss`` is
    "classify" or "metric". ``work`` is the folder for what a later run goes on from. ``fresh`` forgets that.
    """

    work: Path
    epochs: int | None = None
    size: int | None = None
    batch: int | None = None
    rate: float | None = None
    most: int | None = None
    loss: str | None = None
    device: str = "auto"
    minutes: float | None = None
    patience: int | None = None
    seed: int = 0
    fresh: bool = False


@dataclass(frozen=True)
class Curve:
    """One line of a diagram: a value for each of some epochs (counted from 1)."""

    name: str
    diagram: str
    epochs: Sequence[int]
    values: Sequence[float]


@dataclass(frozen=True)
class Confusion:
    """How often products of a kind (row) were taken for a kind (column), (k, k), on ``of`` products."""

    kinds: Sequence[str]
    counts: npt.NDArray[np.int64] = field(repr=False)
    part: str
    accuracy: float
    top5: float


@dataclass(frozen=True)
class Learnt:
    """An encoder as a recipe leaves it.

    ``model`` is the content of an ONNX file, ``card`` its card, whose hash and reference are filled in where
    it is written. ``vectors`` (m, dim) are the unit vectors of all pictures of the lessons where the recipe
    knows them without looking at a picture, else None. ``settings`` is what was chosen, by name; ``notes``
    are sentences for whoever reads the report.
    """

    model: bytes = field(repr=False)
    card: Card
    vectors: Floats | None = field(default=None, repr=False)
    curves: Sequence[Curve] = ()
    confusion: Sequence[Confusion] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    epochs: int = 0
    device: str = "cpu"


class Recipe(Protocol):
    """One way to learn an encoder."""

    def __call__(self, lessons: Lessons, wishes: Wishes, tell: Tell) -> Learnt:
        """Learn. Raises `TrainingError` where these lessons teach nothing, with what to do."""
        ...
