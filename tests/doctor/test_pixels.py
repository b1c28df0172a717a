"""What is measured on pixels: kept by content, the same for equal pictures, survives damage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from lookalike.doctor import measuring
from lookalike.doctor.blank import blank
from lookalike.doctor.pixels import MEASURES, Pixels

from .scenes import among, photograph, shop_of, unjudged


def test_what_was_measured_is_the_same_after_it_was_kept() -> None:
    pixels = among({}, count=5).pixels
    again = Pixels.from_bytes(pixels.to_bytes())
    assert again.contents == pixels.contents
    np.testing.assert_array_equal(again.table, pixels.table)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"\x00" * 100])
def test_what_is_no_kept_measure_counts_as_none(data: bytes) -> None:
    assert len(Pixels.from_bytes(data).contents) == 0


def test_no_measure_at_all_can_be_kept() -> None:
    assert Pixels.from_bytes(Pixels.empty().to_bytes()).table.shape == (0, len(MEASURES))


def test_known_pictures_are_not_read_again() -> None:
    case = among({}, count=8)
    known = case.pixels
    more = among({"x": photograph(99)}, count=8)
    asked: list[tuple[str, int]] = []

    def thumbnails(keys: list[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        asked.extend(keys)
        return dict(more.thumbnails(keys))

    table = replace(more, pixels_known=known, thumbnails=thumbnails).pixels.table
    assert asked == [("x", 0)]
    np.testing.assert_array_equal(table, more.pixels.table)


def test_one_picture_of_two_products_is_measured_once() -> None:
    same = photograph(1)
    case = shop_of({"a": same, "b": same, "c": photograph(2)})
    np.testing.assert_array_equal(case.pixels.table[0], case.pixels.table[1])
    assert (case.pixels.table[0] != case.pixels.table[2]).any()


def test_a_measure_does_not_depend_on_what_else_is_measured_nor_on_workers() -> None:
    alone = shop_of({"x": photograph(7)}).pixels.table[0]
    case = among({"x": photograph(7)}, count=20)
    np.testing.assert_array_equal(case.pixels.table[-1], alone)
    np.testing.assert_array_equal(replace(case, workers=3).pixels.table, case.pixels.table)


def test_a_damaged_thumbnail_is_said_and_not_kept() -> None:
    case = among({}, count=4)
    torn = replace(
        case,
        thumbnails=lambda keys: {k: case.thumbnails([k])[k][: 9 if k[0] == "p001" else None] for k in keys},
    )
    assert torn.pixels.sound.tolist() == [True, False, True, True]
    assert len(Pixels.from_bytes(torn.pixels.to_bytes()).contents) == 3
    assert "One thumbnail is damaged" in unjudged(blank, torn)[0][1]


def test_the_measuring_tells_how_far_it_is() -> None:
    heard: list[tuple[int, int]] = []
    case = replace(among({}, count=5), tell=lambda _, done, total: heard.append((done, total)))
    _ = case.pixels
    assert heard[-1] == (5, 5)


def test_sharpness_falls_with_blur_and_not_with_contrast() -> None:
    sharp = photograph(5)
    faint = sharp.point(lambda at: 90 + at * 6 // 10)
    soft = sharp.filter(ImageFilter.GaussianBlur(2))
    found = shop_of({"a": sharp, "b": faint, "c": soft}).pixels.column("sharpness")
    assert found[1] == pytest.approx(found[0], abs=0.06)
    assert found[2] < 0.5 * found[0]


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 7), (8, 9), (33, 2)])
def test_pictures_of_every_size_are_measured(size: tuple[int, int]) -> None:
    table = shop_of({"x": Image.new("RGB", size, "red")}).pixels.table
    own = table[:, : len(measuring.MEASURES)]
    assert not np.isnan(np.delete(own, measuring.MEASURES.index("sharpness"), axis=1)).any()
