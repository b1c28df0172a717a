"""Which word of a vocabulary a mistyped word was meant to be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

_BAG = 40  # letters a to z, digits, four bins for other signs
_SHORT, _LONG = 4, 8  # a word of fewer letters is not corrected; from the other on two slips are
_FIRST = 6  # letters from which the first may be wrong: "warm" was not meant to be "arm"
_MOST = 200  # words whose slips are counted, those with the likest letters
_CONTINUED = 3  # a word of so many letters may be the beginning of one


def slips(one: str, other: str, most: int) -> int:
    """How many letters were left out, put in, changed or swapped with the next; ``most + 1`` for more.

    Source: the optimal string alignment distance, Damerau 1964, Boytsov 2011, section 2.1.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, own in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != own))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == own:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


class Spelling:
    """Words with their counts, to be found by what was typed."""

    def __init__(self, words: Sequence[str], counts: npt.NDArray[np.int64]) -> None:
        self._words = words
        self._counts = counts

    def meant(self, typed: str) -> str | None:
        """The word that ``typed`` was meant to be: the one with the fewest slips, then the most frequent.

        None where no word is near enough: one slip in four to seven letters, two in eight and more.
        """
        most = 0 if len(typed) < _SHORT else 1 if len(typed) < _LONG else 2
        if not most or not len(self._words):
            return None
        apart = np.abs(self._bags - _bag(typed)).sum(axis=1)
        near = np.flatnonzero(apart <= 2 * most)
        if near.size > _MOST:
            near = near[np.argsort(apart[near], kind="stable")[:_MOST]]
        found = [
            (count, self._words[at][0] != typed[0], -int(self._counts[at]), self._words[at])
            for at in near.tolist()
            if (count := slips(typed, self._words[at], most)) <= most
            and (
                len(typed) >= _FIRST or self._words[at][0] == typed[0] or self._words[at][:2] == typed[1::-1]
            )
        ]
        return min(found)[-1] if found else None

    @cached_property
    def _bags(self) -> npt.NDArray[np.int8]:
        """How often each word has each letter, (words, `_BAG`)."""
        if not len(self._words):
            return np.zeros((0, _BAG), dtype=np.int8)
        signs = np.array(self._words, dtype=np.str_)
        width = signs.dtype.itemsize // 4
        points = signs.view(np.uint32).reshape(len(signs), width)[:, :40]
        bins = _bins(points)
        bags = np.zeros((len(signs), _BAG), dtype=np.int8)
        for place in range(points.shape[1]):
            there = np.flatnonzero(points[:, place])
            bags[there, bins[there, place]] += 1
        return bags


def _bins(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """The bin of each sign, given as its number in Unicode."""
    signs = points.astype(np.int64)
    letter = (signs >= 97) & (signs < 123)
    digit = (signs >= 48) & (signs < 58)
    return np.where(letter, signs - 97, np.where(digit, signs - 48 + 26, 36 + signs % 4))


def _bag(word: str) -> npt.NDArray[np.int8]:
    points = np.array([ord(sign) for sign in word[:40]], dtype=np.uint32)
    return np.bincount(_bins(points), minlength=_BAG).astype(np.int8)
