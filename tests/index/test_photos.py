"""Asking with a part of a photo, and pictures for showing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.errors import BadArgument, UnknownPicture, UnknownProduct
from lookalike.images import Picture
from lookalike.index import Index
from lookalike.photo import check_crop, open_photo, shown_picture
from lookalike.products import PictureSource, Product
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.samples import sample_picture
from lookalike.testing.tiny_shop import tiny_shop

SIDES = (600, 400)


def quarters() -> Image.Image:
    """Four colours: red, green above blue, yellow; wider than high."""
    image = Image.new("RGB", SIDES, (220, 20, 20))
    image.paste((20, 160, 40), (300, 0, 600, 200))
    image.paste((20, 40, 220), (0, 200, 300, 400))
    image.paste((240, 220, 20), (300, 200, 600, 400))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def mean(picture: Picture) -> list[int]:
    return [round(float(v)) for v in np.asarray(picture.image).reshape(-1, 3).mean(0)]


@pytest.mark.parametrize(
    ("crop", "colour", "size"),
    [
        ((0, 0, 0.5, 0.5), [220, 20, 20], (300, 200)),
        ((0.5, 0, 0.5, 0.5), [20, 160, 40], (300, 200)),
        ((0.1, 0.6, 0.2, 0.3), [20, 40, 220], (120, 120)),
        ((0.5, 0.5, 0.5 + 1e-9, 0.5), [240, 220, 20], (300, 200)),
        ((0.999, 0.999, 0.0001, 0.0001), [240, 220, 20], (1, 1)),
    ],
)
def test_a_crop_is_that_part_of_the_photo(
    crop: tuple[float, float, float, float], colour: list[int], size: tuple[int, int]
) -> None:
    picture = open_photo(encoded(quarters()), None, crop=crop)
    assert mean(picture) == colour
    assert picture.image.size == (picture.width, picture.height) == size


def test_a_crop_is_of_the_upright_photo() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to stand upright: red, left above, comes to the right
    turned = encoded(quarters(), "JPEG", exif=exif, quality=95)
    picture = open_photo(turned, None, crop=(0.55, 0.05, 0.4, 0.4))
    assert np.abs(np.array(mean(picture)) - [220, 20, 20]).max() < 8


def test_a_crop_of_a_reduced_photo_keeps_the_detail_that_was_asked_for() -> None:
    large = encoded(quarters().resize((2400, 1600)), "JPEG", quality=90)
    picture = open_photo(large, 100, crop=(0.25, 0.25, 0.25, 0.25))
    assert min(picture.image.size) >= 100
    assert max(picture.image.size) <= 2400 / 4
    assert (picture.width, picture.height) == (600, 400)


def shop() -> Index:
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, "grid"), encoder)
    index.add(tiny_shop().products)
    return index


def test_an_item_in_the_corner_of_a_photo_is_found_by_its_crop() -> None:
    index = shop()
    item = (
        Image.open(io.BytesIO(tiny_shop().products[3].pictures[0].data or b""))
        .convert("RGB")
        .resize((200, 200))
    )
    scene = quarters()
    scene.paste(item, (390, 190))
    crop = (390 / 600, 190 / 400, 200 / 600, 200 / 400)
    asked = index.search(scene, k=1, crop=crop)
    alone = index.search(item, k=1)
    assert asked.ids == alone.ids
    assert asked[0].evidence["look"] == pytest.approx(alone[0].evidence["look"], abs=0.01)
    assert index.search(scene, k=1, crop=",".join(map(str, crop))).ids == asked.ids
    assert {"decode", "encode", "search", "rank"} == set(asked.seconds)
    assert all(seconds >= 0 for seconds in asked.seconds.values())


@pytest.mark.parametrize(
    "wrong",
    [
        (0, 0, 0, 0.5),
        (0, 0, 0.5, 0),
        (0.5, 0.5, -0.2, 0.2),
        (-0.1, 0, 0.5, 0.5),
        (0.6, 0, 0.5, 0.5),
        (0, 0.9, 0.1, 0.2),
        (0, 0, float("nan"), 1),
        (0, 0, float("inf"), 1),
        (0, 0, 1),
        (0, 0, 1, 1, 1),
        ("a", 0, 1, 1),
        (None, 0, 1, 1),
        (10**400, 0, 1, 1),
        "0.1,0.2",
        "left,top,0.5,0.5",
        "",
        5,
        {"left": 0},
        [[0, 0, 1, 1]],
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_a_crop_that_is_none_is_refused_with_a_next_step(wrong: Any) -> None:
    with pytest.raises(BadArgument) as caught:
        shop().search(quarters(), crop=wrong)
    assert caught.value.next_step


def test_the_whole_photo_is_a_crop_too() -> None:
    assert check_crop((0, 0, 1, 1)) == (0, 0, 1, 1)
    assert check_crop("0, 0, 1, 1") == (0, 0, 1, 1)
    assert check_crop(None) is None


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        return image.size


@pytest.fixture
def shown(tmp_path: Path) -> Index:
    """A product whose first picture is a file, whose second came as bytes; and one that is small."""
    (tmp_path / "large.png").write_bytes(encoded(quarters().resize((1200, 800))))
    (tmp_path / "small.png").write_bytes(encoded(quarters().resize((90, 60))))
    encoder = GridEncoder()
    index = Index(MemoryStore(encoder.space, "grid"), encoder)
    second = PictureSource(data=encoded(quarters().resize((500, 750)), "JPEG"))
    index.add(
        [
            Product("a/b", pictures=(PictureSource(str(tmp_path / "large.png")), second)),
            Product("s", pictures=(PictureSource(str(tmp_path / "small.png")),)),
        ]
    )
    return index


@pytest.mark.parametrize(
    ("position", "width", "size"),
    [
        (0, 64, (256, 171)),
        (0, 256, (256, 171)),
        (0, 512, (512, 341)),
        (0, 1600, (1200, 800)),
        (1, 512, (341, 512)),
        (1, 1024, (500, 750)),
    ],
)
def test_a_picture_is_shown_small_or_larger_but_never_larger_than_it_is(
    shown: Index, position: int, width: int, size: tuple[int, int]
) -> None:
    assert size_of(shown.picture("a/b", position, width).data) == size


def test_a_small_picture_stays_small(shown: Index) -> None:
    assert size_of(shown.picture("s", 0, 1024).data) == (90, 60)


def test_a_picture_whose_file_changed_or_went_is_shown_as_it_was_measured(
    shown: Index, tmp_path: Path
) -> None:
    before = shown.picture("a/b", 0, 512)
    assert before.etag == shown.picture("a/b", 0, 512).etag
    (tmp_path / "large.png").write_bytes(encoded(Image.new("RGB", (1200, 800), (1, 2, 3))))
    changed = shown.picture("a/b", 0, 512)
    assert size_of(changed.data) == (256, 171)
    assert changed.etag not in ("", before.etag)
    (tmp_path / "large.png").unlink()
    assert shown.picture("a/b", 0, 512) == changed == shown.picture("a/b", 0, 256)


def test_a_picture_behind_a_url_is_not_fetched_to_be_shown() -> None:
    stored = replace(sample_picture("a"), uri="http://127.0.0.1:9/a.jpg", width=2000, height=2000)
    assert shown_picture(stored, 1024).data == stored.thumbnail


@pytest.mark.parametrize("width", [0, -1, 5000, 2.5, True, "256", None])
def test_a_width_that_is_none_is_refused(shown: Index, width: Any) -> None:
    with pytest.raises(BadArgument) as caught:
        shown.picture("a/b", 0, width)
    assert caught.value.next_step


@pytest.mark.parametrize("position", [2, -1, 10**9])
def test_a_picture_that_is_not_there_is_named(shown: Index, position: int) -> None:
    with pytest.raises(UnknownPicture, match=str(position)) as caught:
        shown.picture("a/b", position, 256)
    assert "0, 1" in caught.value.next_step
    with pytest.raises(UnknownProduct):
        shown.picture("nobody", 0, 256)
