"""How long does the doctor take for a catalogue whose vectors are stored, and which check takes how much?

A copy of the index of 34,455 fashion products is examined twice, each time by a process of its own: the
first has to measure every picture, the second knows what the first measured. The time of what several checks
share (comparing all with all, measuring pixels, encoding pictures) is told apart from theirs. Beside the
seconds of the clock, which depend on what else the machine does, stand those of the processor.

    python benchmarks/doctor_speed.py
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import record
from clock import Clock, peak
from data import indexed, require, work_folder

from lookalike import Index
from lookalike.doctor import checks
from lookalike.doctor.case import Case

NAME = "fashion-small"
BAR = 60.0
"""Seconds."""


def clocked(check: checks.Check, clock: Clock) -> checks.Check:
    """The same check, measured."""

    def find(case: Case) -> Iterator[Any]:
        with clock.measuring(", ".join(check.kinds)):
            found = list(check.find(case))
        yield from found

    return replace(check, find=find)


def share(name: str, clock: Clock, called: str) -> None:
    """Measure a property of a case that several checks ask for, under a name of its own."""
    made = vars(Case)[name].func

    def measured(case: Case) -> Any:
        with clock.measuring(called):
            return made(case)

    shared = cached_property(measured)
    shared.__set_name__(Case, name)
    setattr(Case, name, shared)


def examined(path: str) -> dict[str, Any]:
    """Figures of one examination in this process."""
    clock = Clock()
    index = Index.open(path)
    index.similar(index.ids[0])  # loads what a question needs
    checks.CHECKS = tuple(clocked(check, clock) for check in checks.CHECKS)
    for name in ("pixels", "neighbours", "keys"):
        share(name, clock, f"shared: {name}")
    loaded, began, used = peak(), time.perf_counter(), time.process_time()
    told = 0

    def tell(_doing: str, _done: int, _total: int) -> None:
        nonlocal told
        told += 1

    with clock.measuring("else"):
        found = index.doctor.examine(progress=tell)
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(time.process_time() - used, 1),
        "megabytes_before": loaded,
        "peak_megabytes": peak(),
        "progress_told": told,
        "findings": found.counts,
        "unjudged": len(found.unjudged),
        "checks": clock.stages(),
        "load": record.load(),
    }


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(examined(sys.argv[1])))
        return
    require(NAME)
    runs = {}
    with work_folder() as work, tempfile.TemporaryDirectory() as folder:
        index = indexed(NAME, work)
        count = len(index)
        path = shutil.copytree(
            index.path or work, Path(folder) / "index", ignore=shutil.ignore_patterns("doctor*")
        )
        for name in ("first", "again"):
            command = [sys.executable, __file__, str(path)]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            runs[name] = json.loads(out)
            run = runs[name]
            used = f"processor {run['processor_seconds']} s, {run['peak_megabytes']} MB, load {run['load']}"
            print(f"{name}: {run['seconds']} s, {used}", flush=True)
    names = dict.fromkeys(name for run in runs.values() for name in run["checks"])
    rows = [
        [name, *(run["checks"].get(name, {}).get("processor_seconds", "") for run in runs.values())]
        for name in names
    ]
    record.table(["processor seconds of", *runs], rows)
    record.write("doctor_speed", {"products": count, "bar_seconds": BAR, "runs": runs})


if __name__ == "__main__":
    main()
