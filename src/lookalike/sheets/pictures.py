"""Pictures on a page: each is inside it, and where there is none that is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

Thumbnails = Callable[[Sequence[str]], Mapping[str, bytes]]
"""Small JPEGs of main pictures by product id; what is not there is left out."""

LARGE, SMALL = 240, 136
"""Pixels of the longest side of a picture that asks, and of one that was found."""

TICK = '<b class="tick" aria-hidden="true">✓</b>'
"""What marks a picture that counts, beside its frame."""


def image(address: str, alt: str) -> str:
    """A picture by its address, or what stands where there is none (`lookalike.images.inlined`)."""
    if not address:
        return f'<span class="none" role="img" aria-label="{escape(alt)}">no picture</span>'
    return f'<img src="{address}" alt="{escape(alt)}" decoding="async">'
