"""How alike two products of one style are in this shop: learnt from its own groups of variants.

A style is what all sizes and colours of one product share. The words by which variants differ are those of
the shop's colour and size columns, of colours known by name, and those by which its own groups differ.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa

from lookalike import colour
from lookalike.doctor.odds import weighed
from lookalike.doctor.titles import Titles
from lookalike.neighbours.snapshot import Snapshot
from lookalike.neighbours.tokens import split_words
from lookalike.neighbours.yardstick import id_hashes
from lookalike.vectors import Floats, Rows

_COLUMNS = re.compile(
    "colou?r|farbe|couleur|colore|kleur|färg|farve|cor|kolor|barva|szín|renk|цвет|色|"
    "size|größe|groesse|grösse|taille|talla|taglia|maat|storlek|størrelse|rozmiar|velikost|beden|размер|サイズ"
)
_SIZE = re.compile(r"(xx?s|x{0,4}[sml]|\d?x{1,4}l|[2-9]xl|one size|\d{1,3}(cm|mm|ml|l|g|kg)|size)")
_VALUES = 400  # different values beyond which a column is no list of colours or sizes
_LEARNT = 3  # groups in which a word tells variants apart, from which it always may
_SAMPLED = 2000
_LARGEST = 60  # products of a group that are compared

Pairs = list[tuple[int, int]]


class Styles:
    """Titles without the words by which variants differ, ``stems``, and the shop's own pairs of variants."""

    def __init__(self, snapshot: Snapshot, titles: Titles) -> None:
        self.snapshot = snapshot
        self.titles = titles
        self.groups = snapshot.variants.group
        self._changing = {*_known(snapshot), *self._learnt()}
        self.stems: list[tuple[str, ...]] = [
            tuple(sorted({word for word in own if not self.changing(word)})) for own in titles.words
        ]

    def changing(self, word: str) -> bool:
        """Whether variants of one style may differ in this word."""
        return word in self._changing or _SIZE.fullmatch(word) is not None

    def _learnt(self) -> Iterator[str]:
        """Words that are in some titles of a group and not in all, in several groups."""
        held: Counter[str] = Counter()
        for rows in self.members():
            words = [set(self.titles.words[row]) for row in rows[:_LARGEST]]
            common, most = set.intersection(*words), Counter(chain.from_iterable(words))
            if len(common) >= 2:
                held.update(word for word, count in most.items() if count < len(rows))
        return (word for word, count in held.items() if count >= _LEARNT)

    def members(self) -> Iterator[list[int]]:
        """The rows of each group of two or more."""
        found: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(self.groups >= 0).tolist():
            found[int(self.groups[row])].append(row)
        yield from found.values()

    def cosines(self, pairs: Pairs) -> Floats:
        """How alike the main pictures of pairs are, (m,); NaN where one has none."""
        both = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        one, other = (self.snapshot.looks_of(both[:, side]) for side in (0, 1))
        shown = self.snapshot.pictured[both].all(axis=1)
        return np.where(shown, np.einsum("ij,ij->i", one, other), np.nan).astype(np.float32)

    def alikes(self, pairs: Pairs) -> Floats:
        """How alike the stems of pairs are, (m,), from 0 to 1; NaN where one has none."""
        found = []
        for one, other in pairs:
            first, second = set(self.stems[one]), set(self.stems[other])
            both = self.titles.weight(first | second)
            told = first and second and both
            found.append(self.titles.weight(first & second) / both if told else float("nan"))
        return np.array(found, dtype=np.float32)

    def kinds(self, pairs: Pairs) -> Floats:
        """Whether pairs are of one kind, (m,): 1 or 0; NaN where one has none."""
        column = self.snapshot.columns.text("category")
        both = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        codes = np.full(both.shape, -1) if column is None else column.codes[both]
        same = (codes[:, 0] == codes[:, 1]).astype(np.float32)
        return np.where((codes >= 0).all(axis=1), same, np.nan).astype(np.float32)

    def own_pairs(self) -> Pairs:
        """Pairs of variants by the shop's own groups, a sample."""
        pairs = [(rows[at], rows[at + 1]) for rows in self.members() for at in range(min(len(rows), 6) - 1)]
        return self._some(pairs)

    def other_pairs(self, neighbours: Rows) -> Pairs:
        """Pairs of products of different groups: half by chance, half look-alikes."""
        rows = np.flatnonzero(self.groups >= 0)
        if len(rows) < 2:
            return []
        order = rows[np.argsort(id_hashes([self.snapshot.ids[row] for row in rows.tolist()]), kind="stable")]
        chance = zip(order.tolist(), np.roll(order, len(order) // 2).tolist(), strict=True)
        near = (
            (row, other) for row in order.tolist() for other in neighbours[row].tolist()[:3] if other >= 0
        )
        apart = ((a, b) for a, b in near if self.groups[b] >= 0)
        both = [
            [(a, b) for a, b in pairs if self.groups[a] != self.groups[b]][: _SAMPLED // 2]
            for pairs in (chance, apart)
        ]
        return both[0] + both[1]

    def _some(self, pairs: Pairs) -> Pairs:
        return pairs[:: max(1, len(pairs) // _SAMPLED)][:_SAMPLED]


def _known(snapshot: Snapshot) -> set[str]:
    """The words of colours and sizes, by name and by the shop's own columns."""
    values = [*colour.NAMES, *colour.ALIASES]
    for name, column in snapshot.columns.attributes().items():
        if _COLUMNS.search(name.casefold()) and len(column.values) <= _VALUES:
            values += column.values
    return set(chain.from_iterable(split_words(pa.array(values, pa.string())).to_pylist()))


class Belonging:
    """The odds that pairs are of one style, by stems, kinds and looks; ``wrong`` is the share that is not."""

    def __init__(self, styles: Styles, neighbours: Rows) -> None:
        self._styles = styles
        own, others = styles.own_pairs(), styles.other_pairs(neighbours)
        self.pairs = min(len(own), len(others))
        self._measures = (styles.alikes, styles.kinds, styles.cosines)
        voices = [(measure(own), measure(others)) for measure in self._measures]
        self._voices, self.wrong = weighed(voices)

    def odds(self, pairs: Pairs) -> Floats:
        """Their logarithms, (m,), all voices together."""
        voices = zip(self._voices, self._measures, strict=True)
        found: Floats = np.sum([voice.of(measure(pairs)) for voice, measure in voices], axis=0)
        return found

    def odds_by_looks(self, pairs: Pairs) -> Floats:
        """Their logarithms, (m,), by looks alone."""
        return self._voices[-1].of(self._styles.cosines(pairs))


def sampled(rows: Sequence[int]) -> Iterable[int]:
    """Of a large group some rows, spread evenly."""
    return rows[:: max(1, len(rows) // _LARGEST)][:_LARGEST]
