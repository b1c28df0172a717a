"""Which products have which words, by product and by word: of texts, or of files of a kept version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lookalike.mapped import map_array, map_table, write_array, write_table
from lookalike.stacked import Kept
from lookalike.vectors import distinct

Codes = npt.NDArray[np.int32]
Keys = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Pairs of (key, value), by key: the values of a key lie, sorted, between two of its ``starts``."""

    values: Codes
    starts: Keys

    @classmethod
    def of(cls, pairs: Keys, wide: int, count: int) -> Sorted:
        """Of sorted pairs key * wide + value, of keys below ``count``."""
        starts = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(pairs // wide, minlength=count), out=starts[1:])
        return cls((pairs % wide).astype(np.int32), starts)

    def of_key(self, key: int) -> Codes:
        """The values of a key, sorted."""
        return self.values[self.starts[key] : self.starts[key + 1]]

    @property
    def counts(self) -> Keys:
        """How many values each key has."""
        return np.diff(self.starts)

    @property
    def keys(self) -> Keys:
        """The key of each value."""
        return np.repeat(np.arange(len(self.starts) - 1), self.counts)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The words of one field of n products, each once a product.

    ``words`` are codes of words by product, ``rows`` products by word; ``names`` are the words by code.
    """

    words: Sorted
    rows: Sorted
    names: Sequence[str]

    @classmethod
    def of(cls, names: Sequence[str], codes: Codes, rows: Codes, count: int) -> Occurrences:
        """Of the code and the row of every place where a word stands in the texts of ``count`` products."""
        pairs = distinct(rows.astype(np.int64) * max(len(names), 1) + codes)
        return cls._of_pairs(names, pairs, _turned(pairs, max(len(names), 1), max(count, 1)), count)

    @classmethod
    def _of_pairs(cls, names: Sequence[str], by_product: Keys, by_word: Keys, count: int) -> Occurrences:
        words = Sorted.of(by_product, max(len(names), 1), count)
        return cls(words, Sorted.of(by_word, max(count, 1), len(names)), names)

    def __len__(self) -> int:
        return len(self.words.starts) - 1

    def keep(self, folder: Path, field: str) -> None:
        """Write them into the folder of a version. Raises `OSError`."""
        for name, part in (("words", self.words), ("rows", self.rows)):
            write_array(folder / f"{field}-{name}.npy", part.values)
            write_array(folder / f"{field}-{name}-starts.npy", part.starts)
        write_table(folder / f"{field}-names.arrow", pa.table({"name": pa.array(self.names, pa.string())}))

    @classmethod
    def kept(cls, folder: Path, field: str) -> Occurrences | None:
        """Those of a kept version; None where there are none."""
        parts = [
            map_array(folder / f"{field}-{name}.npy")
            for name in ("words", "words-starts", "rows", "rows-starts")
        ]
        names = map_table(folder / f"{field}-names.arrow")
        words, word_starts, rows, row_starts = parts
        if words is None or word_starts is None or rows is None or row_starts is None or names is None:
            return None
        return cls(Sorted(words, word_starts), Sorted(rows, row_starts), names.column("name").to_pylist())

    def later(self, kept: Kept, since: Occurrences) -> Occurrences:
        """Those of a later version; ``since`` are those of its products that are new or have changed."""
        products = kept.products
        if products is None:
            return self
        code_of = {name: code for code, name in enumerate(self.names)}
        added = [name for name in since.names if name not in code_of]
        code_of |= {name: len(self.names) + at for at, name in enumerate(added)}
        names = [*self.names, *added]
        rows_now = np.full(len(self), -1, dtype=np.int64)
        stayed = np.flatnonzero(products >= 0)
        rows_now[products[stayed]] = stayed
        wide, count = max(len(names), 1), max(len(products), 1)
        fresh = np.flatnonzero(products < 0)[since.words.keys]
        codes = np.array([code_of[name] for name in since.names], dtype=np.int64)[since.words.values]
        by_product = _joined(rows_now[self.words.keys], self.words.values, wide, fresh, codes)
        by_word = _joined(self.rows.keys, rows_now[self.rows.values], count, codes, fresh)
        return self._of_pairs(names, by_product, by_word, len(products))


def _turned(pairs: Keys, wide: int, count: int) -> Keys:
    """Pairs key * wide + value as value * count + key, sorted."""
    return np.sort(pairs % wide * count + pairs // wide)


def _joined(keys: Keys, values: Keys | Codes, wide: int, new_keys: Keys, new_values: Keys) -> Keys:
    """Sorted pairs key * wide + value: those that stay (neither is -1), and those that came since."""
    stay = (keys >= 0) & (values >= 0)
    pairs = keys[stay] * wide + values[stay]
    fresh = np.sort(new_keys * wide + new_values)
    return np.insert(pairs, np.searchsorted(pairs, fresh), fresh)
