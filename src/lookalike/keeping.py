"""What is kept beside the columns of a large version, so that a process that opens it need not make it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from lookalike import settings
from lookalike.derived import make_derived
from lookalike.ingest.ray import cluster
from lookalike.ingest.where import Where
from lookalike.neighbours.listing import Hands, Part, Sorted, Sorting, own_hands
from lookalike.neighbours.making import make_nearest
from lookalike.store.base import Columns, KeepProgress, Make

_SHARE = 0.5  # of the memory, that the graph and the looks may fill
_LOOK = 4  # bytes that a look has of each number
_LINKED = 2  # bytes that a graph has of each number
_LINKS = 276  # bytes of a picture's links


def way_for(pictures: int, dim: int) -> str:
    """What is to find the nearest of so many pictures, "graph" or "lists": see `settings.neighbours`."""
    stated = settings.neighbours()
    if stated != "auto":
        return stated
    memory = settings.memory()
    needed = pictures * (dim * (_LOOK + _LINKED) + _LINKS)
    return "graph" if memory is None or needed <= _SHARE * memory else "lists"


def makers(where: Where | None = None) -> tuple[Make, ...]:
    """Each lays down files of its own in the folder of a kept version, in this order.

    ``where`` says who makes what can be made in parts; None is this process.
    """
    return make_derived, partial(_keep_neighbours, _hands(where))


def _keep_neighbours(hands: Hands, columns: Columns, folder: Path, tell: KeepProgress) -> None:
    """Lay down what finds the nearest pictures."""
    looks = columns.looks.whole
    make_nearest(folder, looks, partial(tell, "neighbours"), way_for(*looks.shape), hands)


def _hands(where: Where | None) -> Hands:
    if where is None or where.cluster is None:
        return own_hands
    address, workers = where.cluster, where.workers

    def on_cluster(sorting: Sorting, parts: Iterator[Part]) -> Iterator[Sorted]:
        with cluster(address, workers) as there:
            yield from there.each(Sorting.sort, sorting, parts)

    return on_cluster
