"""What is to be otherwise: "this, but in blue" is asked with a look and colours that are moved there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike import colour
from lookalike.filters import Filter
from lookalike.palette import COLOURS, lab_from_rgb
from lookalike.vectors import Floats, unit
from lookalike.view import View

STRENGTH = 0.5
"""How far a look is moved, as a share of the way between the middles of the two colours (decision 0018)."""


def colours_wished(but: Filter) -> list[str]:
    """The measured colours that a wish names, of which one is to hold; none where it names none."""
    for term in but.terms:
        if term.field.casefold() in ("colour", "color") and term.op == "=":
            return [name for value in term.values if (name := colour.canonical(value))]
    return []


def moved(view: View, row: int, looks: Floats, wished: Sequence[str]) -> Floats:
    """Unit vectors (m, dim) of a product, moved from its own colour towards the colours wished.

    The way is that from the middle of the looks of the catalogue's products of its colour to the middle of
    those of the wished one: a step that changes what colour changes, and leaves the rest where it was.
    """
    own = [name for name in colour.NAMES if view.is_of_colour(name)[row]]
    if set(own) & set(wished):
        return looks
    there = [view.middles[name] for name in wished if name in view.middles]
    here = [view.middles[name] for name in own if name in view.middles]
    if not there or not here:
        return looks
    step = np.mean(there, axis=0) - np.mean(here, axis=0)
    return unit(looks + np.float32(STRENGTH) * step)[0]


def swatches(wished: Sequence[str]) -> Floats:
    """Colour vectors (n, 128) of items that are of one colour each."""
    palettes = np.zeros((len(wished), COLOURS, 4), dtype=np.float32)
    for palette, name in zip(palettes, wished, strict=True):
        rgb = np.frombuffer(bytes.fromhex(colour.SWATCHES[name][1:]), dtype=np.uint8)
        palette[0] = (*lab_from_rgb(rgb[None])[0], 1.0)
    return colour.colour_vectors(palettes)
