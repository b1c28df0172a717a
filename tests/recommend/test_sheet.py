"""What stands on a contact sheet. How it looks is in tests/browser."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lookalike.products import Price, Product
from lookalike.recommend.answer import Answer
from lookalike.recommend.recommendation import Asked, Recommendation
from lookalike.recommend.remarks import folding, how_found, why
from lookalike.recommend.sheet import answer_html, sheet_html


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


def test_a_card_says_how_many_copies_are_folded_into_it_and_the_sheet_how_many_in_all() -> None:
    two = Recommendation(Product("a"), 0.5, {}, copies=("b", "<c>"))
    one = Recommendation(Product("d"), 0.4, {}, copies=("e",))
    html = answer_html(answer_of(two, one, Recommendation(Product("f"), 0.3, {}), folded=3))
    assert html.count('class="copies"') == 2
    assert 'title="b, &lt;c&gt;">+2 copies<' in html
    assert ">+1 copy<" in html
    assert "3 products folded into those that show the same picture." in html


def test_a_sheet_without_copies_does_not_speak_of_them() -> None:
    html = answer_html(answer_of(Recommendation(Product("a"), 0.5, {}), folded=0, left_out={"copies": 0}))
    assert "folded" not in html.replace(".folded{", "")


@pytest.mark.parametrize(
    ("folded", "own", "words"),
    [
        (0, 0, ""),
        (1, 0, "1 product folded into one that shows the same picture"),
        (1200, 0, "1,200 products folded into those that show the same picture"),
        (0, 2, "2 products with the picture that asks left out"),
        (
            2,
            1,
            "2 products folded into those that show the same picture, "
            "1 product with the picture that asks left out",
        ),
    ],
)
def test_what_is_folded_is_said_in_words(folded: int, own: int, words: str) -> None:
    assert folding(answer_of(folded=folded, left_out={"copies": own})) == words
