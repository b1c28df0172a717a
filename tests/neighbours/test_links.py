"""Columns in which a merchant ties products are known by the names that shops' systems give them."""

from __future__ import annotations

import pytest

from lookalike.neighbours.links import is_link, tie_of

SHOPIFY = "(product.metafields.shopify--discovery--product_recommendation."


@pytest.mark.parametrize(
    ("name", "tie"),
    [
        (f"Complementary products {SHOPIFY}complementary_products)", "crosssell"),
        (f"Related products {SHOPIFY}related_products)", "related"),
        ("Cross-sells", "crosssell"),
        ("Upsells", "upsell"),
        ("crosssell_skus", "crosssell"),
        ("upsell_skus", "upsell"),
        ("related_skus", "related"),
        ("related", "related"),
        ("up-sell", "upsell"),
        ("Cross sell", "crosssell"),
        ("material", None),
        ("related_to_music", None),
    ],
)
def test_a_column_of_links_is_known_by_its_name(name: str, tie: str | None) -> None:
    assert tie_of(name) == tie
    assert is_link(name) == (tie is not None)


def test_what_is_said_about_links_is_no_text_of_the_product() -> None:
    assert is_link("related_position")
    assert is_link(f"Related products settings {SHOPIFY}related_products_display)")
    assert tie_of("related_position") is None
