"""Is this picture here already, and as what?"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

from lookalike.errors import BadArgument, PictureError
from lookalike.images import open_image
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

SHOP = tiny_shop()
LONE = next(p for p in SHOP.products if p.id not in SHOP.copies and p.id not in SHOP.multi and not p.group)
BYTES = LONE.pictures[0].data or b""


def new_index() -> Index:
    encoder = GridEncoder()
    return Index(MemoryStore(encoder.space, encoder.name), encoder)


@pytest.fixture
def index() -> Index:
    made = new_index()
    made.add(list(SHOP.products), duplicates=False)
    return made


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    sink = io.BytesIO()
    image.save(sink, kind, **how)
    return sink.getvalue()


def large() -> Image.Image:
    """A picture so large that an index decodes it at half its size at most, with detail down to the pixel."""
    pixels = np.random.default_rng(1).integers(0, 60, (1200, 1200, 3), dtype=np.uint8)
    coarse = open_image(BYTES).image.resize((1200, 1200))
    return Image.fromarray(np.asarray(coarse) // 2 + pixels).filter(ImageFilter.GaussianBlur(1))


def kinds(index: Index, image: Any, **wish: Any) -> dict[str, str]:
    """What a picture is there as, by product id; only the surest match of a product."""
    found: dict[str, str] = {}
    for match in index.check(image, **wish):
        found.setdefault(match.picture[0], match.kind)
    return found


def test_a_picture_is_known_by_its_bytes_by_its_pixels_and_by_its_looks(index: Index) -> None:
    image = open_image(BYTES).image
    assert kinds(index, BYTES)[LONE.id] == "same-bytes"
    assert kinds(index, saved(image, "BMP"))[LONE.id] == "same-pixels"
    assert kinds(index, image)[LONE.id] == "same-pixels", "pixels have no bytes"
    assert kinds(index, np.asarray(image))[LONE.id] == "same-pixels"
    half = saved(image.resize((image.width // 2, image.height // 2)), "JPEG")
    match = next(match for match in index.check(half) if match.picture == (LONE.id, 0))
    assert (match.kind, match.changes[-1]) == (
        "same-photograph",
        f"smaller: {image.width // 2}x{image.height // 2} for {image.width}x{image.height}",
    )


def test_a_picture_that_is_new_is_not_known_and_nothing_of_it_is_kept(index: Index) -> None:
    version = index.manifest
    pixels = np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    answer = index.check(pixels)
    assert (answer.known, len(answer)) == (False, 0)
    assert answer.to_dict() == {"known": False, "matches": [], "version": version.version}
    assert index.manifest == version
    assert [*answer.seconds] == ["decode", "encode", "compare"]


def test_the_answer_lists_the_surest_match_first(index: Index) -> None:
    of = SHOP.copies["m1"]
    data = next(product for product in SHOP.products if product.id == "m1").pictures[0].data
    answer = index.check(data or b"")
    document = answer.to_dict()
    assert document["known"]
    assert {match["id"] for match in document["matches"]} >= of | {"m1"}
    first = document["matches"][0]
    assert {**first, "id": ""} == {
        "id": "",
        "picture": 0,
        "kind": "same-bytes",
        "similarity": 1.0,
        "changes": [],
    }
    assert kinds(index, data, kinds="same-pixels").keys() <= of | {"m1"}


def test_a_file_is_checked_by_its_path(index: Index, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(BYTES)
    assert kinds(index, str(tmp_path / "a.png"))[LONE.id] == "same-bytes"
    assert kinds(index, tmp_path / "a.png")[LONE.id] == "same-bytes"


def test_a_turned_camera_is_upright_before_it_is_compared(index: Index) -> None:
    image = open_image(BYTES).image
    exif = Image.Exif()
    exif[0x0112] = 3
    exif[0x010F] = "a camera"
    turned = saved(image.transpose(Image.Transpose.ROTATE_180), "PNG", exif=exif)
    assert kinds(index, turned)[LONE.id] == "same-pixels"


@pytest.mark.parametrize(
    ("photo", "reason"),
    [(b"", "empty"), (b"nonsense", "not-a-picture"), (BYTES[:200], "truncated"), ("nowhere.jpg", "missing")],
)
def test_a_picture_that_cannot_be_read_is_said_to_be_so(index: Index, photo: Any, reason: str) -> None:
    with pytest.raises(PictureError) as refused:
        index.check(photo)
    assert refused.value.reason == reason
    with pytest.raises(BadArgument):
        index.check(7)  # type: ignore[arg-type]


def test_an_empty_index_knows_nothing() -> None:
    assert not new_index().check(BYTES).known


def test_a_damaged_thumbnail_is_passed_over(index: Index) -> None:
    with index._store.writer() as writer:
        own = writer.reader.pictures([LONE.id], raw=True)[LONE.id]
        writer.commit((), {LONE.id: [replace(own[0], thumbnail=b"garbage")]})
    image = open_image(BYTES).image
    assert LONE.id not in kinds(index, saved(image.resize((100, 120)), "JPEG"))
    assert kinds(index, BYTES)[LONE.id] == "same-bytes"


@pytest.mark.parametrize("container", ["PNG", "WEBP"])
def test_a_large_photograph_and_its_lossless_twin_have_the_same_pixels(
    container: str, tmp_path: Path
) -> None:
    """They are decoded at other sizes for the encoder, so that only the whole originals can tell."""
    jpeg = saved(large(), "JPEG", quality=90)
    twin = saved(open_image(jpeg).image, container, lossless=True)
    other = saved(open_image(jpeg).image, "JPEG", quality=75)
    (tmp_path / "photo.jpg").write_bytes(jpeg)
    index = new_index()
    index.add(
        [Product("file", (str(tmp_path / "photo.jpg"),)), Product("bytes", (PictureSource(data=jpeg),))]
    )
    stored = index._store.reader().marks().pixels[0]
    assert kinds(index, twin) == {"file": "same-pixels", "bytes": "same-pixels"}
    assert kinds(index, other) == {"file": "same-photograph", "bytes": "same-photograph"}
    index.add([Product("twin", (PictureSource(data=twin),)), Product("other", (PictureSource(data=other),))])
    assert index._store.reader().marks().pixels.count(stored) == 2, "the kept hashes do not agree"
    exact = index.duplicates(kinds=["same-bytes", "same-pixels"])
    assert [{member.id for member in group.members} for group in exact] == [{"file", "bytes", "twin"}]
    assert exact[0].kind == "same-pixels"
    (group,) = index.duplicates()
    assert {member.id: member.kind for member in group.members}["other"] == "same-photograph"


def test_a_file_that_has_changed_since_is_not_compared_pixel_by_pixel(tmp_path: Path) -> None:
    jpeg = saved(large(), "JPEG", quality=90)
    twin = saved(open_image(jpeg).image, "PNG")
    (tmp_path / "photo.jpg").write_bytes(jpeg)
    index = new_index()
    index.add([Product("file", (str(tmp_path / "photo.jpg"),))])
    (tmp_path / "photo.jpg").write_bytes(twin)
    assert kinds(index, twin) == {"file": "same-photograph"}
    (tmp_path / "photo.jpg").unlink()
    assert kinds(index, twin) == {"file": "same-photograph"}
