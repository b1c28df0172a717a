"""Pictures that no encoder of ours was trained on, and what encoders make of them, kept from run to run.

A fifth of the fashion products and of the clothes is held out: the highest by hash, byte-equal pictures
together (`lookalike.evaluation.split`). Groceries and the drawn shop are for figures as a whole.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
import numpy as np
import pyarrow.parquet as pq

from lookalike.demo.shop import draw_shop, street_photos
from lookalike.encoders.base import ImageEncoder
from lookalike.evaluation import gallery
from lookalike.evaluation.pictures import open_shown
from lookalike.evaluation.split import companions, families, held_out, ties_of
from lookalike.vectors import Floats

DEMO_PRODUCTS = 640
STREET_PHOTOS = 230


@dataclass(frozen=True)
class Shop:
    """Products with one picture each. ``unseen`` are held out; ``copies`` show the same bytes."""

    pictures: Mapping[str, Any]
    labels: Mapping[str, tuple[str, ...]]
    copies: Mapping[str, frozenset[str]]
    family: Mapping[str, str]
    unseen: list[str]

    def only_unseen(self) -> dict[str, Any]:
        """The pictures that are held out."""
        return {i: self.pictures[i] for i in self.unseen}


def fashion(work: Path) -> tuple[Shop, Shop]:
    """fashion-small and fashion-300; labels are kind, gender and colour, empty where unknown."""
    small: dict[str, bytes] = {}
    labels: dict[str, tuple[str, ...]] = {}
    with pq.ParquetFile(data.unpacked("fashion-small", work)) as file:
        for batch in file.iter_batches(2000, columns=["id", "image", "articleType", "gender", "baseColour"]):
            for row in batch.to_pylist():
                i = str(row["id"])
                small[i] = row["image"]["bytes"]
                own = (row["articleType"], row["gender"], row["baseColour"])
                labels[i] = tuple("" if label in (None, "NA") else str(label) for label in own)
    folder = data.unpacked("fashion-300", work) / "images"
    large = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.jpg"))}
    ties = [*byte_equal(small), *byte_equal(large)]
    family = families(small, ties)
    apart = held_out(small, ties)
    shops = []
    for pictures in (small, large):
        unseen = sorted(apart & set(pictures))
        shops.append(Shop(pictures, labels, companions(byte_equal(pictures)), family, unseen))
    return shops[0], shops[1]


def clothes(work: Path) -> Shop:
    """Phone photographs of clothes by "CLASS/name"; the label is the class."""
    folder = data.unpacked("clothing-cc0", work)
    paths = sorted(path for path in folder.glob("*/*") if path.is_file())
    pictures = {f"{path.parent.name}/{path.stem}": path for path in paths}
    ties = byte_equal({i: path.read_bytes() for i, path in pictures.items()})
    labels = {i: (path.parent.name,) for i, path in pictures.items()}
    unseen = sorted(held_out(pictures, ties))
    return Shop(pictures, labels, companions(ties), families(pictures, ties), unseen)


@dataclass(frozen=True)
class Photographed:
    """Products with their pictures in order, and photographs that each show one of them."""

    pictures: Mapping[str, Sequence[Path]]
    photos: Mapping[str, Path]
    shows: Mapping[str, str]
    labels: Mapping[str, tuple[str, ...]]
    variants: Mapping[str, frozenset[str]]

    def mains(self) -> dict[str, Path]:
        """The first picture of each product."""
        return {i: own[0] for i, own in self.pictures.items()}


def groceries(work: Path) -> Photographed:
    folder = data.unpacked("grocery", work)
    rows = _rows(folder / "products.csv")
    return Photographed(
        {row["id"]: [folder / row["image_link"]] for row in rows},
        *_photographs(folder),
        {row["id"]: (row["category"],) for row in rows},
        {},
    )


def drawn_shop(work: Path) -> Photographed:
    """The demo shop; labels are the category. Its street photographs are drawn as well."""
    folder = work / "demo"
    rows = _rows(draw_shop(folder, DEMO_PRODUCTS))
    if not (folder / "photos.csv").is_file() or len(_rows(folder / "photos.csv")) != STREET_PHOTOS:
        street_photos(folder, STREET_PHOTOS)
    further = {row["id"]: [link for link in row["additional_image_link"].split(",") if link] for row in rows}
    return Photographed(
        {row["id"]: [folder / link for link in (row["image_link"], *further[row["id"]])] for row in rows},
        *_photographs(folder),
        {row["id"]: (row["product_type"],) for row in rows},
        companions(ties_of({row["id"]: row["item_group_id"] for row in rows})),
    )


def _photographs(folder: Path) -> tuple[dict[str, Path], dict[str, str]]:
    rows = _rows(folder / "photos.csv")
    shows = {row["photo"]: row["product_id"] for row in rows}
    return {photo: folder / photo for photo in shows}, shows


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def byte_equal(contents: Mapping[str, bytes]) -> list[list[str]]:
    """Lists of ids whose pictures are the same to the last byte."""
    return ties_of({i: hashlib.sha256(content).hexdigest() for i, content in contents.items()})


def looks(encoder: ImageEncoder, name: str, pictures: Iterable[Any], work: Path) -> Floats:
    """Unit vectors (n, dim) of pictures; kept in the work folder by encoder and by what they show."""
    shown = list(pictures)
    digest = hashlib.sha256(str(len(shown)).encode())
    for picture in shown[:: max(1, len(shown) // 8)]:  # a sample tells another set, order or distortion
        digest.update(open_shown(picture).tobytes())
    kept = work / "looks" / encoder.space.fingerprint[:24] / f"{name}-{digest.hexdigest()[:16]}.npy"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial.npy")
        np.save(partial, gallery.looks(encoder, shown))
        partial.rename(kept)
    vectors: Floats = np.load(kept)
    return vectors
