"""Words for colours in a shop's texts: known by name, of its colour columns, or learnt from pictures."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lookalike import colour
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.tokens import split_words
from lookalike.vectors import Mask

_COLUMN = re.compile(r"colou?r|farbe|couleur|colore|kleur|färg|farve|kolor|barva|szín|renk|цвет|色")
_VALUES = 400  # different values beyond which a column is no list of colours
_LEAST = 15  # texts that a word stands in, from which it can be learnt
_SHARE, _LIFT = (
    0.55,
    0.35,
)  # of its pictures that a word learnt has of its colour; beyond what is usual there
_KINDS = 3  # kinds of products that a word learnt stands in
_AFTER = 2  # other colours that a word stands behind, so that it says what is coloured

UNKNOWN = 1 << len(colour.NAMES)
"""The bit of a colour that is not measured."""

Codes = npt.NDArray[np.int32]
Terms = list[list[str]]


class ColourWords:
    """What of p texts names colours: ``terms`` of each, and ``certain``, whether that is beyond doubt, (p,).

    ``meant`` (p,) are the colours of `colour.NAMES` that they mean, a bit for each; 0 without a picture, too.

    A word is in doubt where it may be part of a name: nobody says "Blue Tape" where all say "Red Tape".
    """

    def __init__(self, snapshot: Snapshot, field: str, kinds: Codes) -> None:
        self._shares = snapshot.palettes.shares()
        self._seen: Mask = snapshot.palettes.said
        texts = snapshot.columns.table.column(field).combine_chunks().fill_null("")
        words: list[list[str]] = split_words(texts).to_pylist()
        columns = _of_columns(snapshot)
        self._names = self._learnt(words, kinds, columns)
        known = {*_named(), *columns, *self._names}
        found = [list(_terms(own, known)) for own in words]
        behind: dict[str, set[str]] = defaultdict(set)
        for own in found:
            for term, after in own:
                behind[after].add(term)
        self.terms: Terms = [[term for term, _ in own] for own in found]
        brands = snapshot.columns.table.column("brand").combine_chunks().fill_null("")
        makers: list[list[str]] = split_words(brands).to_pylist()
        self.certain: list[bool] = [
            any(
                (not after or len(behind[after]) > _AFTER or after in known)
                and not {*term.split()} & {*maker}
                for term, after in own
            )
            for own, maker in zip(found, makers, strict=True)
        ]
        self.meant = np.array(
            [self._meant(own) if seen else 0 for own, seen in zip(self.terms, self._seen, strict=True)],
            dtype=np.int32,
        )

    def _meant(self, terms: Sequence[str]) -> int:
        """The colours that terms mean, a bit for each of `colour.NAMES`; `UNKNOWN` for any other."""
        known = (colour.canonical(term) or self._names.get(term) for term in set(terms))
        bits = 0
        for name in known:
            bits |= UNKNOWN if name is None else 1 << colour.NAMES.index(name)
        return bits

    def _learnt(self, words: Terms, kinds: Codes, columns: set[str]) -> dict[str, str]:
        """Words whose pictures are of one colour in several kinds, where those kinds are not; and of which.

        The values of colour columns are taken in one kind too.
        """
        rows = np.flatnonzero(self._seen)
        usual = np.zeros_like(self._shares)
        for kind in np.unique(kinds[rows]):
            here = rows[kinds[rows] == kind]
            usual[here] = self._shares[here].mean(axis=0)
        holders: dict[str, list[int]] = defaultdict(list)
        for row in rows.tolist():
            for word in set(words[row]):
                holders[word].append(row)
        found = {}
        for word, held in holders.items():
            known = word.isdigit() or len(word) < 2 or colour.canonical(word) is not None
            if (
                known
                or len(held) < _LEAST
                or len(set(kinds[held].tolist())) < (1 if word in columns else _KINDS)
            ):
                continue
            mean, base = self._shares[held].mean(axis=0), usual[held].mean(axis=0)
            best = int((mean - base).argmax())
            if mean[best] >= _SHARE and mean[best] - base[best] >= _LIFT:
                found[word] = colour.NAMES[best]
        return found

    @cached_property
    def usual_words(self) -> dict[int, str]:
        """The term that the shop says most for what means the same, by its bits."""
        counts = Counter(term for own in self.terms for term in own)
        return {
            self._meant([term]): term for term, _ in sorted(counts.items(), key=lambda one: (one[1], one[0]))
        }


def _terms(words: Sequence[str], known: set[str]) -> Iterator[tuple[str, str]]:
    """Each term of a text, two words before one, and the word behind it, "" at the end."""
    at = 0
    while at < len(words):
        for size in (2, 1):
            term = " ".join(words[at : at + size])
            if term in known and at + size <= len(words):
                yield term, words[at + size] if at + size < len(words) else ""
                at += size - 1
                break
        at += 1


def _named() -> set[str]:
    return {*colour.NAMES, *colour.ALIASES}


def _of_columns(snapshot: Snapshot) -> set[str]:
    """The values of the shop's own colour columns, of at most two words."""
    values: list[str] = []
    for name, column in snapshot.columns.attributes().items():
        if _COLUMN.search(name.casefold()) and len(column.values) <= _VALUES:
            values += column.values
    words: list[list[str]] = split_words(pa.array(values, pa.string())).to_pylist()
    return {" ".join(own) for own in words if 1 <= len(own) <= 2 and not any(map(str.isdigit, own))}


def replaced(text: str, term: str, other: str) -> str:
    """A text with another term in its place, written as the one before was; "" where it is not found once."""
    pattern = r"(?<!\w)" + r"[\W_]+".join(map(re.escape, term.split())) + r"(?!\w)"
    found = re.findall(pattern, text, re.IGNORECASE)
    if len(found) != 1:
        return ""
    said = found[0]
    shown = other.upper() if said.isupper() else other.title() if said[:1].isupper() else other
    return re.sub(pattern, lambda _: shown, text, flags=re.IGNORECASE)
