"""Fashion products with their words, in indexes that show or hide them, and a map fitted on others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import data
import numpy as np
import pyarrow as pa
import unseen

from lookalike import Index
from lookalike.evaluation.split import position
from lookalike.fitted.versions import made_with, version_of
from lookalike.products import Product
from lookalike.store.base import fitted_note
from lookalike.store.lance import LanceStore
from lookalike.store.memory import MemoryStore
from lookalike.vectors import Floats
from lookalike.words.map_file import map_to_bytes
from lookalike.words.texts import Texts
from lookalike.words.word_map import METHOD, WordMap

GALLERY = 10_000


@dataclass(frozen=True)
class Worded:
    """The index of all products."""

    work: Path
    full: Index

    @classmethod
    def read(cls, work: Path) -> Worded:
        """fashion-small, by the default encoder."""
        return cls(work, data.indexed("fashion-small", work))

    @cached_property
    def shop(self) -> unseen.Shop:
        """The labels of the products, and which pictures are equal or unseen."""
        return unseen.fashion(self.work)[0]

    @cached_property
    def _columns(self) -> tuple[pa.Table, Floats]:
        assert self.full.path is not None
        columns = LanceStore.open(self.full.path).reader().columns()
        assert (columns.picture_product == np.arange(len(columns.products))).all()
        return columns.products, columns.looks

    def all(self) -> tuple[pa.Table, Floats]:
        """The table of all products, and the vectors of their pictures."""
        return self._columns

    @cached_property
    def titles(self) -> dict[str, str]:
        """Every product's title by id, empty where there is none."""
        table = self._columns[0]
        return {
            i: title or ""
            for i, title in zip(table["id"].to_pylist(), table["title"].to_pylist(), strict=True)
        }

    @cached_property
    def _searched(self) -> np.ndarray:
        """Which products are searched, (n,): the unseen ones, and others that are chosen by hash."""
        hidden, ids = set(self.shop.unseen), self._columns[0]["id"].to_pylist()
        order = sorted(
            range(len(ids)),
            key=lambda row: (ids[row] not in hidden, -position(self.shop.family[ids[row]], "words")),
        )
        mask = np.zeros(len(ids), dtype=np.bool_)
        mask[order[:GALLERY]] = True
        return mask

    def _where(self, mask: np.ndarray) -> tuple[pa.Table, Floats]:
        table, looks = self._columns
        return table.filter(pa.array(mask)), looks[mask]

    def searched(self) -> tuple[list[str], Floats]:
        """Ids and vectors of the products that are searched."""
        table, looks = self._where(self._searched)
        return table["id"].to_pylist(), looks

    def taught(self) -> tuple[pa.Table, Floats]:
        """The others, on which the map is fitted."""
        return self._where(~self._searched)

    @cached_property
    def map(self) -> WordMap:
        """What words look like, from products that are not searched."""
        table, looks = self.taught()
        return WordMap.fitted(Texts.of_table(table), looks, self.full.manifest.space)

    def askers(self, most: int) -> list[str]:
        """Searched products that the encoder never saw and nothing was chosen on."""
        there = set(self.searched()[0])
        asking = [i for i in self.shop.unseen if i in there and position(self.shop.family[i], "half") >= 0.5]
        return data.sample(asking, most)

    @staticmethod
    def half(product_id: str) -> bool:
        """True for one product in two, the same ones each time."""
        return data.share("silent" + product_id) < 0.5

    def index(self, hidden: Callable[[str], bool]) -> Index:
        """An index of what is searched, with the map; products that are ``hidden`` have no texts."""
        assert self.full.path is not None
        reader = LanceStore.open(self.full.path).reader()
        manifest = reader.manifest
        ids = self.searched()[0]
        products = [
            Product(i, product.pictures) if hidden(i) else product
            for i, product in reader.products(ids).items()
        ]
        store = MemoryStore(manifest.space, manifest.encoder)
        note = map_to_bytes(self.map)
        version = version_of(made_with(str(METHOD), manifest.space), note)
        store.notes.write(fitted_note("words", version), note)
        with store.writer() as writer:
            writer.commit(products, reader.pictures(ids, raw=True), fitted={"words": version})
        return Index(store)
