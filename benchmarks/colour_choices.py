"""How colour was tuned, and what it is worth: names, filter, similarity, and similarity beside the look.

Reads the fashion photographs (``fashion-300.tar``, or unpacked ``fashion-300/``) from the folder named by
LOOKALIKE_DATA. Choices are made on the products whose id hashes to 0, figures are of the others, each
searched among all. Writes benchmarks/results/colour_choices.json.

    LOOKALIKE_DATA=folder python benchmarks/colour_choices.py
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lookalike.colour import NAMES, colour_vectors, has_colour, measure_palette, name_shares
from lookalike.encoders.loading import load_encoder
from lookalike.vectors import Floats, Mask, Rows, unit

RESULT = Path(__file__).parent / "results" / "colour_choices.json"
K = 10
WEIGHTS = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
# Which labels of the table a name should find. They are noisy, and finer than the names.
MEANT = {
    "black": ["Black"],
    "white": ["White", "Off White"],
    "grey": ["Grey", "Charcoal", "Grey Melange", "Silver", "Steel", "Metallic"],
    "red": ["Red", "Maroon", "Rust"],
    "green": ["Green", "Olive", "Lime Green", "Sea Green"],
    "yellow": ["Yellow", "Mustard"],
    "blue": ["Blue", "Navy Blue", "Turquoise Blue"],
    "brown": ["Brown", "Tan", "Bronze", "Copper", "Rust", "Taupe"],
    "orange": ["Orange", "Peach", "Rust"],
    "pink": ["Pink", "Magenta", "Rose", "Peach"],
    "purple": ["Purple", "Lavender", "Mauve"],
    "navy": ["Navy Blue"],
    "beige": ["Beige", "Cream", "Khaki", "Off White", "Skin", "Nude", "Tan"],
    "turquoise": ["Teal", "Turquoise Blue", "Sea Green"],
}


def read_photographs(folder: Path) -> tuple[list[dict[str, str]], list[Image.Image]]:
    """Rows of the table that have a picture, and the pictures."""
    files: dict[str, bytes] = {}
    archive = folder / "fashion-300.tar"
    if archive.is_file():
        with tarfile.open(archive) as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is not None:
                    files[Path(member.name).name] = content.read()
    else:
        for path in folder.rglob("fashion-300/**/*.*"):
            files[path.name] = path.read_bytes()
    table = csv.reader(io.StringIO(files["styles.csv"].decode()))
    header = next(table)
    rows = [dict(zip(header, row, strict=False)) for row in table if f"{row[0]}.jpg" in files]
    return rows, [Image.open(io.BytesIO(files[f"{row['id']}.jpg"])).convert("RGB") for row in rows]


def measure(pictures: list[Image.Image]) -> tuple[Floats, float]:
    """Palettes (m, 5, 4) and processor milliseconds a picture."""
    palettes = np.zeros((len(pictures), 5, 4), dtype=np.float32)
    start = time.process_time()
    for row, picture in zip(palettes, pictures, strict=True):
        palette = measure_palette(picture)
        row[: len(palette)] = palette
    return palettes, (time.process_time() - start) / len(pictures) * 1e3


def plain_histograms(pictures: list[Image.Image]) -> Floats:
    """The plain way: square roots of 8 x 8 x 8 RGB histograms of the whole picture, unit."""
    bins = [np.asarray(picture.resize((64, 64)), dtype=np.intp) >> 5 for picture in pictures]
    counts = [np.bincount((b @ np.array([64, 8, 1])).ravel(), minlength=512) for b in bins]
    return unit(np.sqrt(np.stack(counts)))[0]


class Judge:
    """Shares of the first `K` that carry the label of the query."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.colour = np.array([row["baseColour"] for row in rows])
        self.kind = np.array([row["articleType"] for row in rows])

    def hits(self, scores: Floats, queries: Rows) -> dict[str, Floats]:
        """For each query, the share of its first `K` with its colour, its kind, and both."""
        scores = scores[queries].copy()
        scores[np.arange(len(queries)), queries] = -np.inf
        first = np.argsort(-np.round(scores, 5), axis=1, kind="stable")[:, :K]
        colour = self.colour[first] == self.colour[queries][:, None]
        kind = self.kind[first] == self.kind[queries][:, None]
        found = {"colour": colour, "kind": kind, "both": colour & kind}
        return {name: hit.mean(1) for name, hit in found.items()}


def with_interval(values: Floats, seed: int = 0) -> dict[str, float]:
    """The mean and its 95% bootstrap interval over queries (2,000 resamples)."""
    chance = np.random.default_rng(seed)
    means = values[chance.integers(0, len(values), (2000, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {"mean": round(float(values.mean()), 4), "low": round(low, 4), "high": round(high, 4)}


def filter_figures(palettes: Floats, labels: Any, least: float) -> dict[str, dict[str, float]]:
    """Precision and recall of `has_colour` for each name."""
    figures = {}
    for name in NAMES:
        found: Mask = has_colour(palettes, name, least)
        meant: Mask = np.isin(labels, MEANT[name])
        right = int((found & meant).sum())
        precision, recall = right / max(int(found.sum()), 1), right / max(int(meant.sum()), 1)
        figures[name] = {
            "labelled": int(meant.sum()),
            "found": int(found.sum()),
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 3),
        }
    return figures


def choose(judge: Judge, palettes: Floats, half: Rows) -> dict[str, dict[str, float]]:
    """The grids the defaults were read from, on the first half alone."""
    part = Judge.__new__(Judge)
    part.colour, part.kind = judge.colour[half], judge.kind[half]
    similarity = {}
    for width in (4.0, 6.0, 8.0, 11.0, 15.0, 20.0):
        for lightness in (0.3, 0.5, 0.7, 1.0):
            vectors = colour_vectors(palettes[half], width, lightness)
            hits = part.hits(vectors @ vectors.T, np.arange(len(half)))
            similarity[f"width {width:g}, lightness {lightness:g}"] = round(float(hits["colour"].mean()), 4)
    least = {}
    for share in (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        figures = filter_figures(palettes[half], part.colour, share)
        least[f"{share:g}"] = round(float(np.mean([figure["f1"] for figure in figures.values()])), 4)
    return {"same colour in first 10, by kernel": similarity, "mean F1 of the filter, by least share": least}


def main() -> int:
    folder = os.environ.get("LOOKALIKE_DATA", "")
    if not folder or (
        not (Path(folder) / "fashion-300.tar").exists() and not (Path(folder) / "fashion-300").exists()
    ):
        print("Skipped: set LOOKALIKE_DATA to a folder that holds fashion-300.tar.")
        return 0
    rows, pictures = read_photographs(Path(folder))
    halves = np.array([hashlib.sha256(row["id"].encode()).digest()[0] & 1 for row in rows])
    chosen_on, judged_on = np.flatnonzero(halves == 0), np.flatnonzero(halves == 1)
    judge = Judge(rows)
    palettes, milliseconds = measure(pictures)
    many = np.tile(palettes, (34000 // len(palettes) + 1, 1, 1))[:34000]
    start = time.perf_counter()
    name_shares(many)
    naming = time.perf_counter() - start
    encoder = load_encoder("imagenet")
    looks = unit(np.concatenate([encoder.encode(encoder.prepare(picture)[None]) for picture in pictures]))[0]
    vectors, histograms = colour_vectors(palettes), plain_histograms(pictures)
    look, colour, plain = looks @ looks.T, vectors @ vectors.T, histograms @ histograms.T
    orders = {"look": look, "colour": colour, "plain histogram": plain}
    for weight in WEIGHTS:
        orders[f"look + {weight:g} colour"] = (look + weight * colour) / (1 + weight)
        orders[f"look + {weight:g} plain histogram"] = (look + weight * plain) / (1 + weight)
    result = {
        "pictures": len(rows),
        "judged": len(judged_on),
        "processor milliseconds a picture": round(milliseconds, 2),
        "seconds to name 34,000 palettes": round(naming, 3),
        "chosen on one half": choose(judge, palettes, chosen_on),
        "filter on the other half": filter_figures(palettes[judged_on], judge.colour[judged_on], 0.35),
        "first 10 on the other half": {
            order: {label: with_interval(hits) for label, hits in judge.hits(scores, judged_on).items()}
            for order, scores in orders.items()
        },
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{'first 10 share':34s} {'colour':>22s} {'kind':>22s} {'both':>22s}")
    for order, labels in result["first 10 on the other half"].items():  # type: ignore[attr-defined]
        cells = [f"{v['mean']:.3f} ({v['low']:.3f}-{v['high']:.3f})" for v in labels.values()]
        print(f"{order:34s} " + " ".join(f"{cell:>22s}" for cell in cells))
    for name, f in result["filter on the other half"].items():  # type: ignore[attr-defined]
        print(
            f"{name:10s} labelled {f['labelled']:4d} found {f['found']:4d} "
            f"precision {f['precision']:.2f} recall {f['recall']:.2f}"
        )
    print(json.dumps(result["chosen on one half"], indent=1), milliseconds, naming)
    return 0


if __name__ == "__main__":
    sys.exit(main())
