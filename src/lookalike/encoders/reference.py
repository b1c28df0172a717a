"""A picture made of arithmetic alone: all machines draw the same pixels, and must get the same vector."""

from __future__ import annotations

import numpy as np

from lookalike.encoders.base import Pixels


def reference_picture(width: int, height: int) -> Pixels:
    """A disc with stripes, a ramp behind it, on white; RGB, shape (height, width, 3). Whole numbers only."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    ramp = (x >= width // 8) & (x < width - width // 8) & (y >= height // 2) & (y < height - height // 8)
    pixels[ramp] = np.stack([40 + 160 * x // width, 90 + 0 * x, 200 - 120 * y // height], axis=-1)[ramp]
    radius = 3 * min(width, height)
    disc = (10 * (x - width // 2)) ** 2 + (10 * (y - 2 * height // 5)) ** 2 <= radius**2
    stripe = ((x + 2 * y) // 9) % 2 == 0
    pixels[disc] = (190, 40, 50)
    pixels[disc & stripe] = (245, 220, 120)
    return pixels
