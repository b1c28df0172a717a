"""In which light one picture would be the other, and what even that light does not explain.

Light is a gain of each channel, for the whole picture alike, cut at white: what an editor's brightness and
white balance do. A dyed item on an unchanged ground is no light. What is left of light and colour is a mean
over windows, with its sign: noise and thin edges cancel out, at whatever size the pictures were kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lookalike.duplicates.alignment import planes_overlaid
from lookalike.duplicates.sight import SIGHT, Couples
from lookalike.vectors import Floats

_WHITE = 246  # levels above which all three channels are white
_CUT = 250  # levels of a source from which it may have been brighter
_BRIGHT = 240  # levels of a goal from which it may have been cut
_DARK = 60  # sum of three channels under which a ratio is noise
_GAINS = (0.64, 1.56)  # of light, by which an editor changes it
_TINT = 1.22  # by which the gain of one channel may differ from that of all
_TRUST = 164.0  # squared levels a pixel that speak for the gain of all
_STEPS = (48, 24, 12, 12)  # levels by which a channel may be off and still count in the fit
_SOFT = (
    215,
    40,
    0.6,
)  # near white the mean of what was cut lies under the cut of its mean: levels, reach, share
_LIT = 1.03  # gain from which that matters
_COLOURLESS = 0.5  # root mean square of chroma, in levels, up to which a picture was made colourless
_FLIMSY = 0.2  # of a window's pixels, added to those that are seen: what is hardly seen says little


@dataclass(frozen=True, slots=True)
class Relighting:
    """What the best light leaves of the difference of n pairs; levels of 255, each (n,) but two.

    ``gains`` (n, 3) of red, green and blue, from the first picture to the second. ``colour`` and ``light``:
    the largest mean difference of a window of 16 pixels; ``colour_spot`` and ``light_spot``: of 8. ``white``:
    share that is white in both. ``colourless`` (n, 2): 1 for a picture without any colour, beside which
    colour says nothing. ``marked``: share of windows of 8 pixels that are far off in light.
    """

    gains: Floats
    colour: Floats
    colour_spot: Floats
    light: Floats
    light_spot: Floats
    white: Floats
    colourless: Floats
    marked: Floats

    @property
    def lift(self) -> Floats:
        """How much brighter or darker, as a logarithm without sign."""
        found: Floats = np.abs(np.log(self.gains).mean(axis=1))
        return found

    @property
    def tint(self) -> Floats:
        """How far apart the gains of the channels are, as a logarithm."""
        found: Floats = np.log(self.gains.max(axis=1) / self.gains.min(axis=1))
        return found


Planes = npt.NDArray[np.float32]
"""Red, green and blue of n pictures, (3, n, p), 0 to 255."""


def relit(couples: Couples, maps: Floats) -> Relighting:
    """Put n pictures in the light of those they are laid upon, or the other way round if that leaves less.

    Of a picture that is cut at white, the other cannot be had back.
    """
    first, second, seen, chroma = laid(couples, maps)
    colourless = (chroma < _COLOURLESS).astype(np.float32)
    grey = colourless.max(axis=1) > 0
    first, second = (np.where(grey[None, :, None], luma(planes), planes) for planes in (first, second))
    white = (first.min(axis=0) > _WHITE) & (second.min(axis=0) > _WHITE)
    there, back = _left(first, second, seen, grey), _left(second, first, seen, grey)
    backwards = there.total > back.total
    return Relighting(
        gains=np.where(backwards[:, None], 1 / back.gains, there.gains),
        colour=np.where(backwards, back.colour, there.colour),
        colour_spot=np.where(backwards, back.colour_spot, there.colour_spot),
        light=np.where(backwards, back.light, there.light),
        light_spot=np.where(backwards, back.light_spot, there.light_spot),
        white=(white * seen).sum(axis=1) / (seen.sum(axis=1) + 1),
        colourless=colourless,
        marked=np.where(backwards, back.marked, there.marked),
    )


def laid(couples: Couples, maps: Floats) -> tuple[Planes, Planes, Floats, Floats]:
    """Both pictures in red, green and blue where both are, and the strength of their chroma (n, 2)."""
    theirs, seen = planes_overlaid(couples, maps)
    ours = couples.second.planes[couples.b].reshape(len(couples), 3, -1).swapaxes(0, 1).astype(np.float32)
    strengths = [
        (((x[1] - 128) ** 2 + (x[2] - 128) ** 2) * seen).sum(axis=1) / (seen.sum(axis=1) + 1e-3)
        for x in (theirs, ours)
    ]
    return _rgb(theirs), _rgb(ours), seen, np.sqrt(np.stack(strengths, axis=1))


def _rgb(planes: Planes) -> Planes:
    """Red, green and blue of lightness and chroma (ITU-R 601)."""
    light, blue, red = planes[0], planes[1] - 128, planes[2] - 128
    mixed = (light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue)
    found: Planes = np.clip(np.stack(mixed), 0, 255)
    return found


def luma(planes: Planes) -> Floats:
    """The lightness of colours (ITU-R 601)."""
    found: Floats = 0.299 * planes[0] + 0.587 * planes[1] + 0.114 * planes[2]
    return found


@dataclass(frozen=True, slots=True)
class _Left:
    """As in `Relighting`, one way; ``total`` is what is left altogether."""

    gains: Floats
    colour: Floats
    colour_spot: Floats
    light: Floats
    light_spot: Floats
    marked: Floats
    total: Floats


_MARKED = 6.0  # levels by which a window is far off


def _left(source: Planes, goal: Planes, seen: Floats, grey: npt.NDArray[np.bool_]) -> _Left:
    gains = _gains(source, goal, seen, grey)
    off = unexplained(source, goal, gains)
    light = luma(off)
    blue, red = 0.564 * (off[2] - light) * seen, 0.713 * (off[0] - light) * seen
    light = light * seen
    pixels, spots = windowed(seen, 16), windowed(seen, 8)
    colour, spot = (
        np.sqrt(windowed(blue, side) ** 2 + windowed(red, side) ** 2) / (count + _FLIMSY * side**2)
        for side, count in ((16, pixels), (8, spots))
    )
    dark, dark_spot = (
        np.abs(windowed(light, side)) / (count + _FLIMSY * side**2)
        for side, count in ((16, pixels), (8, spots))
    )
    all_over = pixels.sum(axis=1) + 1
    total = sum(np.sqrt((of * of * pixels).sum(axis=1) / all_over) for of in (dark, colour))
    marked = (spots * (dark_spot > _MARKED)).sum(axis=1) / (spots.sum(axis=1) + 1)
    return _Left(
        gains, colour.max(axis=1), spot.max(axis=1), dark.max(axis=1), dark_spot.max(axis=1), marked, total
    )


def unexplained(source: Planes, goal: Planes, gains: Floats) -> Planes:
    """What gains (n, 3) of a source leave of its difference from a goal, in levels."""
    wide = gains.T[:, :, None]
    brightened = wide * source
    start, reach, share = _SOFT
    slack = share * np.clip(brightened - start, 0, reach) * (wide > _LIT) * (source < _CUT)
    off = np.minimum(brightened, 255) - goal
    found: Planes = np.sign(off) * np.maximum(np.abs(off) - slack, 0)
    return found


def _gains(source: Planes, goal: Planes, seen: Floats, grey: npt.NDArray[np.bool_]) -> Floats:
    """The gain of each channel, (n, 3), that takes one picture to the other, by a quarter of the pixels.

    It begins with the median of the pixels' ratios. What may be cut at white and outliers are left out. A
    channel that has little to go by takes the gain of all, and so do all of a picture without colours.
    """
    source, goal, seen = (_thinned(planes) for planes in (source, goal, seen))
    whole = (seen > 0) & (goal.max(axis=0) < _BRIGHT) & (source.max(axis=0) < _CUT)
    usable = seen * (goal < _BRIGHT)  # by channel: of white paper in lamplight red is cut, and blue is not
    brightness = source.sum(axis=0)
    ratios = np.where(whole & (brightness > _DARK), goal.sum(axis=0) / np.maximum(brightness, 1), np.inf)
    middle = np.maximum((np.isfinite(ratios).sum(axis=1) - 1) // 2, 0)
    common = np.sort(ratios, axis=1)[np.arange(len(ratios)), middle]
    common = np.clip(np.where(np.isfinite(common), common, 1), *_GAINS)[:, None]
    gains = np.repeat(common, 3, axis=1)
    tint = np.where(grey, 1, _TINT)[:, None]
    trust = (_TRUST * seen.sum(axis=1) + 1)[:, None]
    for limit in _STEPS:
        weighted = source * usable * (np.abs(gains.T[:, :, None] * source - goal) < limit)
        above, below = (weighted * goal).sum(axis=2).T, (weighted * source).sum(axis=2).T
        common = (above.sum(axis=1, keepdims=True) + 1e3) / (below.sum(axis=1, keepdims=True) + 1e3)
        common = np.clip(common, *_GAINS)
        gains = np.clip((above + trust * common) / (below + trust), common / tint, common * tint)
    return gains.astype(np.float32)


def _thinned(planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Every second pixel of every second line of planes (..., 64²)."""
    square = planes.reshape(*planes.shape[:-1], SIGHT, SIGHT)[..., ::2, ::2]
    return square.reshape(*planes.shape[:-1], -1)


def windowed(values: Floats, side: int) -> Floats:
    """Sums (n, w) of values (n, 64²) over square windows, half overlapping."""
    half = side // 2
    cells = values.reshape(-1, SIGHT // half, half, SIGHT // half, half).sum(axis=(2, 4))
    rows = cells[:, :-1] + cells[:, 1:]
    found: Floats = (rows[:, :, :-1] + rows[:, :, 1:]).reshape(len(values), -1)
    return found
