"""The dyes and glazes of the demo shop: named shades, each with its basic colour word."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.demo.canvas import Rgb


@dataclass(frozen=True, slots=True)
class Shade:
    """One colour as a shop names it, the basic colour word for it, and sRGB in 0..1."""

    name: str
    basic: str
    rgb: Rgb


def _shade(name: str, basic: str, code: str) -> Shade:
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return Shade(name, basic, (red, green, blue))


SHADES: dict[str, Shade] = {
    shade.name: shade
    for shade in (
        _shade("black", "black", "26262a"),
        _shade("white", "white", "f4f3f0"),
        _shade("grey", "grey", "8f9297"),
        _shade("charcoal", "grey", "55585e"),
        _shade("navy", "blue", "233a6b"),
        _shade("cobalt", "blue", "2257c4"),
        _shade("sky blue", "blue", "86b8e6"),
        _shade("denim", "blue", "4a6d9c"),
        _shade("red", "red", "c9252d"),
        _shade("burgundy", "red", "7d1f2f"),
        _shade("coral", "orange", "f0744f"),
        _shade("orange", "orange", "ee8322"),
        _shade("mustard", "yellow", "dba520"),
        _shade("lemon", "yellow", "f4d94a"),
        _shade("forest", "green", "24603c"),
        _shade("sage", "green", "8fae86"),
        _shade("emerald", "green", "149064"),
        _shade("olive", "green", "6f7634"),
        _shade("teal", "turquoise", "15807f"),
        _shade("purple", "purple", "6b3a94"),
        _shade("lilac", "purple", "b69ad8"),
        _shade("pink", "pink", "ee8db0"),
        _shade("rose", "pink", "d6517f"),
        _shade("brown", "brown", "6d4127"),
        _shade("tan", "brown", "b07a45"),
        _shade("beige", "beige", "d9c3a1"),
        _shade("cream", "beige", "eee0c4"),
    )
}

_PARTNERS: dict[str, tuple[str, ...]] = {
    "black": ("white", "mustard", "red", "cream"),
    "white": ("navy", "black", "red", "forest", "sky blue"),
    "grey": ("white", "navy", "coral"),
    "charcoal": ("white", "sky blue", "mustard"),
    "navy": ("white", "red", "mustard", "sky blue"),
    "cobalt": ("white", "lemon"),
    "sky blue": ("white", "navy"),
    "denim": ("white", "cream"),
    "red": ("white", "navy", "cream"),
    "burgundy": ("cream", "pink"),
    "coral": ("white", "teal", "cream"),
    "orange": ("white", "navy", "cream"),
    "mustard": ("white", "navy", "brown"),
    "lemon": ("white", "grey", "sky blue"),
    "forest": ("white", "cream", "mustard"),
    "sage": ("white", "cream", "forest"),
    "emerald": ("white", "navy", "cream"),
    "olive": ("cream", "mustard", "black"),
    "teal": ("white", "coral", "cream"),
    "purple": ("white", "lilac", "mustard"),
    "lilac": ("white", "purple"),
    "pink": ("white", "burgundy", "rose"),
    "rose": ("white", "cream", "burgundy"),
    "brown": ("cream", "beige", "mustard"),
    "tan": ("cream", "brown", "white"),
    "beige": ("white", "brown", "navy"),
    "cream": ("tan", "navy", "forest", "burgundy"),
}


def partners(shade: Shade) -> tuple[Shade, ...]:
    """Shades that go well with this one: for stripes, trims and blooms."""
    return tuple(SHADES[name] for name in _PARTNERS[shade.name])


WOODS: tuple[Rgb, ...] = ((0.76, 0.58, 0.39), (0.55, 0.36, 0.22), (0.86, 0.72, 0.53), (0.36, 0.24, 0.17))
METALS: tuple[Rgb, ...] = ((0.80, 0.66, 0.36), (0.72, 0.73, 0.76), (0.22, 0.22, 0.24), (0.83, 0.60, 0.50))
LEATHERS = (
    "black",
    "brown",
    "tan",
    "burgundy",
    "navy",
    "red",
    "cream",
    "forest",
    "beige",
    "rose",
    "teal",
    "mustard",
)
CLOTH = tuple(SHADES)
GLAZES = (
    "white",
    "cobalt",
    "sky blue",
    "red",
    "mustard",
    "sage",
    "emerald",
    "teal",
    "pink",
    "lilac",
    "black",
    "coral",
    "cream",
    "navy",
    "grey",
)
