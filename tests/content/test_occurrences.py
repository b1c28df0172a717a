"""Words of products lie in files as they are in texts, also when some products have changed since."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.content.occurrences import Occurrences
from lookalike.stacked import Kept

from ..neighbours.later import Later, later

Words = tuple[str, ...]
WORDS = st.lists(st.sampled_from(["red", "dress", "long", "silk", "shoe"]), max_size=5).map(tuple)


def occurring(texts: list[Words]) -> Occurrences:
    places = [(word, row) for row, words in enumerate(texts) for word in words]
    names = [*dict.fromkeys(word for word, _ in places)]
    codes = np.array([names.index(word) for word, _ in places], dtype=np.int32)
    return Occurrences.of(names, codes, np.array([row for _, row in places], dtype=np.int32), len(texts))


def by_product(held: Occurrences) -> list[set[str]]:
    return [{held.names[code] for code in held.words.of_key(row).tolist()} for row in range(len(held))]


def by_word(held: Occurrences) -> dict[str, list[int]]:
    rows = {name: held.rows.of_key(code).tolist() for code, name in enumerate(held.names)}
    return {name: own for name, own in rows.items() if own}


def of_texts(texts: list[Words]) -> dict[str, list[int]]:
    words = {word for own in texts for word in own}
    return {word: [row for row, own in enumerate(texts) if word in own] for word in words}


@given(st.lists(WORDS, max_size=8))
def test_every_word_counts_once_a_product(texts: list[Words]) -> None:
    held = occurring(texts)

    assert by_product(held) == [set(words) for words in texts]
    assert by_word(held) == of_texts(texts)
    assert all(own.tolist() == sorted(own) for own in map(held.words.of_key, range(len(texts))))


@settings(deadline=None, max_examples=60)
@given(later(WORDS))
def test_a_later_version_holds_the_words_of_its_own_texts(shop: Later[Words]) -> None:
    with tempfile.TemporaryDirectory() as name:
        occurring(shop.first).keep(Path(name), "title")
        base = Occurrences.kept(Path(name), "title")
        assert base is not None
        products = shop.products
        since = occurring([words for words, row in zip(shop.last, products, strict=True) if row < 0])

        found = base.later(Kept(Path(name), 1, products), since)

        assert by_product(base) == [set(words) for words in shop.first]
        assert by_product(found) == [set(words) for words in shop.last]
        assert by_word(found) == of_texts(shop.last)
        assert len(found) == len(shop.last)


def test_without_files_there_are_none(tmp_path: Path) -> None:
    assert Occurrences.kept(tmp_path, "title") is None
