"""What cameras, light and editing do to a picture: known changes, to test against and to train with.

Every distortion takes an RGB picture and gives an RGB picture; chance is an argument.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Distortion = Callable[[Image.Image], Image.Image]

_UNLIKE = 28.0  # levels of 255 from the border's colour at which a pixel is the item's
_SOFT = 12.0  # levels over which ground passes into item


def brightness(factor: float) -> Distortion:
    """Light times ``factor``: 1.3 is 30% more."""
    return lambda picture: ImageEnhance.Brightness(picture).enhance(factor)


def contrast(factor: float) -> Distortion:
    """Distances from the mean grey times ``factor``."""
    return lambda picture: ImageEnhance.Contrast(picture).enhance(factor)


def white_balance(red: float, blue: float) -> Distortion:
    """Red and blue light times a factor each: (1.15, 0.85) is lamplight."""

    def apply(picture: Image.Image) -> Image.Image:
        pixels = np.asarray(picture, dtype=np.float32) * np.array([red, 1.0, blue], dtype=np.float32)
        return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))

    return apply


def jpeg(quality: int) -> Distortion:
    """Stored as a JPEG of this quality and read again."""

    def apply(picture: Image.Image) -> Image.Image:
        stored = io.BytesIO()
        picture.save(stored, "JPEG", quality=quality)
        with Image.open(stored) as again:
            return again.convert("RGB")

    return apply


def crop(share: float, across: float = 0.5, down: float = 0.5) -> Distortion:
    """A window of ``share`` of each side; ``across`` and ``down`` say where, 0 to 1."""

    def apply(picture: Image.Image) -> Image.Image:
        width = max(1, round(picture.width * share))
        height = max(1, round(picture.height * share))
        left = round((picture.width - width) * across)
        top = round((picture.height - height) * down)
        return picture.crop((left, top, left + width, top + height))

    return apply


def rotation(degrees: float) -> Distortion:
    """Turned anticlockwise about the middle, corners filled with the colour of the border."""

    def apply(picture: Image.Image) -> Image.Image:
        return picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=border_colour(picture))

    return apply


def mirrored(picture: Image.Image) -> Image.Image:
    """Left and right changed."""
    return ImageOps.mirror(picture)


def upside_down(picture: Image.Image) -> Image.Image:
    """Mirrored at the horizontal: top and bottom changed."""
    return ImageOps.flip(picture)


def stretch(across: float, down: float = 1.0) -> Distortion:
    """Width and height times a factor each."""

    def apply(picture: Image.Image) -> Image.Image:
        size = (max(1, round(picture.width * across)), max(1, round(picture.height * down)))
        return picture.resize(size, Image.Resampling.LANCZOS)

    return apply


def border(share: float, red: int = 255, green: int = 255, blue: int = 255) -> Distortion:
    """A frame of one colour outside the picture, as wide as ``share`` of the shorter side."""

    def apply(picture: Image.Image) -> Image.Image:
        return ImageOps.expand(picture, max(1, round(share * min(picture.size))), (red, green, blue))

    return apply


def greyscale(picture: Image.Image) -> Image.Image:
    """Only the lightness is left (ITU-R 601 luma)."""
    return picture.convert("L").convert("RGB")


def watermark(text: str, opacity: float = 0.4, level: int = 128) -> Distortion:
    """A line of writing in grey across the middle, rising, as wide as nine tenths of the picture."""

    def apply(picture: Image.Image) -> Image.Image:
        width, height = picture.size
        probe = ImageFont.load_default(20)
        size = 20 * 0.9 * width / max(1.0, probe.getlength(text))
        font = ImageFont.load_default(max(1.0, size))
        mask = Image.new("L", picture.size)
        ImageDraw.Draw(mask).text(
            (width / 2, height / 2), text, fill=round(255 * opacity), font=font, anchor="mm"
        )
        mask = mask.rotate(20, Image.Resampling.BICUBIC)
        return Image.composite(Image.new("RGB", picture.size, (level, level, level)), picture, mask)

    return apply


def blur(radius: float) -> Distortion:
    """Out of focus by ``radius`` pixels in a picture of 300."""

    def apply(picture: Image.Image) -> Image.Image:
        return picture.filter(ImageFilter.GaussianBlur(radius * max(picture.size) / 300))

    return apply


def noise(strength: float, seed: int) -> Distortion:
    """Sensor noise with a standard deviation of ``strength`` levels of 255."""

    def apply(picture: Image.Image) -> Image.Image:
        pixels = np.asarray(picture, dtype=np.float32)
        grain = np.random.default_rng(seed).normal(0, strength, pixels.shape)
        return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))

    return apply


def perspective(strength: float, seed: int) -> Distortion:
    """Seen from a little aside: corners move by up to ``strength`` of the picture's sides."""

    def apply(picture: Image.Image) -> Image.Image:
        rng = np.random.default_rng(seed)
        width, height = picture.size
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
        moved = corners + rng.uniform(-strength, strength, (4, 2)) * [width, height]
        return picture.transform(
            picture.size,
            Image.Transform.PERSPECTIVE,
            _homography(corners, moved),
            Image.Resampling.BICUBIC,
            fillcolor=border_colour(picture),
        )

    return apply


def background(fill: Distortion) -> Distortion:
    """The item on another ground: what is like the border and reaches it comes from ``fill``.

    Meant for pictures on a plain, light ground. The new ground keeps the shadows of the old one.
    """

    def apply(picture: Image.Image) -> Image.Image:
        pixels = np.asarray(picture, dtype=np.float32)
        ground = np.array(border_colour(picture), dtype=np.float32)
        unlike = np.abs(pixels - ground).max(axis=2)
        share = np.clip((_UNLIKE - unlike) / _SOFT, 0, 1) * _flooded(unlike < _UNLIKE)
        lit = np.asarray(fill(picture), dtype=np.float32) * (pixels / np.maximum(ground, 1)).clip(0, 1)
        mixed = pixels + (lit - pixels) * share[..., None]
        return Image.fromarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8))

    return apply


def plain(red: int, green: int, blue: int) -> Distortion:
    """Nothing but one colour, as large as the picture."""
    return lambda picture: Image.new("RGB", picture.size, (red, green, blue))


def room(seed: int) -> Distortion:
    """A wall in uneven light and a boarded floor, as large as the picture."""

    def apply(picture: Image.Image) -> Image.Image:
        rng = np.random.default_rng(seed)
        width, height = picture.size
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        wall = rng.uniform(120, 220) + rng.normal(0, 14, 3)
        floor = rng.uniform(60, 170) * np.array([1.0, 0.82, 0.64])
        angle = rng.uniform(0, 2 * math.pi)
        light = 1 + 0.2 * np.cos(angle) * (x / width - 0.5) + 0.2 * np.sin(angle) * (y / height - 0.5)
        foot = height * rng.uniform(0.6, 0.9)
        boards = 1 - 0.25 * (np.abs((y - foot) % (height / 9)) < height / 120)
        drawn = np.where((y > foot)[..., None], floor * boards[..., None], wall) * light[..., None]
        drawn += rng.normal(0, 3, drawn.shape)
        return Image.fromarray(np.clip(np.rint(drawn), 0, 255).astype(np.uint8))

    return apply


def phone(seed: int) -> Distortion:
    """A customer's snapshot: perspective, turn, crop, light and its colour, focus, noise, JPEG."""
    rng = np.random.default_rng(seed)
    steps: list[Distortion] = [
        perspective(0.08, seed),
        rotation(float(rng.uniform(-12, 12))),
        crop(float(rng.uniform(0.8, 1.0)), float(rng.random()), float(rng.random())),
        brightness(float(rng.uniform(0.7, 1.3))),
        contrast(float(rng.uniform(0.75, 1.2))),
        white_balance(float(rng.uniform(0.85, 1.15)), float(rng.uniform(0.85, 1.15))),
        blur(float(rng.uniform(0, 1.5))),
        noise(float(rng.uniform(0, 8)), seed),
        jpeg(int(rng.integers(35, 80))),
    ]
    return chain(*steps)


def chain(*steps: Distortion) -> Distortion:
    """One distortion after the other."""

    def apply(picture: Image.Image) -> Image.Image:
        for step in steps:
            picture = step(picture)
        return picture

    return apply


EDITS: dict[str, Distortion] = {
    "light -30%": brightness(0.7),
    "light +30%": brightness(1.3),
    "contrast -30%": contrast(0.7),
    "contrast +30%": contrast(1.3),
    "warm light": white_balance(1.15, 0.85),
    "cold light": white_balance(0.85, 1.15),
    "JPEG 30": jpeg(30),
    "crop to 90%": crop(0.9),
    "turned 5°": rotation(5),
}
"""The changes of light and form that an encoder should not be fooled by, by name."""


COPIES: dict[str, Distortion] = {
    "crop to 80%": crop(0.8),
    "crop to 80%, a corner": crop(0.8, 0.0, 1.0),
    "mirrored": mirrored,
    "upside down": upside_down,
    "turned 15°": rotation(15),
    "turned 25°": rotation(25),
    "stretched by 1.25": stretch(1.25),
    "light -30%": brightness(0.7),
    "light +30%": brightness(1.3),
    "warm light": white_balance(1.15, 0.85),
    "JPEG 25": jpeg(25),
    "half size": stretch(0.5, 0.5),
    "white border": border(0.15),
    "black border": border(0.1, 0, 0, 0),
    "watermark": watermark("SAMPLE SHOP"),
    "greyscale": greyscale,
}
"""What is done to a picture before it is put up a second time, by name: it stays the same photograph."""


BACKGROUNDS: dict[str, Distortion] = {
    "on grey": background(plain(150, 150, 150)),
    "in a room": background(room(3)),
}
"""Other grounds for pictures that were taken on white, by name."""


def border_colour(picture: Image.Image) -> tuple[int, int, int]:
    """The median colour of the outermost pixels."""
    pixels = np.asarray(picture)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(level) for level in np.median(border, axis=0))
    return red, green, blue


def _flooded(passable: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The passable pixels that a flood from the border reaches over shared edges, shape as given."""
    reached = np.zeros_like(passable)
    reached[0], reached[-1], reached[:, 0], reached[:, -1] = True, True, True, True
    reached &= passable
    while True:
        before = reached.sum()
        for _ in range(8):
            grown = reached.copy()
            grown[1:] |= reached[:-1]
            grown[:-1] |= reached[1:]
            grown[:, 1:] |= reached[:, :-1]
            grown[:, :-1] |= reached[:, 1:]
            reached = grown & passable
        if reached.sum() == before:
            return reached


def _homography(target: np.ndarray, source: np.ndarray) -> tuple[float, ...]:
    """The eight numbers of the projective map that takes each target corner to its source."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solved = np.linalg.solve(np.array(rows, dtype=np.float64), source.reshape(-1))
    assert all(map(math.isfinite, solved))
    return tuple(float(number) for number in solved)
