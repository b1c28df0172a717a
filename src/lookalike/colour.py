"""Colours in words and numbers: naming a palette, filtering by name, comparing two palettes."""

from __future__ import annotations

from functools import cache

import numpy as np

from lookalike.palette import COLOURS, Pixels, lab_from_rgb, measure_palette, rgb_from_lab
from lookalike.vectors import Floats, Mask

__all__ = [
    "ALIASES",
    "COLOURS",
    "NAMES",
    "SWATCHES",
    "canonical",
    "colour_vectors",
    "describe",
    "described",
    "has_colour",
    "measure_palette",
    "name_shares",
    "shows",
    "words",
]

# Typical colours of each name as a shop's pictures show them; a colour has the name of the nearest one.
_TYPICAL = {
    "black": "000000 0c0c0d 18181a 242426 303032 3a3a3b 424243 161416 202420 2a2624 1a1c20",
    "white": "ffffff f4f4f4 e8e8e8 dcdcdc d0d0d0 f2f4fa e4e8f0 f8f4f0 e8e4de dce0e4 f4f8f4",
    "grey": (
        "585859 606060 6e6e6e 808080 929292 a4a4a4 b6b6b6 c0c0c0 565c60 78726e 8c9498 a8a4a0 b4b8bc "
        "686c64 9c9c94 60646c"
    ),
    "red": (
        "ff0000 e01020 c8102e b01020 901018 701018 d83038 5c1018 b03038 481418 802830 a04040 603034 "
        "e03820 c03820 b84028 a83420 e84850 e05050 f04840 c84840"
    ),
    "green": (
        "008000 00a040 2e8b3a 60b040 90d060 405a20 206030 184028 70a080 607038 a0c890 30e060 50ff50 "
        "708050 c0e0b8 344030 3c4c44 24342a 505834 88a878 b0d840 808c60 5c7060"
    ),
    "yellow": "ffff00 ffe000 f5d020 ffd830 e8c830 fff080 d8c040 f8f060 d0d020 fff4b0 c8a820 f0e890",
    "blue": (
        "0000ff 1040c0 2060d0 3080e0 60a0e0 90c0f0 4070a0 5080b0 b8d4ee 306090 88a8c8 0090d8 6888a8 "
        "486078 304c6c 2850a0 a0b4cc c8dcf4 7080a0 5060a8 3038b0 8098d0 10a0e8 50c0f0"
    ),
    "brown": (
        "603010 704020 804828 905830 503020 402018 6e4a30 8a6440 a07048 583828 785848 301c14 3c2c26 "
        "4c3c34 5c4a40 6c5c50 886c58 281814 907860 4c2c24 905030 5a4a2c"
    ),
    "orange": "ff8000 ff6000 f07020 e86818 ffa030 ff9850 d86820 f09040 ff7050 f0b060",
    "pink": (
        "ffc0cb ff90b0 ff60a0 f04090 e83080 ffb0b0 f8a0a8 f06080 e0a0b0 d86890 ffd8e0 e88080 c83070 "
        "b85878 f0c8d0 e8b8b8 a82860 c88898"
    ),
    "purple": (
        "800080 602080 9040b0 704898 a070c0 c0a0e0 502850 b090c8 d8c8e8 604070 9030a0 c050d0 402844 "
        "583c60 806890 a898b8 6838c8 703860 58305c b8a0c0"
    ),
    "navy": (
        "000040 101840 182048 202850 0c1430 283058 1c2438 1c2030 282e3c 303848 000080 18284c 343c54 "
        "20304c 2c4070"
    ),
    "beige": "f5e8d0 e8d8b8 e0d0b0 d8c0a0 c8b090 f0e0c8 d0c0a8 f8ecd8 c8b8a0 b8a488 d8ccb8 b8a890 f0dcc0",
    "turquoise": "40e0d0 20b8b0 009090 108080 60d0d0 a0e0e0 006870 00c0c8 78b0b0 c0ecec 205c60",
}

NAMES: tuple[str, ...] = tuple(_TYPICAL)
"""The eleven basic colour terms of Berlin and Kay (1969), and three more that shops use."""

_NAMED = {f"{place:02x}": name for place, name in enumerate(NAMES)}

SWATCHES: dict[str, str] = {
    "black": "#161618",
    "white": "#ffffff",
    "grey": "#8a8c90",
    "red": "#c8202c",
    "green": "#2e8b3a",
    "yellow": "#f5d020",
    "blue": "#3070c8",
    "brown": "#7a4a28",
    "orange": "#f07a20",
    "pink": "#f08cb0",
    "purple": "#75409c",
    "navy": "#1d2b53",
    "beige": "#e0d0b0",
    "turquoise": "#22b8b0",
}
"""One colour of each name, "#rrggbb", for showing the name."""

ALIASES: dict[str, str] = {
    "gray": "grey",
    "charcoal": "grey",
    "violet": "purple",
    "lavender": "purple",
    "lilac": "purple",
    "mauve": "purple",
    "plum": "purple",
    "magenta": "pink",
    "fuchsia": "pink",
    "rose": "pink",
    "cream": "beige",
    "khaki": "beige",
    "sand": "beige",
    "ivory": "white",
    "ecru": "beige",
    "nude": "beige",
    "off white": "white",
    "navy blue": "navy",
    "dark blue": "navy",
    "light blue": "blue",
    "sky blue": "blue",
    "sky": "blue",
    "royal blue": "blue",
    "cobalt": "blue",
    "denim": "blue",
    "maroon": "red",
    "burgundy": "red",
    "wine": "red",
    "crimson": "red",
    "olive": "green",
    "emerald": "green",
    "forest": "green",
    "forest green": "green",
    "sage": "green",
    "mint": "green",
    "lime": "green",
    "lime green": "green",
    "light green": "green",
    "dark green": "green",
    "mustard": "yellow",
    "lemon": "yellow",
    "tan": "brown",
    "camel": "beige",
    "chocolate": "brown",
    "peach": "pink",
    "coral": "orange",
    "teal": "turquoise",
    "aqua": "turquoise",
    "cyan": "turquoise",
    "turquoise blue": "turquoise",
}
"""Other words for the names."""

BROADER: dict[str, tuple[str, ...]] = {"blue": ("blue", "navy")}
"""Whoever asks for the key is shown every name of the value: navy is a blue, but not every blue is navy."""

ANCHORS = 128
"""Numbers in a colour vector."""

_BLOCK = 1024  # colours compared with the typical ones at once: what is found stays near the processor


def canonical(word: str) -> str | None:
    """The name in `NAMES` that a word stands for, in any case, or None when it is no colour."""
    plain = " ".join(word.casefold().replace("-", " ").replace("_", " ").split())
    if plain in NAMES:
        return plain
    return ALIASES.get(plain)


@cache
def kin(name: str) -> tuple[str, ...]:
    """The other names of `NAMES`, that whose swatch looks most alike first; lightness counts half."""
    rgb = np.array([list(bytes.fromhex(SWATCHES[one][1:])) for one in NAMES], dtype=np.uint8)
    points = _even(lab_from_rgb(rgb), 0.5)
    apart = ((points - points[NAMES.index(name)]) ** 2).sum(1)
    return tuple(NAMES[place] for place in np.argsort(apart, kind="stable").tolist() if NAMES[place] != name)


def name_shares(palettes: Floats) -> Floats:
    """How much of each item has each name of `NAMES`, shape (m, len(NAMES)), from palettes (m, n, 4).

    Every colour has one name, so a row sums to the sum of the palette's shares. Colours with no share do
    not count.
    """
    shares = np.zeros((len(palettes), len(NAMES)), dtype=np.float32)
    rows, slots = np.nonzero(palettes[..., 3] > 0)
    names = _names_of(palettes[rows, slots, :3])
    np.add.at(shares, (rows, names), palettes[rows, slots, 3])
    return shares


def has_colour(palettes: Floats, name: str, least: float = 0.35) -> Mask:
    """Which items a shopper would say are ``name``, shape (m,), from palettes (m, n, 4).

    ``name`` is one of `NAMES` or of `ALIASES`; anything else raises KeyError. An item is blue when blues
    make up ``least`` of it, so it may be of two colours, or of none when it has many.
    """
    return shows(name_shares(palettes), name, least)


def shows(shares: Floats, name: str, least: float = 0.35) -> Mask:
    """The same as `has_colour`, from the `name_shares` of the items, (m, len(NAMES))."""
    known = canonical(name)
    if known is None:
        raise KeyError(name)
    columns = [NAMES.index(part) for part in BROADER.get(known, (known,))]
    mask: Mask = shares[:, columns].sum(1) >= least
    return mask


def describe(palette: Floats) -> list[tuple[str, float, str]]:
    """A palette (n, 4) for showing: name, share and "#rrggbb" of each colour, in the palette's order."""
    return [*described(words(palette[None]), palette[None, :, 3])[0]]


def words(palettes: Floats) -> Pixels:
    """What is said of the colours of palettes (m, n, 4): red, green, blue and the place in `NAMES`."""
    lab = palettes[..., :3].reshape(-1, 3)
    found = np.empty((len(lab), 4), dtype=np.uint8)
    found[:, :3] = rgb_from_lab(lab)
    found[:, 3] = _names_of(lab)
    return found.reshape(palettes.shape)


def described(said: Pixels, shares: Floats) -> list[tuple[tuple[str, float, str], ...]]:
    """For showing: name, share and "#rrggbb" of the colours of m items, those with a share, in their order.

    ``said`` (m, n, 4) are their `words`, ``shares`` (m, n) their shares.
    """
    text = "#" + said.tobytes().hex("#", 4)  # such as "#1d2b530b#": the last two signs are the name's place
    found, at = [], 0
    for item in shares.tolist():
        own = []
        for share in item:
            if share > 0:
                own.append((_NAMED[text[at + 7 : at + 9]], share, text[at : at + 7]))
            at += 9
        found.append(tuple(own))
    return found


def colour_vectors(palettes: Floats, width: float = 6.0, lightness: float = 0.5) -> Floats:
    """Unit vectors (m, 128) of palettes (m, n, 4); the dot product of two is their colour similarity.

    1 means the same colours in the same shares, 0 nothing alike. Each colour is spread over fixed anchors
    with a kernel, the spreads are added by share, and the square root is taken: the dot product is then the
    Bhattacharyya coefficient of two distributions of colour (Kailath 1967). The kernel is a Gaussian of this
    ``width`` with a fifth of its weight three times as wide, so that red is nearer to orange than to green
    though neither is near.
    ``lightness`` is what a difference of lightness counts against one of hue or chroma: less, because a
    photograph's brightness is not the item's.
    """
    anchors = _anchors(lightness)
    vectors = np.empty((len(palettes), len(anchors)), dtype=np.float32)
    for start in range(0, len(palettes), 4096):
        part = palettes[start : start + 4096]
        points = _even(part[..., :3].reshape(-1, 3), lightness)
        spread = _spread(points, anchors, width).reshape(*part.shape[:2], -1)
        mixed = np.sqrt((part[:, None, :, 3] @ spread)[:, 0])
        norms = np.sqrt((mixed**2).sum(1, keepdims=True))
        vectors[start : start + 4096] = mixed / np.maximum(norms, 1e-9)
    return vectors


def apart(lab: Floats, name: str) -> Floats:
    """How far colours (n, 3) of CIELAB are from the nearest that is typical of a name of `NAMES`, (n,).

    0 is typical; what looks clearly otherwise is 12 or more away.
    """
    typical, owner = _typical()
    own = typical[np.isin(owner, [NAMES.index(part) for part in BROADER.get(name, (name,))])]
    squares = ((_even(lab, 1.0)[:, None] - own[None]) ** 2).sum(axis=-1)
    found: Floats = np.sqrt(squares.min(axis=1))
    return found


def _names_of(lab: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The place in `NAMES` of each colour, shape (n,), from (n, 3)."""
    _, owner = _typical()
    squares, minus_twice = _apart_by()
    points = _even(lab, 1.0)
    names = np.empty(len(lab), dtype=np.intp)
    for start in range(0, len(lab), _BLOCK):
        score = points[start : start + _BLOCK] @ minus_twice
        score += squares
        names[start : start + _BLOCK] = owner[score.argmin(1)]
    return names


@cache
def _apart_by() -> tuple[Floats, Floats]:
    """Of the typical colours their squares (t,), and (3, t) -2 times their values.

    With these a colour's squared distance to each is a product and a sum, but for its own square.
    """
    typical, _ = _typical()
    return (typical**2).sum(1), (-2 * typical).T


@cache
def _typical() -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    codes = [(place, code) for place, name in enumerate(NAMES) for code in _TYPICAL[name].split()]
    rgb = np.array([list(bytes.fromhex(code)) for _, code in codes], dtype=np.uint8)
    return _even(lab_from_rgb(rgb), 1.0), np.array([place for place, _ in codes], dtype=np.intp)


def _even(lab: Floats, lightness: float) -> Floats:
    """Colours (n, 3) where distances between vivid colours are as large as they look.

    CIELAB overstates differences of chroma among vivid colours; its logarithm evens them out, as in DIN99
    (DIN 6176). Lightness is multiplied by ``lightness``.
    """
    even = np.array(lab)
    squares = even * even
    chroma = 0.045 * np.sqrt(squares[:, 1] + squares[:, 2])
    even[:, 1:] *= (np.log1p(chroma) / np.maximum(chroma, 1e-6))[:, None]
    even[:, 0] *= lightness
    return even.astype(np.float32, copy=False)


@cache
def _anchors(lightness: float) -> Floats:
    """Points spread evenly over the colours of sRGB, each the farthest from those before it."""
    steps = np.linspace(0, 255, 13).round().astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    points = _even(lab_from_rgb(cube), lightness)
    chosen = [0]
    distance = ((points - points[0]) ** 2).sum(1)
    for _ in range(ANCHORS - 1):
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(1))
    return points[chosen]


def _spread(points: Floats, anchors: Floats, width: float) -> Floats:
    """The kernel of points (n, 3) over the anchors, each row summing to 1, shape (n, d)."""
    square = (points**2).sum(1)[:, None] + (anchors**2).sum(1) - 2 * points @ anchors.T
    square -= square.min(1, keepdims=True)
    narrow, wide = np.exp(square / (-2 * width**2)), np.exp(square / (-2 * (3 * width) ** 2))
    narrow *= 0.8 / narrow.sum(1, keepdims=True)
    wide *= 0.2 / wide.sum(1, keepdims=True)
    result: Floats = narrow + wide
    return result
