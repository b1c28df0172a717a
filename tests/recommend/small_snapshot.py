"""A snapshot of a few products, from their vectors and what their table says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from lookalike.neighbours.snapshot import Snapshot
from lookalike.store.rows import PRODUCT_SCHEMA, SEARCHED
from lookalike.vectors import Floats, unit

SCHEMA = pa.schema([PRODUCT_SCHEMA.field(name) for name in SEARCHED])
BLANK: Mapping[str, Any] = {"amount": None, "attributes": []}


def snapshot_of(
    vectors: Floats, copies: Sequence[Sequence[str]], fields: Sequence[Mapping[str, Any]] = (), **own: Any
) -> Snapshot:
    """A product a vector, its id the number of its row."""
    count = len(vectors)
    looks, norms = unit(vectors)
    rows = [
        {name: BLANK.get(name, "") for name in SEARCHED}
        | {"id": f"{row:05}"}
        | (dict(fields[row]) if fields else {})
        for row in range(count)
    ]
    return Snapshot(
        version=1,
        products=pa.Table.from_pylist(rows, schema=SCHEMA),
        picture_product=np.arange(count),
        position=np.zeros(count, dtype=np.int32),
        looks=looks,
        norms=own.get("norms", norms),
        palettes=own.get("palettes", np.zeros((count, 5, 4), dtype=np.float32)),
        copies=copies,
    )
