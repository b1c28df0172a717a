from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.distortions import brightness
from lookalike.errors import BadArgument, PictureError
from lookalike.evaluation.cases import label_cases
from lookalike.evaluation.gallery import Gallery, looks
from lookalike.evaluation.judge import judge
from lookalike.evaluation.structure import distorted_cases, other_picture_cases
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop

COLOURS = {"red": "#d02020", "blue": "#2020d0", "green": "#20d020"}


def plain(colour: str) -> Image.Image:
    return Image.new("RGB", (40, 50), colour)


def test_the_nearest_by_angle_comes_first_and_ties_go_by_id() -> None:
    gallery = Gallery(["d", "c", "b", "a"], [[0, 9.0], [1, 1], [5, 0], [1, 0]])
    assert gallery("a", 4) == ["a", "b", "c", "d"]
    assert gallery(np.array([0, 1.0]), 2) == ["d", "c"]
    assert gallery.ids == ["a", "b", "c", "d"]
    assert len(gallery) == 4


def test_a_product_counts_once_by_its_nearest_picture_and_asks_with_its_first() -> None:
    gallery = Gallery(["a", "b", "a"], [[1, 0], [1, 1], [0, 1.0]])
    assert gallery(np.array([0, 1.0]), 5) == ["a", "b"]
    assert gallery("a", 5) == ["a", "b"]
    assert Gallery(["b", "a", "a"], [[0, 1], [0, 1], [1, 0.0]])("a", 1) == ["a"]


def test_many_asked_at_once_are_answered_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    ids = [f"{n:03}" for n in range(300)]
    gallery = Gallery(ids, rng.normal(size=(300, 8)))
    assert gallery.answer_many(ids, 12) == [gallery(i, 12) for i in ids]
    cases = label_cases({i: [str(n % 7)] for n, i in enumerate(ids)}, copies={"000": ["007", "014"]})
    at_once, one_by_one = judge(gallery, cases), judge(gallery.__call__, cases)
    for metric, values in at_once.values.items():
        assert np.array_equal(values, one_by_one.values[metric])


def test_an_encoder_is_judged_in_one_call() -> None:
    gallery = Gallery.encoded(GridEncoder(), {name: plain(colour) for name, colour in COLOURS.items()})
    dim = distorted_cases({name: plain(colour) for name, colour in COLOURS.items()}, brightness(0.9))
    verdict = judge(gallery, dim, depth=10)
    assert verdict["hit_rate_at_1"].mean == 1
    assert verdict["recall_at_1"].cases == 3


def test_other_views_of_the_tiny_shop_find_their_products_better_than_chance() -> None:
    shop = tiny_shop()
    pictures = {product.id: product.pictures for product in shop.products}
    gallery = Gallery.encoded(GridEncoder(), {i: own[0] for i, own in pictures.items()})
    cases = other_picture_cases(pictures, alike=shop.copies)
    verdict = judge(gallery, cases)
    assert len(verdict.cases) == sum(len(own) - 1 for own in pictures.values())
    assert verdict["hit_rate_at_10"].mean > 2 * 10 / len(pictures)


def test_looks_do_not_depend_on_how_many_threads_make_them() -> None:
    pictures = [plain(f"#{n:02x}40{255 - n:02x}") for n in range(0, 250, 6)]
    told: list[int] = []
    one = looks(GridEncoder(), pictures, workers=1, progress=told.append)
    assert told[-1] == len(pictures)
    assert np.array_equal(one, looks(GridEncoder(), iter(pictures), workers=3))
    assert np.linalg.norm(one, axis=1) == pytest.approx(np.ones(len(pictures)), abs=1e-6)
    assert looks(GridEncoder(), []).shape == (0, 192)


def test_what_cannot_be_asked_is_refused_with_a_reason() -> None:
    gallery = Gallery(["a"], [[1.0, 0]])
    with pytest.raises(BadArgument, match="'b' is no product of this gallery"):
        gallery("b", 3)
    with pytest.raises(BadArgument, match="no encoder"):
        gallery(Path("photo.jpg"), 3)
    with pytest.raises(PictureError):
        Gallery.encoded(GridEncoder(), {"a": plain("red")})(Path("nowhere.jpg"), 3)
    with pytest.raises(BadArgument, match="do not go together"):
        Gallery(["a", "b"], [[1.0, 0]])
    with pytest.raises(BadArgument, match="not finite"):
        Gallery(["a"], [[np.nan, 0]])
