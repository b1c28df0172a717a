"""The fields of a table: paths level by level, values without case, attributes by name."""

from __future__ import annotations

import pytest

from lookalike.index import Index
from lookalike.testing.planted import plant, planted


@pytest.fixture(scope="module")
def shop() -> Index:
    """Products in a row of directions; the first asks."""
    side = [(1.0, 0.1 * step) for step in range(8)]
    return Index(
        plant(
            [
                planted(
                    "asks", side[0], category="Shoes > Sneakers", brand="Cole", attributes={"sole": "gum"}
                ),
                planted(
                    "case", side[1], category="shoes>sneakers", brand="COLE ", attributes={"sole": "Gum"}
                ),
                planted("level", side[2], category="Shoes > Boots", brand="Cole", attributes={"sole": "gum"}),
                planted("other", side[3], category="Hats", brand="Birch", attributes={"sole": "none"}),
                planted("silent", side[4]),
                planted("plain", side[5], category="Hats", brand="Dune"),
            ]
        )
    )


def content_of(shop: Index, asking: str) -> dict[str, float]:
    answer = shop.similar(asking, weights={"content": 1})
    return {result.product.id: result.evidence["content"] for result in answer}


def test_case_and_blanks_do_not_tell_values_apart(shop: Index) -> None:
    assert content_of(shop, "asks")["case"] == 1


def test_the_same_department_is_nearer_than_another(shop: Index) -> None:
    found = content_of(shop, "asks")
    assert 1 > found["level"] > found["other"]


def test_a_product_of_which_nothing_is_said_is_not_compared_by_texts(shop: Index) -> None:
    assert "silent" not in content_of(shop, "asks")
