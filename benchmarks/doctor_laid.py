"""Turned pictures and text laid over pictures, for `doctor_pictures.py`.

Fonts are the system's DejaVu; nothing is shared with what the doctor draws for its own trials, neither fonts,
words, colours nor layouts.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont
from planting import Design, Fault

Chance = np.random.Generator

FONTS = Path("/usr/share/fonts/truetype/dejavu")
FACES = ("DejaVuSans-Bold", "DejaVuSans", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSansMono-Bold")
RED, NAVY, GOLD, TEAL = (214, 33, 48), (22, 40, 92), (241, 190, 50), (12, 130, 128)
INK, SNOW, PINK, LIME = (28, 26, 30), (250, 248, 244), (232, 62, 140), (150, 205, 40)


@cache
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


def _type(rng: Chance, size: float) -> ImageFont.FreeTypeFont:
    return _face(FACES[int(rng.integers(len(FACES)))], max(9, round(size)))


def _one(rng: Chance, *choices: object) -> object:
    return choices[int(rng.integers(len(choices)))]


def _amount(rng: Chance) -> str:
    whole = int(rng.integers(3, 900))
    return str(_one(rng, f"{whole}.95 $", f"£{whole}", f"{whole},00 zł", f"Kr {whole}:-", f"now {whole}.50"))


def _big_word(picture: Image.Image, rng: Chance) -> Image.Image:
    """A large word across the middle or the top, as on a poster."""
    made = picture.convert("RGB")
    word = str(_one(rng, "Discount", "CLEARANCE", "Half price", "Outlet", "Bestseller", "SOLDES"))
    size = made.width * 1.5 / len(word) * float(rng.uniform(0.65, 1))
    place = (made.width / 2, made.height * float(rng.uniform(0.12, 0.85)))
    fill = _one(rng, RED, SNOW, INK, GOLD, PINK)
    ImageDraw.Draw(made).text(place, word, fill, _type(rng, size), anchor="mm")
    return made


def _price_flag(picture: Image.Image, rng: Chance) -> Image.Image:
    """A price on a slanted flag at one side."""
    made = picture.convert("RGB")
    draw, text = ImageDraw.Draw(made), _amount(rng)
    font = _type(rng, made.width * float(rng.uniform(0.075, 0.12)))
    long, high = draw.textlength(text, font), font.size * 1.7
    y, x = made.height * float(rng.uniform(0.05, 0.85)), 0.0 if rng.random() < 0.5 else made.width - long - 24
    ground, ink = [(NAVY, SNOW), (GOLD, INK), (LIME, INK), (RED, GOLD)][int(rng.integers(4))]
    draw.polygon([(x, y), (x + long + 24, y), (x + long + 10, y + high), (x, y + high)], fill=ground)
    draw.text((x + 7, y + high / 2), text, ink, font, anchor="lm")
    return made


def _seal(picture: Image.Image, rng: Chance) -> Image.Image:
    """A round seal of two rings with a percentage in it."""
    made = picture.convert("RGB")
    draw, r = ImageDraw.Draw(made), min(made.size) * float(rng.uniform(0.12, 0.2))
    x = r * 1.2 if rng.random() < 0.5 else made.width - r * 1.2
    y = r * 1.2 if rng.random() < 0.5 else made.height - r * 1.2
    ground, ink = [(TEAL, SNOW), (PINK, SNOW), (SNOW, RED), (INK, GOLD)][int(rng.integers(4))]
    draw.ellipse([x - r, y - r, x + r, y + r], fill=ground)
    draw.ellipse([x - 0.88 * r, y - 0.88 * r, x + 0.88 * r, y + 0.88 * r], outline=ink, width=2)
    font = _type(rng, r * 0.6)
    draw.text((x, y), f"{int(rng.integers(1, 9)) * 10}%", ink, font, anchor="mm")
    return made


def _footer(picture: Image.Image, rng: Chance) -> Image.Image:
    """A see-through strip along the foot or the head with the shop's address."""
    made = picture.convert("RGB")
    high = round(made.height * float(rng.uniform(0.08, 0.14)))
    y = made.height - high if rng.random() < 0.7 else 0
    part = made.crop((0, y, made.width, y + high))
    dark = rng.random() < 0.6
    made.paste(ImageEnhance.Brightness(part).enhance(0.35 if dark else 2.4), (0, y))
    text = str(_one(rng, "second-hand-corner.net", "Tel. 0800 77", "Fashion House Riga", "@my.closet.sale"))
    font = _type(rng, min(high * 0.62, made.width * 1.5 / len(text)))
    fill = SNOW if dark else NAVY
    ImageDraw.Draw(made).text((made.width / 2, y + high / 2), text, fill, font, anchor="mm")
    return made


def _across(picture: Image.Image, rng: Chance) -> Image.Image:
    """One see-through name aslant over the whole picture."""
    made = picture.convert("RGB")
    text = str(_one(rng, "Vintage Vault", "STOCK IMAGE", "not for resale", "Lena's Shop"))
    mask = Image.new("L", (made.width * 2, made.width * 2), 0)
    font = _type(rng, made.width * 1.5 / len(text))
    ImageDraw.Draw(mask).text((made.width, made.width), text, 255, font, anchor="mm")
    mask = mask.rotate(float(rng.uniform(15, 50)) * (1 if rng.random() < 0.7 else -1))
    x, y = made.width // 2, made.width - made.height // 2
    mask = mask.crop((x, y, x + made.width, y + made.height)).point(lambda at: at * 45 // 100)
    made.paste(Image.new("RGB", made.size, _one(rng, SNOW, INK)), (0, 0), mask)  # type: ignore[arg-type]
    return made


def _strewn(picture: Image.Image, rng: Chance) -> Image.Image:
    """A short mark many times over, see-through."""
    made = picture.convert("RGB")
    mask, text = Image.new("L", made.size, 0), str(_one(rng, "proof", "ebonyx", "FOTO 9", "(c) anna"))
    font, draw = _type(rng, made.width * float(rng.uniform(0.07, 0.1))), ImageDraw.Draw(mask)
    step = (draw.textlength(text, font) + made.width * 0.1, font.size * 2.4)
    for row in range(math.ceil(made.height / step[1])):
        for column in range(math.ceil(made.width / step[0]) + 1):
            draw.text(((column - 0.4 * (row % 2)) * step[0], row * step[1]), text, 130, font)
    made.paste(Image.new("RGB", made.size, _one(rng, SNOW, INK, RED)), (0, 0), mask)  # type: ignore[arg-type]
    return made


def _notes(picture: Image.Image, rng: Chance) -> Image.Image:
    """What the item is made of, in a white box of several lines."""
    made = picture.convert("RGB")
    lines = [str(_one(rng, "wool 80 %", "lining: silk", "wash at 30", "length 96 cm", "fits S / M"))]
    lines += [str(_one(rng, "with pockets", "one owner", "chest 52 cm", "no stains")), _amount(rng)]
    font, draw = _type(rng, made.width * 0.07), ImageDraw.Draw(made)
    x, y = made.width * float(rng.uniform(0.02, 0.35)), made.height * float(rng.uniform(0.03, 0.65))
    wide = max(draw.textlength(line, font) for line in lines)
    if rng.random() < 0.6:
        draw.rectangle([x - 5, y - 4, x + wide + 5, y + len(lines) * font.size * 1.3 + 4], fill=SNOW)
        fill = INK
    else:
        fill = SNOW if np.asarray(made.convert("L")).mean() < 120 else NAVY
    for at, line in enumerate(lines):
        draw.text((x, y + at * font.size * 1.3), line, fill, font)
    return made


def _ribbon(picture: Image.Image, rng: Chance) -> Image.Image:
    """A ribbon across a corner with a word on it."""
    made = picture.convert("RGBA")
    side = round(made.width * 0.75)
    band = Image.new("RGBA", (side, round(side * 0.2)), (*(RED if rng.random() < 0.5 else TEAL), 255))
    word = str(_one(rng, "Reduced", "reserved", "LAST ONE", "Eco"))
    font = _type(rng, side * 0.12)
    ImageDraw.Draw(band).text((side / 2, side * 0.1), word, SNOW, font, anchor="mm")
    left = rng.random() < 0.5
    turned = band.rotate(45 if left else -45, expand=True, resample=Image.Resampling.BICUBIC)
    off = round(turned.width * 0.28)
    made.alpha_composite(turned, (0, 0), (off, off)) if left else made.paste(
        turned, (made.width - turned.width + off, -off), turned
    )
    return made.convert("RGB")


def _turned(by: Image.Transpose) -> Design:
    return lambda picture, _rng: picture.transpose(by)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "rotated",
        {
            "a quarter to the left": _turned(Image.Transpose.ROTATE_90),
            "by a half": _turned(Image.Transpose.ROTATE_180),
            "a quarter to the right": _turned(Image.Transpose.ROTATE_270),
        },
    ),
    Fault(
        "text",
        {
            "large word": _big_word,
            "price flag": _price_flag,
            "seal": _seal,
            "strip with an address": _footer,
            "one name aslant": _across,
            "marks strewn": _strewn,
            "notes": _notes,
            "ribbon": _ribbon,
        },
    ),
)
"""The faults of this file."""
