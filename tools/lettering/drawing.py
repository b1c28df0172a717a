"""Pictures with text laid over them, with text printed on what they show, or without, for training."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps
from PIL.Image import Resampling

from lettering.words import SCRIPTS, phrase

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 192, 256
_VISIBLE = 4  # levels by which text must change the place it is laid on, in the mean


class Drawing:
    """Draws text with the fonts of a folder; the script is told by the name of a file, else it is Latin."""

    def __init__(self, fonts: Path) -> None:
        self._fonts: dict[str, list[str]] = {script: [] for script in SCRIPTS}
        for file in sorted(fonts.glob("*.ttf")):
            script = next((one for one in SCRIPTS if f"-{one}-" in file.name), "latin")
            self._fonts[script].append(str(file))

    def sample(self, chance: random.Random, background: Image.Image) -> tuple[np.ndarray, ...]:
        """A picture (256, 192, 3), where text is laid over it and where it is picture at all, (256, 192)."""
        image = _framed(chance, background)
        mask = Image.new("L", image.size)
        kind = chance.random()
        if kind < 0.5:
            image, mask = self.laid_over(chance, image.copy())
        elif kind < 0.62:
            image = self.printed(chance, image)
        if chance.random() < 0.25:
            image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 0.6)))
        if chance.random() < 0.8:
            image = _as_jpeg(image, chance.randrange(60, 96))
        pixels = np.full((HEIGHT, WIDTH, 3), 127, np.uint8)
        text, there = np.zeros((2, HEIGHT, WIDTH), np.uint8)
        width, height = min(WIDTH, image.width), min(HEIGHT, image.height)
        pixels[:height, :width] = np.asarray(image)[:height, :width]
        text[:height, :width] = np.asarray(mask)[:height, :width]
        there[:height, :width] = 1
        return pixels, text, there

    def laid_over(self, chance: random.Random, image: Image.Image) -> tuple[Image.Image, Image.Image]:
        """The picture with one to three texts over it, or strewn with one, and a mask of where."""
        mask = Image.new("L", image.size)
        if chance.random() < 0.08:
            self._strewn(chance, image, mask)
            return image, mask
        for _ in range(chance.choice([1, 1, 1, 1, 2, 3])):
            self._one(chance, image, mask)
        return image, mask

    def printed(self, chance: random.Random, image: Image.Image) -> Image.Image:
        """The picture with text that belongs to what it shows: bent, shaded, soft, with a grain."""
        width, height = image.size
        layer = self._layer(chance, max(10, int(min(image.size) * chance.uniform(0.08, 0.22))), 255)
        ink = Image.new("L", image.size)
        left = chance.randrange(width // 5, max(width // 5 + 1, width - layer.width))
        top = chance.randrange(height // 4, max(height // 4 + 1, int(height * 0.8) - layer.height))
        ink.paste(layer.getchannel("A"), (left, top))
        bent = Image.fromarray(_bent(chance, np.asarray(ink)))
        soft = np.asarray(bent.filter(ImageFilter.GaussianBlur(chance.uniform(0.6, 1.3))), np.float32)
        cloth = np.asarray(image, np.float32)
        light = cloth.mean(axis=2, keepdims=True)
        shade = np.clip(light / max(20.0, float(light.mean())), 0.3, 1.6)
        grain = np.random.default_rng(chance.randrange(1 << 30)).normal(0, chance.uniform(3, 10), cloth.shape)
        dyed = np.clip(np.array(_colour(chance)) * shade * chance.uniform(0.6, 1) + grain, 0, 255)
        share = soft[..., None] / 255 * chance.uniform(0.6, 0.95)
        return Image.fromarray(np.clip(cloth * (1 - share) + dyed * share, 0, 255).astype(np.uint8))

    def _strewn(self, chance: random.Random, image: Image.Image, mask: Image.Image) -> None:
        """One faint text again and again, as a watermark."""
        layer = self._layer(
            chance, max(9, int(min(image.size) * chance.uniform(0.05, 0.1))), chance.randrange(70, 170)
        )
        layer = layer.rotate(chance.choice([0, 30, 45, -30]), expand=True)
        for top in range(0, image.height, layer.height + chance.randrange(10, 50)):
            for left in range(-20, image.width, layer.width + chance.randrange(10, 40)):
                _put(image, mask, layer, (left, top))

    def _one(self, chance: random.Random, image: Image.Image, mask: Image.Image) -> None:
        """One text, unless it would not be seen where it falls."""
        width, height = image.size
        layer = self._fitting(chance, width, height)
        left = chance.randrange(max(1, width - layer.width + 1))
        top = chance.choice(
            [
                chance.randrange(max(1, height - layer.height + 1)),
                chance.randrange(max(1, (height - layer.height) // 6 + 1)),
                max(0, height - layer.height - chance.randrange(max(1, height // 10))),
            ]
        )
        draw, form = ImageDraw.Draw(image), chance.random()
        if form < 0.08:
            draw.rectangle((0, top - 2, width, top + layer.height + 2), fill=_colour(chance))
        elif form < 0.14:
            across, down = left + layer.width // 2, top + layer.height // 2
            far = max(layer.size) // 2 + 4
            draw.ellipse((across - far, down - far, across + far, down + far), fill=_colour(chance))
        place = (left, top, left + layer.width, top + layer.height)
        before = image.crop(place)
        after = before.copy()
        after.paste(layer, (0, 0), layer)
        change = np.abs(np.asarray(after, np.int16) - np.asarray(before, np.int16)).max(axis=2)
        if change.mean() >= _VISIBLE:
            _put(image, mask, layer, (left, top))

    def _fitting(self, chance: random.Random, width: int, height: int) -> Image.Image:
        """A text that fits, of any size, sometimes aslant or upended."""
        side = min(width, height)
        for _ in range(6):
            share = chance.choice([(0.045, 0.09), (0.07, 0.16), (0.12, 0.3)])
            opaque = 255 if chance.random() < 0.75 else chance.randrange(90, 220)
            layer = self._layer(chance, max(9, int(side * chance.uniform(*share))), opaque)
            turn = chance.random()
            if turn < 0.1:
                layer = layer.rotate(chance.uniform(-45, 45), expand=True, resample=Resampling.BICUBIC)
            elif turn < 0.13:
                layer = layer.rotate(90, expand=True)
            if layer.width <= width and layer.height <= height:
                return layer
        layer.thumbnail((width, height))
        return layer

    def _layer(self, chance: random.Random, size: int, opaque: int) -> Image.Image:
        """One text on nothing, or on a plate; with a shadow or an outline now and then."""
        script = chance.choices(list(SCRIPTS), list(SCRIPTS.values()))[0]
        lines = chance.choice([2, 3, 4]) if chance.random() < 0.15 else 1
        text = "\n".join(phrase(chance, script) for _ in range(lines))
        font = _font(chance.choice(self._fonts[script]), size)
        outline = chance.choice([0] * 8 + [1, 2])
        box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox(
            (0, 0), text, font, stroke_width=outline
        )
        width, height = max(2, int(box[2] - box[0])), max(2, int(box[3] - box[1]))
        pad = chance.choice([2, 4, size // 3, size // 2])
        ink = _colour(chance)
        layer = Image.new("RGBA", (width + 2 * pad, height + 2 * pad))
        draw, form = ImageDraw.Draw(layer), chance.random()
        start = (pad - box[0], pad - box[1])
        if form < 0.25:
            _plate(chance, draw, layer.size, ink, pad + height // 3)
        elif form < 0.33:
            off = max(1, size // 16)
            draw.multiline_text((start[0] + off, start[1] + off), text, (0, 0, 0, int(opaque * 0.7)), font)
        edge = (*_colour(chance), opaque) if outline else None
        draw.multiline_text(start, text, (*ink, opaque), font, stroke_width=outline, stroke_fill=edge)
        return layer


def decoded(files: Sequence[Path]) -> list[np.ndarray]:
    """Backgrounds, at most 320 pixels long, in memory."""
    found = []
    for file in files:
        with Image.open(file) as image:
            image.draft("RGB", (320, 320))
            small = image.convert("RGB")
        small.thumbnail((320, 320))
        found.append(np.asarray(small))
    return found


def weights(files: Sequence[Path], often: Mapping[str, float]) -> list[float]:
    """How often each background is taken, by a name that its path holds; 1 for others."""
    return [next((times for name, times in often.items() if name in str(file)), 1.0) for file in files]


@lru_cache(600)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _colour(chance: random.Random) -> Colour:
    kind = chance.random()
    if kind < 0.3:
        return (255, 255, 255)
    if kind < 0.5:
        return (0, 0, 0)
    if kind < 0.6:
        return (chance.randrange(180, 256), chance.randrange(60), chance.randrange(60))
    return (chance.randrange(256), chance.randrange(256), chance.randrange(256))


def _plate(
    chance: random.Random, draw: ImageDraw.ImageDraw, size: tuple[int, int], ink: Colour, radius: int
) -> None:
    fill = _colour(chance)
    while sum(abs(one - other) for one, other in zip(fill, ink, strict=True)) < 120:
        fill = _colour(chance)
    filled = (*fill, chance.choice([255, 255, 200, 140]))
    box = (0, 0, size[0] - 1, size[1] - 1)
    if chance.random() < 0.7:
        draw.rectangle(box, fill=filled)
    else:
        draw.rounded_rectangle(box, radius=radius, fill=filled)


def _put(image: Image.Image, mask: Image.Image, layer: Image.Image, place: tuple[int, int]) -> None:
    image.paste(layer, place, layer)
    covered = layer.getchannel("A").point(lambda level: 255 if level > 20 else 0)
    mask.paste(255, place, covered.filter(ImageFilter.MaxFilter(5)))


def _bent(chance: random.Random, ink: np.ndarray) -> np.ndarray:
    """Ink (h, w) as on cloth that hangs in folds."""
    height, width = ink.shape
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    folds = chance.uniform(1, 4) * np.sin(down * chance.uniform(0.065, 0.156) + chance.uniform(0, 6))
    sags = chance.uniform(1.5, 5) * np.sin(across * chance.uniform(0.03, 0.1) + chance.uniform(0, 6))
    x = across + folds + chance.uniform(-0.15, 0.15) * (down - height / 2)
    y = down + sags + chance.uniform(-0.2, 0.2) * (across - width / 2)
    bent: np.ndarray = ink[np.clip(y, 0, height - 1).astype(int), np.clip(x, 0, width - 1).astype(int)]
    return bent


def _framed(chance: random.Random, image: Image.Image) -> Image.Image:
    """Part of a background or all of it, within `WIDTH` x `HEIGHT`."""
    if chance.random() < 0.5:
        image = ImageOps.mirror(image)
    if chance.random() < 0.4:
        image = _window(chance, image, *(int(side * chance.uniform(0.6, 1)) for side in image.size))
    fit, fill = (
        min(WIDTH / image.width, HEIGHT / image.height),
        max(WIDTH / image.width, HEIGHT / image.height),
    )
    factor = chance.uniform(0.85, 1) * fit if chance.random() < 0.5 else fill * chance.uniform(1, 1.1)
    ways = [Resampling.BILINEAR, Resampling.BICUBIC, Resampling.BOX, Resampling.LANCZOS]
    size = max(16, int(image.width * factor)), max(16, int(image.height * factor))
    image = image.resize(size, chance.choice(ways))
    return _window(chance, image, min(WIDTH, image.width), min(HEIGHT, image.height))


def _window(chance: random.Random, image: Image.Image, width: int, height: int) -> Image.Image:
    left, top = chance.randrange(image.width - width + 1), chance.randrange(image.height - height + 1)
    return image.crop((left, top, left + width, top + height))


def _as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")
