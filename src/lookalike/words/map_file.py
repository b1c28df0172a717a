"""A fitted map as bytes, and back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lookalike.vectors import Space
from lookalike.words.vocabulary import Vocabulary
from lookalike.words.word_map import METHOD, WordMap


def map_to_bytes(fitted: WordMap) -> bytes:
    """An Arrow file of one row; the same map gives the same bytes."""
    space = fitted.space
    row = {
        "method": pa.scalar(METHOD),
        "encoder": pa.scalar(space.encoder),
        "fingerprint": pa.scalar(space.fingerprint),
        "dim": pa.scalar(space.dim),
        "words": pa.scalar(list(fitted.vocabulary.words), pa.list_(pa.string())),
        "counts": pa.scalar(fitted.vocabulary.counts.astype("<i8").tobytes()),
        "weights": pa.scalar(fitted.weights.astype("<f2").tobytes()),
        "mean": pa.scalar(fitted.mean.astype("<f4").tobytes()),
        "axes": pa.scalar(fitted.axes.astype("<f4").tobytes()),
        "explained": pa.scalar(fitted.explained.astype("<f4").tobytes()),
        "chance": pa.scalar(fitted.chance),
        "own": pa.scalar(fitted.own),
        "texts": pa.scalar(fitted.texts),
    }
    table = pa.table({name: pa.array([value.as_py()], value.type) for name, value in row.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as file:
        file.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def map_from_bytes(data: bytes, space: Space) -> WordMap | None:
    """The map that `map_to_bytes` wrote; None when it is damaged, of another method or of another space."""
    try:
        (row,) = pa.ipc.open_file(pa.BufferReader(data)).read_all().to_pylist()
        if row["method"] != METHOD or Space(row["encoder"], row["fingerprint"], row["dim"]) != space:
            return None
        words = row["words"]
        counts = np.frombuffer(row["counts"], "<i8").astype(np.int64)
        axes = np.frombuffer(row["axes"], "<f4").astype(np.float32).reshape(space.dim, -1)
        weights = np.frombuffer(row["weights"], "<f2").astype(np.float32).reshape(len(words), axes.shape[1])
        mean = np.frombuffer(row["mean"], "<f4").astype(np.float32)
        explained = np.frombuffer(row["explained"], "<f4").astype(np.float32)
        if explained.shape != axes.shape[1:]:
            return None
        if len(counts) != len(words) or mean.shape != (space.dim,) or len(set(words)) != len(words):
            return None
        vocabulary = Vocabulary(words, counts)
        usual = row["chance"], row["own"]
        return WordMap(space, vocabulary, weights, mean, axes, explained, *usual, row["texts"])
    except (pa.ArrowException, LookupError, ValueError, TypeError):
        return None
