"""How long do signals take to fit, and to answer?

Drawn events of 34,000 items in visits of four, most of them of a shelf, some popular, some by chance.
Each size is fitted in a process of its own; questions are visits of eight items and shoppers of a hundred.

    python benchmarks/behaviour_speed.py
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np
import record

from lookalike.behaviour.signals import Signals
from lookalike.events import KINDS, Log, Touch

SIZES = (100_000, 1_000_000)
ITEMS = 34_000
ASKED = 300
DAY = 24 * 3600 * 1000
BARS = {"100000": 2.0, "1000000": 20.0}


def drawn(count: int) -> Log:
    """A log of so many events."""
    chance = np.random.default_rng(0)
    visits, users = count // 4, count // 10
    visit = chance.integers(0, visits, count)
    user = chance.integers(0, users, visits)[visit]
    begins = chance.integers(0, 60 * DAY, visits)[visit]
    shelf = chance.integers(0, 300, visits)[visit]
    near = (shelf * 113 + (chance.random(count) ** 3 * 113).astype(int)) % ITEMS
    any_ = (chance.random(count) ** 2 * ITEMS).astype(int)
    item = np.where(chance.random(count) < 0.7, near, any_)
    kinds = [KINDS.index(kind) for kind in ("viewed", "carted", "bought")]
    return Log.from_columns(
        users=[f"u{one}" for one in user.tolist()],
        items=[str(one) for one in item.tolist()],
        sessions=[""] * count,
        kinds=chance.choice(kinds, count, p=[0.85, 0.1, 0.05]).astype(np.int8),
        times=1_700_000_000_000 + begins + chance.integers(0, 900_000, count),
        weights=np.ones(count, np.float32),
    )


def peak() -> int:
    """The most memory that this process had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fitted(count: int) -> dict[str, Any]:
    """Figures of one size."""
    log, before = drawn(count), peak()
    began = time.perf_counter()
    signals = Signals.of(log)
    taken = time.perf_counter() - began
    after = peak()
    chance, now = np.random.default_rng(1), int(log.time[-1])
    next_, history = [], []
    for _ in range(ASKED):
        visit = [(log.items[item], 1.0) for item in log.item[chance.integers(0, count, 8)].tolist()]
        began = time.perf_counter()
        signals.next(visit)
        next_.append(1000 * (time.perf_counter() - began))
        had = log.item[chance.integers(0, count, 100)].tolist()
        touches = [Touch(log.items[item], "bought", now, 1.0) for item in had]
        began = time.perf_counter()
        signals.of_history(touches, now)
        history.append(1000 * (time.perf_counter() - began))
    return {
        "seconds": round(taken, 2),
        "log_megabytes": before,
        "peak_megabytes": after,
        "milliseconds": {
            name: {f"p{at}": round(float(np.percentile(values, at)), 2) for at in (50, 95)}
            for name, values in (("what comes next", next_), ("a known shopper", history))
        },
    }


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(fitted(int(sys.argv[1]))))
        return
    runs = {}
    for count in SIZES:
        command = [sys.executable, __file__, str(count)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        runs[str(count)] = json.loads(out)
        print(count, runs[str(count)])
    record.write(
        "behaviour_speed", {"items": ITEMS, "bars": BARS, "load": record.load(), "runs": runs}, "scipy"
    )


if __name__ == "__main__":
    main()
