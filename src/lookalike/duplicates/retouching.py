"""Is what differs in two pictures spread like the noise of a copy, or is it a place that was retouched?

Shades of one lipstick are one photograph in which a small part was dyed. A smaller copy or another JPEG
quality changes as much somewhere, but then it changes something nearly everywhere.
"""

from __future__ import annotations

import numpy as np

from lookalike.duplicates.relighting import Planes, Relighting, laid, luma, unexplained, windowed
from lookalike.duplicates.sight import Couples
from lookalike.vectors import Floats, Mask

_RELIT = 0.15  # lift and tint together under which a picture was hardly relit
_GROUND = 235  # levels of the darkest channel from which there is nothing but ground
_DRAWN = 0.25  # of a window's pixels that are no ground in one of both
_SEEN = 0.5  # of a window's pixels that both pictures have
_FLIMSY = 0.2  # of a window's pixels, added to those that are seen
_SIDES = (4, 8, 16)  # of a window, in pixels
_SHARES = (0.97, 0.9, 0.75, 0.5)  # of the windows that differ less
_FAINT = 0.3  # levels that are added before the logarithm


def hardly_relit(relighting: Relighting) -> Mask:
    """Which of n pairs with colours are in nearly the same light, (n,): of others noise is not known."""
    coloured = relighting.colourless.max(axis=1) == 0
    found: Mask = coloured & (relighting.lift + relighting.tint < _RELIT)
    return found


def spread(couples: Couples, maps: Floats, gains: Floats) -> Floats:
    """How what the light of gains (n, 3) leaves is spread over n aligned pairs, (n, 25).

    Logarithms of levels: first of colour, then of light; of windows of 4, 8 and 16 pixels; in each the
    difference that 97, 90, 75 and 50 of 100 windows with some drawing in them do not exceed. Last the
    strength of chroma, of which compression leaves the less the more there is.
    """
    first, second, seen, chroma = laid(couples, maps)
    drawn = (np.minimum(first.min(axis=0), second.min(axis=0)) < _GROUND) * seen
    brighter = gains.mean(axis=1) >= 1  # what is cut at white cannot be had back
    source, goal = (
        np.where(brighter[None, :, None], one, other) for one, other in ((first, second), (second, first))
    )
    off = unexplained(source, goal, np.where(brighter[:, None], gains, 1 / gains).astype(np.float32))
    found = []
    for differences in _differences(off, seen):
        for side, by_window in zip(_SIDES, differences, strict=True):
            counted = (windowed(drawn, side) > _DRAWN * side**2) & (windowed(seen, side) > _SEEN * side**2)
            found += _quantiles(by_window, counted)
    found.append(chroma.max(axis=1))
    described: Floats = np.log(np.stack(found, axis=1) + np.float32(_FAINT))
    return described


def _differences(off: Planes, seen: Floats) -> tuple[list[Floats], list[Floats]]:
    """Mean differences (n, w) of windows in colour and in light, for every size of window."""
    light = luma(off)
    blue, red = 0.564 * (off[2] - light) * seen, 0.713 * (off[0] - light) * seen
    light = light * seen
    colours, lights = [], []
    for side in _SIDES:
        pixels = windowed(seen, side) + _FLIMSY * side**2
        colours.append(np.sqrt(windowed(blue, side) ** 2 + windowed(red, side) ** 2) / pixels)
        lights.append(np.abs(windowed(light, side)) / pixels)
    return colours, lights


def _quantiles(values: Floats, counted: Mask) -> list[Floats]:
    """What shares of the counted values (n, w) of a row do not exceed, (n,) each; 0 where none counts."""
    rows, last = np.arange(len(values)), np.maximum(counted.sum(axis=1) - 1, 0)
    ordered = np.sort(np.where(counted, values, np.inf), axis=1)
    ordered[~np.isfinite(ordered)] = 0
    found = []
    for share in _SHARES:
        at = share * last
        low = at.astype(np.intp)
        below, above = ordered[rows, low], ordered[rows, np.minimum(low + 1, last)]
        found.append((below + (at - low) * (above - below)).astype(np.float32))
    return found
