"""What a thing was fitted on, as a hash a product: enough to tell how much has changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.vectors import Rows
from lookalike.words.texts import FIELDS

_PART = "\x1f"  # between parts that are hashed together; in no text that a person wrote


@dataclass(frozen=True, eq=False)
class Seen:
    """Hashes of what was seen, (n,), sorted."""

    hashes: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, parts: Iterable[str | bytes]) -> Seen:
        """Hashes of texts or bytes."""
        digest = hashlib.blake2b
        found = b"".join(
            digest(part.encode() if isinstance(part, str) else part, digest_size=8).digest() for part in parts
        )
        return cls(np.sort(np.frombuffer(found, dtype="<u8").astype(np.uint64)))

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Seen:
        """What `to_bytes` wrote; nothing where that is missing or torn, so that everything counts as new."""
        if data is None or len(data) % 8:
            data = b""
        return cls(np.frombuffer(data, dtype="<u8").astype(np.uint64))

    def to_bytes(self) -> bytes:
        """Eight bytes a hash."""
        return self.hashes.astype("<u8").tobytes()

    def __len__(self) -> int:
        return len(self.hashes)

    def changed(self, now: Seen) -> float:
        """The share, 0 to 1, that came or changed since, or that went or changed, whichever is larger."""
        came = np.setdiff1d(now.hashes, self.hashes).size
        went = np.setdiff1d(self.hashes, now.hashes).size
        return max(came, went) / max(len(self), len(now), 1)


def seen_texts(table: pa.Table) -> Seen:
    """What products say, from a table with ``id`` and the columns of `FIELDS`; the silent are left out."""
    columns = [_joined(table.column(name)) for name in FIELDS if name in table.column_names]
    said = pc.binary_join_element_wise(*columns, _PART)
    loud = pc.greater(pc.binary_length(said), len(columns) - 1)
    whole = pc.binary_join_element_wise(table.column("id"), said, _PART).filter(loud)
    return Seen.of(whole.to_pylist())


def seen_pictures(ids: pa.Array | pa.ChunkedArray, owners: Rows, contents: pa.Array) -> Seen:
    """What products show, from the ids of p products and, by product, the content hashes (n,) of pictures.

    ``owners`` (n,) are places in ``ids``, sorted; products without a picture are left out.
    """
    counts = np.bincount(owners, minlength=len(ids))
    own = _lists(counts[counts > 0], contents)
    shown = ids.filter(pa.array(counts > 0))
    return Seen.of(pc.binary_join_element_wise(shown, pc.binary_join(own, _PART), _PART).to_pylist())


def _joined(column: pa.ChunkedArray) -> pa.Array:
    """A column of texts; a list of names and values as one text a row."""
    array = column.combine_chunks()
    if not pa.types.is_list(array.type):
        return pc.fill_null(array, "")
    entries = array.flatten()
    pairs = pc.binary_join_element_wise(entries.field("name"), entries.field("value"), _PART)
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy()
    return pc.binary_join(_lists(lengths, pairs), _PART)


def _lists(lengths: npt.NDArray[np.integer], values: pa.Array) -> pa.ListArray:
    """Values as lists of these lengths, one after another."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)
