"""The catalogue's own columns as codes: made of a table, or of the files of a kept version."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.filters import Coded
from lookalike.mapped import map_array, map_table, write_array, write_table
from lookalike.neighbours.lazy_texts import one_array, texts_of
from lookalike.stacked import Kept
from lookalike.vectors import Rows

Codes = npt.NDArray[np.int32]

Attributes = dict[str, Coded]
"""Columns of n products by name, each of which says something of one of them."""

_CODES, _VALUES = "attributes.npy", "attributes.arrow"
_MOST_BYTES = 1 << 30  # of codes that are kept: a catalogue of hundreds of columns is read from its table


def coded(array: pa.Array) -> Coded:
    """A text column as codes; null and empty text are the same absence."""
    encoded = pc.dictionary_encode(array)
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    empty = pc.index(encoded.dictionary, "").as_py() if len(encoded.dictionary) else -1
    if empty >= 0:
        codes = np.where(codes == empty, np.int32(-1), codes)
    return Coded(codes, texts_of(encoded.dictionary))


def attributes_of(lists: pa.ListArray) -> Attributes:
    """The columns that lists of {name, value} hold, (n,), in the order in which they are met."""
    rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    entries = lists.flatten()
    names, values = coded(entries.field("name")), coded(entries.field("value"))
    found: Attributes = {}
    for code, name in enumerate(names.values):
        here = np.flatnonzero((names.codes == code) & (values.codes >= 0))
        if len(here):
            codes = np.full(len(lists), -1, dtype=np.int32)
            codes[rows[here]] = values.codes[here]
            found[name] = _without_unused(codes, pa.array(values.values, pa.string()))
    return found


def keep_attributes(folder: Path, attributes: Attributes) -> None:
    """Write the columns of a version into its folder. Raises `OSError`."""
    columns = attributes.values()
    if not columns or sum(column.codes.nbytes for column in columns) > _MOST_BYTES:
        return
    names = [name for name, column in attributes.items() for _ in range(len(column.values))]
    values = pa.concat_arrays([pa.array(column.values, pa.string()) for column in columns])
    write_array(folder / _CODES, np.stack([column.codes for column in columns]))
    write_table(folder / _VALUES, pa.table({"name": names, "value": values}))


def kept_attributes(kept: Kept, lists: pa.ListArray) -> Attributes | None:
    """The same as `attributes_of` these lists, by the files of a kept version; None where there are none."""
    codes, table = map_array(kept.folder / _CODES), map_table(kept.folder / _VALUES)
    if codes is None or table is None:
        return None
    names, values = pc.dictionary_encode(one_array(table.column("name"))), one_array(table.column("value"))
    ends = np.cumsum(np.bincount(names.indices.to_numpy()))
    parts = [values[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    base = {
        name: (own, part) for name, own, part in zip(names.dictionary.to_pylist(), codes, parts, strict=True)
    }
    if kept.products is None:
        return {name: Coded(own, texts_of(part)) for name, (own, part) in base.items()}
    fresh = np.flatnonzero(kept.products < 0)
    since = attributes_of(lists.take(pa.array(fresh)))
    nothing = np.full(codes.shape[1], -1, dtype=np.int32)
    found: Attributes = {}
    for name in dict.fromkeys((*base, *since)):
        own, part = base.get(name, (nothing, pa.array([], pa.string())))
        taken = np.append(own, np.int32(-1))[kept.products]  # -1 for what is new is the last
        whole = _joined(taken, part, fresh, since[name]) if name in since else _without_unused(taken, part)
        if whole.values:
            found[name] = whole
    return found


def _joined(codes: Codes, values: pa.StringArray, rows: Rows, since: Coded) -> Coded:
    """A column in which some rows, of which nothing is said yet, have what ``since`` says of them."""
    others = pa.array(since.values, pa.string())
    places = pc.fill_null(pc.index_in(others, value_set=values), -1).to_numpy(zero_copy_only=False)
    new = np.flatnonzero(places < 0)
    places = places.copy()
    places[new] = len(values) + np.arange(len(new))
    codes[rows] = np.append(places, -1)[since.codes]
    return _without_unused(codes, pa.concat_arrays([values, others.take(pa.array(new))]))


def _without_unused(codes: Codes, values: pa.StringArray) -> Coded:
    """A column with only those of its values that a product has."""
    used = np.flatnonzero(np.bincount(codes + 1, minlength=len(values) + 1)[1:])
    if len(used) == len(values):
        return Coded(codes, texts_of(values))
    table = np.full(len(values) + 1, -1, dtype=np.int32)
    table[used] = np.arange(len(used))
    return Coded(table[codes], texts_of(values.take(pa.array(used))))
