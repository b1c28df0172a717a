"""Where products lie on a map of the catalogue: those that look alike lie beside each other.

t-SNE (van der Maaten and Hinton, "Visualizing Data using t-SNE", JMLR 2008) of the main pictures' looks,
begun from their two main directions and with the learning rate n / 12, as Kobak and Berens advise ("The art
of using t-SNE for single-cell transcriptomics", Nature Communications 2019, "Initialization", "Learning
rate"), the repulsion interpolated on a grid (Linderman et al., "Fast interpolation-based t-SNE", Nature
Methods 2019), by openTSNE (Poličar et al., JSS 2024). The neighbours are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from lookalike.vectors import Floats, Rows

PERPLEXITY = 30
"""How many neighbours count, about, as the paper's figure does; three times as many are looked for."""

EARLY, LATE = 250, 500
"""Steps with every attraction exaggerated twelvefold, and without."""

FEWEST = 24
"""Products from which t-SNE has something to say; fewer are laid out by their two main directions."""

_EXAGGERATION = 12
_EVERY = 5  # steps between two reports
_BLOCK = 512
_ALONE = 2000  # products that one thread lays out as quickly as several, which wait at each step
_FLAT = 1e-6  # spread of the looks under which all pictures are one
_GOLDEN = np.pi * (3 - 5**0.5)

Tell = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much; what it raises ends it."""


@dataclass(frozen=True)
class Layout:
    """Points (n, 2), each coordinate from 0 to 1, one scale for both; how they were found, and how long."""

    points: Floats
    method: str
    seconds: float
    settings: dict[str, Any] = field(default_factory=dict)


def laid_out(looks: Floats, tell: Tell, workers: int = 1) -> Layout:
    """Lay out n unit looks (n, dim); the same looks come out the same. ``tell`` is told of every part."""
    began = perf_counter()
    start = _main_directions(looks)
    used: dict[str, Any] = {}
    if start is None:
        points, method = _spiral(len(looks)), "spiral"
    elif len(looks) < FEWEST:
        points, method = start, "PCA"
    else:
        points = _tsne(looks, start, tell, workers)
        method, used = "t-SNE", {"perplexity": PERPLEXITY, "steps": EARLY + LATE}
    return Layout(within(points), method, perf_counter() - began, used)


def nearest(asking: Floats, gallery: Floats, k: int, tell: Callable[[int], None]) -> tuple[Rows, Floats]:
    """The k highest cosines of each of n looks with a gallery, and their rows, (n, k), the highest first.

    ``tell`` is told how many are done.
    """
    rows = np.empty((len(asking), k), np.intp)
    cosines = np.empty((len(asking), k), np.float32)
    for start in range(0, len(asking), _BLOCK):
        tell(start)
        block = asking[start : start + _BLOCK] @ gallery.T
        least = block.shape[1] - k
        best = np.argpartition(block, least, axis=1)[:, least:] if least else np.argsort(block, axis=1)
        within_best = np.take_along_axis(block, best, axis=1)
        order = np.lexsort((best, -within_best), axis=1)
        rows[start : start + _BLOCK] = np.take_along_axis(best, order, axis=1)
        cosines[start : start + _BLOCK] = np.take_along_axis(within_best, order, axis=1)
    return rows, cosines


def within(points: Floats) -> Floats:
    """The points moved and scaled into the unit square, both axes alike."""
    if not len(points):
        return np.empty((0, 2), np.float32)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = float((high - low).max()) or 1.0
    moved: Floats = ((points - (low + high) / 2) / scale + 0.5).clip(0, 1).astype(np.float32)
    return moved


def _main_directions(looks: Floats) -> Floats | None:
    """The looks along their two main directions, (n, 2); None where they do not differ."""
    if len(looks) < 2:
        return None
    centred = looks - looks.mean(axis=0, dtype=np.float64).astype(np.float32)
    values, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64) / len(looks))
    if values[-1] < _FLAT**2:
        return None
    axes = vectors[:, -2:][:, ::-1]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])  # which way round is chance otherwise
    found: Floats = (centred @ axes.astype(np.float32)).astype(np.float64)
    return found


def _spiral(count: int) -> Floats:
    """Points beside each other without an order, as seeds in a sunflower (Vogel 1979)."""
    at = np.arange(count)
    radius, angle = np.sqrt(at + 0.5), at * _GOLDEN
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _tsne(looks: Floats, start: Floats, tell: Tell, workers: int) -> Floats:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    count = len(looks)
    k = min(3 * PERPLEXITY, count - 1)
    workers = workers if count > _ALONE else 1
    rows, cosines = nearest(looks, looks, k + 1, lambda done: tell("Looking for neighbours", done, count))
    rows, cosines = _without_self(rows, cosines)
    distances = np.sqrt(np.maximum(2 - 2 * cosines.astype(np.float64), 0))

    def step(before: int) -> Callable[[int, float, Any], None]:
        return lambda done, _error, _points: tell("Laying out", before + done, EARLY + LATE)

    common = {"n_jobs": workers, "callbacks_every_iters": _EVERY, "inplace": True}
    jitter = np.random.default_rng(0).normal(0, 0.01, start.shape)  # else equal pictures never come apart
    scaled = start / start[:, 0].std()
    tell("Laying out", 0, EARLY + LATE)
    affinities = PerplexityBasedNN(
        perplexity=min(PERPLEXITY, k / 3), knn_index=PrecomputedNeighbors(rows, distances), n_jobs=workers
    )
    made = TSNEEmbedding((scaled + jitter) * 1e-4, affinities, random_state=0, n_jobs=workers)
    made.optimize(
        EARLY, exaggeration=_EXAGGERATION, momentum=0.8, callbacks=step(0), use_callbacks=True, **common
    )
    made.optimize(LATE, momentum=0.8, callbacks=step(EARLY), use_callbacks=True, **common)
    return np.asarray(made, np.float64)


def _without_self(rows: Rows, cosines: Floats) -> tuple[Rows, Floats]:
    """Neighbours without the product itself, which is not always the first of equal pictures; else the last
    of them goes."""
    own = rows == np.arange(len(rows))[:, None]
    own[~own.any(axis=1), -1] = True
    shape = len(rows), rows.shape[1] - 1
    return rows[~own].reshape(shape), cosines[~own].reshape(shape)
