"""What the writer makes of a kept version so that the nearest are found fast, and what it measures of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lookalike.mapped import write_array
from lookalike.neighbours.graph import Graph
from lookalike.neighbours.nearest import Nearest
from lookalike.neighbours.plan import AXES, GRAPH, LINES, RECALL, Plan, write_plan
from lookalike.neighbours.shadows import Shadow
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, Rows

TOLD = 12
"""Neighbours that recall is measured for."""

# Recall of the askers that a depth is chosen by, which are pictures of the catalogue. Less is found of those
# of strangers, which have nothing of their own kind there.
_AIM = 0.999
_DEPTHS = (64, 96, 128, 192, 256)
_ASKERS = 1000  # pictures left out at first: a third of them chooses the depth, the others measure
_TIMED = 50
_BLOCK = 16_384  # vectors compared at once
_SAME = 1e-6  # cosines so near are of the same picture, as far as anyone can tell

Tell = Callable[[int, int], None]


def make_nearest(folder: Path, looks: Floats, tell: Tell) -> Plan | None:
    """Write shadows, a graph and its plan for unit vectors (n, dim) into the folder of a kept version.

    ``tell`` hears how many pictures are in the graph, and of how many; what it raises stops the work.
    No graph is left where the library for it is missing, or where it finds too few: then None. Raises
    `OSError`.
    """
    shadow = Shadow.of(looks)
    write_array(folder / AXES, shadow.axes)
    write_array(folder / LINES, shadow.lines)
    graph = Graph.empty(looks.shape[1], _DEPTHS[0])
    if graph is None or len(looks) < _ASKERS:
        return None
    order = np.random.default_rng(0).permutation(len(looks))
    asking, others = np.sort(order[:_ASKERS]), order[_ASKERS:]
    # by chance: in order of ids those that are alike come one after another, and link to each other alone
    graph.add(others, looks, lambda done: tell(done, len(looks)))
    nearest = Nearest(Stacked(looks), shadow, graph)
    askers = looks[asking]
    limits = _last_cosines(looks, asking, askers)
    choosing, measuring = slice(0, None, 3), np.arange(_ASKERS) % 3 > 0
    for depth in _DEPTHS:
        graph.deepen(depth)
        if _recall(nearest, askers[choosing], limits[choosing]) >= _AIM:
            break
    recall = _recall(nearest, askers[measuring], limits[measuring])
    if recall < RECALL:
        return None
    graph.add(asking, looks, lambda _: None)
    graph.save(folder / GRAPH)
    timed = askers[measuring][:_TIMED]
    plan = Plan(
        pictures=len(looks),
        exact=_took(nearest.top, timed),
        approximate=_took(nearest.approximate, timed),
        recall=recall,
        asked=int(measuring.sum()),
        depth=graph.depth,
        size=(folder / GRAPH).stat().st_size,
    )
    write_plan(folder, plan)
    tell(len(looks), len(looks))
    return plan


def _last_cosines(looks: Floats, asking: Rows, askers: Floats) -> Floats:
    """The cosine of the last of the nearest `TOLD` of each asker (m,), which are not compared themselves."""
    found = np.full((len(askers), TOLD), -np.inf, dtype=np.float32)
    for start in range(0, len(looks), _BLOCK):
        cosines = askers @ looks[start : start + _BLOCK].T
        cosines[:, asking[(asking >= start) & (asking < start + _BLOCK)] - start] = -np.inf
        both = np.concatenate([found, cosines], axis=1)
        found = np.partition(both, both.shape[1] - TOLD, axis=1)[:, -TOLD:]
    limits: Floats = found.min(axis=1)
    return limits


def _recall(nearest: Nearest, askers: Floats, limits: Floats) -> float:
    """The share of the nearest `TOLD` of each that the graph finds."""
    found = 0
    for asker, limit in zip(askers, limits, strict=True):
        rows = nearest.approximate(asker, TOLD)
        assert rows is not None
        found += int(np.count_nonzero(nearest.vectors[rows] @ asker >= limit - _SAME))
    return found / (TOLD * len(askers))


def _took(ask: Callable[[Floats, int], Rows | None], askers: Floats) -> float:
    """Mean milliseconds of processor time."""
    began = time.thread_time()
    for asker in askers:
        ask(asker, TOLD)
    return round((time.thread_time() - began) * 1000 / len(askers), 3)
