"""Does a picture that words are made into find what they mean, beside the words themselves?

A generator is learnt from 24,455 fashion products (fashion-small), and asked in words for kinds and colours
of 10,000 others. What it imagines is looked at by the index's encoder, and the nearest of those others are
its answer; beside it, what the same map from words to looks finds at once, and what imagined looks find that
nobody painted. Shares of the first ten that are of the kind, of the colour, of both; 95% bootstrap intervals.
On half of the questions, by hash, guidance was chosen; figures are of the other half. Learning takes some
forty minutes of a core, and goes on where it was stopped.

    python benchmarks/imagine.py [MINUTES]      needs lookalike[train]
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
import typed
from comparing import rounded
from PIL import Image
from worded import Worded

from lookalike.encoders.base import ImageEncoder
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import estimate
from lookalike.imagining.generator import GUIDANCE as CHOSEN
from lookalike.imagining.generator import Generator
from lookalike.imagining.generator_file import write_generator
from lookalike.neighbours.tokens import words_asked
from lookalike.training.generator.course import Plan, epochs_for, learn
from lookalike.training.generator.material import SIDE, Material, Prompt
from lookalike.training.generator.wording import wordings
from lookalike.vectors import Floats, unit

GUIDANCE = (1.0, 1.5, 2.0, 3.0)
PROMPTS = ("red dress", "blue jeans", "white sports shoes", "black watch", "green tshirt", "brown handbag",
           "yellow saree", "pink flip flops")  # fmt: skip
ASKED, PICTURES, K = 200, 4, 10


def small(worded: Worded, ids: Sequence[str]) -> np.ndarray:
    """The main pictures (n, SIDE, SIDE, 3) of products, on white."""
    found = np.full((len(ids), SIDE, SIDE, 3), 255, dtype=np.uint8)
    for start in range(0, len(ids), 1000):
        part = ids[start : start + 1000]
        kept = worded.full.thumbnails([(i, 0) for i in part])
        for row, i in enumerate(part, start):
            picture = Image.open(io.BytesIO(kept[i, 0])).convert("RGB")
            picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            left, top = (SIDE - picture.width) // 2, (SIDE - picture.height) // 2
            found[row, top : top + picture.height, left : left + picture.width] = np.asarray(picture)
    return found


def look_of(worded: Worded) -> Callable[[Sequence[str]], Floats | None]:
    """What words look like, by a map that knows nothing of what is searched."""

    def found(words: Sequence[str]) -> Floats | None:
        direction = worded.map.direction(worded.map.terms(words))
        return None if direction is None else unit(direction.vector[None])[0][0]

    return found


def material(worded: Worded) -> Material:
    """What is learnt from: the products that are not searched."""
    table, looks = worded.taught()
    ids = table["id"].to_pylist()
    say = look_of(worded)
    titles = [words_asked(worded.titles[i])[:40] if worded.titles[i].strip() else [] for i in ids]
    labels = [words_asked(f"{worded.shop.labels[i][2]} {worded.shop.labels[i][0]}") for i in ids]
    words = wordings(titles, labels, say, looks.shape[1], seed=0, tell=tell)
    chosen = np.array([data.share("chosen" + i) < 0.05 for i in ids])
    prompts = [Prompt(text, look) for text in PROMPTS if (look := say(text.split())) is not None]
    return Material(worded.full.manifest.space, small(worded, ids), looks, words, chosen, prompts)


def tell(doing: str, done: int, total: int) -> None:
    """Say how far it is, on one line."""
    if "," in doing or done >= total:
        print(f"{doing}: {done:,} of {total:,}", file=sys.stderr, flush=True)


def sheet(generator: Generator, prompts: Sequence[Prompt], path: Path) -> None:
    """Eight pictures of each of some words, a row each."""
    rows = [np.concatenate([*generator.imagine(prompt.look, 8)], axis=1) for prompt in prompts]
    Image.fromarray(np.concatenate(rows)).save(path)


def learnt(found: Material, work: Path, minutes: float | None) -> tuple[Generator, dict[str, Any]]:
    """The generator, learnt as far as it gets, and what that took."""
    plan = Plan(epochs_for(len(found.learnt)), minutes=minutes)

    def seen(epoch: int, made: Callable[[], Generator]) -> None:
        if epoch % 5 == 0 or epoch == plan.epochs:
            generator = made()
            sheet(generator, found.prompts, work / f"sheet-{epoch:03}.png")
            write_generator(work / "generator.npz", generator)

    course = learn(found, plan, work, tell, seen)
    took = {
        "products": len(found.learnt),
        "epochs": course.epochs,
        "of": plan.epochs,
        "seconds": round(sum(course.seconds)),
        "bytes": (work / "generator.npz").stat().st_size,
        "losses": {f"{curve.diagram}, {curve.name}": curve.values[-1] for curve in course.curves},
    }
    return course.generator, took


class Asking:
    """The ways to answer words among n products, whose ``looks`` are (n, dim)."""

    def __init__(self, worded: Worded, generator: Generator) -> None:
        self.worded, self.generator = worded, generator
        self.encoder = load_encoder(worded.full.manifest.encoder)
        self.looks = worded.searched()[1]
        self.lengths = worded.map.lengths(self.looks)

    def directly(self, text: str) -> Floats:
        """Cosines (n,) by the map from words to looks."""
        direction = self.worded.map.direction(self.worded.map.terms(words_asked(text)))
        return (
            np.zeros(len(self.looks), np.float32)
            if direction is None
            else direction.cosines(self.looks, self.lengths)
        )

    def imagined(self, text: str, guidance: float, count: int = PICTURES) -> Floats | None:
        """Unit vectors (count, dim) of imagined pictures, as the encoder sees them."""
        look = look_of(self.worded)(words_asked(text))
        if look is None:
            return None
        pictures = self.generator.imagine(look, count, guidance=guidance)
        return encoded(self.encoder, pictures)

    def dreamt(self, text: str, guidance: float) -> Floats | None:
        """Unit vectors (count, dim) of imagined looks, of which no picture is made."""
        look = look_of(self.worded)(words_asked(text))
        return None if look is None else self.generator.dream(look, PICTURES, guidance=guidance)


def encoded(encoder: ImageEncoder, pictures: np.ndarray) -> Floats:
    """Unit vectors of pictures (n, height, width, 3)."""
    prepared = np.stack([encoder.prepare(Image.fromarray(one)) for one in pictures])
    return unit(encoder.encode(prepared))[0]


def first(scores: Floats) -> np.ndarray:
    """Places of the first ten."""
    return np.argsort(-scores, kind="stable")[:K]


def shares(asking: Asking, asked: Sequence[typed.Pair], guidance: float) -> dict[str, list[dict[str, float]]]:
    """By way, for each question the share of the first ten that is right."""
    ids = asking.worded.searched()[0]
    labels = {
        "kind": np.array([asking.worded.shop.labels[i][0] for i in ids]),
        "colour": np.array([asking.worded.shop.labels[i][2] for i in ids]),
    }
    found: dict[str, list[dict[str, float]]] = {}
    for pair in asked:
        text, truth = typed.asked(pair), typed.right(pair, labels)
        scores = {"words to looks": asking.directly(text)}
        for way, looks in (
            ("imagined looks", asking.dreamt(text, guidance)),
            ("imagined pictures", asking.imagined(text, guidance)),
        ):
            scores[way] = np.zeros(len(ids)) if looks is None else (asking.looks @ looks.T).max(axis=1)
        scores["one imagined picture"] = np.zeros(len(ids)) if looks is None else asking.looks @ looks[0]
        for way, values in scores.items():
            rows = first(values)
            found.setdefault(way, []).append({what: float(mask[rows].mean()) for what, mask in truth.items()})
    return found


def told(found: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    """Means and intervals, and what is lost against words to looks, question by question."""
    figures: dict[str, Any] = {}
    base = found["words to looks"]
    for way, rows in found.items():
        figures[way] = {what: rounded(estimate([row[what] for row in rows])) for what in rows[0]}
        if rows is not base:
            lost = [row["both"] - own["both"] for row, own in zip(rows, base, strict=True)]
            figures[way]["both, against words to looks"] = rounded(estimate(lost))
    return figures


def variety(asking: Asking, asked: Sequence[typed.Pair], guidance: float) -> dict[str, Any]:
    """Mean distance (1 - cosine) among eight pictures of a question, and among eight real products of it."""
    ids = asking.worded.searched()[0]
    own: dict[typed.Pair, list[int]] = {}
    for row, i in enumerate(ids):
        label = asking.worded.shop.labels[i]
        own.setdefault((label[0], label[2]), []).append(row)
    imagined, real = [], []
    for pair in asked:
        if len(own.get(pair, [])) < 8:
            continue
        looks = asking.imagined(typed.asked(pair), guidance, 8)
        if looks is not None:
            imagined.append(apart(looks))
            real.append(apart(asking.looks[own[pair][:8]]))
    return {
        "questions": len(real),
        "imagined": rounded(estimate(imagined)),
        "real": rounded(estimate(real)),
    }


def apart(looks: Floats) -> float:
    """The mean of 1 - cosine of all pairs of unit vectors (n, dim)."""
    cosines = looks @ looks.T
    return float(1 - cosines[np.triu_indices(len(looks), 1)].mean())


def copying(asking: Asking, found: Material, asked: Sequence[typed.Pair], guidance: float, work: Path) -> Any:
    """How far imagined pictures are from the nearest picture that was learnt from, and real new ones are.

    Distances are of pixels, root mean square of 255. A sheet shows pictures (above) and the nearest (below).
    """
    patterns = asking.generator.patterns
    taught = found.pixels[found.learnt]
    codes = np.concatenate([patterns.codes(taught[at : at + 2048]) for at in range(0, len(taught), 2048)])
    size = np.sqrt(np.float32(patterns.mean.size))

    def nearest(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        asks = patterns.codes(pixels)
        squares = (asks**2).sum(1)[:, None] - 2 * asks @ codes.T + (codes**2).sum(1)
        rows = squares.argmin(axis=1)
        return rows, 255 * np.sqrt(np.maximum(squares[np.arange(len(rows)), rows], 0)) / size

    pictures = np.concatenate(
        [
            asking.generator.imagine(look, 1, guidance=guidance)
            for pair in asked
            if (look := look_of(asking.worded)(words_asked(typed.asked(pair)))) is not None
        ]
    )
    rows, far = nearest(pictures)
    real = nearest(small(asking.worded, asking.worded.searched()[0][:1000]))[1]
    pairs = [np.concatenate([pictures[at], taught[rows[at]]], axis=0) for at in range(min(32, len(rows)))]
    lines = [np.concatenate(pairs[at : at + 16], axis=1) for at in range(0, len(pairs), 16)]
    Image.fromarray(np.concatenate([line for line in lines if line.shape == lines[0].shape])).save(
        work / "nearest.png"
    )
    return {
        "imagined, median": round(float(np.median(far)), 1),
        "real and new, median": round(float(np.median(real)), 1),
        "imagined nearer than the nearest hundredth of real ones": rounded(
            estimate(far < np.quantile(real, 0.01))
        ),
    }


def main(minutes: float | None = None) -> int:
    data.require("fashion-small")
    with data.work_folder() as base:
        work = base / "imagine"
        work.mkdir(parents=True, exist_ok=True)
        worded = Worded.read(base)
        found = material(worded)
        generator, took = learnt(found, work, minutes)
        asking = Asking(worded, generator)
        labels = [worded.shop.labels[i] for i in worded.searched()[0]]
        choosing, asked = (
            sorted(half, key=lambda pair: data.share("|".join(pair)))[:ASKED]
            for half in typed.half(typed.pairs(labels))
        )
        tried = {}
        for guidance in GUIDANCE:
            rows = shares(asking, choosing, guidance)["imagined pictures"]
            tried[f"{guidance:g}"] = round(float(np.mean([row["both"] for row in rows])), 4)
        print(json.dumps(tried), file=sys.stderr)
        figures = {
            "learnt": took,
            "guidance tried on other questions": tried,
            "guidance": CHOSEN,
            "questions": len(asked),
            "gallery": len(labels),
            "share of the first ten": told(shares(asking, asked, CHOSEN)),
            "distance among pictures of a question": variety(asking, asked, CHOSEN),
            "distance from the nearest picture learnt from": copying(asking, found, asked, CHOSEN, work),
        }
    record.write("imagine", figures, "torch")
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else None))
