"""What does a small network that a catalogue teaches from nothing know of products it has not seen?

`Index.train("scratch")` on articleType: accuracy on products learnt from and on unseen ones, and retrieval
among unseen ones before (the index's own encoder) and after, with 95% intervals, beside `imagenet`. On
fashion-300, and on 10,000 pictures of fashion-small. `benchmarks/scratch_published.py` asks the same unseen
products of fashion-small of the network that tutorials publish.

    python benchmarks/scratch.py [fashion-300] [fashion-small]

About 8 minutes for fashion-300 and 12 for fashion-small on two cores. With LOOKALIKE_BENCH_WORK set it goes
on where it was stopped.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import data
import record

from lookalike.training.learnt import Tell

NAMES = ("fashion-300", "fashion-small")
LABEL = "category"  # what articleType is read as
MOST = 10_000
BESIDE = ["imagenet"]


def telling() -> Tell:
    """Prints the last that was said of each epoch or stage."""
    said, began = "", time.perf_counter()

    def tell(doing: str, *_: int) -> None:
        nonlocal said
        if said and doing.partition(",")[0] != said.partition(",")[0]:
            print(f"  {time.perf_counter() - began:5.0f} s  {said}", flush=True)
        said = doing

    return tell


def learnt(name: str, work: Path) -> dict[str, Any]:
    """The account of a training, made now or by an earlier run that was stopped later."""
    folder = work / "scratch" / name
    account = folder / "report.json"
    if not account.is_file():
        index = data.indexed(name, work)
        index.train("scratch", labels=[LABEL], out=folder, most=MOST, beside=BESIDE, progress=telling())
    else:
        print(f"  as measured before; remove {folder} to measure again", flush=True)
    found: dict[str, Any] = json.loads(account.read_text(encoding="utf-8"))
    return found


def figures_of(report: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an account."""
    standings = [report["before"], report["after"], *report["beside"]]
    settings = report["settings"]
    return {
        "settings": settings,
        "products": report["taught"]["parts"],
        "notes": report["notes"],
        "accuracy": {
            one["of"]: {name: one[name] for name in ("accuracy", "top5")} for one in report["confusion"]
        },
        "mistakes": {one["of"]: one["mistakes"][:12] for one in report["confusion"]},
        "retrieval": {Path(one["encoder"]).stem: one["values"] for one in standings},
        "variety": {Path(one["encoder"]).stem: one.get("variety") for one in standings},
        "gain": report["gain"],
        "curves": [one for one in report["curves"] if one["diagram"] in ("loss", "accuracy", "retrieval")],
        "seconds": report["seconds"],
        "memory_bytes": report["memory_bytes"],
    }


def shown(name: str, figures: dict[str, Any]) -> None:
    settings = figures["settings"]
    print(
        f"\n{name}: {settings['pictures']:,} pictures of {settings['kinds']} kinds, "
        f"{settings['epochs']} epochs of {settings['seconds an epoch']} s, {settings['weights']:,} weights"
    )
    record.table(
        ("accuracy on products", "right", "among the first five"),
        [(part, f"{v['accuracy']:.3f}", f"{v['top5']:.3f}") for part, v in figures["accuracy"].items()],
    )
    columns = list(next(iter(figures["retrieval"].values())))
    record.table(
        ("encoder, unseen products", *columns),
        [
            (
                encoder,
                *(
                    f"{values[c]['mean']:.3f} ({values[c]['low']:.3f}-{values[c]['high']:.3f})"
                    for c in columns
                ),
            )
            for encoder, values in figures["retrieval"].items()
        ],
    )
    gain = figures["gain"]
    print(f"gain {gain['mean']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f}), {gain['cases']:,} products")


def main(asked: list[str]) -> int:
    names = asked or list(NAMES)
    data.require(*names)
    found = {}
    with data.work_folder() as work:
        for name in names:
            print(name, flush=True)
            found[name] = figures_of(learnt(name, work))
            shown(name, found[name])
    if set(names) == set(NAMES):
        record.write("scratch", {"label": LABEL, "most": MOST, "sets": found}, "torch")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
