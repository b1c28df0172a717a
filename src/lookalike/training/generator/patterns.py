"""The patterns that a shop's pictures are made of."""

from __future__ import annotations

import numpy as np
import torch

from lookalike.imagining.eigenpictures import Eigenpictures, Pixels
from lookalike.training.learnt import Tell

MOST = 384
"""Patterns at most: of 27,500 small pictures of fashion they leave a twentieth of what differs."""

_PICTURES = 10_000  # that patterns are looked for in
_SPARE = 32
_TURNS = 2


def patterns_of(pixels: Pixels, seed: int, tell: Tell) -> Eigenpictures:
    """The eigenpictures of pictures (n, side, side, 3), as many as a half of them at most.

    By chance directions that are turned towards the strongest (Halko, Martinsson and Tropp, "Finding
    structure with randomness", 2011, algorithm 4.4).
    """
    drawn = np.random.default_rng(seed)
    rows = drawn.permutation(len(pixels))[:_PICTURES]
    flat = torch.from_numpy(pixels[np.sort(rows)].reshape(len(rows), -1)).float() / 255
    mean = flat.mean(dim=0)
    flat -= mean
    count = max(1, min(MOST, len(rows) // 2))
    start = drawn.standard_normal((len(rows), count + _SPARE), dtype=np.float32)
    found = torch.linalg.qr(flat.T @ torch.from_numpy(start))[0]
    for turn in range(_TURNS):
        tell("Finding patterns", turn, _TURNS)
        found = torch.linalg.qr(flat.T @ (flat @ found))[0]
    turned = torch.linalg.svd(flat @ found, full_matrices=False)[2]
    tell("Finding patterns", _TURNS, _TURNS)
    axes = (found @ turned.T).T[:count]
    return Eigenpictures(mean.numpy(), axes.numpy().astype(np.float16))
