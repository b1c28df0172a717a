"""Pictures as shops should not send them: each function makes one, always the same from the same item."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from lookalike.demo.canvas import HEIGHT, WIDTH
from lookalike.demo.photography import drawn, encoded, photographed, room
from lookalike.demo.plan import Item
from lookalike.demo.street import snapshot

Spoiled = Callable[[Item], bytes]
"""What makes the bytes of an item's main picture."""

_SKINS = ((233, 190, 160), (141, 92, 64), (198, 146, 110))


def truncated(item: Item) -> bytes:
    """A file that ends before its middle, as a broken upload leaves it."""
    whole = encoded(_packshot(item))
    return whole[: len(whole) * 2 // 5]


def web_page(item: Item) -> bytes:
    """A page that says that there is nothing, kept under a picture's name."""
    return f"<!doctype html><title>404</title><p>No picture of {item.id} here.</p>\n".encode()


def shrunk(height: int) -> Spoiled:
    """The picture so many pixels high."""
    return lambda item: encoded(_packshot(item).resize((round(height * WIDTH / HEIGHT), height)))


def blurred(radius: float) -> Spoiled:
    """The picture out of focus; ``radius`` is in pixels of 400 x 500."""
    return lambda item: encoded(_packshot(item).filter(ImageFilter.GaussianBlur(radius)))


def nothing(ground: tuple[int, int, int], noise: float) -> Spoiled:
    """One colour all over, with a sensor's noise of so many levels."""

    def made(item: Item) -> bytes:
        chance = np.random.default_rng(item.seed)
        values = np.array(ground) + chance.normal(0, noise, (HEIGHT, WIDTH, 3))
        return encoded(Image.fromarray(np.clip(values + 0.5, 0, 255).astype(np.uint8)))

    return made


def strip(width: float, height: float) -> Spoiled:
    """The middle of the picture, a share of its width and height."""

    def made(item: Item) -> bytes:
        left, top = round(WIDTH * (1 - width) / 2), round(HEIGHT * (1 - height) / 2)
        return encoded(_packshot(item).crop((left, top, WIDTH - left, HEIGHT - top)))

    return made


def turned(degrees: int) -> Spoiled:
    """The picture lying on a side or on its head; ``degrees`` is 90, 180 or 270, against the clock."""
    return lambda item: encoded(_packshot(item).rotate(degrees, expand=True))


def framed(colour: tuple[int, int, int], sides: int, ends: int) -> Spoiled:
    """The picture within bars of so many pixels at either side and at either end."""

    def made(item: Item) -> bytes:
        whole = Image.new("RGB", (WIDTH, HEIGHT), colour)
        whole.paste(_packshot(item).resize((WIDTH - 2 * sides, HEIGHT - 2 * ends)), (sides, ends))
        return encoded(whole)

    return made


def banner(item: Item) -> bytes:
    """A red bar across the foot of the picture that shouts."""
    picture = _packshot(item)
    ImageDraw.Draw(picture).rectangle((0, 400, WIDTH, 460), fill=(200, 20, 30))
    _written(picture, (WIDTH // 2, 430), "SUMMER SALE", 48, (255, 255, 255))
    return encoded(picture)


def watermark(item: Item) -> bytes:
    """A photographer's name across the picture, half transparent."""
    picture = _packshot(item)
    sheet = Image.new("L", (480, 90), 0)
    _written(sheet, (240, 45), "© studio sample", 60, 150)
    turned_sheet = sheet.rotate(38, expand=True)
    mask = Image.new("L", picture.size, 0)
    mask.paste(turned_sheet, ((WIDTH - turned_sheet.width) // 2, (HEIGHT - turned_sheet.height) // 2))
    picture.paste((120, 120, 120), mask=mask)
    return encoded(picture)


def sticker(item: Item) -> bytes:
    """A round yellow sticker with what is saved, in a corner."""
    picture = _packshot(item)
    ImageDraw.Draw(picture).ellipse((265, 15, 390, 140), fill=(250, 215, 20))
    _written(picture, (327, 77), "-50%", 46, (20, 20, 20))
    return encoded(picture)


def coming_soon(width: int, quality: int) -> Spoiled:
    """A grey sheet with a camera that says that the picture is still to come, whatever the item is."""

    def made(_: Item) -> bytes:
        sheet = Image.new("RGB", (WIDTH, HEIGHT), (236, 236, 238))
        draw = ImageDraw.Draw(sheet)
        draw.rounded_rectangle((130, 170, 270, 265), 14, fill=(178, 180, 186))
        draw.rectangle((170, 152, 230, 175), fill=(178, 180, 186))
        draw.ellipse((165, 182, 235, 252), fill=(236, 236, 238))
        draw.ellipse((180, 197, 220, 237), fill=(178, 180, 186))
        _written(sheet, (WIDTH // 2, 310), "IMAGE", 40, (140, 142, 150))
        _written(sheet, (WIDTH // 2, 355), "COMING SOON", 40, (140, 142, 150))
        return encoded(sheet.resize((width, round(width * HEIGHT / WIDTH))), quality)

    return made


def at_home(item: Item) -> bytes:
    """A customer's photo in the packshot's place."""
    return encoded(snapshot(item, 1))


def worn(item: Item) -> bytes:
    """Somebody in a room who wears the item, a garment for the upper body."""
    chance = np.random.default_rng([item.seed, 3])
    scene = room(WIDTH, HEIGHT, chance, 0.86)
    picture = Image.fromarray((np.clip(scene, 0, 1) * 255).astype(np.uint8))
    skin = _SKINS[item.seed % len(_SKINS)]
    draw = ImageDraw.Draw(picture)
    draw.ellipse((158, 12, 242, 112), fill=(70, 45, 30))
    draw.rectangle((182, 90, 218, 140), fill=skin)
    draw.ellipse((166, 26, 234, 114), fill=skin)
    draw.pieslice((160, 14, 240, 92), 180, 360, fill=(70, 45, 30))
    for side in (-1, 1):
        draw.line([(200 + side * 62, 170), (200 + side * 92, 330)], fill=skin, width=30)
        draw.ellipse((182 + side * 92, 315, 218 + side * 92, 352), fill=skin)
        draw.line([(200 + side * 27, 260), (200 + side * 36, 500)], fill=(48, 54, 72), width=56)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    garment = _cut_out(item, 0.62)
    picture.paste(garment, ((WIDTH - garment.width) // 2, 105), garment)
    return encoded(picture)


def again(item: Item) -> bytes:
    """The same photo as another feed sends it: a little cropped, smaller, and compressed once more."""
    picture = _packshot(item).crop((6, 8, WIDTH - 6, HEIGHT - 8)).resize((320, 400))
    return encoded(picture, 80)


def _packshot(item: Item) -> Image.Image:
    return photographed(item, drawn(item), item.views[0])


def _cut_out(item: Item, zoom: float) -> Image.Image:
    """The item without a ground, cropped to itself."""
    canvas = drawn(item)
    alpha = np.clip(canvas.alpha, 0, 1)[..., None]
    rgb = canvas.rgb / np.maximum(alpha, 1e-3)  # colours are premultiplied
    values = np.concatenate([np.clip(rgb, 0, 1), alpha], axis=2)
    image = Image.fromarray((values * 255 + 0.5).astype(np.uint8), "RGBA")
    image = image.crop(image.getchannel("A").getbbox())
    return image.resize((round(image.width * zoom), round(image.height * zoom)))


def _written(
    picture: Image.Image, middle: tuple[int, int], text: str, size: int, fill: tuple[int, int, int] | int
) -> None:
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).text(middle, text, fill, font, anchor="mm")
