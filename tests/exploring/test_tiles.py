"""Thumbnails of a map lie where their document says, spread over the map however few are taken."""

from __future__ import annotations

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lookalike.exploring.spreading import spread
from lookalike.exploring.tiles import SIDE, SIZE, Tiles, drawn_tiles

COLOURS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 200, 40)]


def jpeg(colour: tuple[int, int, int], size: tuple[int, int] = (96, 96)) -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", size, colour).save(sink, "JPEG", quality=95)
    return sink.getvalue()


def silent(doing: str, done: int, total: int) -> None:
    pass


def tiles_of(count: int, **size: tuple[int, int]) -> Tiles:
    keys = [(str(at), 0) for at in range(count)]
    pictures = {key: jpeg(COLOURS[at % len(COLOURS)], **size) for at, key in enumerate(keys)}
    return drawn_tiles(keys, ["m"] * count, lambda some: {key: pictures[key] for key in some}, silent)


def test_each_tile_is_where_a_page_looks_for_it() -> None:
    count = SIDE * SIDE + 5
    made = tiles_of(count)
    sheets = [np.asarray(Image.open(io.BytesIO(sheet))) for sheet in made.sheets]
    assert [sheet.shape for sheet in sheets] == [(SIDE * SIZE, SIDE * SIZE, 3), (SIZE, SIDE * SIZE, 3)]
    for tile in (0, 1, SIDE, SIDE * SIDE - 1, SIDE * SIDE, count - 1):
        row, column = divmod(tile % (SIDE * SIDE), SIDE)
        own = sheets[tile // (SIDE * SIDE)][
            row * SIZE : (row + 1) * SIZE, column * SIZE : (column + 1) * SIZE
        ]
        assert np.abs(own.astype(int) - COLOURS[tile % len(COLOURS)]).max() < 12, tile


def test_a_picture_keeps_its_shape_on_white() -> None:
    sheet = np.asarray(Image.open(io.BytesIO(tiles_of(1, size=(96, 48)).sheets[0]))).astype(int)
    tile = sheet[:, :SIZE]
    assert (tile[4] > 240).all() and (tile[-4] > 240).all()
    assert np.abs(tile[SIZE // 2] - COLOURS[0]).max() < 12


def test_what_cannot_be_read_is_white() -> None:
    made = drawn_tiles([("a", 0), ("b", 0)], ["m", "m"], lambda _: {("a", 0): b"no picture"}, silent)
    assert np.asarray(Image.open(io.BytesIO(made.sheets[0]))).min() > 250


def test_tiles_are_kept_and_read_again() -> None:
    made = tiles_of(3)
    assert Tiles.from_bytes(made.to_bytes()) == made


def test_a_tile_shows_its_product_only_while_that_has_the_picture() -> None:
    document = tiles_of(3).to_dict({("0", "m"): 7, ("2", "other"): 1}, ["/sheet"])
    assert (document["points"], document["sheets"]) == ([7, -1, -1], ["/sheet"])


POINTS = st.lists(st.tuples(st.floats(0, 1, width=32), st.floats(0, 1, width=32)), max_size=60)


@given(POINTS, st.integers(0, 70))
def test_no_product_is_taken_twice(points: list[tuple[float, float]], most: int) -> None:
    chosen = spread(np.array(points, np.float32).reshape(-1, 2), most).tolist()
    assert len(chosen) == len(set(chosen)) == min(most, len(points))


def test_the_first_of_them_lie_all_over_the_map() -> None:
    points = np.random.default_rng(0).random((5000, 2)).astype(np.float32)
    for taken, side in ((16, 2), (80, 4), (400, 8)):
        first = points[spread(points, 3000)[:taken]]
        cells = {tuple(cell) for cell in (first * side).astype(int).tolist()}
        assert len(cells) == side * side


def test_a_crowded_place_has_no_more_of_the_first_than_its_share_of_the_map() -> None:
    draw = np.random.default_rng(0)
    crowd, others = 0.05 * draw.random((4000, 2)), draw.random((400, 2))
    points = np.concatenate([crowd, others]).astype(np.float32)
    assert (spread(points, 300)[:60] < 4000).mean() < 0.2
