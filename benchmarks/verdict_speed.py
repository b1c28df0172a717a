"""How long does `index.evaluate` take for 34,455 products, by labels and by events, and what takes how much?

Each run is a process of its own, which opens an index and evaluates it: by the columns that are taken where
nobody names any, by six columns that are named, and by 105,000 events that are planted as in shoppers.py. Two
more are real shops without pictures: the clicks of a week, and the invoices of a gift shop. Beside the
seconds of the clock, which depend on what else the machine does, stand those of the processor.

    python benchmarks/verdict_speed.py [NAME…]     some of the runs only; the figures of the others stay
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import event_shops
import record
import shoppers
from clock import Clock, peak
from data import indexed, require, work_folder

from lookalike import Index
from lookalike.behaviour.signals import Signals
from lookalike.evaluation.judge import Judgement
from lookalike.verdict import asking, running

NAME = "fashion-small"
BAR = 60.0
"""Seconds, of an evaluation by labels."""

SIX = "category,baseColour,gender,subCategory,masterCategory,usage"
RUNS: dict[str, dict[str, str]] = {
    "labels": {"questions": "labels"},
    "six labels": {"questions": "labels", "labels": SIX},
    "planted events": {"questions": "events"},
    event_shops.CLICKS: {"questions": "events"},
    event_shops.INVOICES: {"questions": "events"},
}


def evaluated(path: str, wanted: dict[str, str]) -> dict[str, Any]:
    """Figures of one evaluation in this process, with opening."""
    clock = Clock()
    began, used = time.perf_counter(), time.process_time()
    watch(clock)
    with clock.measuring("opening the index"):
        index = Index.open(path)
        index.refresh()
        len(index)
    loaded, told = peak(), 0

    def tell(_doing: str, _done: int, _total: int) -> None:
        nonlocal told
        told += 1

    with clock.measuring("else"):
        report = index.evaluate(**wanted, progress=tell)  # type: ignore[arg-type]
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(time.process_time() - used, 1),
        "megabytes_before": loaded,
        "peak_megabytes": peak(),
        "progress_told": told,
        "products": len(index),
        "questions": {
            name: {
                "cases": len(one.cases.cases),
                one.metric: report.standing.results[name].values[one.metric].to_dict(),
            }
            for name, one in report.measured.questions.items()
            if name in report.standing.results
        },
        "answer_ms": report.standing.cost.answer_ms,
        "stages": clock.stages(),
        "load": record.load(),
    }


def watch(clock: Clock) -> None:
    """Measure the parts of an evaluation, each under a name of its own."""
    clock.measured(asking, "panel_of", "who may be found")
    clock.measured(asking, "split_events", "splitting events")
    clock.measured(running, "by_label", "ranking all by all, and counting")
    clock.measured(running, "judge", "asking")
    clock.measured(running, "beyond", "beside right")
    clock.measured(running, "timed", "single answers")
    clock.measured(Judgement, "estimates", "intervals")
    clock.measured(Index, "_every_event", "reading events")
    clock.measured(Signals, "of", "fitting signals")


def place(name: str, work: Path, folder: Path) -> Path | None:
    """The index of a run, made where it is not there; None where its data are not."""
    if name in event_shops.FILES:
        if not event_shops.there(name):
            return None
        return event_shops.made(name, folder / name)[0].path
    path = work / "index" / NAME
    if not path.is_dir():
        indexed(NAME, work)
    return shoppers.made(work)[0].path if name == "planted events" else path


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] == "--evaluated":
        print(json.dumps(evaluated(sys.argv[2], json.loads(sys.argv[3]))))
        return
    require(NAME)
    kept = record.RESULTS / "verdict_speed.json"
    runs = json.loads(kept.read_text(encoding="utf-8"))["runs"] if kept.is_file() and sys.argv[1:] else {}
    with work_folder() as work, tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        for name in sys.argv[1:] or RUNS:
            path = place(name, work, Path(folder))
            if path is None:
                continue
            command = [sys.executable, __file__, "--evaluated", str(path), json.dumps(RUNS[name])]
            began = time.perf_counter()
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            run = runs[name] = json.loads(out)
            run["process_seconds"] = round(time.perf_counter() - began, 1)
            used = f"processor {run['processor_seconds']} s, {run['peak_megabytes']} MB, load {run['load']}"
            print(f"{name}: {run['seconds']} s, {used}", flush=True)
            record.table(
                [name, "seconds", "of the processor"],
                [(stage, *seconds.values()) for stage, seconds in run["stages"].items()],
            )
            told = {one: runs[one] for one in RUNS if one in runs}
            record.write("verdict_speed", {"bar_seconds": BAR, "runs": told})


if __name__ == "__main__":
    main()
