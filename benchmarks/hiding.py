"""Tables of products with a label hidden, fields blanked and others wrong, and what is asked of them.

A hidden label is taken out of the table: its column, and every word of any of its values out of titles and
descriptions.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import data
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import unseen

from lookalike.content.catalogue import WORDED
from lookalike.content.content import Content
from lookalike.derived import content_in
from lookalike.encoders.loading import load_encoder
from lookalike.evaluation.split import position
from lookalike.neighbours.kinds import Kinds
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.tokens import split_words
from lookalike.neighbours.yardstick import Yardstick, yardstick
from lookalike.recommend.scales import Scale, measured_scales
from lookalike.store.rows import PRODUCT_SCHEMA, SEARCHED
from lookalike.vectors import Floats
from lookalike.words.texts import base_form

FASHION = ("gender", "masterCategory", "subCategory", "baseColour", "season", "year", "usage")
SAYS_GENDER = "men women man woman mens womens boy girl kid unisex"
PLAIN = ("title", "description", "brand", "category")


@dataclass(frozen=True)
class Shop:
    """Products by row: ids in order, fields by name, looks (n, dim), and what is true of them."""

    name: str
    ids: list[str]
    fields: Mapping[str, Sequence[str]]
    looks: Floats
    labels: Mapping[str, Sequence[str]]
    askers: list[int]
    copies: Mapping[str, frozenset[str]]
    family: Mapping[str, str]
    pictured: np.ndarray | None = field(default=None)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The shop as a question sees it."""
        schema = pa.schema([*(PRODUCT_SCHEMA.field(name) for name in SEARCHED), ("description", pa.string())])
        own = [name for name in self.fields if name not in (*PLAIN, "group")]
        rows = [
            {
                **dict.fromkeys(schema.names, ""),
                **{name: self.fields[name][at] for name in (*PLAIN, "group") if name in self.fields},
                "id": i,
                "amount": None,
                "attributes": [
                    {"name": name, "value": self.fields[name][at]} for name in own if self.fields[name][at]
                ],
            }
            for at, i in enumerate(self.ids)
        ]
        shown = np.arange(len(self.ids)) if self.pictured is None else np.flatnonzero(self.pictured)
        return Snapshot(
            version=1,
            products=pa.Table.from_pylist(rows, schema=schema),
            picture_product=shown.astype(np.intp),
            position=np.zeros(len(shown), dtype=np.int32),
            looks=np.ascontiguousarray(self.looks[shown]),
            norms=np.ones(len(shown), dtype=np.float32),
            palettes=np.zeros((len(shown), 5, 4), dtype=np.float32),
        )

    @cached_property
    def content(self) -> Content:
        """As a view makes it."""
        return content_in(self.snapshot, self.yardstick)

    @cached_property
    def kinds(self) -> Kinds:
        """As a view makes them."""
        return Kinds(self.snapshot)

    @cached_property
    def yardstick(self) -> Yardstick:
        """As a view makes it."""
        return yardstick(self.snapshot)

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """As a view makes them."""
        return measured_scales(self.snapshot, self.yardstick)

    def truth(self, label: str) -> np.ndarray:
        """The value of a label, or of several joined by +, of every product."""
        columns = [self.labels[name] for name in label.split("+")]
        return np.array(["|".join(values) for values in zip(*columns, strict=True)])

    def hiding(self, label: str) -> Shop:
        """The shop without what the table says of a label."""
        names = label.split("+")
        words = {word for name in names for word in _words([*dict.fromkeys(self.labels[name])], name)}
        kept = {name: values for name, values in self.fields.items() if name not in _columns(names)}
        for name in WORDED:
            if name in kept:
                kept[name] = _without(kept[name], words)
        return replace(self, fields=kept)

    def harmed(self, blank: float, wrong: float, seed: int = 0) -> Shop:
        """The shop with this share of its fields blank, and this share taken from another product."""
        chance = np.random.default_rng(seed)
        count = len(self.ids)
        harmed: dict[str, Sequence[str]] = {}
        for name, values in self.fields.items():
            blanked, mistaken = chance.random(count) < blank, chance.random(count) < wrong
            others = chance.integers(0, count, count)
            harmed[name] = [
                "" if blanked[at] or not own else (values[others[at]] or own) if mistaken[at] else own
                for at, own in enumerate(values)
            ]
        kept = {name: self.fields[name] for name in ("group",) if name in self.fields}
        return replace(self, fields={**harmed, **kept})

    def unseen_by(self, share: float) -> Shop:
        """The shop with this share of its products without a picture, the askers left alone."""
        hidden = np.array([data.share("unseen" + i) < share for i in self.ids])
        hidden[self.askers] = False
        return replace(self, pictured=~hidden)


def _columns(names: Sequence[str]) -> set[str]:
    return {{"kind": "category", "colour": "baseColour"}.get(name, name) for name in names}


def _words(values: Sequence[str], label: str) -> set[str]:
    said = " ".join(values).replace(">", " ") + (f" {SAYS_GENDER}" if label == "gender" else "")
    return {base_form(word.casefold()) for word in split_words(pa.array([said]))[0].as_py()}


def _without(texts: Sequence[str], words: set[str]) -> list[str]:
    lists = split_words(pa.array(list(texts))).to_pylist()
    return [" ".join(word for word in own if base_form(word.casefold()) not in words) for own in lists]


def half(shop: Shop, which: int) -> list[int]:
    """The askers of one half by hash: on 0 everything was chosen, on 1 figures are taken."""
    return [
        row for row in shop.askers if (position(shop.family[shop.ids[row]], "content") >= 0.5) == bool(which)
    ]


def shops(work: Path) -> dict[str, Shop]:
    """Every catalogue, with the vectors of the default encoder."""
    small, large = unseen.fashion(work)
    table = pq.read_table(
        data.unpacked("fashion-small", work), columns=["id", "productDisplayName", "articleType", *FASHION]
    )
    rows = {str(row["id"]): row for row in table.to_pylist()}
    found = {
        name: _fashion(name, own, rows, work)
        for name, own in (("fashion-small", small), ("fashion-300", large))
    }
    found["grocery"] = _photographed("grocery", unseen.groceries(work), work)
    found["demo"] = _photographed("demo", unseen.drawn_shop(work), work)
    clothes = unseen.clothes(work)
    found["clothing-cc0"] = _shop(
        "clothing-cc0", clothes, {}, {"kind": {i: label[0] for i, label in clothes.labels.items()}}, work
    )
    return found


def _fashion(name: str, own: unseen.Shop, rows: Mapping[str, Mapping[str, Any]], work: Path) -> Shop:
    columns = {"title": "productDisplayName", "category": "articleType", **{a: a for a in FASHION}}
    fields = {to: {i: _text(rows[i][column]) for i in own.pictures} for to, column in columns.items()}
    labels = {
        label: {i: own.labels[i][at] for i in own.pictures}
        for at, label in enumerate(("kind", "gender", "colour"))
    }
    return _shop(name, own, fields, labels, work)


def _photographed(name: str, own: unseen.Photographed, work: Path) -> Shop:
    folder = data.unpacked("grocery", work) if name == "grocery" else work / "demo"
    with (folder / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    columns = {"title": "title", "description": "description", "category": "category"}
    if name == "demo":
        columns |= {"category": "product_type", "brand": "brand", "group": "item_group_id"}
        columns |= {column: column for column in ("color", "material", "gender", "pattern")}
    fields = {to: {i: _text(rows[i][column]) for i in rows} for to, column in columns.items()}
    ids = [*own.mains()]
    shop = unseen.Shop(
        own.mains(), own.labels, own.variants, {i: rows[i].get("item_group_id", i) for i in ids}, ids
    )
    return _shop(name, shop, fields, {"kind": {i: own.labels[i][0] for i in ids}}, work)


def _shop(
    name: str,
    own: unseen.Shop,
    fields: Mapping[str, Mapping[str, str]],
    labels: Mapping[str, Mapping[str, str]],
    work: Path,
) -> Shop:
    kept = f"duplicates-{name}" if name.startswith("fashion") else name
    looks = unseen.looks(load_encoder(), kept, own.pictures.values(), work)
    ids = [*own.pictures]
    order = np.argsort(np.array(ids))
    ids = [ids[at] for at in order]
    hidden = set(own.unseen)
    return Shop(
        name,
        ids,
        {to: [values[i] for i in ids] for to, values in fields.items()},
        looks[order].astype(np.float32),
        {label: [values[i] for i in ids] for label, values in labels.items()},
        [row for row, i in enumerate(ids) if i in hidden],
        own.copies,
        own.family,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
