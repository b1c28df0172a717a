"""The pictures ``product`` is trained on, with their labels, and those that are set apart first.

A fifth of the fashion products and of the clothes, the highest by hash, byte-equal pictures together, is held
out and never seen; the groceries are not read at all. A part of the rest is kept for choices.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq

from lookalike.evaluation.split import hash_split, product_families

HELD_OUT = 0.2
CHOICES = 0.08

LABELS = ("kind", "gender", "colour", "group", "usage", "season", "garment")
_COLUMNS = {
    "kind": "articleType",
    "gender": "gender",
    "colour": "baseColour",
    "group": "subCategory",
    "usage": "usage",
    "season": "season",
}
_GARMENTS = {
    "Tshirts": "t-shirt",
    "Dresses": "dress",
    "Shirts": "shirt",
    "Jeans": "pants",
    "Trousers": "pants",
    "Track Pants": "pants",
    "Leggings": "pants",
    "Shorts": "shorts",
    "Skirts": "skirt",
    "Jackets": "outwear",
    "Sweaters": "longsleeve",
    "Sweatshirts": "longsleeve",
    "Caps": "hat",
    "Hat": "hat",
    "Casual Shoes": "shoes",
    "Sports Shoes": "shoes",
    "Formal Shoes": "shoes",
}
"""Kinds of the shop whose pictures show what a class of the phone photographs shows."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """One picture to learn from; ``larger`` is the same picture with more pixels, where there is one."""

    id: str
    shop: Literal["fashion", "clothes", "things"]
    content: bytes = field(repr=False)
    larger: bytes | None = field(repr=False)
    title: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sets:
    """What is learnt from, what choices are made on, and what is held out."""

    train: list[Photograph]
    choices: list[Photograph]
    held_out: list[Photograph]


def read_sets(folder: Path) -> Sets:
    """The fashion products and the clothes in ``folder``, divided."""
    train: list[Photograph] = []
    choices: list[Photograph] = []
    held_out: list[Photograph] = []
    for shop in (list(fashion(folder)), list(clothes(folder))):
        by_id = {photo.id: photo for photo in shop}
        contents = {photo.id: hashlib.sha256(photo.content).hexdigest() for photo in shop}
        family = product_families(by_id, contents=contents)
        kept, apart = hash_split(family, HELD_OUT)
        held_out += [by_id[i] for i in apart]
        rest, chosen = hash_split({i: family[i] for i in kept}, CHOICES, salt="choices")
        train += [by_id[i] for i in rest]
        choices += [by_id[i] for i in chosen]
    return Sets(train, choices, held_out)


def fashion(folder: Path) -> Iterator[Photograph]:
    """34,455 products at 60x80 pixels, 2,265 of them at 225x300 too."""
    larger = {path.stem: content for path, content in members(folder / "fashion-300.tar", ".jpg")}
    for row in pq.read_table(folder / "fashion-small.parquet").to_pylist():
        labels = {
            name: row[column] for name, column in _COLUMNS.items() if row[column] not in (None, "", "NA")
        }
        if labels.get("kind") in _GARMENTS:
            labels["garment"] = _GARMENTS[labels["kind"]]
        yield Photograph(
            row["id"],
            "fashion",
            row["image"]["bytes"],
            larger.get(row["id"]),
            row["productDisplayName"] or "",
            labels,
        )


def clothes(folder: Path) -> Iterator[Photograph]:
    """1,435 phone photographs in ten classes; an id is CLASS/NAME."""
    for path, content in members(folder / "clothing-cc0.tar", ".jpg"):
        garment = path.parent.name
        yield Photograph(f"{garment}/{path.stem}", "clothes", content, None, "", {"garment": garment})


def things(folder: Path) -> list[Photograph]:
    """Pictures of other things; flags and variants of skin, told by the code points in names, left out."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".webp", ".png", ".jpg"))
    kept = [path for path in paths if not re.search("1f3f[b-f]|200d|1f1[e-f]", path.name)]
    return [Photograph(path.stem, "things", path.read_bytes(), None, "", {}) for path in kept]


def members(archive: Path, suffix: str) -> Iterator[tuple[Path, bytes]]:
    """The files of a tar with this suffix, in the order of their names."""
    with tarfile.open(archive) as tar:
        for member in sorted((m for m in tar if m.isfile()), key=lambda m: m.name):
            path = Path(member.name)
            file = tar.extractfile(member) if path.suffix.lower() == suffix else None
            if file is not None:
                yield path, file.read()
