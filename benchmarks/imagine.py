"""Does a picture that words are made into find what they mean, beside the words themselves?

A generator is learnt from 24,455 fashion products (fashion-small), and asked in words for kinds and colours
of 10,000 others. What it imagines is looked at by the index's encoder, and the nearest of those others are
its answer; beside it, what the same map from words to looks finds at once, and what imagined looks find that
nobody painted. Shares of the first ten that are of the kind, of the colour, of both; 95% bootstrap intervals.
On half of the questions, by hash, guidance and noise were chosen; figures are of the other half. Learning
takes some twenty minutes, and goes on where it was stopped.

    python benchmarks/imagine.py [MINUTES]      needs lookalike[train]
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
import typed
from comparing import rounded
from PIL import Image
from worded import Worded

from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.bootstrap import estimate
from lookalike.imagining.generator import CALM, Generator
from lookalike.imagining.generator import GUIDANCE as CHOSEN
from lookalike.imagining.generator_file import write_generator
from lookalike.neighbours.tokens import words_asked
from lookalike.training.generator.course import Plan, epochs_for, learn
from lookalike.training.generator.material import SIDE, Material, Prompt
from lookalike.training.generator.wording import wordings
from lookalike.vectors import Floats, unit

TRIED = ((1.0, 1.0), (1.0, 0.4), (1.5, 0.4), (3.0, 0.4), (1.5, 0.0), (3.0, 0.0), (5.0, 0.0))
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


@dataclass(frozen=True)
class Ways:
    """How much is guided, and how much of the painter's noise is left."""

    guidance: float = CHOSEN
    calm: float = CALM


class Asking:
    """Questions, and what answers them among n products whose ``looks`` are (n, dim)."""

    def __init__(self, worded: Worded, generator: Generator, asked: Sequence[typed.Pair]) -> None:
        self.worded, self.generator, self.asked = worded, generator, asked
        self.encoder = load_encoder(worded.full.manifest.encoder)
        self.looks = worded.searched()[1]
        say = look_of(worded)
        found = [say(words_asked(typed.asked(pair))) for pair in asked]
        assert all(look is not None for look in found), "a kind or a colour that nothing is called"
        self.words = np.stack([look for look in found if look is not None])

    def directly(self) -> Floats:
        """Cosines (q, n) by the map from words to looks."""
        by, lengths = self.worded.map, self.worded.map.lengths(self.looks)
        texts = [words_asked(typed.asked(pair)) for pair in self.asked]
        directions = [by.direction(by.terms(words)) for words in texts]
        return np.stack([one.cosines(self.looks, lengths) for one in directions if one is not None])

    def dreamt(self, ways: Ways, count: int = PICTURES) -> Floats:
        """Looks (q, count, dim), of which no picture is made."""
        words = np.repeat(self.words, count, axis=0)
        looks = self.generator.dream(words, np.random.default_rng(0), ways.guidance)
        return looks.reshape(len(self.words), count, -1)

    def painted(self, dreamt: Floats, ways: Ways) -> np.ndarray:
        """Pictures (q, count, side, side, 3) of looks (q, count, dim)."""
        flat = dreamt.reshape(-1, dreamt.shape[-1])
        pictures = self.generator.paint(flat, np.random.default_rng(1), ways.calm)
        return pictures.reshape(*dreamt.shape[:2], *pictures.shape[1:])

    def seen(self, pictures: np.ndarray) -> Floats:
        """Unit vectors (q, count, dim) of pictures, as the index's encoder sees them."""
        prepared = [self.encoder.prepare(Image.fromarray(one)) for row in pictures for one in row]
        parts = [np.stack(prepared[at : at + 32]) for at in range(0, len(prepared), 32)]
        vectors = unit(np.concatenate([self.encoder.encode(part) for part in parts]))[0]
        return vectors.reshape(*pictures.shape[:2], -1)

    def nearest(self, looks: Floats) -> Floats:
        """The highest of the cosines (q, n) of products with looks (q, count, dim)."""
        return np.stack([(self.looks @ own.T).max(axis=1) for own in looks])

    def shares(self, scores: Floats) -> list[dict[str, float]]:
        """For each question the share of its first ten that is right, by scores (q, n)."""
        ids = self.worded.searched()[0]
        labels = {
            "kind": np.array([self.worded.shop.labels[i][0] for i in ids]),
            "colour": np.array([self.worded.shop.labels[i][2] for i in ids]),
        }
        found = []
        for pair, own in zip(self.asked, scores, strict=True):
            rows = np.argsort(-own, kind="stable")[:K]
            truth = typed.right(pair, labels)
            found.append({what: float(mask[rows].mean()) for what, mask in truth.items()})
        return found


def shares(asking: Asking) -> dict[str, list[dict[str, float]]]:
    """By way, for each question the share of the first ten that is right."""
    dreamt = asking.dreamt(Ways())
    seen = asking.seen(asking.painted(dreamt, Ways()))
    return {
        "words to looks": asking.shares(asking.directly()),
        "imagined looks": asking.shares(asking.nearest(dreamt)),
        "imagined pictures": asking.shares(asking.nearest(seen)),
        "one imagined picture": asking.shares(asking.nearest(seen[:, :1])),
    }


def tried(asking: Asking) -> dict[str, float]:
    """What four pictures find of both, by how they are made: what is chosen."""
    found = {}
    for guidance, calm in TRIED:
        ways = Ways(guidance, calm)
        seen = asking.seen(asking.painted(asking.dreamt(ways), ways))
        rows = asking.shares(asking.nearest(seen))
        found[f"guidance {guidance:g}, noise {calm:g}"] = round(float(np.mean([r["both"] for r in rows])), 4)
        print(found, file=sys.stderr, flush=True)
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


def variety(asking: Asking) -> dict[str, Any]:
    """Mean distance (1 - cosine) among eight pictures of a question, and among eight real products of it."""
    own: dict[typed.Pair, list[int]] = {}
    for row, i in enumerate(asking.worded.searched()[0]):
        label = asking.worded.shop.labels[i]
        own.setdefault((label[0], label[2]), []).append(row)
    many = [at for at, pair in enumerate(asking.asked) if len(own.get(pair, [])) >= 8]
    dreamt = asking.dreamt(Ways(), 8)[many]
    seen = asking.seen(asking.painted(dreamt, Ways()))
    real = [asking.looks[own[asking.asked[at]][:8]] for at in many]
    return {
        "questions": len(many),
        "imagined": rounded(estimate([apart(looks) for looks in seen])),
        "real": rounded(estimate([apart(looks) for looks in real])),
    }


def apart(looks: Floats) -> float:
    """The mean of 1 - cosine of all pairs of unit vectors (n, dim)."""
    cosines = looks @ looks.T
    return float(1 - cosines[np.triu_indices(len(looks), 1)].mean())


def copying(asking: Asking, found: Material, work: Path) -> dict[str, Any]:
    """How far imagined pictures are from the nearest picture that was learnt from, and real new ones are.

    By the patterns' numbers, since imagined ones have no finer detail: root mean square of 255 levels. A
    sheet shows pictures (above) and the nearest (below).
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

    pictures = asking.painted(asking.dreamt(Ways(), 1), Ways())[:, 0]
    rows, far = nearest(pictures)
    real = nearest(small(asking.worded, asking.worded.searched()[0][:1000]))[1]
    pairs = [np.concatenate([pictures[at], taught[rows[at]]]) for at in range(len(rows) // 16 * 16)]
    lines = [np.concatenate(pairs[at : at + 16], axis=1) for at in range(0, len(pairs), 16)]
    Image.fromarray(np.concatenate(lines)).save(work / "nearest.png")
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
        labels = [worded.shop.labels[i] for i in worded.searched()[0]]
        choosing, asking = (
            Asking(worded, generator, sorted(half, key=lambda pair: data.share("|".join(pair)))[:ASKED])
            for half in typed.half(typed.pairs(labels))
        )
        figures = {
            "learnt": took,
            "tried on other questions": tried(choosing),
            "chosen": {"guidance": CHOSEN, "noise": CALM},
            "questions": len(asking.asked),
            "gallery": len(labels),
            "share of the first ten": told(shares(asking)),
            "distance among pictures of a question": variety(asking),
            "distance from the nearest picture learnt from": copying(asking, found, work),
        }
    record.write("imagine", figures, "torch")
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else None))
