"""A training as it is told: three encoders, curves, confusions and lists in drawn pictures, all made up."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lookalike.encoders.card import Card
from lookalike.encoders.preprocess import Preprocessing
from lookalike.evaluation.beyond import Beyond
from lookalike.evaluation.bootstrap import Estimate
from lookalike.learning.gathering import Labels, Taught
from lookalike.learning.report import TrainingReport
from lookalike.training.examples import Example, Found
from lookalike.training.learnt import Confusion, Curve, Learnt
from lookalike.training.trial import Comparison, Question, Standing

TITLE = "A rather long title of a product, with Donaudampfschifffahrtsgesellschaftskapitänsmütze in it"
ENCODERS = (
    ("product", "before"),
    ("onnx:/shop/index/encoders/keen/keen.onnx", "learnt"),
    ("imagenet", "beside"),
)


def thumbnails(ids: Sequence[str]) -> Mapping[str, bytes]:
    """A picture of one colour for every product but those that end in 7."""
    found: dict[str, bytes] = {}
    for i in ids:
        if not i.endswith("7"):
            out = io.BytesIO()
            shade = sum(map(ord, i)) * 37 % 200
            Image.new("RGB", (60, 80), (shade, 200 - shade, 90)).save(out, "JPEG")
            found[i] = out.getvalue()
    return found


def around(mean: float, width: float = 0.02) -> Estimate:
    return Estimate(mean, mean - width, mean + width, 3994)


def standing(at: int, encoder: str, role: str) -> Standing:
    values = {"category": around(0.6 + 0.08 * (at == 1)), "colour": around(0.4 - 0.03 * at)}
    values["other picture"] = around(0.9 - 0.6 * (at == 1))
    gains = {"category": around(0.08), "colour": around(-0.03), "other picture": around(-0.6, 0.1)}
    return Standing(
        encoder,
        role,  # type: ignore[arg-type]
        values,
        Beyond(0.93, 0.24, None, around(0.3), around(0.4), around(2.1, 0.1)),
        gains=gains if at else {},
        gain=around(0.025) if at else None,
        whole=values,
        whole_gains=gains if at else {},
    )


def example(name: str, gain: float) -> Example:
    label = "Shoes > Casual Shoes · Navy Blue"
    lists = [
        [
            Found(
                f"{name}-{at}{place}", place % 3 == at, label if place % 3 == at else "Shoes > Heels · Black"
            )
            for place in range(10)
        ]
        for at in range(len(ENCODERS))
    ]
    return Example(name, label, gain, lists)


def confusion(part: str, kinds: int) -> Confusion:
    chance = np.random.default_rng(4)
    counts = np.diag(chance.geometric(0.02, kinds))
    rows, columns = chance.integers(0, kinds, (2, 4 * kinds))
    np.add.at(counts, (rows, columns), chance.geometric(0.3, 4 * kinds))
    names = [f"Shop > Kind of things number {at}" for at in range(kinds)]
    return Confusion(names, counts, part, float(np.trace(counts) / counts.sum()), 0.97)


def curves() -> list[Curve]:
    epochs = range(1, 151)
    return [
        Curve("learnt from", "loss", epochs, [4 * math.exp(-e / 30) for e in epochs]),
        Curve("not learnt from", "loss", epochs, [3 * math.exp(-e / 20) + 1 for e in epochs]),
        Curve("learnt from", "accuracy", epochs, [1 - math.exp(-e / 30) for e in epochs]),
    ]


def told(kinds: int, each: int = 6) -> TrainingReport:
    """The report that a page is made of: a confusion of so many kinds, so many examples of each sort."""
    questions = {
        "category": Question(
            "precision_at_10", 3994, True, "Of ten products, the share that says the same.", 0.97
        ),
        "colour": Question(
            "precision_at_10", 3990, True, "Of ten products, the share that says the same.", 1.0
        ),
        "other picture": Question(
            "hit_rate_at_1", 31, False, "How often another picture finds it first.", 1.0
        ),
    }
    shown = {
        sort: [example(f"{sort}{at}", gain) for at in range(each)]
        for sort, gain in (("better", 0.4), ("worse", -0.3), ("drawn", 0.0))
    }
    titles = {one.product: TITLE for own in shown.values() for one in own}
    comparison = Comparison(
        questions, [standing(at, *one) for at, one in enumerate(ENCODERS)], **shown, titles=titles
    )
    preprocessing = Preprocessing(width=64, height=64, layout="NHWC", resize="stretch")
    card = Card("keen", "keen.onnx", "", "pixels", "vector", 128, preprocessing)
    settings = {"rate": 0.003, "batch": 64, "share of the base": 0.35, "columns": ["category", "colour"]}
    notes = ["Stopped after epoch 28: nothing better for 8 epochs."]
    return TrainingReport(
        recipe="finetune",
        name="keen",
        encoder=ENCODERS[1][0],
        base="product",
        folder=Path("/shop/index/encoders/keen"),
        taught=Taught(
            34455,
            40001,
            {"learn": 24074, "choose": 3471, "unseen": 6910},
            {"category": Labels(34455, 142, 9), "colour": Labels(34440, 46, 0)},
            {"season": Labels(34455, 4, 0)},
            542,
            2511,
            0,
        ),
        comparison=comparison,
        learnt=Learnt(
            b"",
            card,
            None,
            curves(),
            [confusion("learn", kinds), confusion("unseen", kinds)],
            settings,
            notes,
            150,
        ),
        better=True,
        seconds={"gather": 2.0, "learn": 754.0, "compare": 21.0, "all": 777.0},
        memory_bytes=1_430_000_000,
    )
