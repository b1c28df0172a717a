"""What a generator makes, looked at: beside what it learnt from, and beside real products."""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.encoders.base import ImageEncoder
from lookalike.images import Picture
from lookalike.imagining.eigenpictures import Eigenpictures, Pixels
from lookalike.ingest.measuring import encode_pictures
from lookalike.learning.generator.gathering import Gathered
from lookalike.learning.generator.likeness import Copying, Variety, copying, nearest, variety
from lookalike.learning.generator.prompts import Asked
from lookalike.learning.generator.report import Imagined, Sample
from lookalike.learning.generator.sheets import SAMPLES
from lookalike.training.lessons import Lessons
from lookalike.vectors import Floats


def measured(
    lessons: Lessons, found: Gathered, patterns: Eigenpictures, made: Pixels
) -> tuple[list[Imagined], Copying]:
    """What was made of each text (texts, n, side, side, 3), and whether it copies."""
    learnt = found.material.learnt
    pixels = found.material.pixels[learnt]
    ids = [lessons.ids[row] for row in found.rows[learnt].tolist()]
    every = made.reshape(-1, *made.shape[-3:])
    near = nearest(every, pixels, patterns)
    shown = [
        Sample(
            (ids[by_pixels], float(near.pixels[at])),
            (ids[by_codes], float(near.codes[at])),
            np.stack([every[at], pixels[by_pixels], pixels[by_codes]]),
        )
        for at, (by_pixels, by_codes) in enumerate(zip(near.by_pixels, near.by_codes, strict=True))
    ]
    imagined = [
        Imagined(
            one.prompt.text,
            len(one.products),
            _variety(lessons, found, one, patterns, own),
            shown[number * SAMPLES : (number + 1) * SAMPLES],
        )
        for number, (one, own) in enumerate(zip(found.asked, made, strict=True))
    ]
    return imagined, copying(near, nearest(found.unseen, pixels, patterns))


def _variety(
    lessons: Lessons, found: Gathered, asked: Asked, patterns: Eigenpictures, made: Pixels
) -> Variety:
    """How varied pictures of one text are beside as many real ones, as small, of products it is said of."""
    place = {row: at for at, row in enumerate(found.rows.tolist())}
    families: dict[str, int] = {}
    for row in np.random.default_rng(0).permutation(asked.products).tolist():
        families.setdefault(lessons.families[row], place[row])
    real = found.material.pixels[[*families.values()][:SAMPLES]]
    looks = _looks(made, lessons.encoder), _looks(real, lessons.encoder)
    return variety(made, real, patterns, looks)


def _looks(pixels: Pixels, encoder: ImageEncoder) -> Floats:
    side = pixels.shape[1]
    return encode_pictures([Picture(Image.fromarray(one), side, side) for one in pixels], encoder)[0]
