"""Are products that the doctor calls hidden or everywhere so on the shelves that shoppers see?

The doctor counts shelves by looks. Here every product of a catalogue is asked for its usual shelf of ten, by
looks and words: how many of those that it calls hidden are on none of them, and on how many are those that
it says are on very many?

    python benchmarks/doctor_shelves.py
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import record
from data import indexed, require, work_folder

from lookalike import Index

SETS = ("fashion-small", "fashion-300", "clothing-cc0")
SHELF = 10


def shown(index: Index) -> Counter[str]:
    """On how many usual shelves of the catalogue each product stands."""
    return Counter(i for asking in index.ids for i in index.similar(asking, k=SHELF).ids)


def judged(index: Index) -> dict[str, Any]:
    """Figures of one catalogue."""
    found = index.doctor.examine("shelves", confidence=0)
    times = shown(index)
    counts = np.array([times[i] for i in index.ids])
    hidden = [one for one in found if one.kind == "hidden"]
    kept = [all(times[i] == 0 for i in one.products) for one in hidden]
    said = [one.confidence for one in hidden]
    return {
        "products": len(index),
        "on_no_shelf": int((counts == 0).sum()),
        "usual": float(np.median(counts)),
        "hidden": len(hidden),
        "hidden_indeed": record.interval(kept) if kept else None,
        "said": round(float(np.mean(said)), 3) if said else None,
        "hubs": [
            {
                "confidence": round(one.confidence, 3),
                "by_looks": one.evidence["shelves"],
                "usual_shelves": sum(times[i] for i in one.products),
            }
            for one in found
            if one.kind == "hub"
        ],
        "unjudged": [one.why for one in found.unjudged],
    }


def main() -> None:
    require(*SETS)
    with work_folder() as work:
        sets = {name: judged(indexed(name, work)) for name in SETS}
    for name, figures in sets.items():
        print(name, figures)
    record.write("doctor_shelves", {"shelf": SHELF, "sets": sets})


if __name__ == "__main__":
    main()
