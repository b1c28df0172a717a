"""What two aligned pictures say about being one photograph: structure, light and colour where both are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.duplicates.alignment import overlaid, smaller_area
from lookalike.duplicates.sight import SIGHT, Couples, blurred
from lookalike.vectors import Floats

_NOISE = 4 / 255  # local contrast under which there is nothing but noise
_CLIPPED = 0.97  # levels from here may have been brighter
_WINDOW = 16  # pixels of a window's side
_GREY = 0.5  # root mean square of chroma, in levels, up to which a picture was made colourless
_TINT = 1.2  # by which the gain of one channel may differ from that of all
_FAR = 64  # levels by which a channel may be off and still count in the fit of its gain
_GREY_GAINS = (0.85, 1.18)  # of lightness, between a picture and one without its colours
_GAINS = (0.6, 1.6)  # of one channel, by which an editor changes the light


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is measured on n aligned pairs; every field is (n,).

    ``detail``: correlation of lightness after local means and contrasts are taken out, so that a plain region
    says nothing and a faint one as much as a strong one. ``agreeing``: share of that detail in windows that
    correlate above 0.6. ``correlation``: of lightness. ``residual``: root mean square difference of lightness
    in levels after gain and offset; ``worst``: the same in the worst window. ``overlap``: share of the
    smaller picture; ``area``: pixels compared. ``busy``: share of them with structure in either picture.
    ``colour``: root mean square chroma difference in levels, after the gains of the channels, in the worst
    window; 0 where one picture has no colour at all, which ``grey`` says.
    """

    detail: Floats
    agreeing: Floats
    correlation: Floats
    residual: Floats
    worst: Floats
    overlap: Floats
    area: Floats
    busy: Floats
    colour: Floats
    grey: Floats


def weigh(couples: Couples, maps: Floats) -> Evidence:
    """Compare n pairs of sights under the maps of `lookalike.duplicates.alignment.align`."""
    warped, seen = overlaid(couples, maps, SIGHT)
    own = couples.seconds(SIGHT)
    count = seen.sum(axis=1, keepdims=True) + 1e-3
    detail, agreeing, busy = _structure(warped, own, seen, count)
    colour, grey = _colour(couples, maps)
    squares = _unlike_light(warped, own, seen, grey)
    windows = np.sqrt((_windowed(squares) / (_windowed(seen) + 0.3 * _WINDOW**2)).max(axis=1))
    return Evidence(
        detail=detail,
        agreeing=agreeing,
        correlation=_correlation(warped, own, seen, count),
        residual=255 * np.sqrt(squares.sum(axis=1) / count[:, 0]),
        worst=255 * windows,
        overlap=np.minimum(1, count[:, 0] / smaller_area(couples, maps, SIGHT)),
        area=count[:, 0],
        busy=busy,
        colour=colour,
        grey=grey,
    )


def _unlike_light(warped: Floats, own: Floats, seen: Floats, grey: Floats) -> Floats:
    """Squares (n, p) of what is left of the difference in light when one picture is put in the other's.

    The way round that leaves less: of a picture that is cut at white, the other cannot be had back.
    """
    ways = []
    for mine, theirs in ((warped, own), (own, warped)):
        relit = np.where(grey[:, None] > 0, _brightened(mine, theirs, seen), _relit(mine, theirs, seen))
        ways.append((relit - theirs) ** 2 * seen)
    there, back = ways
    found: Floats = np.where((there.sum(axis=1) <= back.sum(axis=1))[:, None], there, back)
    return found


def _structure(warped: Floats, own: Floats, seen: Floats, count: Floats) -> tuple[Floats, Floats, Floats]:
    """Correlation of local detail, the share of it that agrees by windows, and how much there is."""
    inner = seen.reshape(-1, SIGHT, SIGHT)
    for _ in range(2):
        inner = (blurred(inner) > 0.999).astype(np.float32)
    (theirs, their_contrast), (ours, our_contrast) = (
        _local(values * seen + (1 - seen) * (values * seen).sum(axis=1, keepdims=True) / count)
        for values in (warped, own)
    )
    theirs, ours = theirs * inner, ours * inner
    both, left, right = theirs * ours, theirs * theirs, ours * ours
    norms = np.sqrt(left.sum(axis=(1, 2)) * right.sum(axis=(1, 2))) + 1e-3
    flat = (len(warped), -1)
    by_window = [np.maximum(_windowed(x.reshape(flat)), 0) for x in (left, right)]
    energy = np.maximum(*by_window)
    alike = _windowed(both.reshape(flat)) / (np.sqrt(by_window[0] * by_window[1]) + 1e-3)
    agreeing = (energy * (alike > 0.6)).sum(axis=1) / (energy.sum(axis=1) + 1e-3)
    contrast = np.maximum(their_contrast, our_contrast)
    busy = ((contrast > 2 * _NOISE) * inner).sum(axis=(1, 2)) / (inner.sum(axis=(1, 2)) + 1)
    return both.sum(axis=(1, 2)) / norms, agreeing, busy.astype(np.float32)


def _local(values: Floats) -> tuple[Floats, Floats]:
    """Lightness (n, 64²) less its local mean over its local contrast, and that contrast, (n, 64, 64) each."""
    planes = values.reshape(-1, SIGHT, SIGHT)
    detail = planes - blurred(planes, 6)
    contrast: Floats = np.sqrt(blurred(detail * detail, 8))
    return detail / (contrast + np.float32(_NOISE)), contrast


def _correlation(warped: Floats, own: Floats, seen: Floats, count: Floats) -> Floats:
    theirs, ours = (
        (values - (values * seen).sum(axis=1, keepdims=True) / count) * seen for values in (warped, own)
    )
    norms = np.sqrt((theirs * theirs).sum(axis=1) * (ours * ours).sum(axis=1)) + 0.1
    found: Floats = (theirs * ours).sum(axis=1) / norms
    return found


def _relit(warped: Floats, own: Floats, seen: Floats) -> Floats:
    """The first pictures in the light of the second: gain and offset fitted, cut at black and white."""
    fitted = seen * ((own < _CLIPPED) & (own > 1 - _CLIPPED))
    for _ in range(3):
        count = fitted.sum(axis=1, keepdims=True) + 1e-3
        theirs, ours = ((values * fitted).sum(axis=1, keepdims=True) / count for values in (warped, own))
        spread = ((warped - theirs) ** 2 * fitted).sum(axis=1, keepdims=True) / count
        common = ((warped - theirs) * (own - ours) * fitted).sum(axis=1, keepdims=True) / count
        gain = np.clip((common + 1e-4) / (spread + 1e-4), *_GAINS)
        predicted = np.clip(gain * (warped - theirs) + ours, 0, 1)
        fitted = fitted * (np.abs(predicted - own) < 0.08)
    found: Floats = predicted
    return found


def _brightened(warped: Floats, own: Floats, seen: Floats) -> Floats:
    """The first pictures with a gain near 1 and no offset: more would fit the grey of a darker item too."""
    fitted = seen * (own < _CLIPPED)
    gain = (warped * own * fitted).sum(axis=1, keepdims=True) + 1
    gain /= (warped * warped * fitted).sum(axis=1, keepdims=True) + 1
    found: Floats = np.clip(np.clip(gain, *_GREY_GAINS) * warped, 0, 1)
    return found


def _colour(couples: Couples, maps: Floats) -> tuple[Floats, Floats]:
    """Worst chroma difference by windows after a gain of each channel, and whether one has no colour."""
    theirs, ours = [], []
    for plane in range(3):
        warped, seen = overlaid(couples, maps, SIGHT, plane)
        theirs.append(warped)
        ours.append(couples.second.planes[couples.b, plane].reshape(len(couples), -1).astype(np.float32))
    count = seen.sum(axis=1) + 1e-3
    strength = [
        np.sqrt((((x[1] - 128) ** 2 + (x[2] - 128) ** 2) * seen).sum(axis=1) / count) for x in (theirs, ours)
    ]
    grey = np.minimum(*strength) < _GREY
    theirs, ours = _rgb(theirs), _rgb(ours)
    there = _unlike_chroma(_gained(theirs, ours, seen), ours, seen)
    back = _unlike_chroma(_gained(ours, theirs, seen), theirs, seen)
    return np.where(grey, 0, np.minimum(there, back)).astype(np.float32), grey.astype(np.float32)


def _unlike_chroma(one: list[Floats], other: list[Floats], seen: Floats) -> Floats:
    """Root mean square difference of chroma of red, green and blue (n, p) in the worst window, (n,)."""
    red, green, blue = (mine - theirs for mine, theirs in zip(one, other, strict=True))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    squares = ((0.564 * (blue - light)) ** 2 + (0.713 * (red - light)) ** 2) * seen
    found: Floats = np.sqrt((_windowed(squares) / (_windowed(seen) + 0.3 * _WINDOW**2)).max(axis=1))
    return found


def _rgb(planes: list[Floats]) -> list[Floats]:
    """Red, green and blue, 0 to 255, of lightness and chroma (ITU-R 601)."""
    light, blue, red = planes[0], planes[1] - 128, planes[2] - 128
    mixed = (light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue)
    return [np.clip(channel, 0, 255) for channel in mixed]


def _gained(theirs: list[Floats], ours: list[Floats], seen: Floats) -> list[Floats]:
    """Three channels, each (n, p), times the gain of each that fits best, cut at white.

    What is white in both and outliers are left out of the fit. A channel that has little to go by takes the
    gain of all three together.
    """
    top = 255 * _CLIPPED
    gains = [np.ones((len(seen), 1), dtype=np.float32)] * 3
    trust = 0.03 * 128**2 * seen.sum(axis=1, keepdims=True) + 1
    for _ in range(3):
        sums = []
        for mine, own, gain in zip(theirs, ours, gains, strict=True):
            fitted = seen * (own < top) * (np.abs(np.minimum(gain * mine, 255) - own) < _FAR)
            weighted = mine * fitted
            sums.append(
                ((weighted * own).sum(axis=1, keepdims=True), (weighted * mine).sum(axis=1, keepdims=True))
            )
        common = (sum(above for above, _ in sums) + 1e3) / (sum(below for _, below in sums) + 1e3)
        common = np.clip(common, *_GAINS)
        gains = [
            np.clip((above + trust * common) / (below + trust), common / _TINT, common * _TINT)
            for above, below in sums
        ]
    return [np.minimum(gain * mine, 255) for mine, gain in zip(theirs, gains, strict=True)]


def _windowed(values: Floats) -> Floats:
    """Sums (n, w) of values (n, 64²) over windows of 16 pixels, half overlapping."""
    half = _WINDOW // 2
    cells = values.reshape(-1, SIGHT // half, half, SIGHT // half, half).sum(axis=(2, 4))
    rows = cells[:, :-1] + cells[:, 1:]
    found: Floats = (rows[:, :, :-1] + rows[:, :, 1:]).reshape(len(values), -1)
    return found
