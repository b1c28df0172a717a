"""Recipes of a product that asks, on vectors and texts planted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.recommend.recipes import DEFAULT
from lookalike.testing.planted import Planted, plant, planted


def near(name: str, degrees: float, **fields: object) -> Planted:
    angle = np.radians(degrees)
    return planted(name, [float(np.cos(angle)), float(np.sin(angle))], **fields)


@pytest.fixture(scope="module")
def shop() -> Index:
    """Coats and lamps in two directions; some of them without a picture, a text, or a kind of their own."""
    coats = [
        near(f"coat-{n:02}", 3 * n, title=f"wool coat style{n}", category="Coats", brand="Cole")
        for n in range(12)
    ]
    lamps = [
        near(f"lamp-{n:02}", 80 + 3 * n, title=f"oak lamp style{n}", category="Lamps", brand="Birch")
        for n in range(12)
    ]
    return Index(
        plant(
            [
                *coats,
                *lamps,
                near("a-lamp-that-looks-a-coat", 1, title="oak lamp", category="Lamps", brand="Birch"),
                near("only-one", 40, title="brass bell", category="Bells"),
                planted("unseen-coat", title="wool coat style3", category="Coats", brand="Cole"),
                planted("unseen-silent"),
                near("silent", 4),
            ]
        )
    )


def test_what_is_said_and_what_is_seen_are_combined(shop: Index) -> None:
    by_look = shop.similar("coat-00", k=3, recipe="look")
    both = shop.similar("coat-00", k=12, recipe="combined")
    assert by_look.ids[0] == "a-lamp-that-looks-a-coat"
    assert both.ids[0] == "coat-01"
    assert both.ids.index("a-lamp-that-looks-a-coat") > 1
    assert both.explain["recipe"] == "combined"
    assert {"look", "content"} <= both.results[0].evidence.keys()


def test_a_product_without_a_picture_stands_among_the_answers(shop: Index) -> None:
    answer = shop.similar("coat-03", k=20, recipe="combined")
    place = answer.ids.index("unseen-coat")
    assert 0 < place < min(answer.ids.index(i) for i in answer.ids if i.startswith("lamp"))
    assert "look" not in answer.results[place].evidence
    assert "unseen-silent" not in answer.ids


@pytest.mark.parametrize("recipe", ["look", "combined", "same-kind", None])
def test_a_product_without_a_picture_is_answered_by_what_is_said_of_it(
    shop: Index, recipe: str | None
) -> None:
    answer = shop.similar("unseen-coat", k=3, recipe=recipe)
    assert answer.ids[0] == "coat-03"
    assert "no picture" in answer.explain["recipe_because"]
    assert answer.explain["weights"] == {"content": 1.0}


def test_a_product_of_which_nothing_is_said_is_answered_by_its_picture(shop: Index) -> None:
    answer = shop.similar("silent", k=2, recipe="combined")
    assert answer.ids == shop.similar("silent", k=2, recipe="look").ids
    assert "its picture asks" in answer.explain["recipe_because"]


def test_a_product_without_picture_and_text_has_no_answer_and_says_why(shop: Index) -> None:
    answer = shop.similar("unseen-silent")
    assert answer.ids == []
    assert "no picture" in answer.explain["recipe_because"]
    assert answer.complete


def test_a_kind_with_one_product_is_a_clear_answer(shop: Index) -> None:
    answer = shop.similar("only-one", recipe="same-kind")
    assert answer.ids == []
    assert "No other product is of the kind 'Bells'" in answer.explain["unmet"][0]


def test_weights_win_over_the_recipe_and_the_kind_stays(shop: Index) -> None:
    answer = shop.similar("coat-00", k=30, recipe="same-kind", weights={"content": 1})
    assert answer.explain["weights"] == {"content": 1.0}
    assert {i.rpartition("-")[0] for i in answer.ids} == {"coat", "unseen"}


def test_weights_alone_are_no_recipe(shop: Index) -> None:
    answer = shop.similar("coat-00", k=3, weights="look=1,content=0.5")
    assert answer.explain["recipe"] is None
    assert shop.similar("coat-00", k=3).explain["recipe"] == DEFAULT


@pytest.mark.parametrize("asked", ["best", "", 3, ["look"]])
def test_a_recipe_that_does_not_exist_is_refused_with_those_that_do(shop: Index, asked: object) -> None:
    with pytest.raises(BadArgument) as told:
        shop.similar("coat-00", recipe=asked)  # type: ignore[arg-type]
    assert all(recipe in told.value.next_step for recipe in ("look", "combined", "same-kind"))


def test_a_distance_is_of_looks_alone(shop: Index) -> None:
    with pytest.raises(BadArgument, match="content"):
        shop.similar("coat-00", recipe="combined", metric="euclidean")


def test_a_shop_without_any_category_answers_by_look_and_says_so() -> None:
    index = Index(plant([near("a", 0, title="x"), near("b", 5), near("c", 9)]))
    answer = index.similar("a", recipe="same-kind")
    assert answer.ids == ["b", "c"]
    assert "all kinds answer" in answer.explain["recipe_because"]


def test_nothing_that_is_filtered_comes_back_by_any_recipe(shop: Index) -> None:
    for recipe in ("look", "combined", "same-kind"):
        answer = shop.similar("coat-00", k=40, recipe=recipe, where="brand=Birch")
        assert {result.product.brand for result in answer} <= {"Birch"}
    assert shop.similar("coat-00", recipe="same-kind", where="brand=Birch").ids == []
