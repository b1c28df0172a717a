"""What was measured of the ways of finding the nearest, as the writer noted it beside what it made."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from lookalike.mapped import replacing

AXES, LINES, GRAPH, PLAN = "look-axes.npy", "look-lines.npy", "look-graph.usearch", "look-plan.json"
LISTS = "look-lists.lance"
"""Files in the folder of a kept version; the lists are a folder of files."""

FILES = {"graph": GRAPH, "lists": LISTS}
"""The ways of finding the nearest approximately, and what lies there of each."""

RECALL = 0.99
"""What finds less of the true nearest is not kept, and what is said to is not asked."""

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each way of finding the nearest took where it was made, milliseconds of processors.

    ``exact`` is `Nearest.top` of all pictures, ``approximate`` `Nearest.approximate`, means for twelve;
    ``recall`` is the share of the true nearest twelve that the latter found, over ``asked`` pictures that
    were not in the graph when it was asked, or not counted in the lists. ``way`` is one of `FILES`, ``depth``
    that of `Graph` or `Lists`, ``size`` the bytes of its files.
    """

    pictures: int
    exact: float
    approximate: float
    recall: float
    asked: int
    depth: int
    size: int
    way: str = "graph"


def write_plan(folder: Path, plan: Plan) -> None:
    """Note it; what it speaks of lies there already. Raises `OSError`."""
    with replacing(folder / PLAN) as file:
        file.write(json.dumps({"format": _FORMAT, **asdict(plan)}).encode())


def read_plan(folder: Path, pictures: int) -> Plan | None:
    """The plan of a folder; None where there is none, none that can be, or for others.

    Others are those where it is not of so many pictures, or not of the files that lie there.
    """
    try:
        said = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        if said.pop("format") != _FORMAT:
            return None
        plan = Plan(**said)
        whole = size_of(folder / FILES[plan.way]) == plan.size
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return plan if whole and plan.pictures == pictures and _is_sound(plan) else None


def size_of(path: Path) -> int:
    """The bytes of a file, or of all files in a folder. Raises `OSError`."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size


def _is_sound(plan: Plan) -> bool:
    """Whether it says what can be measured: who asks goes by it, and searches by its depth."""
    measured = (plan.exact, plan.approximate, plan.recall)
    return (
        all(type(one) in (int, float) and math.isfinite(one) for one in measured)
        and 0 <= plan.recall <= 1
        and type(plan.depth) is int
        and 0 < plan.depth <= plan.pictures
    )
