"""Does a picture that words are made into find what they mean, beside the words themselves?

A generator is learnt from 24,455 fashion products (fashion-small) and asked in words for a kind and a colour,
each pair typed by nobody while it was learnt or chosen. The picture it imagines is looked at by the index's
encoder, and the nearest of 10,000 other products are its answer; beside it, what the same map from words to
looks finds at once, and what the imagined look finds without being painted. Shares of the first ten that are of
the kind, of the colour, of both; 95% bootstrap intervals. How much may be guided was chosen on the other half of
the questions. Learning takes an hour on two cores, and goes on where it was stopped.

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

from lookalike.evaluation.bootstrap import estimate
from lookalike.imagining.generator import Generator
from lookalike.imagining.generator_file import read_generator, write_generator
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
    if done >= total:
        print(f"{doing}: {done:,} of {total:,}", file=sys.stderr, flush=True)


def sheet(generator: Generator, prompts: Sequence[Prompt], path: Path) -> None:
    """Eight pictures of each of some words, a row each."""
    rows = [np.concatenate([*generator.imagine(prompt.look, 8)], axis=1) for prompt in prompts]
    Image.fromarray(np.concatenate(rows)).save(path)


def learnt(worded: Worded, work: Path, minutes: float | None) -> Generator:
    """The generator, learnt as far as it gets."""
    found = material(worded)
    plan = Plan(epochs_for(len(found.learnt)), minutes=minutes)

    def seen(epoch: int, generator: Generator) -> None:
        if epoch % 5 == 0 or epoch == plan.epochs:
            sheet(generator, found.prompts, work / f"sheet-{epoch:03}.png")
            write_generator(work / "generator.npz", generator)

    course = learn(found, plan, work, tell, seen)
    print(json.dumps([curve.values[-3:] for curve in course.curves]), course.epochs, file=sys.stderr)
    return course.generator
