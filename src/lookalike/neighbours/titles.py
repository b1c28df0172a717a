"""Words in titles, brands and categories: folded, found by their beginnings, weighed by how rare they are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.errors import BadArgument
from lookalike.vectors import Floats, Mask, Rows

FIELDS = ("title", "brand", "category")
"""Where words are looked for."""

MOST_WORDS = 50
_LAST = "\U0010ffff"  # sorts behind every word
_STEPS = (
    (r"\p{M}+", ""),  # accents, which NFKD has parted from their letters
    (r"([\p{Hiragana}\p{Katakana}\p{Han}\p{Thai}])", r" \1 "),  # written without spaces: a word a sign
    (r"[^\p{L}\p{N}]+", " "),
)


def words_asked(text: str) -> list[str]:
    """The different words of a question, folded, in their order.

    Raises `BadArgument` for anything but a text that holds 1 to `MOST_WORDS` words.
    """
    if not isinstance(text, str):
        raise BadArgument(f"text is {text!r}, not a text.", next_step='Give words, such as "red dress".')
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadArgument("The text is not valid Unicode.", next_step="Give words in UTF-8.") from None
    found = [*dict.fromkeys(map(str.casefold, split_words(pa.array([text]))[0].as_py()))]
    words = [word for word in found if word]
    if not words:
        raise BadArgument(
            "There is no word in the text.", next_step='Give words of titles, such as "red dress".'
        )
    if len(words) > MOST_WORDS:
        raise BadArgument(
            f"The text has {len(words):,} different words.", next_step=f"Give {MOST_WORDS} at most."
        )
    return words


class Titles:
    """The words of n products, in the order of their rows.

    A word of a question is found in a product when one of the product's words begins with it; it is found
    wholly (1) when that is the whole word, else by the share of the word's letters that were asked for.
    """

    def __init__(self, table: pa.Table) -> None:
        """``table`` has the columns `FIELDS`, of texts."""
        self._count = table.num_rows
        columns = [_tokens(table.column(name)) for name in FIELDS]
        tokens = pc.dictionary_encode(pa.concat_arrays([tokens for tokens, _ in columns]))
        rows = np.concatenate([rows for _, rows in columns])
        folded = [word.casefold() for word in tokens.dictionary.to_pylist()]
        self._words = sorted({*folded} - {""})
        place = {word: at for at, word in enumerate(self._words)}
        codes = np.array([place.get(word, -1) for word in folded], dtype=np.int64)
        own = codes[tokens.indices.to_numpy()] if folded else np.empty(0, dtype=np.int64)
        pairs = np.unique(own[own >= 0] * self._count + rows[own >= 0])
        self._rows: Rows = (pairs % max(self._count, 1)).astype(np.intp)
        counts = np.bincount(pairs // max(self._count, 1), minlength=len(self._words))
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._lengths = np.array([len(word) for word in self._words], dtype=np.float32)

    def holding(self, words: Sequence[str]) -> Mask:
        """Which products have every one of these folded words, (n,)."""
        mask = np.ones(self._count, dtype=np.bool_)
        for word in words:
            mask &= self._found(word) > 0
        return mask

    def shares(self, words: Sequence[str]) -> Floats:
        """How much of a question each product has, (n,), above 0 to 1; NaN for one that has none of it.

        A word counts by its inverse document frequency (Spärck Jones 1972), log(1 + n / df).
        """
        found = np.zeros(self._count, dtype=np.float64)
        total = 0.0
        for word in words:
            own = self._found(word)
            weight = np.log1p(self._count / max(int(np.count_nonzero(own)), 1))
            found += weight * own
            total += weight
        with np.errstate(invalid="ignore"):
            return np.where(found > 0, found / total, np.nan).astype(np.float32)

    def _found(self, word: str) -> Floats:
        """How far each product has a word, 0 to 1, (n,)."""
        found = np.zeros(self._count, dtype=np.float32)
        first, last = bisect_left(self._words, word), bisect_left(self._words, word + _LAST)
        start, end = self._starts[first], self._starts[last]
        shares = np.float32(len(word)) / self._lengths[first:last]
        each = np.repeat(shares, np.diff(self._starts[first : last + 1]))
        np.maximum.at(found, self._rows[start:end], each)
        return found


def plain_titles(table: pa.Table) -> pa.Array:
    """Titles as they are ordered: in lower case, without accents and signs."""
    return pc.binary_join(split_words(table.column("title").combine_chunks()), " ")


def _tokens(column: pa.ChunkedArray) -> tuple[pa.Array, Rows]:
    """Every word of a column, and the row it stands in."""
    coded = pc.dictionary_encode(column.combine_chunks())
    lists = split_words(coded.dictionary).take(coded.indices)
    return lists.flatten(), pc.list_parent_indices(lists).to_numpy().astype(np.intp)


def split_words(texts: pa.Array) -> pa.Array:
    """The words of each text: in lower case, without accents, parted where there is no letter or digit."""
    plain = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKD"))
    for pattern, replacement in _STEPS:
        plain = pc.replace_substring_regex(plain, pattern=pattern, replacement=replacement)
    return pc.utf8_split_whitespace(pc.utf8_trim_whitespace(plain))
