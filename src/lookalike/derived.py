"""What is made of the columns of a version: kept in files beside them where a catalogue is large."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lookalike.content.catalogue import WORDED, content_of
from lookalike.content.content import Content
from lookalike.content.occurrences import Occurrences
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.yardstick import Yardstick
from lookalike.stacked import Kept
from lookalike.words.texts import Texts


def content_in(snapshot: Snapshot, measured: Yardstick) -> Content:
    """What is said of the products of a snapshot, its words trusted as its own pairs agree in them."""
    worded = {field: _words_of(snapshot.columns.table, field, snapshot.kept) for field in WORDED}
    return content_of(snapshot.columns, worded, measured)


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
