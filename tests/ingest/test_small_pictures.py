"""The thumbnails that are kept."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from lookalike.ingest.measuring import small_picture


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((60, 80), (60, 80)),
        ((225, 300), (225, 300)),
        ((320, 200), (320, 200)),
        ((321, 200), (256, 160)),
        ((600, 800), (192, 256)),
    ],
)
def test_a_thumbnail_is_shrunk_only_from_a_quarter_above_its_size(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    thumbnail = Image.open(io.BytesIO(small_picture(Image.new("RGB", size, (200, 30, 30)))))
    assert thumbnail.format == "JPEG"
    assert thumbnail.size == kept
