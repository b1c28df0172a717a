"""A drawn catalogue whose words and looks are known: a look is its kind's direction and its colour's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Floats, Space, best, unit
from lookalike.words.texts import Texts
from lookalike.words.word_map import WordMap

KINDS = ("dress", "sneakers", "jeans", "watch", "t-shirt")
COLOURS = ("red", "blue", "white", "black")
SPACE = Space("planted", "0123456789abcdef", 16)


@dataclass(frozen=True)
class Shop:
    titles: list[str]
    kinds: list[str]
    colours: list[str]
    looks: Floats

    def texts(self) -> Texts:
        return Texts({"title": pa.array(self.titles)})

    def fitted(self) -> WordMap:
        return WordMap.fitted(self.texts(), self.looks, SPACE)

    def shown(self, fitted: WordMap, asked: str, k: int = 5) -> list[tuple[str, str]]:
        """Colour and kind of the k pictures nearest to words, found by looks alone."""
        direction = fitted.direction(fitted.terms(words_asked(asked)))
        assert direction is not None
        rows, _ = best(direction.cosines(self.looks, fitted.lengths(self.looks)), k)
        return [(self.colours[row], self.kinds[row]) for row in rows.tolist()]


def shop(each: int = 8, seed: int = 0, noise: float = 0.05) -> Shop:
    """``each`` products of every kind in every colour, with a word of their own each."""
    chance = np.random.default_rng(seed)
    titles, kinds, colours, looks = [], [], [], []
    for k, kind in enumerate(KINDS):
        for c, colour in enumerate(COLOURS):
            for number in range(each):
                titles.append(f"Acme {colour} {kind} M{k}{c}{number}")
                kinds.append(kind)
                colours.append(colour)
                vector = chance.normal(scale=noise, size=SPACE.dim)
                vector[k] += 1.0
                vector[len(KINDS) + c] += 0.8
                vector[-1] += 0.5  # what all pictures share
                looks.append(vector)
    return Shop(titles, kinds, colours, unit(np.array(looks))[0])
