"""What does an encoder gain when its whole network is taught a shop's own pictures and labels?

The recipe `finetune` (`lookalike train --recipe finetune`), as it is but for what stands in `RUNS`, learns
kinds (articleType) from about 70% of a catalogue and chooses on 10%. Figures are from products of
other families, on which nothing was learnt or chosen, neither here nor for the built-in encoders: how many of
the first ten are of the asker's kind before (the encoder as it comes, at its own size of pictures) and after
(the ONNX file that the recipe wrote, run as an index would), with 95% bootstrap intervals over families,
paired; gender and colour, which are not learnt from; and how many kinds the network names rightly.

    python benchmarks/finetune.py [SET/ENCODER ...]

Two quiet cores, about 5 minutes each for fashion-300, and 7 to 11 for ten thousand products of fashion-small.
Stopped, it goes on where it was when LOOKALIKE_BENCH_WORK is set; what is done is not done again.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
import unseen
from PIL import Image

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.folder import write_encoder
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.gallery import looks
from lookalike.evaluation.split import families
from lookalike.hashing import content_hash
from lookalike.images import open_image
from lookalike.training.judging import Judged, gain, judged, metric_of, questions
from lookalike.training.learnt import Learnt, Wishes
from lookalike.training.lessons import CHOOSE, LEARN, UNSEEN, Lessons, parts_of
from lookalike.training.network.finetune import recipe
from lookalike.vectors import Floats

COLUMNS = ("articleType", "gender", "baseColour")


@dataclass(frozen=True)
class Run:
    """One catalogue, of which at most ``count`` products, drawn by hash, and one encoder to begin with."""

    catalogue: str
    encoder: str
    count: int | None
    size: int
    epochs: int

    @property
    def name(self) -> str:
        """What the command line names it by."""
        return f"{self.catalogue}/{self.encoder}"


RUNS = (
    Run("fashion-300", "imagenet", None, 128, 12),
    Run("fashion-300", "product", None, 128, 12),
    Run("fashion-small", "imagenet", 10_000, 96, 6),
    Run("fashion-small", "product", 10_000, 96, 6),
)


def lessons_of(run: Run, work: Path) -> Lessons:
    """The catalogue as a shop's index would teach it, by the kind alone."""
    small, large = unseen.fashion(work)
    shop = small if run.catalogue == "fashion-small" else large
    ids = sorted(data.sample(shop.pictures, run.count or len(shop.pictures)))
    ties = [*unseen.byte_equal(small.pictures), *unseen.byte_equal(large.pictures)]
    family, here = families(ids, ties), set(ids)
    labels = {name: [shop.labels[i][at] for i in ids] for at, name in enumerate(COLUMNS)}
    encoder = load_encoder(run.encoder)
    kept = unseen.looks(encoder, f"{run.catalogue}-{len(ids)}", [shop.pictures[i] for i in ids], work)

    def opened(row: int, detail: int | None) -> Image.Image:
        return open_image(shop.pictures[ids[row]], detail).image

    return Lessons(
        ids=ids,
        labels={COLUMNS[0]: labels.pop(COLUMNS[0])},
        tags=labels,
        titles=[""] * len(ids),
        groups=[""] * len(ids),
        parts=parts_of(ids, ties),
        families=[family[i] for i in ids],
        copies={i: others & here for i, others in shop.copies.items() if i in here},
        product=np.arange(len(ids)),
        contents=[content_hash(shop.pictures[i]) for i in ids],
        looks=kept,
        encoder=encoder,
        open=opened,
    )


def measure(run: Run, work: Path) -> dict[str, Any]:
    """Train, write the encoder, and look at the products apart with it."""
    lessons = lessons_of(run, work)
    own = work / "finetune" / run.name.replace("/", "-")
    wishes = Wishes(own, epochs=run.epochs, size=run.size)
    began = time.monotonic()
    learnt = recipe(lessons, wishes, _tell())
    seconds = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    file = write_encoder(own / "encoder", "finetuned", learnt.model, learnt.card, overwrite=True)
    asked = questions(lessons)
    after = judged(lessons, _vectors(lessons, load_encoder(f"onnx:{file}")), asked=asked)
    before = judged(lessons, lessons.looks, asked=asked)
    return {
        "products": {name: len(lessons.products_in(part)) for name, part in _PARTS.items()},
        "kinds": len(set(lessons.labels[COLUMNS[0]]) - {""}),
        "before": _figures(before),
        "after": _figures(after),
        "gain of kind@10": gain(after, before, lessons).to_dict(),
        **_of_kinds(learnt),
        "seconds": round(seconds),
        "memory_mb": round(memory / 2**20),
        "file_mb": round(len(learnt.model) / 2**20, 1),
        "curves": {f"{one.diagram}, {one.name}": np.round(one.values, 4).tolist() for one in learnt.curves},
        "settings": dict(learnt.settings),
        "notes": list(learnt.notes),
    }


_PARTS = {"learn": LEARN, "choose": CHOOSE, "unseen": UNSEEN}


def _vectors(lessons: Lessons, encoder: ImageEncoder) -> Floats:
    """Unit vectors of the unseen products, as an index would store them; others stay zero."""
    rows = lessons.main[lessons.products_in(UNSEEN)]
    found = np.zeros((len(lessons.product), encoder.space.dim), dtype=np.float32)
    found[rows] = looks(encoder, [lessons.open(int(row), None) for row in rows])
    return found


def _figures(one: Judged) -> dict[str, Any]:
    return {
        name: {"metric": metric_of(name), **own[metric_of(name)].to_dict()}
        for name, own in one.judgements.items()
    }


def _of_kinds(learnt: Learnt) -> dict[str, Any]:
    told = next(one for one in learnt.confusion if one.part == "unseen")
    return {
        "accuracy": round(told.accuracy, 4),
        "top5": round(told.top5, 4),
        "kinds learnt": len(told.kinds),
    }


def _tell() -> Any:
    last = ["", 0.0]

    def tell(doing: str, done: int, total: int) -> None:
        now = time.monotonic()
        if "@10" in doing or now - float(last[1]) > 20:
            print(f"  {doing}  ({done:,} of {total:,})", flush=True)
            last[1] = now

    return tell


def main() -> None:
    data.require("fashion-small", "fashion-300")
    wanted = sys.argv[1:] or [run.name for run in RUNS]
    figures: dict[str, Any] = {}
    kept = record.RESULTS / "finetune.json"
    if kept.is_file():
        figures = json.loads(kept.read_text(encoding="utf-8"))["runs"]
    with data.work_folder() as work:
        for run in (run for run in RUNS if run.name in wanted):
            done = work / "finetune" / f"{run.name.replace('/', '-')}.json"
            if not done.is_file():
                print(run.name, flush=True)
                found = measure(run, work)
                done.parent.mkdir(parents=True, exist_ok=True)
                done.write_text(json.dumps(found))
            figures[run.name] = json.loads(done.read_text())
            record.write("finetune", {"runs": figures}, "torch")
    show(figures)


def show(figures: dict[str, Any]) -> None:
    rows = []
    for name, one in figures.items():
        for question in COLUMNS:
            before, after = one["before"][question], one["after"][question]
            rows.append([name, question, before["cases"], before["mean"], after["mean"]])
        gained = one["gain of kind@10"]
        rows.append([name, "gain, 95%", "", "", f"{gained['mean']} [{gained['low']}, {gained['high']}]"])
        rows.append([name, "kinds named rightly", "", "", f"{one['accuracy']} (of five {one['top5']})"])
        spent = f"{one['settings']['seconds an epoch']} s an epoch, {one['seconds']} s, {one['memory_mb']} MB"
        rows.append([name, "spent", "", "", spent])
    record.table(["run", "question", "cases", "before", "after"], rows)


if __name__ == "__main__":
    main()
