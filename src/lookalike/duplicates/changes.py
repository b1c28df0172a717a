"""What was done to the second of two pictures, in words for people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.duplicates.relighting import Relighting
from lookalike.duplicates.sight import Couples, Indices
from lookalike.vectors import Floats

IN_COLOUR = "in colour"
"""Said of a picture beside one without colours, which may stand for pictures of any colour."""

_TURNED = 3.0  # degrees that are said; what is less is the alignment's own error
_STRETCHED = 1.07  # one side against the other
_CROPPED = 0.96  # of a side
_WIDENED = 1.06
_LIT = 0.07  # of the light
_TINTED = 0.10  # logarithm of red's gain less blue's
_WRITTEN = 6.0  # levels by which light is off in a spot, while it is elsewhere the same
_COLOURLESS = "no colours"
_MIRRORED, _UPSIDE_DOWN = "mirrored", "upside down"
_EVEN = 0.05  # logarithm of the light under which that tells


@dataclass(frozen=True, slots=True)
class Traces:
    """What alignment and light say of n pairs that are one photograph.

    ``poses`` (n, 2, 3) take places in the second picture to places in the first; ``areas`` (n,) are those of
    the second over the first, in lengths of their longer sides. ``gains`` (n, 3) of red, green and blue, from
    the first to the second. ``colourless`` and ``framed`` (n, 2): the first is, the second is. ``spots``
    (n,): the largest difference in light of a small window, in levels.
    """

    poses: Floats
    areas: Floats
    gains: Floats
    colourless: Floats
    framed: Floats
    spots: Floats

    def put(self, rows: Indices, others: Traces) -> None:
        """Write the traces of some pairs over those of these rows."""
        for own, new in zip(self._fields(), others._fields(), strict=True):
            own[rows] = new

    def _fields(self) -> tuple[Floats, ...]:
        return self.poses, self.areas, self.gains, self.colourless, self.framed, self.spots


def no_traces(count: int) -> Traces:
    """Pairs to which nothing was done."""
    poses = np.zeros((count, 2, 3), dtype=np.float32)
    poses[:, 0, 0] = poses[:, 1, 1] = 1
    ones, pairs = np.ones((count, 3), dtype=np.float32), np.zeros((2, count, 2), dtype=np.float32)
    return Traces(poses, ones[:, 0].copy(), ones, pairs[0], pairs[1], np.zeros(count, dtype=np.float32))


def traced(couples: Couples, maps: Floats, relighting: Relighting) -> Traces:
    """The traces of n pairs of sights under maps (n, 2, 3) of pixels of the second to pixels of the first."""
    first, a, second, b = couples.first, couples.a, couples.second, couples.b
    turned = maps[:, :, :2] * (second.scales[b] / first.scales[a])[:, None, None]
    moved = maps[:, :, 2] / first.scales[a][:, None] + first.middles[a]
    moved = moved - np.einsum("nij,nj->ni", turned, second.middles[b])
    return Traces(
        poses=np.concatenate([turned, moved[:, :, None]], axis=2).astype(np.float32),
        areas=(second.halves[b].prod(axis=1) / first.halves[a].prod(axis=1)).astype(np.float32),
        gains=relighting.gains,
        colourless=relighting.colourless,
        framed=np.stack([first.framed[a], second.framed[b]], axis=1).astype(np.float32),
        spots=relighting.light_spot,
    )


def changes(traces: Traces, at: int, *, of_first: bool = False) -> tuple[str, ...]:
    """What was done to the second picture of one pair as seen from the first; () where nothing was seen.

    The other way round with ``of_first``: what was done to the first as seen from the second.
    """
    pose = traces.poses[at].astype(np.float64)
    gains = traces.gains[at].astype(np.float64)
    area = float(traces.areas[at])
    (one_grey, other_grey), (one_framed, other_framed) = traces.colourless[at] > 0, traces.framed[at] > 0
    if of_first:
        pose, gains, area = _inverse(pose), 1 / gains, 1 / area
        one_grey, other_grey, one_framed, other_framed = other_grey, one_grey, other_framed, one_framed
    words = _form(pose[:, :2], area)
    whole = set(words) <= {_MIRRORED, _UPSIDE_DOWN} and not (one_framed or other_framed)
    if one_framed != other_framed:
        words.append("in a frame" if other_framed else "without its frame")
    words += _light(gains, colours=not (one_grey or other_grey))
    if one_grey != other_grey:
        words.append(_COLOURLESS if other_grey else IN_COLOUR)
    even = float(np.abs(np.log(gains)).max()) < _EVEN
    if traces.spots[at] > _WRITTEN and even and whole:  # elsewhere an edge may be off
        words.append("a part of it differs")
    return tuple(words)


def _inverse(pose: np.ndarray) -> np.ndarray:
    back = np.linalg.inv(pose[:, :2])
    return np.column_stack([back, -back @ pose[:, 2]])


def _form(turned: np.ndarray, area: float) -> list[str]:
    """Words for a map (2, 2) of places in the second picture to places in the first."""
    words = []
    mirrored = np.linalg.det(turned) < 0
    if mirrored:
        turned = turned @ np.diag([-1.0, 1.0])
    left, factors, right = np.linalg.svd(turned)
    spin = left @ right
    degrees = float(np.rad2deg(np.arctan2(spin[1, 0], spin[0, 0])))
    if mirrored and abs(degrees) > 90:
        words.append(_UPSIDE_DOWN)
        degrees -= np.copysign(180.0, degrees)
    elif mirrored:
        words.append(_MIRRORED)
    if abs(degrees) >= _TURNED:
        words.append(f"turned by {abs(degrees):.0f}°")
    if factors[0] / factors[1] >= _STRETCHED:
        across, down = np.abs(np.linalg.norm(np.linalg.inv(spin) @ turned, axis=0))
        more = round(100 * (factors[0] / factors[1] - 1) / 5) * 5
        words.append(f"stretched {more}% {'wider' if across < down else 'taller'}")
    side = float(np.sqrt(abs(np.linalg.det(turned)) * area))
    if side <= _CROPPED:
        words.append(f"cropped to {100 * side:.0f}%")
    elif side >= _WIDENED:
        words.append("more around it")
    return words


def _light(gains: np.ndarray, *, colours: bool) -> list[str]:
    words = []
    gain = float(np.exp(np.log(gains).mean()))
    more = round(100 * (gain - 1) / 5) * 5
    if abs(gain - 1) >= _LIT and more:
        words.append(f"{abs(more)}% {'brighter' if more > 0 else 'darker'}")
    tint = float(np.log(gains[0] / gains[2]))
    if colours and abs(tint) >= _TINTED:
        words.append("warmer" if tint > 0 else "colder")
    return words
