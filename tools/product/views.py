"""Two views of every picture, as a shop shows it and as a customer might, rendered a round ahead of learning.

A round's views have gone through the frozen half of the network when they are stored: learning touches the
other half alone, and starts from there.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import exporting
import numpy as np
from PIL import Image, ImageFilter, ImageOps

from lookalike import distortions
from lookalike.encoders.card import Preprocessing
from lookalike.encoders.preprocess import prepare
from product.pictures import Photograph

TRIM = 0.25
_CHUNK = 64


def preparation(size: int) -> Preprocessing:
    """How pictures are prepared for ``product`` at a side of ``size`` pixels."""
    return Preprocessing(width=size, height=size, layout="NHWC", resize="letterbox", trim=TRIM)


def opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in ("RGBA", "LA", "P"):
            cut_out = upright.convert("RGBA")
            upright = Image.new("RGB", cut_out.size, "white")
            upright.paste(cut_out, mask=cut_out)
        return upright.convert("RGB")


def shop_view(photo: Photograph, size: int, rng: np.random.Generator) -> np.ndarray:
    """The picture nearly as it is: perhaps mirrored, a little nearer, a little lighter or darker."""
    picture = sized(source(photo, rng), size, rng)
    if rng.random() < 0.5:
        picture = ImageOps.mirror(picture)
    if rng.random() < 0.5:
        picture = distortions.crop(rng.uniform(0.88, 1), rng.random(), rng.random())(picture)
    if rng.random() < 0.4:
        picture = distortions.brightness(rng.uniform(0.8, 1.2))(picture)
    return prepare(picture, preparation(size))


def customer_view(
    photo: Photograph, size: int, rng: np.random.Generator, grounds: Sequence[Image.Image]
) -> np.ndarray:
    """The picture as another camera, another light, another place and a nearer look would give it."""
    picture = source(photo, rng)
    if photo.shop != "clothes" and rng.random() < 0.5:
        picture = distortions.background(ground(rng, grounds))(picture)
    picture = sized(picture, size, rng)
    if rng.random() < 0.5:
        picture = ImageOps.mirror(picture)
    chance = rng.random()
    if chance < 0.3:
        picture = nearer(picture, rng)
    elif chance < 0.6:
        picture = distortions.crop(rng.uniform(0.8, 1), rng.random(), rng.random())(picture)
    elif chance < 0.75:
        picture = farther(picture, rng)
    steps: list[tuple[float, Callable[[], distortions.Distortion]]] = [
        (0.4, lambda: distortions.perspective(rng.uniform(0.02, 0.12), int(rng.integers(1 << 30)))),
        (0.5, lambda: distortions.rotation(rng.uniform(-15, 15))),
        (0.6, lambda: distortions.brightness(rng.uniform(0.6, 1.35))),
        (0.5, lambda: distortions.contrast(rng.uniform(0.6, 1.35))),
        (0.5, lambda: distortions.white_balance(rng.uniform(0.84, 1.18), rng.uniform(0.84, 1.18))),
        (0.3, lambda: distortions.blur(rng.uniform(0, 1.5))),
        (0.3, lambda: distortions.noise(rng.uniform(0, 9), int(rng.integers(1 << 30)))),
        (0.5, lambda: distortions.jpeg(int(rng.integers(22, 85)))),
    ]
    for share, step in steps:
        if rng.random() < share:
            picture = step()(picture)
    return prepare(picture, preparation(size))


def source(photo: Photograph, rng: np.random.Generator) -> Image.Image:
    if photo.larger is not None and rng.random() < 0.6:
        return opened(photo.larger)
    return opened(photo.content)


def sized(picture: Image.Image, size: int, rng: np.random.Generator) -> Image.Image:
    """At most a quarter more pixels than will be looked at; a small picture is at times enlarged first."""
    longest = max(picture.size)
    if longest > 1.25 * size or (longest < size and rng.random() < 0.5):
        side = round(size * rng.uniform(0.9, 1.25))
        picture = ImageOps.contain(picture, (side, side), Image.Resampling.BILINEAR)
    return picture


def nearer(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A window of a quarter to four fifths of the picture."""
    area, ratio = rng.uniform(0.25, 0.8), np.exp(rng.uniform(-0.3, 0.3))
    width = int(min(1.0, np.sqrt(area * ratio)) * picture.width)
    height = int(min(1.0, np.sqrt(area / ratio)) * picture.height)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + max(width, 8), top + max(height, 8)))


def farther(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture with more of its border's colour around it, off the middle."""
    more = rng.uniform(1.1, 1.6)
    width, height = round(picture.width * more), round(picture.height * more)
    wide = Image.new("RGB", (width, height), distortions.border_colour(picture))
    left, top = rng.integers(0, width - picture.width + 1), rng.integers(0, height - picture.height + 1)
    wide.paste(picture, (int(left), int(top)))
    return wide


def ground(rng: np.random.Generator, grounds: Sequence[Image.Image]) -> distortions.Distortion:
    """One colour, a drawn room, or a blurred part of a photograph."""
    chance = rng.random()
    if chance < 0.4:
        grey, tint = rng.uniform(20, 250), rng.normal(0, 15 if rng.random() < 0.7 else 60, 3)
        red, green, blue = (int(level) for level in np.clip(grey + tint, 0, 255))
        return distortions.plain(red, green, blue)
    if chance < 0.6 or not grounds:
        return distortions.room(int(rng.integers(1 << 30)))
    photo = nearer(grounds[int(rng.integers(len(grounds)))], rng)
    blurred = photo.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 3))))
    return lambda picture: blurred.resize(picture.size, Image.Resampling.BILINEAR)


class Renderer:
    """Renders the views of a round with all processors, through the frozen half, into one file."""

    def __init__(self, photos: Sequence[Photograph], trunk: Path, workers: int) -> None:
        small = [photo for photo in photos if photo.shop == "clothes"][:150]
        backdrops = [ImageOps.contain(opened(photo.content), (160, 160)) for photo in small]
        self._photos = photos
        self._pool = ProcessPoolExecutor(
            workers, initializer=_prepare_worker, initargs=(str(trunk), backdrops)
        )

    def render(
        self, path: Path, size: int, seed: int, channels: int, report: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Features of the two views of every picture, shape (n, 2, side, side, channels), float16 on disk."""
        side = size // 16
        shape = (len(self._photos), 2, side, side, channels)
        if not path.exists():
            partial = path.with_suffix(".part")
            file = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float16, shape=shape)
            starts = range(0, len(self._photos), _CHUNK)
            jobs = ((self._photos[at : at + _CHUNK], size, seed, at) for at in starts)
            for at, features in zip(starts, self._pool.map(_rendered, jobs), strict=True):
                file[at : at + _CHUNK] = features
                if report is not None:
                    report(min(at + _CHUNK, len(self._photos)))
            file.flush()
            partial.replace(path)
        return np.load(path, mmap_mode="r")

    def close(self) -> None:
        """Give the processors back."""
        self._pool.shutdown(cancel_futures=True)


def plain_features(photos: Sequence[Photograph], graph: Path, size: int, workers: int) -> np.ndarray:
    """What a whole network says of each picture as it is, shape (n, numbers), float16."""
    with ProcessPoolExecutor(workers, initializer=_prepare_worker, initargs=(str(graph), [])) as pool:
        jobs = [(photos[at : at + _CHUNK], size) for at in range(0, len(photos), _CHUNK)]
        return np.concatenate(list(pool.map(_plain, jobs)))


def _plain(job: tuple[Sequence[Photograph], int]) -> np.ndarray:
    photos, size = job
    graph = _WORKER["graph"]
    rows = []
    for photo in photos:
        pixels = prepare(opened(photo.larger or photo.content), preparation(size))
        rows.append(graph.run(None, {"pixels": pixels[None]})[0][0])
    return np.stack(rows).astype(np.float16)


_WORKER: dict[str, Any] = {}


def _prepare_worker(graph: str, grounds: list[Image.Image]) -> None:
    _WORKER["graph"], _WORKER["grounds"] = exporting.session(Path(graph)), grounds


def _rendered(job: tuple[Sequence[Photograph], int, int, int]) -> np.ndarray:
    photos, size, seed, start = job
    trunk, grounds = _WORKER["graph"], _WORKER["grounds"]
    rows = []
    for at, photo in enumerate(photos, start):
        rng = np.random.default_rng((seed, at))
        for pixels in (shop_view(photo, size, rng), customer_view(photo, size, rng, grounds)):
            (features,) = trunk.run(None, {"pixels": pixels[None]})
            rows.append(features[0].transpose(1, 2, 0).astype(np.float16))
    return np.stack(rows).reshape(len(photos), 2, *rows[0].shape)
