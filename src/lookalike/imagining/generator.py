"""A generator: from what words look like, to looks that fit them, to pictures of those looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.imagining.eigenpictures import Eigenpictures, Pixels
from lookalike.imagining.flow import Flow
from lookalike.vectors import Floats, Space, unit

GUIDANCE = 1.5
"""How much more words count than among what was learnt from; chosen as docs/benchmarks.md says."""


@dataclass(frozen=True, eq=False)
class Learning:
    """What a generator was learnt from, and when (an ISO date): products, and epochs of each part."""

    products: int
    epochs: int
    made: str


@dataclass(frozen=True, eq=False)
class Generator:
    """Makes pictures of words, in two steps.

    As in Ramesh et al., "Hierarchical text-conditional image generation with CLIP latents", 2022, section 2.
    ``dreamer`` makes looks of what words look like (`lookalike.words.word_map.Direction.vector`), both
    vectors of ``space``; ``painter`` makes codes of ``patterns`` of looks.
    """

    space: Space
    dreamer: Flow
    painter: Flow
    patterns: Eigenpictures
    learnt: Learning

    def imagine(self, words: Floats, count: int, seed: int = 0, guidance: float = GUIDANCE) -> Pixels:
        """``count`` pictures (count, side, side, 3) of what a vector (dim,) of words looks like.

        The same words, count and seed give the same pictures, up to a machine's rounding.
        """
        drawn = np.random.default_rng(seed)
        return self.paint(self._dreamt(words, count, drawn, guidance), drawn)

    def dream(self, words: Floats, count: int, seed: int = 0, guidance: float = GUIDANCE) -> Floats:
        """The looks that `imagine` paints: unit vectors (count, dim)."""
        return self._dreamt(words, count, np.random.default_rng(seed), guidance)

    def paint(self, looks: Floats, drawn: np.random.Generator) -> Pixels:
        """A picture (n, side, side, 3) of each of some looks, unit vectors (n, dim)."""
        codes = self.painter.sample(looks, self._noise(drawn, len(looks), self.painter))
        return self.patterns.pictures(codes)

    def _dreamt(self, words: Floats, count: int, drawn: np.random.Generator, guidance: float) -> Floats:
        asked = np.repeat(unit(words[None])[0], count, axis=0)
        noise = self._noise(drawn, count, self.dreamer)
        return unit(self.dreamer.sample(asked, noise, guidance=guidance))[0]

    def _noise(self, drawn: np.random.Generator, count: int, flow: Flow) -> Floats:
        return drawn.standard_normal((count, flow.data), dtype=np.float32)
