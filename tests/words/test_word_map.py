from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from lookalike.errors import BadArgument
from lookalike.neighbours.tokens import words_asked
from lookalike.vectors import Space
from lookalike.words import ridge as solving
from lookalike.words.map_file import map_from_bytes, map_to_bytes
from lookalike.words.ridge import Bags, ridge
from lookalike.words.texts import Texts
from lookalike.words.word_map import LEAST, WordMap

from .planted_words import COLOURS, KINDS, SPACE, shop


class Given:
    """Targets that are all there."""

    def __init__(self, vectors: np.ndarray) -> None:
        self.vectors, self.width = vectors.astype(np.float32), vectors.shape[1]

    def __getitem__(self, texts: slice) -> np.ndarray:
        return self.vectors[texts]


@pytest.mark.parametrize("solved", [4096, 3, 0])
def test_words_of_texts_add_up_to_what_was_planted(solved: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rare words left to the second step too: here no two of them share a text."""
    monkeypatch.setattr(solving, "SOLVED", solved)
    planted = np.eye(6)
    texts = [[0], [1], [2], [0, 1], [1, 2], [3], [4], [5], [0, 3], [1, 4]] * 200
    if solved < 6:
        texts = [[0], [1], [2], [3], [4], [5]] * 300
    bags = Bags(
        np.concatenate(texts), np.repeat(np.arange(len(texts)), [len(t) for t in texts]), len(texts), 6
    )
    weights = ridge(bags, Given(np.array([planted[t].sum(0) for t in texts])), 0.01)
    assert np.abs(weights - planted).max() < 0.01


def test_normal_equations_in_blocks_agree_with_a_plain_ridge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "_BLOCK", 7)
    chance = np.random.default_rng(1)
    matrix = (chance.random((40, 9)) < 0.3).astype(np.float64)
    matrix[5] = 0
    targets = chance.normal(size=(40, 4))
    rows, codes = np.nonzero(matrix)
    found = ridge(Bags(codes, rows, 40, 9), Given(targets), 0.7)
    wanted = np.linalg.solve(matrix.T @ matrix + 0.7 * np.eye(9), matrix.T @ targets)
    assert np.abs(found - wanted).max() < 1e-4


def test_words_find_pictures_that_no_text_names() -> None:
    taught, wordless = shop(seed=0), shop(each=5, seed=1)
    fitted = taught.fitted()
    for kind in KINDS:
        for colour in COLOURS:
            assert wordless.shown(fitted, f"{colour} {kind}") == [(colour, kind)] * 5


def test_one_word_finds_its_kind_or_its_colour() -> None:
    taught = shop()
    fitted = taught.fitted()
    assert {kind for _, kind in taught.shown(fitted, "watches", 32)} == {"watch"}
    assert {colour for colour, _ in taught.shown(fitted, "white", 40)} == {"white"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bleu jeens", ("blue", "jeans")),
        ("whtie sneekers", ("white", "sneakers")),
        ("red trainers", ("red", "sneakers")),
        ("black tee", ("black", "t-shirt")),
    ],
)
def test_slips_and_other_words_for_a_thing_find_what_was_meant(typed: str, meant: tuple[str, str]) -> None:
    taught = shop()
    assert taught.shown(taught.fitted(), typed) == [meant] * 5


def test_words_never_seen_have_no_direction() -> None:
    fitted = shop().fitted()
    terms = fitted.terms(words_asked("xyzzyq платье"))
    assert [term.how for term in terms] == ["unknown", "unknown"]
    assert fitted.direction(terms) is None


def test_an_unknown_word_takes_nothing_from_the_others() -> None:
    fitted = shop().fitted()
    with_it, without = (
        fitted.direction(fitted.terms(words_asked(t))) for t in ("red xyzzyq dress", "red dress")
    )
    assert with_it is not None and without is not None
    assert np.array_equal(with_it.vector, without.vector)


def test_words_that_look_alike_are_related() -> None:
    taught = shop()
    titles = [
        title.replace("sneakers", "sneakers" if at % 2 else "kicks") for at, title in enumerate(taught.titles)
    ]
    fitted = WordMap.fitted(Texts({"title": pa.array(titles)}), taught.looks, SPACE)
    assert fitted.related("kick", 1)[0][0] == "sneaker"
    assert fitted.related("xyzzyq") == []


def test_a_words_own_picture_is_close_and_one_of_chance_is_not() -> None:
    taught = shop()
    fitted = taught.fitted()
    direction = fitted.direction(fitted.terms(["red", "dress"]))
    assert direction is not None
    close = fitted.closeness(direction.cosines(taught.looks, fitted.lengths(taught.looks)))
    right = np.array([c == "red" and k == "dress" for c, k in zip(taught.colours, taught.kinds, strict=True)])
    assert close[right].min() > 0.8
    assert np.median(close[~right]) < 0.3


def test_the_cosine_is_that_of_the_maps_own_space() -> None:
    taught = shop(each=2)
    fitted = taught.fitted()
    direction = fitted.direction(fitted.terms(["red"]))
    assert direction is not None
    placed = (taught.looks - fitted.mean) @ fitted.axes
    asked = fitted.weights[fitted.vocabulary.words.index("red")]
    wanted = placed @ asked / np.linalg.norm(placed, axis=1) / np.linalg.norm(asked)
    assert np.allclose(direction.cosines(taught.looks, fitted.lengths(taught.looks)), wanted, atol=1e-4)


def test_the_same_catalogue_gives_the_same_bytes_and_bytes_give_the_same_map() -> None:
    data = map_to_bytes(shop().fitted())
    assert data == map_to_bytes(shop().fitted())
    again = map_from_bytes(data, SPACE)
    assert again is not None
    assert map_to_bytes(again) == data
    assert shop().shown(again, "red dress") == [("red", "dress")] * 5


def test_bytes_that_are_damaged_or_of_another_space_are_no_map() -> None:
    data = map_to_bytes(shop(each=2).fitted())
    assert map_from_bytes(b"", SPACE) is None
    assert map_from_bytes(data[: len(data) // 2], SPACE) is None
    assert map_from_bytes(data, Space("other", SPACE.fingerprint, SPACE.dim)) is None
    assert map_from_bytes(data, Space(SPACE.encoder, SPACE.fingerprint, 8)) is None


@pytest.mark.parametrize("titles", [[], ["red dress"], [""] * 30])
def test_too_few_products_with_words_are_refused(titles: list[str]) -> None:
    looks = np.full((len(titles), SPACE.dim), 0.25, dtype=np.float32)
    with pytest.raises(BadArgument, match=str(LEAST)):
        WordMap.fitted(Texts({"title": pa.array(titles, pa.string())}), looks, SPACE)


def test_products_without_a_picture_teach_nothing() -> None:
    taught = shop()
    blind = Texts({"title": pa.array([*taught.titles, *["ghost"] * 50])})
    looks = np.vstack([taught.looks, np.zeros((50, SPACE.dim), dtype=np.float32)])
    fitted = WordMap.fitted(blind, looks, SPACE)
    assert fitted.texts == len(taught.titles)
    assert "ghost" not in fitted.vocabulary


def test_vectors_that_do_not_belong_to_the_texts_are_refused() -> None:
    with pytest.raises(BadArgument):
        WordMap.fitted(shop().texts(), shop().looks[:-1], SPACE)
    with pytest.raises(BadArgument):
        WordMap.fitted(shop().texts(), shop().looks[:, :8], SPACE)


def test_equal_pictures_give_a_map_without_numbers_that_are_none() -> None:
    looks = np.tile(shop().looks[:1], (len(shop().titles), 1))
    fitted = WordMap.fitted(shop().texts(), looks, SPACE)
    assert np.isfinite(fitted.weights).all() and np.isfinite(fitted.axes).all()
    direction = fitted.direction(fitted.terms(["red"]))
    assert direction is None or np.isfinite(direction.cosines(looks, fitted.lengths(looks))).all()
