"""What is made of the columns of a version: kept in files beside them where a catalogue is large."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from lookalike.content.catalogue import WORDED, content_of
from lookalike.content.content import Content
from lookalike.content.occurrences import Occurrences
from lookalike.duplicates.repeated import keep_repeated
from lookalike.neighbours.attributes import keep_attributes
from lookalike.neighbours.orders import keep_orders
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import Yardstick, keep_hashes
from lookalike.stacked import Kept
from lookalike.store.base import Columns, KeepProgress
from lookalike.words.full_text import FullText
from lookalike.words.texts import Texts


def make_derived(columns: Columns, folder: Path, tell: KeepProgress) -> None:
    """Lay down what was made of the columns of a version in its folder. Raises `OSError`."""
    snapshot = Snapshot(
        version=columns.version,
        products=columns.products,
        picture_product=columns.picture_product,
        position=columns.position,
        looks=columns.looks,
        norms=columns.norms,
        palettes=columns.palettes,
    )
    table = columns.products
    steps: list[Callable[[], None]] = [
        lambda: keep_attributes(folder, snapshot.columns.attributes()),
        lambda: keep_orders(folder, snapshot.columns),
        lambda: keep_hashes(folder, snapshot.ids),
        lambda: keep_repeated(folder, columns.picture_product, columns.contents),
        *(partial(_keep_words, table, field, folder) for field in WORDED),
        lambda: snapshot.palettes.keep(folder),
        lambda: FullText(Texts.of_table(table)).keep(folder),
    ]
    for done, step in enumerate(steps):
        tell("words and colours", done, len(steps))
        step()
    tell("words and colours", len(steps), len(steps))


def _keep_words(table: pa.Table, field: str, folder: Path) -> None:
    _split(table, field).keep(folder, field)


def content_in(snapshot: Snapshot, measured: Yardstick) -> Content:
    """What is said of the products of a snapshot, its words trusted as its own pairs agree in them."""
    worded = {field: _words_of(snapshot.columns.table, field, snapshot.kept) for field in WORDED}
    return content_of(snapshot.columns, worded, measured)


def full_text_of(snapshot: Snapshot) -> FullText:
    """The words of the products of a snapshot, for finding what somebody types."""
    kept = snapshot.kept  # how much a word counts depends on all texts: files of other ones are no help
    found = FullText.kept(kept.folder) if kept is not None and kept.products is None else None
    return found or FullText(Texts.of_table(snapshot.columns.table))


def _words_of(table: pa.Table, field: str, kept: Kept | None) -> Occurrences:
    """The words of a field: from the files of a kept version, and of what changed since from the table."""
    base = None if kept is None else Occurrences.kept(kept.folder, field)
    if base is None or kept is None:
        return _split(table, field)
    if kept.products is None:
        return base
    return base.later(kept, _split(table.take(pa.array(np.flatnonzero(kept.products < 0))), field))


def _split(table: pa.Table, field: str) -> Occurrences:
    """The words of a field of a table of products."""
    tokens = Texts.of_table(table).tokens(field)
    return Occurrences.of(tokens.words, tokens.codes, tokens.rows, table.num_rows)
