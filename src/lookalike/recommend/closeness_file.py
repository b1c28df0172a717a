"""A fitted closeness as bytes, and back."""

from __future__ import annotations

import json
import math

import numpy as np

from lookalike.recommend.calibration import Sigmoid
from lookalike.recommend.closeness import METHOD, Closeness
from lookalike.vectors import Space


def closeness_to_bytes(fitted: Closeness) -> bytes:
    """A JSON document; the same closeness gives the same bytes."""
    space, same = fitted.space, fitted.same
    document = {
        "method": METHOD,
        "space": [space.encoder, space.fingerprint, space.dim],
        "nearest": [round(cosine, 6) for cosine in fitted.nearest.tolist()],
        "nothing_close_below": fitted.nothing_close_below,
        "same": None if same is None else [same.slope, same.offset],
        "pairs": fitted.pairs,
    }
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


def closeness_from_bytes(data: bytes, space: Space) -> Closeness | None:
    """What `closeness_to_bytes` wrote; None when it is damaged, of another method or of another space."""
    try:
        document = json.loads(data)
        if document["method"] != METHOD or Space(*document["space"]) != space:
            return None
        nearest = np.array(document["nearest"], dtype=np.float32)
        below, same, pairs = document["nothing_close_below"], document["same"], document["pairs"]
        numbers = [*nearest.tolist(), *([] if below is None else [below]), *(same or [])]
        if nearest.ndim != 1 or not len(nearest) or not all(map(math.isfinite, numbers)):
            return None
        if (np.diff(nearest) < 0).any() or not isinstance(pairs, int):
            return None
        sigmoid = None if same is None else Sigmoid(float(same[0]), float(same[1]))
        return Closeness(space, nearest, None if below is None else float(below), sigmoid, pairs)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
