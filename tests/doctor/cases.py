"""Small cases for a doctor: products whose looks, titles and pictures are known by construction."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from PIL import Image

from lookalike.doctor.case import Case
from lookalike.neighbours.snapshot import Snapshot
from lookalike.palette import lab_from_rgb
from lookalike.products import Problem
from lookalike.vectors import unit

COLOURS = {
    "red": (200, 30, 40),
    "blue": (40, 90, 200),
    "green": (40, 140, 60),
    "black": (20, 20, 22),
    "yellow": (245, 210, 40),
    "white": (250, 250, 250),
}


@dataclass
class Goods:
    """One product of a case: ``look`` is a direction, ``colour`` one of `COLOURS`, ``picture`` its pixels."""

    id: str
    title: str = ""
    category: str = ""
    look: Sequence[float] | None = (1.0, 0.0, 0.0)
    colour: str = "red"
    picture: Image.Image | None = None
    amount: float | None = None
    currency: str = ""
    group: str = ""
    description: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def case_of(
    goods: Sequence[Goods],
    *,
    same: Sequence[tuple[str, tuple[str, ...]]] = (),
    problems: Sequence[Problem] = (),
) -> Case:
    """A case of these products, each with one picture unless it has no look."""
    goods = sorted(goods, key=lambda one: one.id)
    pictured = [row for row, one in enumerate(goods) if one.look is not None]
    dim = max((len(one.look) for one in goods if one.look is not None), default=3)
    looks = np.array([goods[row].look for row in pictured], dtype=np.float32).reshape(-1, dim)
    palettes = np.zeros((len(pictured), 5, 4), dtype=np.float32)
    for at, row in enumerate(pictured):
        rgb = np.array(COLOURS[goods[row].colour], dtype=np.uint8)
        palettes[at, 0] = [*lab_from_rgb(rgb), 1.0]
    snapshot = Snapshot(
        version=1,
        products=_table(goods),
        picture_product=np.array(pictured, dtype=np.intp),
        position=np.zeros(len(pictured), dtype=np.int32),
        looks=unit(looks)[0],
        norms=np.ones(len(pictured), dtype=np.float32),
        palettes=palettes,
        copies=[ids for _, ids in same],
    )
    files = {(goods[row].id, 0): _file(goods[row]) for row in pictured}
    return Case(
        snapshot=snapshot,
        sizes=np.full((len(pictured), 2), 400, dtype=np.int32),
        contents=[hashlib.sha256(data).hexdigest() for data in files.values()],
        thumbnails=lambda keys: {key: files[key] for key in keys if key in files},
        encode=lambda images: np.zeros((len(images), dim), dtype=np.float32),
        same=same,
        problems=problems,
    )


def _table(goods: Sequence[Goods]) -> pa.Table:
    names = ("id", "title", "brand", "category", "currency", "availability", "group", "description")
    columns = {name: pa.array([getattr(one, name, "") for one in goods], pa.string()) for name in names}
    columns["amount"] = pa.array([one.amount for one in goods], pa.float64())
    entry = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
    own = [[{"name": name, "value": value} for name, value in one.attributes.items()] for one in goods]
    columns["attributes"] = pa.array(own, entry)
    return pa.table(columns)


def _file(one: Goods) -> bytes:
    """The product's picture; where none is given, one that no other product has."""
    image = one.picture
    if image is None:
        seed = int(hashlib.sha256(one.id.encode()).hexdigest()[:8], 16)
        pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
        image = Image.fromarray(pixels).resize((64, 64), Image.Resampling.NEAREST)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
