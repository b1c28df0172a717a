"""What people type: kinds and colours of a catalogue's labels, and slips of the hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from lookalike.evaluation.split import position
from lookalike.neighbours.tokens import words_asked
from lookalike.words.synonyms import synonyms
from lookalike.words.texts import base_form

SHOPPERS = (
    "white sneakers",
    "blue jeans",
    "red dress",
    "black leather handbag",
    "ladies watch with gold strap",
    "mens formal shoes",
    "pink flip flops",
    "grey hoodie",
    "black backpack",
    "running shoes",
    "summer top",
    "navy trousers",
    "striped shirt",
    "yellow t-shirt",
    "silver earrings",
    "aviator sunglasses",
    "brown belt",
    "kids tee",
    "purple saree",
    "green kurta",
    "high heels",
    "sports watch",
    "checked shirt for men",
    "denim shorts",
    "red lipstick",
    "floral dress",
    "woolen scarf",
    "whtie snaekers",
    "bule jaens",
    "gray trainers",
)
"""Questions as shoppers put them, the last three with slips or other spellings; for looking at."""

Pair = tuple[str, str]
"""A kind and a colour, as the catalogue's labels have them."""


def pairs(labels: Sequence[tuple[str, ...]], least: int = 4) -> list[Pair]:
    """Kinds and colours that at least so many products have; labels are (kind, gender, colour)."""
    counts = Counter((label[0], label[2]) for label in labels if label[0] and label[2])
    return sorted(pair for pair, count in counts.items() if count >= least and pair[1] != "Multi")


def half(found: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Pairs to choose on, and pairs for figures."""
    side = {pair: position("|".join(pair), "typed") < 0.5 for pair in found}
    return [pair for pair in found if side[pair]], [pair for pair in found if not side[pair]]


def asked(pair: Pair) -> str:
    """A kind and a colour as somebody types them: "navy blue sports shoes"."""
    return f"{pair[1]} {pair[0]}".lower()


def otherwise(pair: Pair) -> str | None:
    """The same with another word for the kind: "white trainers" for "white sneakers"; None without one."""
    words = tuple(base_form(word) for word in words_asked(pair[0]))
    other = next(iter(synonyms(words)), None)
    return None if other is None else f"{pair[1]} {' '.join(other)}".lower()


def slip(text: str) -> str:
    """The text with one slip in one word of four letters or more: left out, doubled, swapped or another.

    The same text always gets the same slip; one without such a word stays as it is.
    """
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not long:
        return text
    chance = np.random.default_rng(int(position(text, "slip") * 2**53))
    at = long[int(chance.integers(len(long)))]
    word = words[at]
    place = int(chance.integers(1, len(word) - 1))
    other = "abcdefghijklmnopqrstuvwxyz"[int(chance.integers(26))]
    words[at] = (
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + other + word[place + 1 :],
    )[int(chance.integers(4))]
    return " ".join(words)


def right(pair: Pair, labels: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Which of n products are of the kind, of the colour, and of both."""
    kind, colour = labels["kind"] == pair[0], labels["colour"] == pair[1]
    return {"both": kind & colour, "kind": kind, "colour": colour}
