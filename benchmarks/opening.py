"""How soon a process answers from a large catalogue, and what memory it has to itself.

Each catalogue (see grown.py) is opened in fresh processes, its files in the page cache, until the first
default answer; then filters, facets and listing pages are asked; at last two processes have it open at once.

    python benchmarks/opening.py [PRODUCTS...]
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import data
import record
from grown import grown
from opened import memory

from lookalike.keeping import makers
from lookalike.store.lance import LanceStore

SIZES = (34_455, 100_000, 1_000_000)
BAR_SECONDS = 5.0
RUNS = 3
_CHILD = Path(__file__).with_name("opened.py")


def asked(folder: Path, way: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(_CHILD), way, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit("A process ended without an answer.")
    found: dict[str, Any] = json.loads(line)
    return found


def ended(process: subprocess.Popen[str]) -> None:
    process.communicate()


def measured(folder: Path) -> dict[str, Any]:
    """What fresh processes measure of one catalogue."""
    runs = []
    for _ in range(RUNS + 1):  # the first fills the page cache
        process = asked(folder, "first")
        runs.append(told(process))
        ended(process)
    pair = [asked(folder, "first") for _ in range(2)]
    for process in pair:
        told(process)
    at_once = [memory(process.pid) for process in pair]
    for process in pair:
        ended(process)
    process = asked(folder, "later")
    more = told(process)
    ended(process)
    taken = runs[1:]
    return {
        "seconds": {
            name: record.spread([run["seconds"][name] for run in taken]) for name in taken[0]["seconds"]
        },
        "processor_seconds": record.spread([run["processor_seconds"] for run in taken]),
        "search": taken[0]["search"],
        "memory_mb": taken[-1]["memory"],
        "two_at_once_mb": at_once,
        **more,
    }


def main(arguments: Sequence[str]) -> int:
    sizes = [int(one) for one in arguments] or SIZES
    figures: dict[str, Any] = {"bars": {"seconds_at_a_million": BAR_SECONDS}, "load_before": [], "runs": RUNS}
    file = record.RESULTS / "opening.json"
    figures["sizes"] = json.loads(file.read_text())["sizes"] if arguments and file.is_file() else {}
    with data.work_folder() as work:
        for size in sizes:
            small = size == SIZES[0]
            folder = data.indexed("fashion-small", work).path if small else grown(size, work)
            assert folder is not None
            kept = LanceStore.open(folder).keep(makers(), lambda *_: None)
            print(f"{size:,}", "kept now" if kept else "kept before", flush=True)
            figures["load_before"].append(record.load())
            figures["sizes"][str(size)] = measured(folder)
            print(json.dumps(figures["sizes"][str(size)], indent=1), flush=True)
    record.write("opening", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
