"""What does int8 cost an encoder in what it finds, and what does it save?

Each built-in encoder is int8. Beside it runs its twin in floats (`floats.twin`), on products that neither was
trained on. The weights are the same, so what is measured is the rounding of activations; what the rounding
of weights cost was measured when the file was made (docs/decisions/0009-product-encoder.md). Intervals are
95% bootstrap over families, differences paired.

Speed: one run of the session on one thread with 1, 2, 4, 8 and 16 pictures, and two threads with 4, the ways
taking turns; processor milliseconds, so that a busy machine does not count.

    python benchmarks/precision.py [NAME]        (default: product)
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import comparing
import data
import floats
import numpy as np
import onnxruntime
import record

import encoders
from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.encoders.names import DEFAULT_ENCODER
from lookalike.evaluation.pictures import open_shown

QUESTIONS = {
    "fashion-small: same kind": "precision_at_10",
    "fashion-small: same kind, gender and colour": "precision_at_10",
    "fashion-300: same kind": "precision_at_10",
    "fashion-300 as a phone takes it: the product among fashion-small": "hit_rate_at_1",
    "clothing-cc0: same class, among the unseen": "precision_at_10",
    "grocery: photo to product": "hit_rate_at_1",
    "grocery: photo to photo of the same product": "hit_rate_at_1",
}
LOST = {"precision_at_10": -0.01, "hit_rate_at_1": -0.02}
"""The lower end of what int8 changes must lie above this."""

PICTURES = 32
TOGETHER = (1, 2, 4, 8, 16)
TURNS = 9


def questions(work: Path) -> list[comparing.Question]:
    """Those of benchmarks/encoders.py that cross between pictures or ask for a kind."""
    makers = (encoders.fashion_questions, encoders.clothes_questions, encoders.grocery_questions)
    return [question for maker in makers for question in maker(work) if question.name in QUESTIONS]


def session(model: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def speeds(models: Mapping[str, Path], pictures: np.ndarray) -> dict[str, dict[str, Any]]:
    """Processor milliseconds a picture by how many go together, one thread; pictures a second on two."""
    sessions = {name: session(model) for name, model in models.items()}
    alone: dict[str, dict[int, list[float]]] = {name: defaultdict(list) for name in models}
    both: dict[str, list[float]] = defaultdict(list)

    def through(run: onnxruntime.InferenceSession, count: int) -> None:
        for start in range(0, len(pictures), count):
            run.run(None, {"pixels": pictures[start : start + count]})

    with ThreadPoolExecutor(2) as pool:
        for _ in range(TURNS + 1):
            for name, run in sessions.items():
                for count in TOGETHER:
                    busy = time.thread_time()
                    through(run, count)
                    alone[name][count].append((time.thread_time() - busy) / len(pictures) * 1e3)
                start = time.perf_counter()
                list(pool.map(lambda _, run=run: through(run, 4), range(2)))
                both[name].append(2 * len(pictures) / (time.perf_counter() - start))
    return {
        name: {
            "processor_milliseconds": {
                str(count): record.spread(taken[1:]) for count, taken in alone[name].items()
            },
            "per_second_two_threads": record.spread(both[name][1:], 0),
        }
        for name in models
    }


def main(name: str) -> int:
    data.require("fashion-small", "fashion-300", "clothing-cc0", "grocery")
    loads = [record.load()]
    with data.work_folder() as work, tempfile.TemporaryDirectory() as made:
        twin = floats.twin(name, Path(made))
        both: dict[str, ImageEncoder] = {"floats": load_encoder(f"onnx:{twin}"), "int8": load_encoder(name)}
        answers = {question.name: comparing.answered(question, both, work) for question in questions(work)}
        folder = data.unpacked("fashion-300", work) / "images"
        chosen = [Path(path) for path in data.sample(map(str, folder.iterdir()), PICTURES)]
        ready = np.stack([both["int8"].prepare(open_shown(path)) for path in chosen])
        same = np.einsum("nd,nd->n", *(_unit(encoder.encode(ready)) for encoder in both.values()))
        cards = Path(load_encoder.__code__.co_filename).parent / "cards"
        loads.append(record.load())
        speed = speeds({"floats": twin, "int8": cards / f"{name}.onnx"}, ready)
    found = {
        question: answers[question]["metrics"][metric]["differences"]["int8"]
        for question, metric in QUESTIONS.items()
    }
    figures = {
        "load_before": loads,
        "encoder": name,
        "bars": LOST,
        "questions": {
            question: {"metric": metric, "cases": answers[question]["cases"]}
            | {"means": answers[question]["metrics"][metric]["means"], "change": found[question]}
            for question, metric in QUESTIONS.items()
        },
        "cosine": {"mean": round(float(same.mean()), 4), "least": round(float(same.min()), 4)},
        "pictures": PICTURES,
        "speed": speed,
    }
    record.write("precision", figures)
    show(figures)
    return 0


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def show(figures: Mapping[str, Any]) -> None:
    record.table(
        ("question", "floats", "int8", "change"),
        [
            (
                question,
                *(f"{row['means'][kind]['mean']:.3f}" for kind in ("floats", "int8")),
                comparing.shown(row["change"], "+"),
            )
            for question, row in figures["questions"].items()
        ],
    )
    for name, row in figures["speed"].items():
        together = {count: found["median"] for count, found in row["processor_milliseconds"].items()}
        print(name, together, f"{row['per_second_two_threads']['median']} a second on two threads")


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [DEFAULT_ENCODER])))
