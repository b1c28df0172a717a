"""What knows how words look: a map fitted on the catalogue, or the text tower of the pictures' encoder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from lookalike.encoders.base import TextEncoder
from lookalike.errors import BadArgument, EncoderError
from lookalike.vectors import Floats, Space, unit
from lookalike.words.vocabulary import Meaning, Term
from lookalike.words.word_map import LEAST, Direction, closeness_of

METHOD = 1
"""Raised when the same titles and pictures would give another `SpokenTower`."""

_TITLES = 100  # that a tower is measured on: each takes it as long as a question
_REMEMBERED = 256  # texts of which the vectors are kept
_SMALLEST = 0.01  # that a text's own picture is nearer than one of chance, at least


class SpokenLooks(Protocol):
    """Words as directions among the pictures of one space, whoever knows them."""

    def terms(self, words: Sequence[str]) -> list[Term]:
        """What folded words mean here, see `lookalike.words.vocabulary.Vocabulary.terms`."""
        ...

    def direction(self, terms: Sequence[Term], text: str = "") -> Direction | None:
        """What terms look like together; ``text`` is what was typed. None where it says nothing of looks."""
        ...

    def lengths(self, looks: Floats) -> Floats:
        """The lengths (n,) of unit vectors (n, dim) that `Direction.cosines` asks for."""
        ...

    def closeness(self, cosines: Floats) -> Floats:
        """Cosines as 0 for a picture of chance, 0.86 for one as near as a text's own usually is, below 1."""
        ...


class SpokenTower:
    """Words by a text tower. ``chance`` and ``own`` are mean cosines of titles and pictures of the catalogue.

    Those with the pictures of others, and with their own; ``texts`` counts the titles.
    """

    def __init__(self, tower: TextEncoder, chance: float, own: float, texts: int) -> None:
        self.tower = tower
        self.chance = chance
        self.own = own
        self.texts = texts
        self._looked_up = lru_cache(_REMEMBERED)(self._vector)

    @classmethod
    def fitted(cls, tower: TextEncoder, titles: Sequence[str], looks: Floats) -> SpokenTower:
        """Measure n titles, "" where there is none, and the unit vectors (n, dim) of their pictures.

        Raises `BadArgument` when fewer than `LEAST` products have a title, `EncoderError`.
        """
        said = np.flatnonzero([bool(title.strip()) for title in titles])
        if len(said) < LEAST:
            raise BadArgument(
                f"{len(said)} products have both words and a picture.",
                next_step=f"Words find pictures by looks once {LEAST} products have both.",
            )
        chosen = said[np.linspace(0, len(said) - 1, min(_TITLES, len(said))).round().astype(np.intp)]
        vectors = unit(tower.encode_text([titles[row] for row in chosen.tolist()]))[0]
        cosines = vectors @ looks[chosen].T
        own, every = float(np.trace(cosines)), float(cosines.sum())
        count = len(chosen)
        return cls(tower, (every - own) / (count * (count - 1)), own / count, count)

    def terms(self, words: Sequence[str]) -> list[Term]:
        """Every word is understood, as it is."""
        return [Term(word, (Meaning((), 1.0),), "word", word) for word in words]

    def direction(self, terms: Sequence[Term], text: str = "") -> Direction | None:
        """What a text looks like, else what the words of the terms do. None where the tower fails on it."""
        said = text.strip() or " ".join(term.asked for term in terms)
        return self._looked_up(said) if said else None

    def lengths(self, looks: Floats) -> Floats:
        """1 for each: the vectors are compared as they are."""
        return np.ones(len(looks), dtype=np.float32)

    def closeness(self, cosines: Floats) -> Floats:
        """Cosines as 0 for a picture of chance, 0.86 for one as near as a text's own usually is, below 1."""
        return closeness_of(cosines, self.chance, self.own, _SMALLEST)

    def _vector(self, text: str) -> Direction | None:
        try:
            vector = unit(self.tower.encode_text([text]))[0][0]
        except EncoderError:
            return None
        return Direction(vector, 0.0) if np.isfinite(vector).all() and vector.any() else None


def tower_to_bytes(spoken: SpokenTower) -> bytes:
    """What was measured of a tower, as JSON; not the tower itself."""
    space = spoken.tower.space
    document = {
        "tower": METHOD,
        "space": [space.encoder, space.fingerprint, space.dim],
        "chance": spoken.chance,
        "own": spoken.own,
        "texts": spoken.texts,
    }
    return json.dumps(document).encode()


def tower_from_bytes(data: bytes, space: Space, load: Callable[[], TextEncoder]) -> SpokenTower | None:
    """What `tower_to_bytes` wrote, with its tower; None when it is damaged, or of another method or space.

    Raises what ``load`` raises, which loads the tower.
    """
    try:
        document = json.loads(data)
        encoder, fingerprint, dim = document["space"]
        measured = float(document["chance"]), float(document["own"]), int(document["texts"])
        if document["tower"] != METHOD or Space(encoder, fingerprint, dim) != space:
            return None
    except (ValueError, LookupError, TypeError):
        return None
    tower = load()
    return SpokenTower(tower, *measured) if tower.space == space else None
