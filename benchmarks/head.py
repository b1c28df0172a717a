"""What does a head, learnt from a shop's own labels, gain on products it never saw? How fast, in what memory?

fashion-small over the vectors of two encoders: kind (articleType), gender and colour (baseColour) teach, four
fifths of the products learn and choose, the last fifth is asked among itself. Then the same with a few
products to learn from. Beside it whether photographs by phone still find their product. Intervals are 95%
bootstrap over families, gains paired.

    python benchmarks/head.py [ENCODER ...]        (default: product imagenet)
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
import unseen

from lookalike.encoders.graph import Graph
from lookalike.encoders.head import Head
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import Estimate
from lookalike.evaluation.gallery import Gallery
from lookalike.evaluation.judge import Judgement, judge
from lookalike.evaluation.split import ties_of
from lookalike.evaluation.structure import phone_cases
from lookalike.hashing import content_hash
from lookalike.training.head.head import recipe
from lookalike.training.judging import gain, judged, metric_of, question_gain, questions
from lookalike.training.learnt import Learnt, Wishes, silent
from lookalike.training.lessons import UNSEEN, Lessons, parts_of
from lookalike.vectors import Floats

ENCODERS = ("product", "imagenet")
COLUMNS = ("kind", "gender", "colour")
FEW = (100, 300, 1000, 3000)


def lessons_of(shop: unseen.Shop, name: str, work: Path) -> Lessons:
    """The whole of fashion-small, with the vectors of one encoder."""
    encoder = load_encoder(name)
    ids = sorted(shop.pictures)
    looks = unseen.looks(encoder, "head-fashion-small", [shop.pictures[i] for i in ids], work)
    contents = [content_hash(shop.pictures[i]) for i in ids]
    return Lessons(
        ids=ids,
        labels={column: [shop.labels[i][at] for i in ids] for at, column in enumerate(COLUMNS)},
        titles=[""] * len(ids),
        groups=[""] * len(ids),
        parts=parts_of(ids, ties_of(dict(zip(ids, contents, strict=True)))),
        families=[shop.family[i] for i in ids],
        copies=shop.copies,
        product=np.arange(len(ids), dtype=np.intp),
        contents=contents,
        looks=looks,
        encoder=encoder,
        open=lambda row, _: (_ for _ in ()).throw(AssertionError(row)),
    )


def learnt(lessons: Lessons) -> tuple[Learnt, dict[str, float]]:
    """What is learnt, in how many seconds by clock and by processor."""
    start, busy = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        made = recipe(lessons, Wishes(Path(folder)), silent)
    taken = {"seconds": time.perf_counter() - start, "processor_seconds": time.process_time() - busy}
    return made, {name: round(value, 1) for name, value in taken.items()}


def figures_of(lessons: Lessons, made: Learnt) -> dict[str, Any]:
    assert made.vectors is not None
    asked = questions(lessons, most=len(lessons))
    before = judged(lessons, lessons.looks, UNSEEN, asked)
    after = judged(lessons, made.vectors, UNSEEN, asked)
    figures: dict[str, Any] = {
        name: {
            "asked": len(cases.cases),
            "before": shown(before[name][metric_of(name)]),
            "after": shown(after[name][metric_of(name)]),
            "gain": shown(question_gain(after, before, name)),
        }
        for name, cases in asked.items()
    }
    return {**figures, "mean gain": shown(gain(after, before, lessons))}


def phones(small: unseen.Shop, large: unseen.Shop, made: Learnt, name: str, work: Path) -> dict[str, Any]:
    """Photographs of unseen products by phone: is their product the first among the unseen?"""
    encoder = load_encoder(name)
    cases = phone_cases(large.only_unseen(), small.copies, small.family)
    called = "fashion-300 as a phone takes it the product among fashion-small".replace(" ", "-")
    asks = unseen.looks(encoder, called, [case.ask for case in cases.cases], work)
    own = small.only_unseen()
    known = unseen.looks(encoder, "fashion-small-unseen", own.values(), work)
    assert made.card.head is not None
    head = Head.read(made.card.head, Graph(made.model, "the head"))
    assert head is not None

    def finds(gallery: Floats, asking: Floats) -> Judgement:
        shows = [replace(case, ask=look) for case, look in zip(cases.cases, asking, strict=True)]
        return judge(Gallery(list(own), gallery), replace(cases, cases=tuple(shows)), (1,), 100)

    before, after = finds(known, asks), finds(head.mapped(known)[0], head.mapped(asks)[0])
    return {
        "asked": len(cases.cases),
        "before": shown(before["hit_rate_at_1"]),
        "after": shown(after["hit_rate_at_1"]),
        "gain": shown(after.minus(before, "hit_rate_at_1")),
    }


def some(lessons: Lessons, count: int) -> Lessons:
    """The lessons with so many products to learn and choose from, drawn by hash."""
    known = [lessons.ids[row] for row in np.flatnonzero(lessons.parts != UNSEEN).tolist()]
    kept = set(data.sample(known, count))
    left = [part == UNSEEN or i in kept for i, part in zip(lessons.ids, lessons.parts, strict=True)]
    return replace(lessons, parts=np.where(left, lessons.parts, -1).astype(np.intp))


def shown(one: Estimate) -> dict[str, float]:
    return {"mean": round(one.mean, 4), "low": round(one.low, 4), "high": round(one.high, 4)}


def main(names: Sequence[str]) -> int:
    data.require("fashion-small", "fashion-300")
    found: dict[str, Any] = {}
    with data.work_folder() as work:
        small, large = unseen.fashion(work)
        for name in names:
            lessons = lessons_of(small, name, work)
            made, taken = learnt(lessons)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            figures = {"all": {**taken, "peak_mb": peak, **figures_of(lessons, made)}}
            figures["all"]["by phone"] = phones(small, large, made, name, work)
            figures["all"]["settings"] = dict(made.settings)
            for count in FEW:
                fewer, taken = learnt(few := some(lessons, count))
                figures[str(count)] = {**taken, **figures_of(few, fewer)}
                figures[str(count)]["by phone"] = phones(small, large, fewer, name, work)
            found[name] = figures
            printed(name, figures)
    record.write("head", {"threads": os.environ.get("OMP_NUM_THREADS", ""), "encoders": found})
    return 0


def printed(name: str, figures: dict[str, Any]) -> None:
    print(f"\n{name}")
    rows = []
    for count, own in figures.items():
        for question, one in own.items():
            if isinstance(one, dict) and "gain" in one:
                gained = one["gain"]
                rows.append(
                    (
                        f"{count} taught: {question}",
                        f"{one['before']['mean']:.3f}",
                        f"{one['after']['mean']:.3f}",
                        f"{gained['mean']:+.3f} ({gained['low']:+.3f} to {gained['high']:+.3f})",
                    )
                )
        print(f"{count}: {own['seconds']} s, {own['processor_seconds']} s of processors")
    record.table(("", "before", "after", "gain"), rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ENCODERS))
