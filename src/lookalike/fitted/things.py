"""The things that are fitted on a catalogue: how each is learnt, told apart, written and read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from lookalike.encoders.base import ImageEncoder, TextEncoder
from lookalike.encoders.loading import load_text_encoder
from lookalike.errors import EncoderError, LookalikeError
from lookalike.fitted.seen import Seen, seen_pictures, seen_texts
from lookalike.fitted.spoken import METHOD as TOWER
from lookalike.fitted.spoken import SpokenLooks, SpokenTower, tower_from_bytes, tower_to_bytes
from lookalike.fitted.versions import made_with, version_of
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend import closeness as near
from lookalike.recommend.closeness import Closeness
from lookalike.recommend.closeness_file import closeness_from_bytes, closeness_to_bytes
from lookalike.recommend.strangers import strangers
from lookalike.store.base import Manifest
from lookalike.vectors import Floats, Space
from lookalike.words.map_file import map_from_bytes, map_to_bytes
from lookalike.words.texts import Texts
from lookalike.words.word_map import LEAST, WordMap
from lookalike.words.word_map import METHOD as MAP


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One version of an index, to be learnt from.

    ``contents`` are the content hashes of its n pictures; ``encoder`` loads what made their vectors.
    """

    manifest: Manifest
    snapshot: Snapshot
    contents: pa.Array
    encoder: Callable[[], ImageEncoder]

    def pictured(self) -> tuple[pa.Table, Floats]:
        """The m products that have a picture, and the unit vectors (m, dim) of their main ones."""
        table, snapshot = self.snapshot.columns.table, self.snapshot
        if len(snapshot.vectors) == len(table) and snapshot.pictured.all():
            return table, snapshot.looks
        return table.filter(pa.array(snapshot.pictured)), snapshot.main_looks()[1]


class Thing(Protocol):
    """One thing that is fitted: ``name`` in the manifest, and what it learns from: ``least`` of ``what``."""

    name: str
    least: int
    what: str

    def beginnings(self, space: Space) -> Sequence[str]:
        """How versions may begin that still hold in a space; see `lookalike.fitted.versions.made_with`."""
        ...

    def seen(self, catalogue: Catalogue) -> Seen:
        """What it would be fitted on, to be told from what it was fitted on."""
        ...

    def fit(self, catalogue: Catalogue) -> tuple[str, bytes]:
        """Learn: its version and its bytes. Raises `BadArgument` where there is too little to learn from."""
        ...

    def read(self, data: bytes, manifest: Manifest) -> Any:
        """What `fit` wrote; None where that is of another method or space. Raises `EncoderError`."""
        ...


class Words:
    """How words look: a map, or the text tower of the encoder where it has one."""

    name = "words"
    least = LEAST
    what = "products with words and a picture"

    def beginnings(self, space: Space) -> Sequence[str]:
        """A map's or a tower's."""
        return made_with(str(MAP), space), made_with(f"t{TOWER}", space)

    def seen(self, catalogue: Catalogue) -> Seen:
        """The texts of the products that have a picture."""
        return seen_texts(catalogue.pictured()[0])

    def fit(self, catalogue: Catalogue) -> tuple[str, bytes]:
        """Measure the text tower, or learn a map where there is none."""
        table, looks = catalogue.pictured()
        ofmap, oftower = self.beginnings(catalogue.manifest.space)
        tower = text_tower(catalogue.manifest)
        if tower is not None:
            data = tower_to_bytes(SpokenTower.fitted(tower, table.column("title").to_pylist(), looks))
            return version_of(oftower, data), data
        learnt = WordMap.fitted(Texts.of_table(table), looks, catalogue.manifest.space)
        data = map_to_bytes(learnt)
        return version_of(ofmap, data), data

    def read(self, data: bytes, manifest: Manifest) -> SpokenLooks | None:
        """A map or a tower, whichever was fitted. Raises `EncoderError` when the tower cannot be loaded."""
        if not data.startswith(b"{"):
            return map_from_bytes(data, manifest.space)
        return tower_from_bytes(data, manifest.space, lambda: load_text_encoder(manifest.encoder))


class Near:
    """What is close in this catalogue."""

    name = "closeness"
    least = near.LEAST
    what = "products with a picture, variants and copies counted once"

    def beginnings(self, space: Space) -> Sequence[str]:
        """Of the method of now."""
        return (made_with(str(near.METHOD), space),)

    def seen(self, catalogue: Catalogue) -> Seen:
        """The pictures of the products."""
        snapshot = catalogue.snapshot
        return seen_pictures(
            snapshot.columns.table.column("id"), snapshot.picture_product, catalogue.contents
        )

    def fit(self, catalogue: Catalogue) -> tuple[str, bytes]:
        """Measure how near neighbours are here, and how near pictures of nothing come."""
        snapshot, space = catalogue.snapshot, catalogue.manifest.space
        try:
            chance = strangers(catalogue.encoder())
        except LookalikeError:  # its file has moved: shares can be told all the same
            chance = np.empty((0, space.dim), dtype=np.float32)
        found = Closeness.fitted(snapshot.looks, snapshot.picture_product, snapshot.kin.group, chance, space)
        data = closeness_to_bytes(found)
        return version_of(self.beginnings(space)[0], data), data

    def read(self, data: bytes, manifest: Manifest) -> Closeness | None:
        """The closeness that was fitted."""
        return closeness_from_bytes(data, manifest.space)


WORDS = Words()
CLOSENESS = Near()

THINGS: tuple[Thing, ...] = (WORDS, CLOSENESS)
"""All of them, in the order in which they are fitted."""


def text_tower(manifest: Manifest) -> TextEncoder | None:
    """What puts words into the pictures' own space; None where the encoder has no such part."""
    try:
        tower = load_text_encoder(manifest.encoder)
    except EncoderError:
        return None
    return tower if tower.space == manifest.space else None
