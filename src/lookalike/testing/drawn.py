"""Drawn pictures on disk, every one of its own, and what two indexes of them hold."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from lookalike.index import Index
from lookalike.ingest.report import IngestReport
from lookalike.products import PictureSource, Product
from lookalike.store.base import Reader
from lookalike.testing.elsewhere import assert_same

COUNTS = ("rows", "added", "updated", "unchanged", "removed", "stale", "encoded", "reused", "problems")


def draw(folder: Path, count: int) -> list[Product]:
    """Products with a picture each."""
    folder.mkdir(exist_ok=True)
    return [product(folder, number) for number in range(count)]


def product(folder: Path, number: int, more: int = 0) -> Product:
    """A product with one picture and ``more``."""
    paths = [folder / f"{number:05}-{at}.png" for at in range(1 + more)]
    for at, path in enumerate(paths):
        if not path.exists():
            picture(number, at).save(path, compress_level=1)
    sources = tuple(PictureSource(str(path)) for path in paths)
    return Product(f"{number:05}", sources, title=f"product {number}", row=number + 1)


def picture(number: int, at: int = 0) -> Image.Image:
    """A picture that no other number has."""
    image = Image.new("RGB", (30, 30), (number % 251, 40 + at * 30, number * 7 % 256))
    for bit in range(16):
        if number >> bit & 1:
            image.paste((255, 255, 250 - at), (bit % 4 * 7, bit // 4 * 7, bit % 4 * 7 + 6, bit // 4 * 7 + 6))
    return image


def assert_same_index(one: Index, other: Index) -> None:
    """Assert that two indexes hold the same rows, bit by bit, and are sound."""
    here, there = (index._store.reader() for index in (one, other))
    ids = sorted(there.metadata_hashes())
    assert here.metadata_hashes() == there.metadata_hashes()
    assert here.products(ids) == there.products(ids)
    assert_same(here.pictures(ids, raw=True), there.pictures(ids, raw=True))
    assert originals(here, ids) == originals(there, ids)
    assert here.check() == there.check() == []


def originals(reader: Reader, ids: list[str]) -> list[bytes | None]:
    """The bytes that are kept of each product's main picture."""
    return [reader.original(one, 0) for one in ids]


def counts(report: IngestReport) -> dict[str, object]:
    """What a report says, but for the time it took."""
    return {name: getattr(report, name) for name in COUNTS}
