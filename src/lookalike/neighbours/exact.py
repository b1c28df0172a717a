"""Exact scores: what is compared with a question is compared number by number."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np

from lookalike.neighbours.shadows import SLACK
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, Rows

Metric = Literal["cosine", "euclidean"]


def look_scores(
    snapshot: Snapshot, looks: Floats, norms: Floats, metric: Metric = "cosine", rows: Rows | None = None
) -> Floats:
    """How alike products of a snapshot are to the nearest of the query's pictures, (p,), or (len(rows),).

    ``looks`` (m, dim) are unit vectors, ``norms`` (m,) their lengths before. With "cosine" the score is the
    cosine, -1 to 1; with "euclidean" it is minus the distance between the vectors at their own lengths, so
    that higher is better under both. NaN for a product without a picture.
    """
    at = None if rows is None else snapshot.pictures_at(rows)
    best: Floats | None = None
    for look, norm in zip(looks, norms, strict=True):
        scores = picture_scores(snapshot, look, float(norm), metric, at)
        best = scores if best is None else np.maximum(best, scores)
    if best is None:
        return np.full(len(snapshot) if rows is None else len(rows), np.nan, dtype=np.float32)
    return snapshot.best_picture(best, rows)


def look_bounds(
    snapshot: Snapshot, looks: Floats, norms: Floats, metric: Metric = "cosine", rows: Rows | None = None
) -> Floats:
    """What `look_scores` of all products, or of c of them, does not exceed by more than the slack.

    That is `lookalike.neighbours.shadows.SLACK`; with "euclidean" it is one of the cosine, and is in the
    bound already. There has to be a look. The array is the caller's own.
    """
    at = None if rows is None else snapshot.pictures_at(rows)
    best: Floats | None = None
    for look, norm in zip(looks, norms, strict=True):
        scores = snapshot.nearest.bounds(look)
        if at is not None:
            scores = scores[at]
        if metric == "euclidean":
            lengths = snapshot.norms if at is None else snapshot.norms[at]
            scores = _distances(np.minimum(scores + np.float32(SLACK), 1), lengths, float(norm))
        best = scores if best is None else np.maximum(best, scores, out=best)
    assert best is not None
    return snapshot.best_picture(best, rows)


def picture_scores(
    snapshot: Snapshot, look: Floats, norm: float, metric: Metric = "cosine", at: Rows | None = None
) -> Floats:
    """How alike every picture of a snapshot, or those ``at`` these places, is to one vector, (n,).

    The scale is that of `look_scores`.
    """
    vectors = snapshot.vectors
    cosine = vectors.each(partial(_products, vector=look)) if at is None else _products(vectors[at], look)
    if metric == "cosine":
        return cosine
    return _distances(cosine, snapshot.norms if at is None else snapshot.norms[at], norm)


def _distances(cosine: Floats, norms: Floats, norm: float) -> Floats:
    """Minus the distances of vectors of these lengths from one, by their cosines with it."""
    squares = norms**2 + np.float32(norm**2) - 2 * np.float32(norm) * norms * cosine
    distances: Floats = -np.sqrt(np.maximum(squares, 0))
    return distances


def colour_scores(snapshot: Snapshot, colours: Floats, rows: Rows | None = None) -> Floats:
    """How alike the colours of products are to the nearest of the query's, (p,) or (len(rows),), 0 to 1.

    ``colours`` (m, dim of colour vectors) are unit vectors of `lookalike.colour.colour_vectors`. NaN for a
    product of which no colour is known, and for every product when the query has none.
    """
    said = snapshot.palettes.said if rows is None else snapshot.palettes.said[rows]
    if len(colours) == 0:
        return np.full(len(said), np.nan, dtype=np.float32)
    vectors = snapshot.palettes.all_vectors() if rows is None else snapshot.palettes.vectors(rows)
    best = _products(vectors, colours[0])
    for colour in colours[1:]:
        best = np.maximum(best, _products(vectors, colour))
    return best if said.all() else np.where(said, best, np.float32(np.nan))


def colour_bounds(snapshot: Snapshot, colours: Floats, rows: Rows | None = None) -> Floats:
    """What `colour_scores` of all products, or of c of them, does not exceed by more than the slack.

    There has to be a colour.
    """
    best = snapshot.palettes.bounds(colours[0])
    for colour in colours[1:]:
        best = np.maximum(best, snapshot.palettes.bounds(colour), out=best)
    said = snapshot.palettes.said
    if rows is not None:
        best, said = best[rows], said[rows]
    return best if said.all() else np.where(said, best, np.float32(np.nan))


def _products(matrix: Floats, vector: Floats) -> Floats:
    """Dot products of the rows of a matrix (n, d) with a vector (d,), on the calling thread.

    A BLAS takes twice as long for this on one core; on several it is quick only while all of them are idle,
    and otherwise waits for the last: at 34,000 rows of 256 numbers 0.7 to 8 ms, where this takes 1.6. Each
    row gives the same whatever the others are.
    """
    found: Floats = np.einsum("ij,j->i", matrix, vector)
    return found
