"""What an index says of how close its answers are: beside the order, never in it."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.recommend.answer import Answer
from lookalike.store.memory import MemoryStore
from lookalike.testing.grid import GridEncoder

PRODUCTS = 60


def picture(number: int) -> bytes:
    """A red field that grows with the number, on grey."""
    image = Image.new("RGB", (32, 32), (120, 120, 120))
    image.paste((200, 40 + number, 40), (2, 2, 6 + number % 24, 12 + number // 4))
    sink = io.BytesIO()
    image.save(sink, "PNG")
    return sink.getvalue()


def noise() -> bytes:
    """Nothing that the shop sells: every pixel another colour."""
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    pixels[:16] = 255 - pixels[:16] // 3
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue()


def shop(fit: bool) -> Index:
    grid = GridEncoder()
    index = Index(MemoryStore(grid.space, grid.name), grid)
    products = [
        Product(f"{n:02}", (PictureSource(data=picture(n)),), title=f"red field {n}") for n in range(PRODUCTS)
    ]
    index.add(products, fit=fit)
    return index


@pytest.fixture(scope="module")
def fitted() -> Index:
    return shop(fit=True)


@pytest.fixture(scope="module")
def unfitted() -> Index:
    return shop(fit=False)


QUESTIONS: dict[str, Callable[[Index], Answer]] = {
    "a product": lambda index: index.similar("30", 20),
    "a product by colour": lambda index: index.similar("30", 20, weights={"look": 1, "colour": 1}),
    "a distance": lambda index: index.similar("30", 20, metric="euclidean"),
    "a photo": lambda index: index.search(picture(17), 20),
    "nothing the shop sells": lambda index: index.search(noise(), 20),
    "variety": lambda index: index.similar("30", 20, diversity=0.5),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_order_and_the_scores_are_the_same_with_and_without_a_closeness(
    question: str, fitted: Index, unfitted: Index
) -> None:
    with_it, without = QUESTIONS[question](fitted), QUESTIONS[question](unfitted)
    assert [(one.id, one.score) for one in with_it] == [(one.id, one.score) for one in without]
    assert all(one.closeness is not None for one in with_it)
    assert all(one.closeness is None for one in without)
    assert not without.nothing_close


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_higher_similarity_is_never_less_close(question: str, fitted: Index) -> None:
    results = sorted(QUESTIONS[question](fitted), key=lambda one: one.similarity or 0.0)
    closeness = [one.closeness or 0.0 for one in results]
    assert closeness == sorted(closeness)


def test_a_photo_of_a_product_is_close_and_one_of_nothing_is_not(fitted: Index) -> None:
    found = fitted.search(picture(17), 3)
    assert not found.nothing_close
    assert found[0].similarity == pytest.approx(1.0, abs=1e-3)
    assert found[0].closeness == 1.0
    lost = fitted.search(noise(), 3)
    assert repr(lost).endswith("; none of them close)")
    assert "close" not in repr(found)
    assert lost.nothing_close
    assert len(lost) == 3
    assert lost.explain["nothing_close"].startswith("Nothing in this shop is close to your photo")
    below = lost.explain["closeness"]["nothing_close_below"]
    assert all(one.similarity is not None and one.similarity < below for one in lost)
    assert all(one.sentence.startswith("Not close to your photo") for one in lost)


def test_a_probability_is_not_claimed_where_products_have_one_picture(fitted: Index) -> None:
    assert all(one.same_product is None for one in fitted.search(picture(17), 5))


def test_the_document_and_the_data_frame_hold_the_scores(fitted: Index) -> None:
    answer = fitted.search(noise(), 2)
    document = answer.to_dict()
    assert document["nothing_close"] is True
    one = document["results"][0]
    assert (one["similarity"], one["closeness"]) == (answer[0].similarity, answer[0].closeness)
    assert one["sentence"] == answer[0].sentence
    frame = answer.to_pandas()
    assert frame["closeness"].tolist() == [result.closeness for result in answer]
    assert frame["same_product"].isna().all()
    assert frame.attrs["nothing_close"] is True
    assert "Nothing in this shop is close to your photo" in answer._repr_html_()


def test_a_title_is_said_to_have_the_words_that_it_has(unfitted: Index) -> None:
    found = unfitted.search(text="Réd 7", k=1)[0]
    assert found.id == "07"
    assert found.sentence == "Its title says red and 7."
    assert found.closeness is None
