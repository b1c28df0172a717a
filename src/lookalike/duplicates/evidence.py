"""What two aligned pictures say about being one photograph: structure, and what no light explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.duplicates.alignment import overlaid, smaller_area
from lookalike.duplicates.relighting import Relighting, relit, windowed
from lookalike.duplicates.sight import SIGHT, Couples, blurred
from lookalike.vectors import Floats

_NOISE = 4 / 255  # local contrast under which there is nothing but noise
_WINDOW = 16  # pixels of a window's side
_AGREES = 0.6  # correlation from which a window's detail agrees


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is measured on n aligned pairs; every field but the last is (n,).

    ``detail``: correlation of lightness after local means and contrasts are taken out, so that a plain region
    says nothing and a faint one as much as a strong one. ``agreeing``: share of that detail in windows that
    correlate above 0.6. ``correlation``: of lightness. ``overlap``: share of the smaller picture; ``area``:
    pixels compared. ``relighting``: light and colour.
    """

    detail: Floats
    agreeing: Floats
    correlation: Floats
    overlap: Floats
    area: Floats
    relighting: Relighting


def weigh(couples: Couples, maps: Floats) -> Evidence:
    """Compare n pairs of sights under the maps of `lookalike.duplicates.alignment.aligned`."""
    warped, seen = overlaid(couples, maps, SIGHT)
    own = couples.seconds(SIGHT)
    count = seen.sum(axis=1, keepdims=True) + 1e-3
    detail, agreeing = _structure(warped, own, seen, count)
    return Evidence(
        detail=detail,
        agreeing=agreeing,
        correlation=_correlation(warped, own, seen, count),
        overlap=np.minimum(1, count[:, 0] / smaller_area(couples, maps, SIGHT)),
        area=count[:, 0],
        relighting=relit(couples, maps),
    )


def _structure(warped: Floats, own: Floats, seen: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Correlation of local detail, and the share of it that agrees by windows."""
    inner = seen.reshape(-1, SIGHT, SIGHT)
    for _ in range(2):
        inner = (blurred(inner) > 0.999).astype(np.float32)
    theirs, ours = (
        _local(values * seen + (1 - seen) * (values * seen).sum(axis=1, keepdims=True) / count) * inner
        for values in (warped, own)
    )
    both, left, right = theirs * ours, theirs * theirs, ours * ours
    norms = np.sqrt(left.sum(axis=(1, 2)) * right.sum(axis=(1, 2))) + 1e-3
    flat = (len(warped), -1)
    by_window = [np.maximum(windowed(x.reshape(flat), _WINDOW), 0) for x in (left, right)]
    energy = np.maximum(*by_window)
    alike = windowed(both.reshape(flat), _WINDOW) / (np.sqrt(by_window[0] * by_window[1]) + 1e-3)
    agreeing = (energy * (alike > _AGREES)).sum(axis=1) / (energy.sum(axis=1) + 1e-3)
    return both.sum(axis=(1, 2)) / norms, agreeing


def _local(values: Floats) -> Floats:
    """Lightness (n, 64²) less its local mean over its local contrast, (n, 64, 64)."""
    planes = values.reshape(-1, SIGHT, SIGHT)
    detail = planes - blurred(planes, 6)
    contrast: Floats = np.sqrt(blurred(detail * detail, 8))
    return detail / (contrast + np.float32(_NOISE))


def _correlation(warped: Floats, own: Floats, seen: Floats, count: Floats) -> Floats:
    theirs, ours = (
        (values - (values * seen).sum(axis=1, keepdims=True) / count) * seen for values in (warped, own)
    )
    norms = np.sqrt((theirs * theirs).sum(axis=1) * (ours * ours).sum(axis=1)) + 0.1
    found: Floats = (theirs * ours).sum(axis=1) / norms
    return found
