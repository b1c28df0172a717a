from __future__ import annotations

import pyarrow as pa
import pytest

from lookalike.errors import BadArgument
from lookalike.neighbours.tokens import split_words, words_asked
from lookalike.words.texts import Texts, base_form, plural


def said(texts: Texts, field: str) -> list[list[str]]:
    tokens = texts.tokens(field)
    rows: list[list[str]] = [[] for _ in range(len(texts))]
    for code, row in zip(tokens.codes.tolist(), tokens.rows.tolist(), strict=True):
        rows[row].append(tokens.words[code])
    return rows


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("shoe", "shoes"),
        ("dress", "dresses"),
        ("watch", "watches"),
        ("box", "boxes"),
        ("body", "bodies"),
        ("top", "tops"),
    ],
)
def test_a_singular_and_its_plural_are_one_word(one: str, many: str) -> None:
    assert base_form(one) == base_form(many)


@pytest.mark.parametrize("word", ["dress", "bus", "iris", "gas", "été", "платья", "501", "xs"])
def test_what_is_no_plural_keeps_its_letters(word: str) -> None:
    assert base_form(word) == word


def test_words_are_folded_and_stand_in_their_rows() -> None:
    texts = Texts({"title": pa.array(["Café-Crème DRESSES", "", None, "red red"])})
    assert said(texts, "title") == [["cafe", "creme", "dress"], [], [], ["red", "red"]]
    assert texts.said.tolist() == [True, False, False, True]


def test_attributes_are_read_by_their_values_and_bare_numbers_are_not_words() -> None:
    rows = [[{"name": "year", "value": "2012"}, {"name": "usage", "value": "Casual 80s"}], [], None]
    texts = Texts({"title": pa.array(["501 Jeans", "", ""]), "attributes": pa.array(rows)})
    assert said(texts, "attributes") == [["casual", "80s"], [], []]
    assert said(texts, "title")[0] == ["501", "jean"]


def test_the_texts_of_a_part_of_a_table_are_those_of_its_rows() -> None:
    table = pa.table(
        {"title": ["one", "two", "three"], "attributes": [[{"name": "a", "value": v}] for v in "xyz"]}
    )
    texts = Texts.of_table(table.slice(1, 2))
    assert said(texts, "title") == [["two"], ["three"]]
    assert said(texts, "attributes") == [["y"], ["z"]]


def test_a_missing_field_says_nothing() -> None:
    assert said(Texts({"title": pa.array(["a"])}), "brand") == [[]]


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(BadArgument):
        Texts({"title": pa.array(["a"]), "brand": pa.array(["b", "c"])})
    with pytest.raises(BadArgument):
        Texts({})


@pytest.mark.parametrize("text", ["Red-Dress's 2nd_hand", "a.b\x00c\x1fd~e", "ALL Capitals 100%"])
def test_plain_texts_are_parted_as_all_others_are(text: str) -> None:
    assert words_asked(text) == [*dict.fromkeys(split_words(pa.array([text]))[0].as_py())]


@pytest.mark.parametrize(
    ("one", "many"),
    [("sneaker", "sneakers"), ("dress", "dresses"), ("watch", "watches"), ("baby", "babies"), ("赤", "赤")],
)
def test_a_plural_has_the_base_form_that_it_was_made_of(one: str, many: str) -> None:
    assert plural(one) == many
    assert base_form(many) == one
