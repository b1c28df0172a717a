"""What does an encoder find among products that none was trained on, and how fast is it?

The first encoder named is the baseline; the others are compared with it case by case. Copies (pictures equal
to the last byte) are left out of the answers. Intervals are 95% bootstrap over products, differences and
ratios paired. Vectors are kept in the work folder, so that only what is new is encoded.

    python benchmarks/encoders.py [NAME ...]        (default: imagenet product)
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import comparing
import data
import numpy as np
import record
import unseen
from comparing import Question

from lookalike.encoders.base import ImageEncoder, Pixels
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.cases import label_cases
from lookalike.evaluation.pictures import open_shown
from lookalike.evaluation.split import companions
from lookalike.evaluation.structure import other_picture_cases, phone_cases, photo_cases

FINDS = ("hit_rate_at_1", "hit_rate_at_5", "mrr_at_10")
BARS: tuple[dict[str, Any], ...] = (
    {"question": "fashion-small: same kind", "metric": "precision_at_10", "differences": 0.08},
    {"question": "fashion-small: same kind, gender and colour", "metric": "precision_at_10", "times": 1.8},
    {
        "question": "clothing-cc0: same class, among the unseen",
        "metric": "precision_at_10",
        "differences": 0.0,
    },
    {"question": "grocery: photo to product", "metric": "hit_rate_at_1", "differences": 0.0},
    {
        "question": "drawn shop: same kind, things for the home",
        "metric": "precision_at_10",
        "differences": 0.0,
    },
)
"""What an encoder of ours has to gain over the baseline at least, or how many times as good it has to be."""

PER_SECOND = 250
TURNS = 9  # of each encoder, for its speed
AT_ONCE = 32  # pictures a thread encodes in one turn


def fashion_questions(work: Path) -> list[Question]:
    small, large = unseen.fashion(work)
    questions = []
    for name, shop in (("fashion-small", small), ("fashion-300", large)):
        pictures = shop.only_unseen()
        for what, count in (("kind", 1), ("kind, gender and colour", 3)):
            labels = {i: shop.labels[i][:count] for i in pictures}
            cases = label_cases(labels, copies=shop.copies, clusters=shop.family)
            questions.append(Question(f"{name}: same {what}", f"{name}-unseen", pictures, cases))
    asking = large.only_unseen()
    cases = phone_cases(asking, small.copies, small.family)
    name = "fashion-300 as a phone takes it: the product among fashion-small"
    questions.append(Question(name, "fashion-small-unseen", small.only_unseen(), cases, FINDS))
    return questions


def clothes_questions(work: Path) -> list[Question]:
    shop = unseen.clothes(work)
    among = label_cases({i: shop.labels[i] for i in shop.unseen}, None, shop.copies, shop.family)
    of_all = label_cases(shop.labels, shop.unseen, shop.copies, shop.family)
    name = "clothing-cc0: same class"
    return [
        Question(f"{name}, among the unseen", "clothing-cc0-unseen", shop.only_unseen(), among),
        Question(f"{name}, among all", "clothing-cc0", shop.pictures, of_all),
    ]


def grocery_questions(work: Path) -> list[Question]:
    shop = unseen.groceries(work)
    copies = companions(unseen.byte_equal({i: path.read_bytes() for i, path in shop.photos.items()}))
    shown = {photo: (product,) for photo, product in shop.shows.items()}
    views = label_cases(shown, copies=copies, clusters=shop.shows)
    find = photo_cases(shop.photos, shop.shows, shop.pictures)
    return [
        Question("grocery: photo to product", "grocery", shop.mains(), find, FINDS),
        Question("grocery: photo to photo of the same product", "grocery-photos", shop.photos, views, FINDS),
    ]


def demo_questions(work: Path) -> list[Question]:
    """Drawn goods: kinds without the variants of the asker's style, photographs, other pictures."""
    shop = unseen.drawn_shop(work)
    home = [i for i, (kind,) in shop.labels.items() if kind.startswith("Home")]
    asked = (("same kind", None), ("same kind, things for the home", home))
    mains = shop.mains()
    return [
        *(
            Question(f"drawn shop: {name}", "demo", mains, label_cases(shop.labels, asking, shop.variants))
            for name, asking in asked
        ),
        Question(
            "drawn shop: street photo to product",
            "demo",
            mains,
            photo_cases(shop.photos, shop.shows, shop.pictures),
            FINDS,
        ),
        Question(
            "drawn shop: another picture to product",
            "demo",
            mains,
            other_picture_cases(shop.pictures, shop.variants),
            FINDS,
        ),
    ]


def speeds(encoders: Mapping[str, ImageEncoder], pictures: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Encoding alone, the encoders taking turns: one thread by clock and by processor, and two threads."""
    batches = {
        name: np.stack([encoder.prepare(open_shown(picture)) for picture in pictures])
        for name, encoder in encoders.items()
    }
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in encoders}
    with ThreadPoolExecutor(2) as pool:
        for _ in range(TURNS + 1):
            for name, encoder in encoders.items():
                taken[name].append(_turn(encoder.encode, batches[name], pool))
    figures = {}
    for name, turns in taken.items():
        clock, processor, both = zip(*turns[1:], strict=True)  # the first turn warms up
        figures[name] = {
            "milliseconds_one_thread": record.spread(clock),
            "processor_milliseconds": round(statistics.median(processor), 2),
            "per_second_two_threads": record.spread(both, 0),
        }
    return figures


def _turn(
    encode: Callable[[Pixels], Any], batch: Pixels, pool: ThreadPoolExecutor
) -> tuple[float, float, float]:
    """Milliseconds a picture by clock and by processor on one thread; pictures a second on two."""
    parts = [batch[start : start + 4] for start in range(0, len(batch), 4)]
    start, busy = time.perf_counter(), time.process_time()
    for part in parts:
        encode(part)
    alone, processor = time.perf_counter() - start, time.process_time() - busy
    start = time.perf_counter()
    list(pool.map(lambda _: [encode(part) for part in parts], range(2)))
    both = time.perf_counter() - start
    return alone / len(batch) * 1e3, processor / len(batch) * 1e3, 2 * len(batch) / both


def show(figures: Mapping[str, Any]) -> None:
    names = list(figures["encoders"])
    rows = []
    for question, found in figures["questions"].items():
        for metric, by in found["metrics"].items():
            cells = [f"{by['means'][name]['mean']:.3f}" for name in names]
            for name in names[1:]:
                cells.append(comparing.shown(by["differences"][name], "+"))
                cells.append(f"{by['times'][name]['mean']:.2f}" if "times" in by else "-")
            most = f"{found['at_most'][metric]:.3f}"
            rows.append((question, metric, found["cases"], found["gallery"], most, *cells))
    versus = [title for name in names[1:] for title in (f"{name} - {names[0]}", "times")]
    record.table(("question", "metric", "cases", "among", "at most", *names, *versus), rows)
    record.table(
        ("speed", "ms, one thread", "processor ms", "pictures/s, two threads"),
        [
            (
                name,
                row["milliseconds_one_thread"]["median"],
                row["processor_milliseconds"],
                row["per_second_two_threads"]["median"],
            )
            for name, row in figures["speed"].items()
        ],
    )


def main(names: Sequence[str]) -> int:
    data.require(*data.FILES)
    encoders: dict[str, ImageEncoder] = {name: load_encoder(name) for name in names}
    with data.work_folder() as work:
        makers = (fashion_questions, clothes_questions, grocery_questions, demo_questions)
        questions = [question for maker in makers for question in maker(work)]
        answers = {question.name: comparing.answered(question, encoders, work) for question in questions}
        load = record.load()
        photographs = data.unpacked("fashion-300", work) / "images"
        speed = speeds(
            encoders, [Path(name) for name in data.sample(map(str, photographs.iterdir()), AT_ONCE)]
        )
    figures = {
        "load_before": [load],
        "encoders": {
            name: {
                "fingerprint": encoder.space.fingerprint[:16],
                "dim": encoder.space.dim,
                "size": encoder.size,
            }
            for name, encoder in encoders.items()
        },
        "bars": BARS,
        "per_second_bar": PER_SECOND,
        "questions": answers,
        "speed": speed,
    }
    record.write("encoders", figures)
    show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or comparing.DEFAULT))
