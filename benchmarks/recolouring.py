"""The item of a picture in another colour, its ground as it was: what a shop does to show a variant."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from lookalike.distortions import border_colour

SEEN = 14.0
"""CIE76 difference, mean over the item, from which a recolouring counts as another colour."""

_NEAR = 26.0  # CIE76 from the colour of the middle within which a pixel is of the item, on an uneven ground
_SOFT = 10.0
_PLAIN = 0.9  # share of the border that is of one colour on a plain ground
_DULL = 12.0  # chroma under which a hue says nothing

Pixels = npt.NDArray[np.floating[Any]]


def recoloured(picture: Image.Image, seed: int) -> Image.Image | None:
    """The item dyed, turned in hue by 20 to 180°, or made lighter or darker; None where it hardly shows."""
    chance = np.random.default_rng(seed)
    lab = _lab(np.asarray(picture, dtype=np.float32))
    share = item_share(picture, lab)
    if not 0.04 < share.mean() < 0.9:
        return None
    light, chroma = lab[..., 0], lab[..., 1:]
    strength = float((np.hypot(chroma[..., 0], chroma[..., 1]) * share).sum() / share.sum())
    middle = float((light * share).sum() / share.sum())
    way = int(chance.integers(3))
    new = lab.copy()
    if way == 0 or (way == 1 and strength < _DULL):  # dyed: one hue all over, the light kept
        turn, deep = chance.uniform(0, 2 * np.pi), chance.uniform(18, 45)
        new[..., 1:] = 0.5 * chroma + deep * np.array([np.cos(turn), np.sin(turn)])
    elif way == 1:
        turn = np.deg2rad(chance.uniform(20, 180) * chance.choice([-1, 1]))
        cos, sin = np.cos(turn), np.sin(turn)
        new[..., 1:] = chroma @ np.array([[cos, sin], [-sin, cos]])
    else:
        goal = middle + chance.uniform(18, 40) * (1 if middle < 50 else -1)
        new[..., 0] = np.clip(light * goal / max(middle, 8.0), 0, 100)
    back = np.asarray(picture, dtype=np.float32)
    mixed = back + (_rgb(new) - back) * share[..., None]
    made = np.clip(np.rint(mixed), 0, 255)
    unlike = np.sqrt(((_lab(made) - lab) ** 2).sum(axis=2))
    if float((unlike * share).sum() / share.sum()) < SEEN:
        return None
    return Image.fromarray(made.astype(np.uint8))


def item_share(picture: Image.Image, lab: Pixels) -> Pixels:
    """How much a pixel is of the item, 0 to 1: unlike a plain ground, or like the middle of it."""
    ground = _lab(np.array([[border_colour(picture)]], dtype=np.float32))[0, 0]
    off = np.sqrt(((lab - ground) ** 2).sum(axis=2))
    border = np.concatenate([off[0], off[-1], off[:, 0], off[:, -1]])
    if (border < 8).mean() > _PLAIN:
        plain: Pixels = np.clip((off - 8) / _SOFT, 0, 1)
        return plain
    height, width = off.shape
    middle = lab[int(0.35 * height) : int(0.65 * height), int(0.35 * width) : int(0.65 * width)]
    off = np.sqrt(((lab - np.median(middle.reshape(-1, 3), axis=0)) ** 2).sum(axis=2))
    share = np.clip((_NEAR - off) / _SOFT, 0, 1).astype(np.float32)
    soft = Image.fromarray((255 * share).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.5))
    return np.asarray(soft, dtype=np.float32) / 255


_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _TO_XYZ.sum(axis=1)


def _lab(pixels: Pixels) -> Pixels:
    """CIE L*a*b* (D65) of sRGB pixels (..., 3), 0 to 255."""
    level = pixels / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _WHITE
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack(
        [
            116 * root[..., 1] - 16,
            500 * (root[..., 0] - root[..., 1]),
            200 * (root[..., 1] - root[..., 2]),
        ],
        axis=-1,
    ).astype(np.float32)


def _rgb(lab: Pixels) -> Pixels:
    """sRGB, 0 to 255, of CIE L*a*b* pixels; what no screen shows is cut."""
    y = (lab[..., 0] + 16) / 116
    root = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(root**3 > 216 / 24389, root**3, (116 * root - 16) * 27 / 24389) * _WHITE
    linear = np.clip(xyz @ np.linalg.inv(_TO_XYZ).T, 0, 1)
    level = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    found: Pixels = 255 * level
    return found
