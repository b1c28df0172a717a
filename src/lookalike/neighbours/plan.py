"""What was measured of the ways of finding the nearest, as the writer noted it beside what it made."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from lookalike.mapped import replacing

AXES, LINES, GRAPH, PLAN = "look-axes.npy", "look-lines.npy", "look-graph.usearch", "look-plan.json"
"""Files in the folder of a kept version."""

RECALL = 0.99
"""A graph that finds less of the true nearest is not kept, and one that is said to is not asked."""

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each way of finding the nearest took on one thread where the graph was made, milliseconds.

    ``exact`` is `Nearest.top` of all pictures, ``approximate`` `Nearest.approximate`, means of processor time
    for twelve; ``recall`` is the share of the true nearest twelve that the latter found, over ``asked``
    pictures that were not in the graph when it was asked. ``depth`` is that of `Graph`, ``size`` the bytes of
    its file.
    """

    pictures: int
    exact: float
    approximate: float
    recall: float
    asked: int
    depth: int
    size: int


def write_plan(folder: Path, plan: Plan) -> None:
    """Note it; what it speaks of lies there already. Raises `OSError`."""
    with replacing(folder / PLAN) as file:
        file.write(json.dumps({"format": _FORMAT, **asdict(plan)}).encode())


def read_plan(folder: Path, pictures: int) -> Plan | None:
    """The plan of a folder; None where there is none, none that can be, or for others.

    Others are those where it or the graph is not of so many pictures.
    """
    try:
        said = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        if said.pop("format") != _FORMAT:
            return None
        plan = Plan(**said)
        whole = (folder / GRAPH).stat().st_size == plan.size
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return plan if whole and plan.pictures == pictures and _is_sound(plan) else None


def _is_sound(plan: Plan) -> bool:
    """Whether it says what can be measured: who asks goes by it, and searches by its depth."""
    measured = (plan.exact, plan.approximate, plan.recall)
    return (
        all(type(one) in (int, float) and math.isfinite(one) for one in measured)
        and 0 <= plan.recall <= 1
        and type(plan.depth) is int
        and 0 < plan.depth <= plan.pictures
    )
