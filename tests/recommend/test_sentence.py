"""What a shopper reads: every combination of what was measured, and nothing that was not."""

from __future__ import annotations

from itertools import product

import pytest

from lookalike.recommend.recommendation import Reason
from lookalike.recommend.sentence import Measured, Typed, nothing_close, sentence

NAVY = Reason("colour", "also navy", "navy")
KIND = Reason("kind", "same kind: Dresses", "Dresses")
BRAND = Reason("brand", "same brand: Nordlys", "Nordlys")
LESS = Reason("price", "12.00 EUR less", -12.0)
ABOUT = Reason("price", "about the same price", 0.5)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Measured(), ""),
        (
            Measured("", 0.93, 0.94, reasons=(NAVY, BRAND, LESS)),
            "Very alike: closer than 94 of 100 best matches within this shop. "
            "Also navy, of the same brand, 12.00 EUR less.",
        ),
        (Measured("", 0.88, 0.6), "Alike: closer than 60 of 100 best matches within this shop."),
        (Measured("", 0.8, 0.3), "Somewhat alike: closer than 30 of 100 best matches within this shop."),
        (Measured("", 0.7, 0.05), "A little alike: closer than 5 of 100 best matches within this shop."),
        (Measured("", 0.6, 0.0), "A little alike: farther than nearly every best match within this shop."),
        (Measured("", 0.3, 0.0, True), "Not close: farther than nearly every best match within this shop."),
        (Measured("", 1.0, 1.0), "Very alike: closer than 99 of 100 best matches within this shop."),
        (Measured("", 0.93), "Likeness: 0.93 of 1."),
        (Measured("your photo", 0.93), "Likeness to your photo: 0.93 of 1."),
        (Measured("", -0.2), "Likeness: 0.00 of 1."),
        (
            Measured("your photo", 0.9, 0.7, same_product=0.84, reasons=(NAVY,)),
            "Probably the one in your photo: 84 of 100 matches like this are. "
            "Like your photo: closer than 70 of 100 best matches within this shop. Also navy.",
        ),
        (
            Measured("your photo", 0.8, 0.2, same_product=0.3),
            "Somewhat like your photo: closer than 20 of 100 best matches within this shop.",
        ),
        (
            Measured("what you chose", 0.9, 0.95),
            "Very like what you chose: closer than 95 of 100 best matches within this shop.",
        ),
        (
            Measured("", 0.93, 0.94, content=0.8, reasons=(KIND, ABOUT)),
            "Very alike: closer than 94 of 100 best matches within this shop. Its texts are alike too. "
            "Also of the same kind, about the same price.",
        ),
        (Measured(content=0.95, reasons=(LESS,)), "Its texts are very much alike. 12.00 EUR less."),
        (Measured(content=0.6), "Its texts are alike."),
        (Measured(content=0.2), "Its texts are a little alike."),
        (Measured(reasons=(ABOUT,)), "About the same price."),
        (Measured(reasons=(KIND,)), "Also of the same kind."),
    ],
)
def test_a_sentence_says_what_was_measured(found: Measured, said: str) -> None:
    assert sentence(found) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (Typed(["red", "dress"], 2, 1.0, 0.8), "Its title says red and dress; its picture looks like it."),
        (Typed(["red", "long", "dress"], 3, 1.0, 0.1), "Its title says red, long and dress."),
        (Typed(["red"], 2, 0.5, None), "Its title says red."),
        (Typed(["red"], 2, 1.0, 0.8), "Its texts say what you typed; its picture looks like it."),
        (Typed([], 2, 0.4, 0.3), "Its texts say part of what you typed."),
        (Typed([], 2, 0.0, 0.9), "No text says so, but its picture looks like it."),
        (Typed([], 2, None, 0.9), "Its picture looks like what you typed."),
        (Typed(["red"], 2, 0.5, 0.6), "Its title says red."),
        (Typed([], 2, 0.0, 0.6), "Its picture looks a little like what you typed."),
        (Typed([], 2, 0.0, 0.4), ""),
        (Typed([], 2, None, None), ""),
    ],
)
def test_words_are_told_by_titles_other_texts_and_pictures(typed: Typed, said: str) -> None:
    assert sentence(Measured(typed=typed)) == said


def test_a_photo_and_words_are_told_both() -> None:
    found = Measured("your photo", 0.9, 0.7, typed=Typed(["red"], 1, 1.0, 0.2))
    assert sentence(found) == (
        "Like your photo: closer than 70 of 100 best matches within this shop. Its title says red."
    )


def test_every_combination_is_whole_sentences() -> None:
    looks = [(None, None), (0.8, None), (0.8, 0.0), (0.8, 0.31), (0.8, 0.95)]
    typed = [None, Typed([], 1, 0.0, 0.0), Typed(["red"], 1, 1.0, 0.9), Typed([], 1, None, 0.7)]
    reasons: list[tuple[Reason, ...]] = [(), (LESS,), (NAVY, KIND, BRAND, ABOUT)]
    table = product(
        ["", "your photo"], looks, [False, True], [None, 0.1, 0.9], typed, [None, 0.1, 0.7], reasons
    )
    for like, (similarity, closeness), far, same, words, content, why in table:
        said = sentence(Measured(like, similarity, closeness, far, same, words, content, why))
        assert said == said.strip()
        assert "  " not in said
        assert ".." not in said
        starts = [part[0] for part in said.split(". ") if part]
        assert not said or said.endswith(".")
        assert all(start.isupper() or start.isdigit() for start in starts)
        if closeness is None:
            assert "100 best" not in said


@pytest.mark.parametrize(
    ("asked", "words", "said"),
    [
        ("your photo", False, "Nothing in this shop is close to your photo; these are the nearest."),
        ("", False, "Nothing in this shop is close to it; these are the nearest."),
        ("", True, "Nothing in this shop fits what you typed; these are the nearest."),
    ],
)
def test_nothing_close_is_said_of_the_whole_answer(asked: str, words: bool, said: str) -> None:
    assert nothing_close(asked, words) == said
