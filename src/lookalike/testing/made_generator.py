"""A generator that has learnt nothing: chance weights, of any space, for tests of what asks one."""

from __future__ import annotations

import numpy as np

from lookalike.imagining.eigenpictures import Eigenpictures
from lookalike.imagining.flow import FREQUENCIES, Flow
from lookalike.imagining.generator import Generator, Learning
from lookalike.vectors import Floats, Space

SIDE = 64
_WIDTH, _CODES = 16, 8


def made_generator(space: Space, seed: int = 0) -> Generator:
    """A generator of pictures of 64 pixels a side, the same for a seed; what it paints means nothing."""
    drawn = np.random.default_rng(seed)
    size = SIDE * SIDE * 3
    axes = np.linalg.qr(drawn.standard_normal((size, _CODES)))[0].T
    return Generator(
        space,
        dreamer=_flow(drawn, space.dim, space.dim, np.full(space.dim, space.dim**-0.5, np.float32)),
        painter=_flow(drawn, space.dim, _CODES, np.full(_CODES, 8, np.float32)),
        patterns=Eigenpictures(np.full(size, 0.6, np.float32), axes.astype(np.float16)),
        learnt=Learning(products=60, epochs=1, made="2026-01-01"),
    )


def _flow(drawn: np.random.Generator, given: int, data: int, spread: Floats) -> Flow:
    weights: dict[str, Floats] = {}
    for name, (into, out) in {
        "time.0": (2 * FREQUENCIES, _WIDTH),
        "time.2": (_WIDTH, _WIDTH),
        "enter": (data + given, _WIDTH),
        "blocks.0.told": (_WIDTH, 2 * _WIDTH),
        "blocks.0.widen": (_WIDTH, 2 * _WIDTH),
        "blocks.0.narrow": (2 * _WIDTH, _WIDTH),
        "leave": (_WIDTH, data),
        "direct": (given, data),
    }.items():
        weights[f"{name}.weight"] = (drawn.standard_normal((out, into)) / into**0.5).astype(np.float32)
        weights[f"{name}.bias"] = np.zeros(out, np.float32)
    return Flow(
        weights, np.zeros(data, np.float32), spread, np.zeros(given, np.float32), np.ones(given, np.float32)
    )
