"""A generator: from what words look like, to looks that fit them, to pictures of those looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.imagining.eigenpictures import Eigenpictures, Pixels
from lookalike.imagining.flow import Flow
from lookalike.vectors import Floats, Space, unit

GUIDANCE = 3.0
"""How much more words count than among what was learnt from; chosen as docs/benchmarks.md says."""

CALM = 0.0
"""What the painter's noise is multiplied by: without it there is less of what no look says, such as haze."""


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
        return self.paint(self.dream(np.repeat(words[None], count, axis=0), drawn, guidance), drawn)

    def dream(self, words: Floats, drawn: np.random.Generator, guidance: float = GUIDANCE) -> Floats:
        """A look, as unit vectors (n, dim), for each of some vectors (n, dim) of words."""
        noise = drawn.standard_normal((len(words), self.dreamer.data), dtype=np.float32)
        return unit(self.dreamer.sample(unit(words)[0], noise, guidance=guidance))[0]

    def paint(self, looks: Floats, drawn: np.random.Generator, calm: float = CALM) -> Pixels:
        """A picture (n, side, side, 3) of each of some looks, unit vectors (n, dim).

        Noise is ``calm`` times as strong as where it was learnt (the truncation of Brock, Donahue and
        Simonyan, "Large scale GAN training for high fidelity natural image synthesis", 2019, section 3.1).
        """
        noise = drawn.standard_normal((len(looks), self.painter.data), dtype=np.float32)
        return self.patterns.pictures(self.painter.sample(looks, np.float32(calm) * noise))
