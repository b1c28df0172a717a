"""The few colours of an item, measured on its picture with the background left out, in CIELAB."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.vectors import Floats, Mask

Pixels = npt.NDArray[np.uint8]
Wide = npt.NDArray[np.float64]

COLOURS = 5
"""A palette holds at most this many colours."""

_SIDE = 48  # pixels on the longer side of the reduced picture everything is measured on
_WHITE_D65 = np.array([0.95047, 1.0, 1.08883])
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_YXZ = np.array([1, 500, -200], dtype=np.float32)  # of L, a and b in the roots of Y, X and Z
_FROM_YXZ = (np.linalg.inv(_TO_XYZ) * _WHITE_D65).T[[1, 0, 2]]
_HALFWAY = (np.arange(255) + 0.5) / 255  # between two values of 8 bits each, as linear light:
_HALFWAY = np.where(_HALFWAY > 0.04045, ((_HALFWAY + 0.055) / 1.055) ** 2.4, _HALFWAY / 12.92)
_LINEAR = ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4
_LINEAR[:11] = np.arange(11) / 255 / 12.92
_LINEAR = _LINEAR.astype(np.float32)
_XYZ = np.ascontiguousarray((_TO_XYZ / _WHITE_D65[:, None]).T, dtype=np.float32)
_LAB_SCALE = np.array([[116], [500], [200]], dtype=np.float32)

# Differences are distances in CIELAB. The values were chosen on one half of a set of fashion photographs, by
# figures (docs/decisions/0004-colour.md) and by looking; for other backgrounds by looking at phone photos.
_PLAIN = 0.6  # share of the border that one colour must cover for the background to be called plain
_NOISE = 5.0  # deviation of that colour beyond which the background is a texture or a room
_FLAT = 1.0  # deviation of that colour up to which the background is flat
_TINT, _SHADE, _STEP = 6.0, 30.0, 3.0  # a backdrop's range of hue and of lightness, and from pixel to pixel
_LOOSE = 14.0  # difference from a plain background that shadows and blurred edges stay under
_TIGHT = 2.0  # difference from a plain background that only noise stays under
_FAINT = 0.3  # a faint part larger than this share of the distinct part belongs to the item
_NOTHING = 0.004  # an item smaller than this share of the picture has not been found
_RIM = 0.4  # weight of the item's rim against its inside
_SKIN = 0.5  # skin-coloured pixels beyond this share of the item are the item
_CUT = 4  # skin-coloured pixels on the picture's edge that tell a body
_BODY = 0.9  # the same as _SKIN where there is a body
_SKIN_WEIGHT = 0.1  # weight of skin against the rest of the item
_CENTRE = 0.3  # spread of the weight around the middle of an item on a plain background
_MIDDLE = 0.28  # the same around the middle of a picture with any other background
_TO_CELLS = np.array([[0], [128], [128]], dtype=np.float32)  # so that no colour is below zero
_CELLS = np.array([27 * 27, 27, 1])
_ISLAND = 0.1  # weight of what is exactly a border colour inside an item on a shaded background
_ISLAND_BLEND = 8.0  # spread of a border colour there
_BLEND = 12.0  # spread of a border colour of a textured background
_SEEN = 0.08  # share of the border from which a colour counts as background
_MERGE = 13.0  # colours nearer than this are one colour of the palette
_LEAST = 0.03  # colours with a smaller share of the item are not listed


def lab_from_rgb(rgb: Pixels) -> Floats:
    """CIELAB L, a, b (D65) of 8-bit sRGB values, shape (..., 3).

    Source: IEC 61966-2-1 for sRGB, CIE 15 for L*a*b*.
    """
    return np.ascontiguousarray(_lab_planes(rgb.reshape(-1, 3)).T).reshape(rgb.shape)


def _lab_planes(rgb: Pixels) -> Floats:
    """L, a and b (3, n) of 8-bit sRGB values (n, 3)."""
    xyz = np.ascontiguousarray((_LINEAR.take(rgb) @ _XYZ).T)
    root = np.cbrt(xyz)
    dark = xyz <= 0.008856452
    root[dark] = xyz[dark] * 7.787037 + 0.13793103
    x, y, z = root
    lab = np.stack([y, x - y, y - z])
    lab *= _LAB_SCALE
    lab[0] -= 16
    return lab


def rgb_from_lab(lab: Floats) -> Pixels:
    """8-bit sRGB of CIELAB values, shape (..., 3); what lies outside sRGB is clipped."""
    root = (lab / _YXZ).astype(np.float64)
    root[..., 0] = (root[..., 0] + 16) / 116
    root[..., 1:] += root[..., :1]
    linear = np.where(root > 0.20689655, root * root * root, (root - 0.13793103) / 7.787037) @ _FROM_YXZ
    rgb: Pixels = _HALFWAY.searchsorted(linear).astype(np.uint8)
    return rgb


def measure_palette(image: Image.Image) -> Floats:
    """The colours of the item in an RGB picture of any size, largest share first.

    Shape (n, 4) with 1 <= n <= `COLOURS`: CIELAB L, a, b (D65) and the share of the item; shares sum to 1.
    The same pixels give the same palette.
    """
    return measure_palettes([image])[0]


def measure_palettes(images: Sequence[Image.Image]) -> list[Floats]:
    """The palette of each picture, as `measure_palette` gives it.

    Step by step for all: of a few pictures, a tenth quicker than one by one: a step's code stays at hand.
    """
    reduced = [_reduced(image) for image in images]
    labs = [_lab_planes(rgb.reshape(-1, 3)).reshape(3, *rgb.shape[:2]) for rgb in reduced]
    weights = [_item_weights(lab) for lab in labs]
    return [
        _few_colours(lab.reshape(3, -1), weight.ravel()) for lab, weight in zip(labs, weights, strict=True)
    ]


def _reduced(image: Image.Image) -> Pixels:
    """The picture's pixels with at most `_SIDE` on each side, shape (height, width, 3).

    Averaged to twice that, then every other pixel: averaging further would turn red and white checks pink.
    """
    if image.mode != "RGB":
        image = image.convert("RGB")
    width, height = image.size
    scale = _SIDE / max(width, height)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        image = image.resize((min(width, 2 * size[0]), min(height, 2 * size[1])), Image.Resampling.BOX)
        image = image.resize(size, Image.Resampling.NEAREST)
    return np.asarray(image)


def _item_weights(lab: Floats) -> Floats:
    """How much each pixel of a reduced picture (3, height, width) counts as the item, (height, width)."""
    _, height, width = lab.shape
    if min(height, width) < 6:
        return np.ones((height, width), dtype=np.float32)
    modes, shares, noise = _border_colours(lab)
    if shares[0] >= _PLAIN and noise <= _NOISE:
        flat = noise <= _FLAT
        item = _on_flat(lab, modes[0]) if flat else _on_shaded(lab, modes[0])
        if _NOTHING * item.size <= item.sum() and _edge(item).mean() <= 1 - _PLAIN:
            weights = _inside(item) * _not_skin(lab, item) * _central(item)
            return weights if flat else weights * (_ISLAND + _unlike(lab, modes, shares, _ISLAND_BLEND))
    return _on_textured(lab, modes, shares)


def _border_colours(lab: Floats) -> tuple[Floats, Floats, float]:
    """The main colours of the picture's border and the share of it that each covers, largest first.

    At most three. Each is the mean of the border pixels around a mode, so that an item that touches the
    border does not pull it.
    """
    border = _edge(lab).T
    squares = (border**2).sum(-1)
    near = 2 * border @ border.T
    np.less(np.subtract(squares[:, None] + squares, near, out=near), 8.0**2, out=near)
    left = np.ones(len(border), dtype=np.float32)
    modes: list[Floats] = []
    shares: list[float] = []
    noise = 0.0
    for _ in range(3):
        counts = (near @ left) * left
        taken = (near[int(counts.argmax())] * left).astype(bool)
        members = border[taken]
        modes.append(members.mean(0))
        shares.append(len(members) / len(border))
        if len(modes) == 1:
            noise = float(np.sqrt(((members - modes[0]) ** 2).sum(-1).mean()))
        left[taken] = 0
        if left.sum() < _SEEN * len(border):
            break
    return np.stack(modes), np.array(shares, dtype=np.float32), noise


def _edge(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """What lies on the picture's edge, of (..., height, width)."""
    sides = pixels[..., 0, :], pixels[..., -1, :], pixels[..., 1:-1, 0], pixels[..., 1:-1, -1]
    edge: npt.NDArray[Any] = np.concatenate(sides, axis=-1)
    return edge


def _squared(lab: Floats, colour: Floats) -> Floats:
    """Squared differences (...,) of pixels (3, ...) from one colour (3,)."""
    lightness, a, b = lab[0] - colour[0], lab[1] - colour[1], lab[2] - colour[2]
    squared: Floats = lightness * lightness + a * a + b * b
    return squared


def _on_flat(lab: Floats, background: Floats) -> Mask:
    """The item on a background of one colour: what a flood from the border does not reach.

    A flood that passes all faint pixels leaves out shadows and soft edges. It would also run through an
    item of the background's own colour, a white shirt on white: when a flood with a tight tolerance leaves
    much more, the faint part is the item. Background seen through a thin ring, a bag's handle or a bracelet,
    is found by a flood through walls one pixel thinner on each side; white inside a shirt has thicker walls.
    """
    difference = np.sqrt(_squared(lab, background))
    distinct = ~_flooded(difference < _LOOSE)
    whole = ~_flooded(difference < _TIGHT)
    faint = whole.sum() - distinct.sum()
    if faint > _FAINT * distinct.sum():
        return whole
    seen_through = (difference < _TIGHT) & distinct
    if not seen_through.any():
        return distinct
    item: Mask = distinct & ~(seen_through & _flooded(~_eroded(difference >= _LOOSE)))
    return item


def _eroded(mask: Mask) -> Mask:
    """The pixels of a mask (height, width) whose four neighbours are in it as well."""
    inner = np.zeros_like(mask)
    inner[1:-1, 1:-1] = mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    return inner


def _inside(item: Mask) -> Floats:
    """Weights (height, width) that keep the item's rim, where it is blurred with the background, out."""
    weights = item * np.float32(_RIM)
    weights[_eroded(item)] = 1
    return weights


def _not_skin(lab: Floats, item: Mask) -> Floats:
    """Weights (height, width) that keep the skin of a model out.

    Where most of the item looks like skin it is the item, a beige shoe, unless the picture's edge cuts it,
    as it cuts the body of a model who wears little.
    """
    lightness, a, b = lab
    chroma = a * a + b * b
    skin = (b > 0.6 * a) & (b < 3.5 * a) & (chroma > 12**2) & (chroma < 45**2) & (lightness > 35) & item
    if skin.sum() > (_SKIN if _edge(skin).sum() < _CUT else _BODY) * item.sum():
        return np.ones(item.shape, dtype=np.float32)
    return np.where(skin, np.float32(_SKIN_WEIGHT), np.float32(1))


def _central(item: Mask) -> Floats:
    """Weights (height, width) that count the middle of the item's box most, wherever the item stands.

    What a model wears with the item, and her head, are near the ends of the box.
    """
    rows, columns = np.flatnonzero(item.any(1)), np.flatnonzero(item.any(0))
    top, left, bottom, right = rows[0], columns[0], rows[-1] + 1, columns[-1] + 1
    weights = np.zeros(item.shape, dtype=np.float32)
    weights[top:bottom, left:right] = _bump(int(bottom - top), int(right - left), _CENTRE)
    return weights


def _on_shaded(lab: Floats, background: Floats) -> Mask:
    """The item before a backdrop that is lit unevenly: a flood runs over all of its tint that changes slowly.

    The flood stops a pixel before the item's outline, so the background is grown by one.
    """
    away = lab - background[:, None, None]
    tinted = (away[1] ** 2 + away[2] ** 2 < _TINT**2) & (np.abs(away[0]) < _SHADE)
    rough = np.zeros(tinted.shape, dtype=bool)
    across, down = (np.abs(np.diff(lab[0], axis=axis)) > _STEP for axis in (1, 0))
    rough[:, 1:] |= across
    rough[:, :-1] |= across
    rough[1:] |= down
    rough[:-1] |= down
    reached = _flooded(tinted & ~rough)
    item: Mask = ~reached & (~tinted | _eroded(~reached))
    return item


def _flooded(passable: Mask) -> Mask:
    """The passable pixels that a flood from outside the picture reaches over shared edges.

    The mask is one long integer, a bit per pixel, so that a step of the flood is four shifts. A ring of
    passable pixels around the picture is the source, and makes the wrap from row to row harmless.
    """
    height, width = passable.shape
    framed = np.ones((height + 2, width + 2), dtype=bool)
    framed[1:-1, 1:-1] = passable
    stride, size = width + 2, framed.size
    open_bits = int.from_bytes(np.packbits(framed).tobytes(), "big") >> (-size % 8)
    framed[1:-1, 1:-1] = False
    flood = int.from_bytes(np.packbits(framed).tobytes(), "big") >> (-size % 8)
    while True:
        grown = (flood | flood << 1 | flood >> 1 | flood << stride | flood >> stride) & open_bits
        if grown == flood:
            break
        flood = grown
    packed = (flood << (-size % 8)).to_bytes((size + 7) // 8, "big")
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=size).astype(bool)
    return bits.reshape(height + 2, stride)[1:-1, 1:-1]


def _bump(height: int, width: int, spread: float) -> Floats:
    """A Gaussian bump over the middle, 1 at its top, (height, width); ``spread`` in sides of the box."""
    bump: Floats = _bell(height, spread)[:, None] * _bell(width, spread)
    return bump


@lru_cache(maxsize=128)
def _bell(size: int, spread: float) -> Floats:
    """A Gaussian over ``size`` pixels with its top in their middle, (size,)."""
    x = ((np.arange(size, dtype=np.float32) + 0.5) / size - 0.5) / spread
    bell: Floats = np.exp(x * x / -2)
    return bell


def _on_textured(lab: Floats, modes: Floats, shares: Floats) -> Floats:
    """Soft weights on a background of several colours: central, and unlike the border."""
    prior = _bump(lab.shape[1], lab.shape[2], _MIDDLE)
    weights = prior * _unlike(lab, modes, shares, _BLEND)
    return weights if weights.sum() >= 0.1 * prior.sum() else prior


def _unlike(lab: Floats, modes: Floats, shares: Floats, spread: float) -> Floats:
    """How unlike each pixel is to the main colours of the border, 0 to 1, shape (height, width)."""
    unlike = np.ones(lab.shape[1:], dtype=np.float32)
    for mode, share in zip(modes, shares, strict=True):
        if share >= _SEEN:
            unlike *= 1 - np.exp(_squared(lab, mode) / (-2 * spread**2))
    return unlike


def _few_colours(lab: Floats, weights: Floats) -> Floats:
    """At most `COLOURS` colours of weighted pixels (3, n), as `measure_palette` returns them."""
    keep = np.flatnonzero(weights > 0.02 * weights.max())
    lab, weights = lab.take(keep, axis=1), weights[keep]
    cells = ((lab + _TO_CELLS) * (1 / 10)).astype(np.intp)
    keys = _CELLS @ cells
    keys = (np.cumsum(np.bincount(keys) > 0) - 1)[keys]  # cells that hold pixels, in their order
    mass, *sums = np.array([np.bincount(keys, part) for part in (weights, *(weights * lab))])
    centres = np.stack(sums, axis=1) / mass[:, None]
    seeds = _seeds(centres, mass)
    nearest = _apart(centres, seeds).argmin(1)
    share = np.bincount(nearest, mass, minlength=len(seeds)).astype(np.float64)
    total = np.stack([np.bincount(nearest, mass * centres[:, i], minlength=len(seeds)) for i in range(3)], 1)
    used = share > 0
    mean, share = total[used] / share[used, None], share[used] / share.sum()
    order = np.argsort(-share, kind="stable")
    order = order[(share[order] >= _LEAST) | (np.arange(len(order)) == 0)]
    palette = np.concatenate([mean[order], share[order, None] / share[order].sum()], axis=1)
    return palette.astype(np.float32)


def _seeds(centres: Wide, mass: Wide) -> Wide:
    """Up to `COLOURS` well separated centres, the heaviest neighbourhoods first."""
    near = np.exp(-_apart(centres, centres) / (2 * (_MERGE / 1.5) ** 2))
    left = mass.copy()
    seeds: list[Wide] = []
    for _ in range(COLOURS):
        support = near @ left
        top = int(support.argmax())
        if seeds and support[top] < _LEAST * mass.sum():
            break
        seeds.append(centres[top])
        left *= 1 - np.minimum(1, near[top] * 1.5)
    return np.stack(seeds)


def _apart(some: Wide, others: Wide) -> Wide:
    """Squared differences (n, m) between colours (n, 3) and (m, 3)."""
    lightness, a, b = (np.subtract.outer(some[:, axis], others[:, axis]) for axis in range(3))
    apart: Wide = lightness * lightness + a * a + b * b
    return apart
