"""A fitted closeness as bytes, and back."""

from __future__ import annotations

import json
import math

import numpy as np

from lookalike.recommend.calibration import Isotonic
from lookalike.recommend.closeness import METHOD, Closeness
from lookalike.vectors import Floats, Space


def closeness_to_bytes(fitted: Closeness) -> bytes:
    """A JSON document; the same closeness gives the same bytes."""
    space, same = fitted.space, fitted.same
    document = {
        "method": METHOD,
        "space": [space.encoder, space.fingerprint, space.dim],
        "nearest": [round(cosine, 6) for cosine in fitted.nearest.tolist()],
        "nothing_close_below": fitted.nothing_close_below,
        "same": None if same is None else [same.places.tolist(), same.chances.tolist()],
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
        if not _rising(nearest) or not isinstance(pairs, int):
            return None
        if below is not None and not math.isfinite(below):
            return None
        learnt = None if same is None else _isotonic(*same)
        if same is not None and learnt is None:
            return None
        return Closeness(space, nearest, None if below is None else float(below), learnt, pairs)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _isotonic(places: list[float], chances: list[float]) -> Isotonic | None:
    at, said = np.array(places, dtype=np.float32), np.array(chances, dtype=np.float32)
    if at.shape != said.shape or not (_rising(at) and _rising(said)):
        return None
    return Isotonic(at, said) if said[0] >= 0 and said[-1] <= 1 else None


def _rising(numbers: Floats) -> bool:
    """Whether this is a row of finite numbers, none less than the one before."""
    if numbers.ndim != 1 or not len(numbers) or not np.isfinite(numbers).all():
        return False
    return bool((np.diff(numbers) >= 0).all())
