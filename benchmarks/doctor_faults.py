"""Spoilt pictures: blank, of one colour, blurred, tiny, of an unusual shape, bordered.

Drawn with Pillow's own operations, so that nothing is shared with what finds them.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps
from planting import Design, Fault, jpeg

Chance = np.random.Generator


def _plain(*colour: int) -> Design:
    return lambda picture, _rng: Image.new("RGB", picture.size, colour)


def _transparent(picture: Image.Image, _rng: Chance) -> Image.Image:
    return Image.new("RGBA", picture.size, (0, 0, 0, 0))


def _grain(picture: Image.Image, rng: Chance) -> Image.Image:
    """Nothing but a little noise around a neutral level."""
    level = int(rng.integers(100, 250))
    noise = Image.effect_noise(picture.size, float(rng.uniform(2, 8)))
    return ImageChops.add(noise.convert("RGB"), Image.new("RGB", picture.size, (0, 0, 0)), 1, level - 128)


def _gradient(picture: Image.Image, rng: Chance) -> Image.Image:
    """A soft grey run of light and nothing in it."""
    ramp = Image.linear_gradient("L") if rng.random() < 0.5 else Image.radial_gradient("L")
    low = int(rng.integers(150, 215))
    return ramp.point(lambda at: low + at * (250 - low) // 255).resize(picture.size).convert("RGB")


def _lens_cap(picture: Image.Image, _rng: Chance) -> Image.Image:
    """The photograph with nearly no light on it."""
    return jpeg(picture.point(lambda at: at // 32), 80)


def _washed_out(picture: Image.Image, _rng: Chance) -> Image.Image:
    """The photograph so overexposed that nothing is left."""
    return picture.point(lambda at: 255 - (255 - at) // 40)


def _coloured(picture: Image.Image, rng: Chance) -> Image.Image:
    hue, sat, val = int(rng.integers(0, 256)), int(rng.integers(110, 256)), int(rng.integers(90, 250))
    return Image.new("HSV", picture.size, (hue, sat, val)).convert("RGB")


def _coloured_grain(picture: Image.Image, rng: Chance) -> Image.Image:
    plain = _coloured(picture, rng)
    noise = Image.effect_noise(picture.size, float(rng.uniform(2, 7))).convert("RGB")
    return ImageChops.add(plain, noise, 1, -128)


def _coloured_run(picture: Image.Image, rng: Chance) -> Image.Image:
    """One hue, a little darker to one side."""
    plain = _coloured(picture, rng)
    ramp = Image.linear_gradient("L").rotate(int(rng.choice([0, 90, 180, 270]))).resize(picture.size)
    return Image.composite(plain, plain.point(lambda at: at * 4 // 5), ramp)


def _gaussian(picture: Image.Image, rng: Chance) -> Image.Image:
    radius = float(rng.uniform(0.0055, 0.015)) * max(picture.size)
    return picture.filter(ImageFilter.GaussianBlur(radius))


def _box(picture: Image.Image, rng: Chance) -> Image.Image:
    return picture.filter(ImageFilter.BoxBlur(float(rng.uniform(0.009, 0.02)) * max(picture.size)))


def _moved(picture: Image.Image, rng: Chance) -> Image.Image:
    """The camera was moved: a blur along a line."""
    steps = int(rng.uniform(0.03, 0.06) * max(picture.size))
    angle = rng.uniform(0, np.pi)
    held = np.zeros((picture.height, picture.width, 3))
    for step in range(steps):
        along = step - steps / 2
        held += np.asarray(ImageChops.offset(picture, int(along * np.cos(angle)), int(along * np.sin(angle))))
    return Image.fromarray((held / steps).astype(np.uint8))


def _enlarged(picture: Image.Image, rng: Chance) -> Image.Image:
    """A small picture blown up."""
    by = float(rng.uniform(4, 8))
    small = picture.resize((max(8, round(picture.width / by)), max(8, round(picture.height / by))))
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def _blurred_jpeg(picture: Image.Image, rng: Chance) -> Image.Image:
    return jpeg(_gaussian(picture, rng), int(rng.integers(40, 70)))


def _small(least: int, most: int) -> Design:
    def design(picture: Image.Image, rng: Chance) -> Image.Image:
        side = int(rng.integers(least, most + 1))
        return ImageOps.contain(picture, (side, side), Image.Resampling.LANCZOS)

    return design


def _strip(tall: bool, crop: bool) -> Design:
    """A strip of the picture, or the whole of it squeezed into one."""

    def design(picture: Image.Image, rng: Chance) -> Image.Image:
        ratio = float(rng.uniform(2.6, 6))
        longer = max(picture.size)
        size = (max(24, round(longer / ratio)), longer) if tall else (longer, max(24, round(longer / ratio)))
        return ImageOps.fit(picture, size) if crop else picture.resize(size)

    return design


def _frame(low: float, high: float, colour: str) -> Design:
    """The picture inside a frame, its size kept or grown."""

    def design(picture: Image.Image, rng: Chance) -> Image.Image:
        wide = max(2, round(float(rng.uniform(low, high)) * min(picture.size)))
        filled = _filling(colour, rng)
        framed = ImageOps.expand(picture, wide, filled)
        return framed.resize(picture.size, Image.Resampling.LANCZOS) if rng.random() < 0.5 else framed

    return design


def _filling(colour: str, rng: Chance) -> tuple[int, int, int]:
    if colour == "any":
        red, green, blue = rng.integers(0, 256, 3).tolist()
        return red, green, blue
    level = int(rng.integers(*{"black": (0, 12), "white": (247, 256), "grey": (60, 200)}[colour]))
    return level, level, level


def _bars(tall: bool, colour: str) -> Design:
    """Letterbox or pillarbox: two bars, above and below or left and right."""

    def design(picture: Image.Image, rng: Chance) -> Image.Image:
        share = float(rng.uniform(0.07, 0.2))
        wide = round(share * (picture.width if tall else picture.height))
        inner = ImageOps.fit(
            picture,
            (picture.width - 2 * wide, picture.height)
            if tall
            else (picture.width, picture.height - 2 * wide),
        )
        whole = Image.new("RGB", picture.size, _filling(colour, rng))
        whole.paste(inner, (wide, 0) if tall else (0, wide))
        return whole

    return design


def _polaroid(picture: Image.Image, rng: Chance) -> Image.Image:
    """A white frame with a wide foot."""
    side = round(0.06 * picture.width)
    whole = Image.new("RGB", (picture.width + 2 * side, picture.height + 5 * side), _filling("white", rng))
    whole.paste(picture, (side, side))
    return whole


def _line_frame(picture: Image.Image, rng: Chance) -> Image.Image:
    """A white frame with a dark line in it."""
    wide = round(float(rng.uniform(0.05, 0.09)) * min(picture.size))
    framed = ImageOps.expand(ImageOps.expand(picture, 2, (20, 20, 20)), wide, (255, 255, 255))
    ImageDraw.Draw(framed).rectangle(
        [0, 0, framed.width - 1, framed.height - 1], outline=(20, 20, 20), width=2
    )
    return framed


FAULTS: tuple[Fault, ...] = (
    Fault(
        "blank",
        {
            "white": _plain(255, 255, 255),
            "transparent": _transparent,
            "black": _plain(0, 0, 0),
            "nearly white": _plain(249, 250, 248),
            "grey": _plain(128, 128, 128),
            "grain": _grain,
            "gradient": _gradient,
            "lens cap": _lens_cap,
            "washed out": _washed_out,
        },
        also=("one-colour", "placeholder"),
    ),
    Fault(
        "one-colour",
        {"plain": _coloured, "grain": _coloured_grain, "run": _coloured_run},
        also=("blank", "placeholder"),
    ),
    Fault(
        "blurred",
        {
            "gaussian": _gaussian,
            "box": _box,
            "moved": _moved,
            "enlarged": _enlarged,
            "gaussian, JPEG": _blurred_jpeg,
        },
    ),
    Fault("tiny", {"8 to 24": _small(8, 24), "25 to 48": _small(25, 48), "49 to 64": _small(49, 64)}),
    Fault(
        "aspect",
        {
            "tall crop": _strip(tall=True, crop=True),
            "wide crop": _strip(tall=False, crop=True),
            "tall squeeze": _strip(tall=True, crop=False),
            "wide squeeze": _strip(tall=False, crop=False),
        },
    ),
    Fault(
        "border",
        {
            "black frame": _frame(0.05, 0.18, "black"),
            "white frame": _frame(0.06, 0.18, "white"),
            "grey frame": _frame(0.06, 0.18, "grey"),
            "coloured frame": _frame(0.06, 0.18, "any"),
            "black bars above and below": _bars(tall=False, colour="black"),
            "white bars above and below": _bars(tall=False, colour="white"),
            "black bars at the sides": _bars(tall=True, colour="black"),
            "white bars at the sides": _bars(tall=True, colour="white"),
            "polaroid": _polaroid,
            "line frame": _line_frame,
        },
    ),
)
"""The faults of this file."""
