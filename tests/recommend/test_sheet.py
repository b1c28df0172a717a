"""What stands on a contact sheet. How it looks is in tests/browser."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lookalike.products import Price, Product
from lookalike.recommend.answer import Answer
from lookalike.recommend.recommendation import Asked, Recommendation
from lookalike.recommend.sheet import answer_html, how_found, sheet_html, why


def answer_of(*results: Recommendation, asked: Asked | None = None, **explain: object) -> Answer:
    return Answer(tuple(results), True, explain, (lambda: asked) if asked else None, lambda keys: {})


def test_text_of_a_catalogue_stays_text() -> None:
    nasty = '"><script>alert(1)</script>'
    product = Product(nasty, title=nasty, brand=nasty, category=nasty, link=f"https://shop.example/{nasty}")
    asked = Asked(nasty, b"jpeg", [(nasty, 1.0, "#ff0000")])
    page = sheet_html({nasty: answer_of(Recommendation(product, 0.5, {}), asked=asked)}, nasty, nasty)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 9


@pytest.mark.parametrize(
    ("link", "linked"),
    [
        ("https://shop.example/1", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_a_title_leads_only_to_the_web(link: str, linked: bool) -> None:
    html = answer_html(answer_of(Recommendation(Product("a", link=link), 0.5, {})))
    assert ("<a " in html) == linked


def test_a_product_without_a_picture_says_so() -> None:
    html = answer_html(answer_of(Recommendation(Product("a"), 0.5, {}), asked=Asked("a", b"")))
    assert html.count("no picture") == 2
    assert "<img" not in html


def test_a_category_shows_its_last_level_and_a_price_its_currency() -> None:
    product = Product("a", category="Shoes > Boots", price=Price(Decimal("12.5"), "EUR"))
    html = answer_html(answer_of(Recommendation(product, 0.5, {})))
    assert ">Boots<" in html
    assert "12.50 EUR" in html


@pytest.mark.parametrize(
    ("score", "evidence", "words"),
    [
        (0.72, {"look": 0.72, "colour": 0.5, "picture": 0}, "look 0.72 · colour 0.50"),
        (0.65, {"look": 0.72, "colour": 0.5}, "score 0.65 · look 0.72 · colour 0.50"),
        (-3.25, {"look": 0.72, "distance": 3.25}, "look 0.72 · distance 3.25"),
    ],
)
def test_a_score_that_is_one_measurement_is_said_once(
    score: float, evidence: dict[str, float], words: str
) -> None:
    assert why(Recommendation(Product("a"), score, evidence)) == words


@pytest.mark.parametrize(
    ("explain", "words"),
    [
        ({"matching": 1200, "weights": {"look": 1.0}}, "best 1 of 1,200, ordered by look"),
        (
            {"matching": 7, "weights": {"look": 1.0, "colour": 0.5}, "where": "price<=5"},
            "only price<=5, best 1 of 7, ordered by look + 0.5 colour",
        ),
        (
            {"matching": 7, "weights": {"look": 1.0}, "metric": "euclidean"},
            "best 1 of 7, ordered by distance",
        ),
    ],
)
def test_a_sheet_says_how_its_answer_was_found(explain: dict[str, object], words: str) -> None:
    assert how_found(answer_of(Recommendation(Product("a"), 0.5, {}), **explain)) == words
