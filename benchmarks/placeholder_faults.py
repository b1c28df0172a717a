"""Placeholders of many designs, drawn for planting: sizes, formats and re-encodings as shops have them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Draw = Callable[[random.Random], Image.Image]

SIDE = 800


def _words(words: str, ground: str, ink: str, size: int, *, frame: bool = False) -> Draw:
    def draw(_: random.Random) -> Image.Image:
        image = Image.new("RGB", (SIDE, SIDE), ground)
        pen = ImageDraw.Draw(image)
        font = ImageFont.load_default(size)
        pen.multiline_text((SIDE / 2, SIDE / 2), words, ink, font, anchor="mm", align="center")
        if frame:
            pen.rectangle((30, 30, SIDE - 30, SIDE - 30), outline=ink, width=8)
        return image

    return draw


def _camera(_: random.Random) -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE), "#eeeeee")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((200, 280, 600, 560), 40, "#b0b0b0")
    pen.rectangle((330, 230, 470, 290), "#b0b0b0")
    pen.ellipse((300, 320, 500, 520), "#eeeeee")
    pen.ellipse((340, 360, 460, 480), "#b0b0b0")
    return image


def _crossed(_: random.Random) -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE), "#ffffff")
    pen = ImageDraw.Draw(image)
    pen.rectangle((5, 5, SIDE - 6, SIDE - 6), outline="#999999", width=6)
    pen.line((0, 0, SIDE, SIDE), "#999999", 6)
    pen.line((0, SIDE, SIDE, 0), "#999999", 6)
    return image


def _logo(chance: random.Random) -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE), "#ffffff")
    pen = ImageDraw.Draw(image)
    colours = ["#d03030", "#2060a0", "#108050", "#202020"]
    for ring in range(4):
        pen.ellipse(
            (200 + 50 * ring,) * 2 + (600 - 50 * ring,) * 2, colours[(ring + chance.randrange(4)) % 4]
        )
    pen.text((SIDE / 2, 690), "NORDLICHT", "#202020", ImageFont.load_default(90), anchor="mm")
    return image


def _shaded(_: random.Random) -> Image.Image:
    image = Image.radial_gradient("L").resize((SIDE, SIDE)).point(lambda level: 255 - level // 3)
    image = Image.merge("RGB", (image, image, image.point(lambda level: min(255, level + 12))))
    pen = ImageDraw.Draw(image)
    pen.text((SIDE / 2, 400), "picture follows", "#506080", ImageFont.load_default(72), anchor="mm")
    return image


def _warehouse(chance: random.Random) -> Image.Image:
    """A scene rather than a drawing: parcels on shelves, out of focus."""
    image = Image.new("RGB", (SIDE, SIDE), "#6a5f52")
    pen = ImageDraw.Draw(image)
    for _ in range(160):
        x, y = chance.randrange(-40, SIDE), chance.randrange(0, SIDE, 100)
        wide, tall = chance.randrange(40, 140), chance.randrange(40, 95)
        shade = chance.randrange(90, 210)
        pen.rectangle((x, y + 95 - tall, x + wide, y + 95), (shade, int(shade * 0.8), int(shade * 0.55)))
    for y in range(95, SIDE, 100):
        pen.rectangle((0, y, SIDE, y + 8), "#303438")
    return image.filter(ImageFilter.GaussianBlur(5))


DESIGNS: dict[str, Draw] = {
    "words": _words("IMAGE\nCOMING SOON", "#f2f2f2", "#808080", 96),
    "words in a frame": _words("No photo\navailable", "#ffffff", "#c02020", 110, frame=True),
    "words, dark": _words("Bild folgt", "#202830", "#e8e8e8", 130),
    "camera": _camera,
    "crossed box": _crossed,
    "logo": _logo,
    "shaded words": _shaded,
    "scene": _warehouse,
}


def encoded(image: Image.Image, chance: random.Random) -> bytes:
    """The picture at another size, in another format and quality."""
    side = chance.choice([96, 150, 225, 300, 400, 600, 800])
    small = image.resize((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if (form := chance.choice(["JPEG", "JPEG", "PNG", "WEBP"])) == "PNG":
        small.save(out, form)
    else:
        small.save(out, form, quality=chance.randrange(45, 96))
    return out.getvalue()
