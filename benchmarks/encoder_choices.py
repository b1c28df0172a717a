"""Which preparation, projection and precision finds the same kind of product?

Encoders are given as onnx:PATH, or imagenet.

    python benchmarks/encoder_choices.py imagenet onnx:plain.onnx --data FOLDER

Reads the sets in LOOKALIKE_DATA (or --data), keeps half of the product ids by hash: one half is for making
choices (--half choices), the other for figures. Prints one table with 95% bootstrap intervals, writes JSON.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import sys
import tarfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image, ImageOps

from lookalike.encoders.loading import load_encoder
from lookalike.encoders.onnx import OnnxEncoder
from lookalike.vectors import stored

HALVES = {"choices": 0, "figures": 1}
SMALL_SHARE = 0.12
Row = tuple[str, str, tuple[str, ...], bytes]


def share_of(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12


def in_half(product: str, half: str) -> bool:
    return int(hashlib.md5(product.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == HALVES[half]


def fashion(data: Path, half: str) -> Iterator[Row]:
    """(set, id, (kind, gender, colour), bytes): a hash sample at 60x80, and all that exist at 225x300."""
    table = pq.read_table(data / "fashion-small.parquet")
    columns = [table[name].to_pylist() for name in ("id", "articleType", "gender", "baseColour")]
    labels = {str(row[0]): row[1:] for row in zip(*columns, strict=True)}
    for at, name in enumerate(labels):
        if in_half(name, half) and share_of(name) < SMALL_SHARE:
            yield "fashion small", name, labels[name], table["image"][at].as_py()["bytes"]
    for path, content in members(data / "fashion-300.tar"):
        if path.suffix == ".jpg" and path.stem in labels and in_half(path.stem, half):
            yield "fashion 300", path.stem, labels[path.stem], content


def clothing(data: Path, half: str) -> Iterator[Row]:
    for path, content in members(data / "clothing-cc0.tar"):
        if in_half(f"{path.parent.name}/{path.stem}", half):
            yield "clothing", path.stem, (path.parent.name,), content


def groceries(data: Path, half: str) -> Iterator[Row]:
    """Every product, and the photographs of the products of this half."""
    files = {f"{path.parent.name}/{path.name}": content for path, content in members(data / "grocery.tar")}
    tables = {
        name.split("/")[-1]: content.decode() for name, content in files.items() if name.endswith(".csv")
    }
    for row in csv.DictReader(io.StringIO(tables["products.csv"])):
        yield "grocery products", row["id"], (row["id"],), files[row["image_link"]]
    for row in csv.DictReader(io.StringIO(tables["photos.csv"])):
        if in_half(row["product_id"], half):
            yield "grocery photos", row["photo"], (row["product_id"],), files[row["photo"]]


def members(archive: Path) -> Iterator[tuple[Path, bytes]]:
    with tarfile.open(archive) as tar:
        for member in sorted((member for member in tar if member.isfile()), key=lambda member: member.name):
            file = tar.extractfile(member)
            if file is not None:
                yield Path(member.name), file.read()


def encoded(encoder: OnnxEncoder, rows: list[Row]) -> np.ndarray:
    def one(row: Row) -> np.ndarray:
        with Image.open(io.BytesIO(row[3])) as picture:
            return encoder.encode(encoder.prepare(ImageOps.exif_transpose(picture).convert("RGB"))[None])[0]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return stored(np.stack(list(pool.map(one, rows))))


def same_at_10(vectors: np.ndarray, labels: list[tuple[str, ...]]) -> np.ndarray:
    """Per query, the share of its ten nearest others that carry the same label."""
    codes = np.unique(["|".join(label) for label in labels], return_inverse=True)[1]
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -2)
    return (codes[np.argsort(-scores, axis=1, kind="stable")[:, :10]] == codes[:, None]).mean(axis=1)


def measures(rows: list[Row], vectors: np.ndarray) -> dict[str, np.ndarray]:
    sets = np.array([row[0] for row in rows])

    def part(name: str) -> tuple[np.ndarray, list[tuple[str, ...]]]:
        return vectors[sets == name], [row[2] for row in rows if row[0] == name]

    result: dict[str, np.ndarray] = {}
    for name in ("fashion small", "fashion 300"):
        found, labels = part(name)
        result[f"{name}: kind@10"] = same_at_10(found, [label[:1] for label in labels])
        result[f"{name}: kind+gender+colour@10"] = same_at_10(found, labels)
    result["clothing: class@10"] = same_at_10(*part("clothing"))
    (products, names), (photos, shown) = part("grocery products"), part("grocery photos")
    order = np.argsort(-(photos @ products.T), axis=1, kind="stable")[:, :5]
    hits = np.array([[names[at] == label for at in near] for near, label in zip(order, shown, strict=True)])
    result["grocery: R@1"], result["grocery: R@5"] = hits[:, 0] * 1.0, hits.any(axis=1) * 1.0
    return result


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and 95% bootstrap interval over queries, 1000 resamples."""
    chance = np.random.default_rng(0)
    means = [values[chance.integers(0, len(values), len(values))].mean() for _ in range(1000)]
    low, high = np.percentile(means, [2.5, 97.5])
    return round(float(values.mean()), 4), round(float(low), 4), round(float(high), 4)


def speeds(encoders: dict[str, OnnxEncoder], rounds: int = 60) -> dict[str, float]:
    """Median milliseconds a picture on one thread; the encoders take turns, so all see the same machine."""
    times: dict[str, list[float]] = {name: [] for name in encoders}
    for _ in range(rounds):
        for name, encoder in encoders.items():
            batch = np.zeros((2, encoder.size[1], encoder.size[0], 3), dtype=np.uint8)
            start = time.perf_counter()
            encoder.encode(batch)
            times[name].append((time.perf_counter() - start) / 2)
    return {name: round(float(np.median(values)) * 1000, 2) for name, values in times.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("encoders", nargs="+", help="imagenet or onnx:PATH")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("LOOKALIKE_DATA", "../shared/data")))
    parser.add_argument("--half", choices=list(HALVES), default="figures")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/encoder_choices.json"))
    options = parser.parse_args()
    if not (options.data / "fashion-small.parquet").exists():
        print(f"Skipped: no data in {options.data}. Set LOOKALIKE_DATA.", file=sys.stderr)
        return 0
    rows = [row for source in (fashion, clothing, groceries) for row in source(options.data, options.half)]
    encoders = {Path(name.partition(":")[2] or name).stem: load_encoder(name) for name in options.encoders}
    results: dict[str, object] = {}
    document = {"half": options.half, "pictures": len(rows), "encoders": results}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    for name, encoder in encoders.items():
        found = {key: interval(values) for key, values in measures(rows, encoded(encoder, rows)).items()}
        how = encoder.card.preprocessing
        results[name] = {"dim": encoder.space.dim, "resize": how.resize, "trim": how.trim} | found
        print(f"\n{name}", flush=True)
        for key, (mean, low, high) in found.items():
            print(f"  {key:36s} {mean:.3f}  [{low:.3f}, {high:.3f}]", flush=True)
        options.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    document["milliseconds_one_thread"] = speeds(encoders)
    print(document["milliseconds_one_thread"])
    options.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
