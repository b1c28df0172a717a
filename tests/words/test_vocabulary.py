from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.words.heard import heard
from lookalike.words.spelling import Spelling, slips
from lookalike.words.vocabulary import Term, Vocabulary

SHOP = {
    "black": 90,
    "white": 80,
    "shirt": 70,
    "tshirt": 60,
    "t": 50,
    "shoe": 40,
    "casual": 30,
    "grey": 20,
    "titan": 10,
}
SHOP |= {"watch": 9, "handbag": 8, "blue": 7, "trouser": 6, "backpack": 5, "blackberry": 1}


def vocabulary(counts: dict[str, int] | None = None) -> Vocabulary:
    counts = SHOP if counts is None else counts
    return Vocabulary.counted(list(counts), np.array([*counts.values()], dtype=np.int64), 1000)[0]


def only(asked: str, counts: dict[str, int] | None = None) -> Term:
    (term,) = vocabulary(counts).terms(asked.split())
    return term


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("white", "white", 0),
        ("whte", "white", 1),
        ("wihte", "white", 1),
        ("whitte", "white", 1),
        ("wxite", "white", 1),
        ("black", "white", 3),
    ],
)
def test_slips_of_the_hand_are_counted(one: str, other: str, count: int) -> None:
    assert slips(one, other, 2) == count
    assert slips(other, one, 2) == count


@settings(deadline=None)
@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_words_are_as_many_slips_apart_in_either_direction(one: str, other: str) -> None:
    assert slips(one, other, 9) == slips(other, one, 9)
    assert (slips(one, other, 9) == 0) == (one == other)
    assert slips(one, other, 9) <= max(len(one), len(other))


@settings(deadline=None)
@given(st.text("abcdeé", min_size=7, max_size=12), st.integers(0, 6), st.sampled_from("xyé"))
def test_a_word_of_seven_letters_is_found_with_one_letter_changed(word: str, at: int, letter: str) -> None:
    typed = word[:at] + letter + word[at + 1 :]
    assert Spelling([word], np.array([1])).meant(typed) == word


def test_two_slips_are_too_many_in_a_word_of_seven_letters() -> None:
    assert Spelling(["kitten"], np.array([9])).meant("kitchen") is None
    assert Spelling(["sneakers"], np.array([9])).meant("sneekesr") == "sneakers"


@pytest.mark.parametrize(
    ("asked", "said", "how"),
    [
        ("shirts", "shirt", "word"),
        ("whtie", "white", "spelling"),
        ("handbga", "handbag", "spelling"),
        ("gray", "grey", "synonym"),
        ("navy", "blue", "synonym"),
        ("pants", "trouser", "synonym"),
        ("sneakers", "casual shoe", "synonym"),
        ("titanwatch", "titan watch", "parts"),
        ("backp", "backpack", "beginning"),
        ("bla", "black", "beginning"),
        ("t shirts", "t shirt", "word"),
    ],
)
def test_what_is_typed_is_understood(asked: str, said: str, how: str) -> None:
    term = only(asked)
    assert (term.said, term.how) == (said, how)
    assert term.meanings


def test_two_words_are_one_where_the_shop_writes_them_as_one() -> None:
    term = only("t shirt", {"tshirt": 5, "shirt": 3})
    assert term.said == "tshirt"


def test_a_short_word_with_another_first_letter_is_another_word() -> None:
    assert only("warm", {"arm": 9}).how == "unknown"
    assert only("rde", {"red": 9}).how == "unknown"  # three letters are not corrected
    assert only("hwite", {"white": 1}).said == "white"


def test_words_that_name_nothing_are_left_out_beside_words_that_do() -> None:
    terms = vocabulary({"shoe": 5, "for": 2}).terms(["shoes", "for", "the", "xyzzyq"])
    assert [term.asked for term in terms] == ["shoes", "xyzzyq"]
    assert [term.asked for term in vocabulary({"for": 2}).terms(["for"])] == ["for"]


def test_without_turns_the_next_word_around() -> None:
    known = vocabulary({"sleeveless": 2, "sleeve": 9, "dress": 9})
    assert [term.said for term in known.terms(["dress", "without", "sleeves"])] == ["dress", "sleeveless"]
    unable = vocabulary({"sleeve": 9, "dress": 9}).terms(["dress", "without", "sleeves"])
    assert [(term.asked, term.how) for term in unable] == [("dress", "word"), ("without sleeves", "unknown")]
    assert heard(unable).unknown == ("without sleeves",)


def test_a_colour_is_read_as_all_that_the_shop_calls_so() -> None:
    assert only("green", {"olive": 3, "emerald": 2}).said == "olive or emerald"


def test_of_words_as_near_the_more_frequent_is_meant() -> None:
    assert only("whitz", {"whits": 1, "white": 9}).said == "white"


@pytest.mark.parametrize("asked", ["xyzzyq", "платье", "鞋", "qq"])
def test_a_word_that_nobody_says_is_unknown(asked: str) -> None:
    assert only(asked) == Term(asked, (), "unknown")


def test_a_word_of_another_script_is_known_where_the_shop_says_it() -> None:
    assert only("платье", {"платье": 2}).how == "word"


def test_an_empty_vocabulary_knows_nothing() -> None:
    assert [term.how for term in vocabulary({}).terms(["red", "dress"])] == ["unknown", "unknown"]


def test_what_was_made_of_words_is_said() -> None:
    asked = ["whtie", "gray", "xyzzyq", "shirt"]
    found = heard(vocabulary().terms(asked))
    assert found.unknown == ("xyzzyq",)
    assert found.notes == ("whtie was read as white", "gray was read as grey")
    assert found.colours == ("white", "grey")


def test_a_word_that_one_source_knows_is_not_unknown() -> None:
    asked = ["dress"]
    found = heard(vocabulary({}).terms(asked), vocabulary({"dress": 1}).terms(asked))
    assert found.unknown == () and found.notes == ()
