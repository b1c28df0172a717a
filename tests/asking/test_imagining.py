"""Pictures imagined of words: they ask as a customer's photos would, and are never products."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.asking.imagined import MARK
from lookalike.errors import BadArgument, NoGenerator
from lookalike.imagining.generator_file import write_generator
from lookalike.index import Index
from lookalike.recommend.imagined import Imagined
from lookalike.testing.grid import GridEncoder
from lookalike.testing.made_generator import made_generator
from lookalike.testing.tiny_shop import tiny_shop

GENERATOR = Path("imagine") / "generator.npz"
EVERYTHING: dict[str, Any] = {"k": 100, "variants": True, "duplicates": True}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The tiny shop with a generator that has learnt nothing."""
    made = Index.create(tmp_path_factory.mktemp("imagining") / "index", GridEncoder())
    made.add(tiny_shop().products, duplicates=False)
    assert made.path is not None
    write_generator(made.path / GENERATOR, made_generator(made.manifest.space))
    return made


@pytest.fixture
def bare(index: Index, tmp_path: Path) -> Index:
    """A copy of it without a generator, to be written to."""
    assert index.path is not None
    shutil.copytree(index.path, tmp_path / "index", ignore=shutil.ignore_patterns("imagine"))
    return Index.open(tmp_path / "index", GridEncoder())


def imagined(index: Index, text: str, **asked: Any) -> Imagined:
    found = index.imagine(text, **asked).imagined
    assert found is not None
    return found


def put(index: Index, change: Callable[[bytes], bytes] = lambda data: data, **made: Any) -> None:
    """Write a generator into an index, with its bytes changed."""
    assert index.path is not None
    path = index.path / GENERATOR
    write_generator(path, made_generator(made.get("space", index.manifest.space), made.get("seed", 0)))
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize("count", [1, 3])
def test_imagined_pictures_ask_as_photos_of_them_would(index: Index, count: int) -> None:
    answer = index.imagine("cobalt mug", count=count, seed=7, **EVERYTHING)
    assert answer.imagined is not None and len(answer.imagined.pictures) == count
    photos = [index.search(picture, **EVERYTHING) for picture in answer.imagined.pictures]
    best = {i: max({one.id: one.score for one in photo}[i] for photo in photos) for i in index.ids}
    assert {one.id: one.score for one in answer} == best
    assert answer.ids == sorted(best, key=lambda i: (-best[i], i))


def test_a_seed_gives_the_same_pictures_again_and_another_seed_others(index: Index) -> None:
    first, again, other = (imagined(index, "red mug", seed=seed).pictures for seed in (1, 1, 2))
    assert first == again
    assert not {*first} & {*other} and len({*first}) == 4


def test_each_picture_says_in_itself_that_it_was_generated(index: Index) -> None:
    found = imagined(index, "red mug", count=2)
    for data in found.pictures:
        with Image.open(io.BytesIO(data)) as picture:
            assert (picture.format, picture.size, picture.info["Comment"]) == ("PNG", (64, 64), MARK)
    told = found.to_dict()
    assert told["generated"] is True
    assert all(link.startswith("data:image/png;base64,") for link in told["pictures"])


def test_what_was_imagined_is_never_indexed_and_never_called_the_product(index: Index) -> None:
    before = index.manifest
    answer = index.imagine("red mug", count=1, **EVERYTHING)
    assert index.manifest == before
    assert {*answer.ids} == {*index.ids}
    assert all(one.same_product is None for one in answer)
    assert all("what was imagined" in one.sentence for one in answer)
    assert "no product" in answer.to_html()


def test_wishes_hold_as_they_do_for_a_photo(index: Index) -> None:
    wishes: dict[str, Any] = {"where": "category=Mugs", "exclude": ["m1"], "weights": "look=1,colour=1"}
    answer = index.imagine("red mug", count=1, **wishes)
    photo = index.search(imagined(index, "red mug", count=1).pictures[0], **wishes)
    assert answer.ids == photo.ids and len(answer)
    assert [one.evidence["colour"] for one in answer] == [one.evidence["colour"] for one in photo]


def test_words_that_mean_nothing_here_are_told_and_the_rest_is_imagined(index: Index) -> None:
    answer = index.imagine("snaekers zzqx", count=1)
    assert answer.imagined is not None
    assert answer.imagined.words == answer.explain["words"]
    assert answer.imagined.words["unknown"] == ["zzqx"]
    assert answer.imagined.words["read_as"] == ["snaekers was read as sneakers"]
    mine, its = (
        np.asarray(Image.open(io.BytesIO(one.pictures[0]))).astype(int)
        for one in (answer.imagined, imagined(index, "sneakers", count=1))
    )
    assert abs(mine - its).max() <= 2  # a guessed word weighs less, which rounds otherwise
    with pytest.raises(BadArgument, match=r"“zzqx” and “qqxz”.*Mugs"):
        index.imagine("zzqx qqxz")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", {}),
        ("mug", {"count": 0}),
        ("mug", {"count": 1000}),
        ("mug", {"seed": -1}),
        ("mug", {"seed": 2**32}),
        ("mug", {"weights": "words=1"}),
    ],
)
def test_what_cannot_be_imagined_is_refused(index: Index, text: str, asked: dict[str, Any]) -> None:
    with pytest.raises(BadArgument):
        index.imagine(text, **asked)


def test_without_a_generator_it_is_said_how_to_learn_one(bare: Index) -> None:
    assert not bare.imagines
    with pytest.raises(NoGenerator, match=r"no generator.*train --recipe generator"):
        bare.imagine("mug")
    assert bare.path is not None
    (bare.path / "imagine" / ".work").mkdir(parents=True)
    with pytest.raises(NoGenerator, match=r"not ended.*Go on"):
        bare.imagine("mug")
    put(bare)
    assert bare.imagines
    assert bare.imagine("mug", count=1).imagined  # that of the last learning that ended


def test_a_new_generator_is_asked_from_the_next_question_on(bare: Index) -> None:
    put(bare)
    before = imagined(bare, "mug").pictures
    put(bare, seed=1)
    assert imagined(bare, "mug").pictures != before


@pytest.mark.parametrize("change", [lambda _: b"", lambda data: data[: len(data) // 2], lambda _: b"PK no"])
def test_a_damaged_generator_is_to_be_learnt_again(bare: Index, change: Callable[[bytes], bytes]) -> None:
    put(bare, change)
    assert not bare.imagines
    with pytest.raises(NoGenerator, match=r"generator\.npz.*Learn one again"):
        bare.imagine("mug")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_in_the_place_of_a_generator_is_said_and_not_waited_for(
    bare: Index, make: Callable[[Path], None]
) -> None:
    assert bare.path is not None
    (bare.path / "imagine").mkdir()
    make(bare.path / GENERATOR)
    with pytest.raises(NoGenerator, match="is no file") as error:
        bare.imagine("red")
    assert "Move it away" in error.value.next_step
    assert not bare.imagines


def test_a_generator_of_another_encoder_is_not_asked(bare: Index) -> None:
    put(bare, space=replace(bare.manifest.space, fingerprint="another"))
    assert not bare.imagines
    with pytest.raises(NoGenerator, match=r"of vectors of grid.*Learn one anew"):
        bare.imagine("mug")


def test_a_catalogue_without_words_says_that_it_needs_some(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", GridEncoder())
    mute = [
        replace(
            one, title="", description="", brand="", category="", attributes={}, pictures=one.pictures[:1]
        )
        for one in tiny_shop().products[:3]
    ]
    index.add(mute)
    put(index)
    with pytest.raises(BadArgument, match=r"what words look like.*Add titles.*--image"):
        index.imagine("mug")
