"""Looks in a few crowds that are far from each other, so that a test knows what lies beside what."""

from __future__ import annotations

import numpy as np

from lookalike.index import Index
from lookalike.testing.planted import plant, planted
from lookalike.vectors import Floats

DIM = 16


def crowd(which: int, count: int, seed: int = 0) -> Floats:
    """Unit looks (count, DIM) about the axis ``which``."""
    looks = np.random.default_rng([which, seed]).normal(0, 0.08, (count, DIM))
    looks[:, which] += 1
    unit: Floats = (looks / np.linalg.norm(looks, axis=1, keepdims=True)).astype(np.float32)
    return unit


def crowds(count: int, each: int) -> Floats:
    """The looks (count * each, DIM) of several crowds, one after another."""
    return np.concatenate([crowd(which, each) for which in range(count)])


def shop(*looks: tuple[str, Floats], bare: int = 0) -> Index:
    """An index in memory of products NAME-NUMBER with these looks, in a category NAME, and of bare ones."""
    items = [
        planted(f"{name}-{at:03}", row.tolist(), title=f"{name} {at}", category=name)
        for name, own in looks
        for at, row in enumerate(own)
    ]
    return Index(plant([*items, *(planted(f"bare-{at}") for at in range(bare))]))


def own_crowd(points: Floats, each: int) -> float:
    """How often the nearest point is of the same crowd, of points in crowds of ``each``."""
    apart = np.square(points[:, None] - points[None]).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((apart.argmin(axis=1) // each == np.arange(len(points)) // each).mean())
