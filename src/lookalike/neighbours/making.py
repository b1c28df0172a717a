"""What the writer makes of a kept version so that the nearest are found fast, and what it measures of it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lookalike.mapped import write_array
from lookalike.neighbours.graph import Graph
from lookalike.neighbours.listing import Hands, own_hands, write_lists
from lookalike.neighbours.lists import Lists
from lookalike.neighbours.nearest import Finder, Nearest
from lookalike.neighbours.plan import (
    AXES,
    FILES,
    GRAPH,
    LINES,
    LISTS,
    RECALL,
    Plan,
    size_of,
    write_plan,
)
from lookalike.neighbours.shadows import Shadow
from lookalike.stacked import Stacked
from lookalike.vectors import Floats, Mask, Rows

TOLD = 12
"""Neighbours that recall is measured for."""

# Recall of the askers that a depth is chosen by, which are pictures of the catalogue. Less is found of those
# of strangers, which have nothing of their own kind there.
_AIM = 0.999
_DEPTHS = (64, 96, 128, 192, 256)
_PROBES = (16, 32, 64, 128, 256)
_ASKERS = 1000  # pictures left out at first: a third of them chooses the depth, the others measure
_TIMED = 50
_BLOCK = 16_384  # vectors compared at once
_SAME = 1e-6  # cosines so near are of the same picture, as far as anyone can tell

Tell = Callable[[int, int], None]


def make_nearest(
    folder: Path, looks: Floats, tell: Tell, way: str = "graph", hands: Hands = own_hands
) -> Plan | None:
    """Write shadows, a graph or lists, and a plan for unit vectors (n, dim) into a kept version's folder.

    ``way`` is one of `lookalike.neighbours.plan.FILES`; ``hands`` make the parts of lists. ``tell`` hears how
    many pictures are in, and of how many; what it raises stops the work. Neither graph nor lists are left
    where the library for it is missing, or where too few are found: then None. Raises `OSError`.
    """
    shadow = Shadow.of(looks)
    write_array(folder / AXES, shadow.axes)
    write_array(folder / LINES, shadow.lines)
    if len(looks) < _ASKERS:
        return None
    order = np.random.default_rng(0).permutation(len(looks))
    asking, others = np.sort(order[:_ASKERS]), order[_ASKERS:]
    nearest = Nearest(Stacked(looks), shadow)
    if way == "lists":
        plan = _in_lists(folder, nearest, asking, hands, tell)
    else:
        plan = _in_graph(folder, nearest, asking, others, tell)
    if plan is not None:
        write_plan(folder, plan)
        tell(len(looks), len(looks))
    return plan


def _in_graph(folder: Path, nearest: Nearest, asking: Rows, others: Rows, tell: Tell) -> Plan | None:
    looks = nearest.vectors.base
    graph = Graph.empty(looks.shape[1], _DEPTHS[0])
    if graph is None:
        return None
    # by chance: in order of ids those that are alike come one after another, and link to each other alone
    graph.add(others, looks, lambda done: tell(done, len(looks)))
    nearest.finder = graph
    recall = _deepened(nearest, graph, _DEPTHS, asking)
    if recall < RECALL:
        return None
    graph.add(asking, looks, lambda _: None)
    graph.save(folder / GRAPH)
    return _planned(folder, nearest, asking, recall, "graph")


def _in_lists(folder: Path, nearest: Nearest, asking: Rows, hands: Hands, tell: Tell) -> Plan | None:
    looks = nearest.vectors.base
    write_lists(folder / LISTS, looks, hands, tell)
    lists = Lists.mapped(folder / LISTS, looks.shape[1], _PROBES[0])
    if lists is not None:
        nearest.finder = lists
        recall = _deepened(nearest, lists, _PROBES, asking)
        if recall >= RECALL:
            return _planned(folder, nearest, asking, recall, "lists")
    shutil.rmtree(folder / LISTS)
    return None


def _deepened(nearest: Nearest, finder: Finder, depths: tuple[int, ...], asking: Rows) -> float:
    """Choose how far is looked by a third of those that ask; the recall of the others."""
    looks = nearest.vectors.base
    askers = looks[asking]
    limits = _last_cosines(looks, asking, askers)
    choosing, measuring = slice(0, None, 3), _measuring()
    for depth in depths:
        finder.deepen(depth)
        if _recall(nearest, askers[choosing], limits[choosing], asking) >= _AIM:
            break
    return _recall(nearest, askers[measuring], limits[measuring], asking)


def _measuring() -> Mask:
    """Which of those that ask measure: two thirds."""
    return np.arange(_ASKERS) % 3 > 0


def _planned(folder: Path, nearest: Nearest, asking: Rows, recall: float, way: str) -> Plan:
    timed = nearest.vectors.base[asking[_measuring()][:_TIMED]]
    return Plan(
        pictures=len(nearest.vectors),
        exact=_took(nearest.top, timed),
        approximate=_took(nearest.approximate, timed),
        recall=recall,
        asked=int(_measuring().sum()),
        depth=nearest.finder.depth if nearest.finder else 0,
        size=size_of(folder / FILES[way]),
        way=way,
    )


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


def _recall(nearest: Nearest, askers: Floats, limits: Floats, asking: Rows) -> float:
    """The share of the nearest `TOLD` of each that are found, those that ask not counted."""
    found = 0
    for asker, limit in zip(askers, limits, strict=True):
        rows = nearest.approximate(asker, 2 * TOLD)
        if rows is None:
            return 0.0
        rows = rows[~np.isin(rows, asking)][:TOLD]  # they are in lists, and not in a graph yet
        found += int(np.count_nonzero(nearest.vectors[rows] @ asker >= limit - _SAME))
    return found / (TOLD * len(askers))


def _took(ask: Callable[[Floats, int], Rows | None], askers: Floats) -> float:
    """Mean milliseconds of processors, of all threads: lists are read by several."""
    began = time.process_time()
    for asker in askers:
        ask(asker, TOLD)
    return round((time.process_time() - began) * 1000 / len(askers), 3)
