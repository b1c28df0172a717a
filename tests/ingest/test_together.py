"""Products are measured a few at a time; what is stored of each does not depend on its company."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lookalike.hashing import content_hash
from lookalike.ingest import measuring
from lookalike.ingest.measuring import MeasuredProduct, measure_products
from lookalike.ingest.reading import ReadPicture, ReadProduct
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder

SIZES = [(60, 80), (225, 300), (40, 30), (225, 300), (640, 480), (5, 9)]


def read(number: int, *contents: bytes) -> ReadProduct:
    """A product whose pictures have these bytes."""
    sources = tuple(PictureSource(f"{number}-{at}.png") for at in range(len(contents)))
    pictures = tuple(
        ReadPicture(source, "stamp", content_hash(content), content, None)
        for source, content in zip(sources, contents, strict=True)
    )
    return ReadProduct(Product(f"{number:03}", sources), pictures, ())


def noisy(number: int) -> bytes:
    width, height = SIZES[number % len(SIZES)]
    pixels = np.random.default_rng(number).integers(0, 256, (height, width, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def measured(reads: list[ReadProduct]) -> list[MeasuredProduct]:
    encoder = GridEncoder()
    return measure_products(reads, encoder, MemoryStore(encoder.space, "grid").reader(), {})


def told(done: MeasuredProduct) -> list[tuple[object, ...]]:
    """Everything that is stored of a product's pictures, as what can be compared."""
    return [
        (
            *(p.product_id, p.position, p.content_hash, p.pixel_hash, p.width, p.height),
            *(p.look.tobytes(), p.norm, p.palette.tobytes(), p.thumbnail, p.glance),
        )
        for p in done.pictures
    ]


@pytest.mark.parametrize("pixels", [1, 100_000, 10_000_000])
def test_a_product_is_measured_the_same_alone_and_among_others(
    pixels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "_PIXELS", pixels)
    reads = [read(number, *map(noisy, range(number, number + number % 3 + 1))) for number in range(7)]
    together = [told(done) for done in measured(reads)]
    assert together == [told(done) for one in reads for done in measured([one])]
    assert [len(pictures) for pictures in together] == [1, 2, 3, 1, 2, 3, 1]


def test_a_damaged_picture_is_the_problem_of_its_own_product() -> None:
    first, damaged, last = measured([read(0, noisy(0)), read(1, b"no picture", noisy(1)), read(2, noisy(2))])
    assert [problem.reason for problem in damaged.problems] == ["not-a-picture"]
    assert [(p.position, p.uri) for p in damaged.pictures] == [(0, "1-1.png")]
    assert not first.problems and not last.problems
    assert [done.encoded for done in (first, damaged, last)] == [1, 1, 1]
