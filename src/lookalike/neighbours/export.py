"""A snapshot's vectors as files that other tools read: NumPy or Parquet."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lookalike.errors import BadArgument, unwritable
from lookalike.neighbours.snapshot import Snapshot

SUFFIXES = (".npy", ".parquet")


def export_vectors(snapshot: Snapshot, path: Path) -> list[Path]:
    """Write every picture's vector and say which files were written.

    ``.npy`` holds a float32 matrix (n, dim) of unit vectors; beside it ``NAME.ids.json`` holds n pairs of
    product id and position. ``.parquet`` holds id, position, norm and vector. Raises `BadArgument` for
    another ending and `StorageError` when the disk refuses.
    """
    if path.suffix not in SUFFIXES:
        raise BadArgument(
            f"Vectors cannot be written as {path.suffix or 'a file without an ending'!r}.",
            next_step=f"Name a file that ends in {' or '.join(SUFFIXES)}.",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _npy(snapshot, path) if path.suffix == ".npy" else _parquet(snapshot, path)
    except OSError as error:
        raise unwritable(path, error) from error


def _npy(snapshot: Snapshot, path: Path) -> list[Path]:
    names = path.with_suffix(".ids.json")
    pairs = [
        [snapshot.ids[product], int(position)]
        for product, position in zip(snapshot.picture_product.tolist(), snapshot.position, strict=True)
    ]
    np.save(path, snapshot.looks)
    names.write_text(json.dumps(pairs, ensure_ascii=False), encoding="utf-8")
    return [path, names]


def _parquet(snapshot: Snapshot, path: Path) -> list[Path]:
    flat = pa.array(snapshot.looks.reshape(-1))
    table = pa.table(
        {
            "id": pa.array([snapshot.ids[row] for row in snapshot.picture_product.tolist()], pa.string()),
            "position": pa.array(snapshot.position),
            "norm": pa.array(snapshot.norms),
            "vector": pa.FixedSizeListArray.from_arrays(flat, snapshot.vectors.shape[1]),
        }
    )
    pq.write_table(table, path)
    return [path]
