"""Texts of products as words: folded, parted, and each in one form for singular and plural."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.errors import BadArgument
from lookalike.neighbours.tokens import split_words

FIELDS = ("title", "brand", "category", "attributes", "description")
"""Where words stand in a product."""

Codes = npt.NDArray[np.int32]

_SIBILANT = ("sses", "shes", "ches", "xes", "zes")
_KEEP = ("us", "ss", "is")  # bus, dress, iris: no plural


def base_form(word: str) -> str:
    """A folded word in the form that its singular and its plural share; the same for most English words.

    Source: the S stemmer of Harman, "How effective is suffixing?", 1991, and plurals behind a hissing sound.
    Other alphabets are left as they are.
    """
    if len(word) < 4 or not word.isascii() or not word.endswith("s"):
        return word
    if word.endswith(_SIBILANT):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word if word.endswith(_KEEP) else word[:-1]


def plural(word: str) -> str:
    """A plural of which the base form is this word; the word itself where there is none."""
    hissing = (word + "es",) if word.endswith(("s", "sh", "ch", "x", "z")) else ()
    forms = (*hissing, word[:-1] + "ies", word + "s")
    return next((form for form in forms if base_form(form) == word), word)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of one field of n products: ``words`` by code, and for each place ``codes`` and ``rows``."""

    words: list[str]
    codes: Codes
    rows: Codes


class Texts:
    """The texts of n products by field of `FIELDS`; a field that no product has may be missing.

    ``columns`` are Arrow arrays of texts of equal length; ``attributes`` may be a list of {name, value}, as
    the store has it. Null is an empty text. Raises `BadArgument` for columns that do not belong together.
    """

    def __init__(self, columns: Mapping[str, pa.Array | pa.ChunkedArray]) -> None:
        given = {name: _combined(columns[name]) for name in FIELDS if name in columns}
        lengths = {len(column) for column in given.values()}
        if len(lengths) != 1:
            raise BadArgument(
                f"The columns have {sorted(lengths) or 'no'} rows.",
                next_step=f"Give columns of one length, named as in {', '.join(FIELDS)}.",
            )
        self._columns = given
        (self._count,) = lengths

    @classmethod
    def of_table(cls, table: pa.Table) -> Texts:
        """The texts of a table of products; its other columns are left alone."""
        return cls({name: table.column(name) for name in FIELDS if name in table.column_names})

    def __len__(self) -> int:
        return self._count

    @cached_property
    def said(self) -> npt.NDArray[np.bool_]:
        """Which products have a word in any field, (n,)."""
        mask = np.zeros(self._count, dtype=np.bool_)
        for name in self._columns:
            mask[self.tokens(name).rows] = True
        return mask

    def fields(self) -> tuple[str, ...]:
        """The fields that are there, in the order of `FIELDS`."""
        return tuple(self._columns)

    def tokens(self, field: str) -> Tokens:
        """Every word of a field in its base form, in the order of the rows; none for a missing field."""
        column = self._columns.get(field)
        if column is None:
            return Tokens([], np.empty(0, np.int32), np.empty(0, np.int32))
        owners = None
        if pa.types.is_list(column.type):
            owners = pc.list_parent_indices(column).to_numpy().astype(np.int32)
            column = pc.struct_field(column.flatten(), "value")
        encoded = pc.dictionary_encode(pc.fill_null(column.cast(pa.string()), ""))
        lists = split_words(encoded.dictionary)
        parted = pc.dictionary_encode(lists.flatten())
        words, form = _forms(parted.dictionary.to_pylist(), letters=field == "attributes")
        codes, rows = _spread(lists, form[parted.indices.to_numpy()], encoded.indices.to_numpy())
        if owners is not None:
            rows = owners[rows]
        kept = codes >= 0
        return Tokens(words, codes[kept], rows[kept])


def _combined(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _forms(words: list[str], letters: bool) -> tuple[list[str], Codes]:
    """The base forms of words, and the code of each word's; -1 for what is left out.

    With ``letters`` a word must hold one: bare numbers of attributes are sizes, years, article numbers.
    """
    known: dict[str, int] = {}
    codes = np.empty(len(words), dtype=np.int32)
    for at, word in enumerate(words):
        folded = base_form(word.casefold())
        if not folded or (letters and folded.isdigit()):
            codes[at] = -1
        else:
            codes[at] = known.setdefault(folded, len(known))
    return list(known), codes


def _spread(lists: pa.ListArray, codes: Codes, texts: Codes) -> tuple[Codes, Codes]:
    """The codes of the words of rows, and their rows: row i has the words of text ``texts[i]``."""
    offsets = lists.offsets.to_numpy()
    counts = np.diff(offsets)[texts]
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), counts)
    before = np.cumsum(counts) - counts
    places = np.arange(len(rows)) - before[rows] + offsets[:-1][texts[rows]] - offsets[0]
    return codes[places], rows
