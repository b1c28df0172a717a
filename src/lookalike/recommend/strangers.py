"""Pictures of nothing that any shop sells: what they get for an answer is what comes by chance."""

from __future__ import annotations

import numpy as np

from lookalike.encoders.base import ImageEncoder
from lookalike.vectors import Floats, Space, stored, unit

COUNT = 32
_BATCH = 4
_kept: dict[Space, Floats] = {}


def strangers(encoder: ImageEncoder) -> Floats:
    """Unit vectors (m, dim) of drawn rooms and table tops without anything on them; made once a space."""
    from lookalike.demo.scenes import empty_scene  # the pens of a whole shop, for photographs alone

    space = encoder.space
    if space not in _kept:
        looks = []
        for start in range(0, COUNT, _BATCH):
            batch = [encoder.prepare(empty_scene(seed)) for seed in range(start, start + _BATCH)]
            looks.append(stored(unit(encoder.encode(np.stack(batch)))[0]))
        _kept[space] = np.concatenate(looks)
    return _kept[space]
