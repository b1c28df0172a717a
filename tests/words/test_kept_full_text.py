"""The words of a catalogue say the same from the files of a kept version."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from lookalike.words.full_text import FullText
from lookalike.words.texts import Texts

TITLES = [
    "Red silk dress",
    "Long red dress",
    "Blue shirt",
    "",
    "Shirt of silk",
    "Top of the range shirt dress",
]
CATEGORIES = ["Dresses", "Dresses", "Shirts", "Hats", "", "Tops"]


def spoken() -> FullText:
    return FullText(Texts({"title": pa.array(TITLES), "category": pa.array(CATEGORIES)}))


def test_what_products_say_is_read_as_it_was_written(tmp_path: Path) -> None:
    plain = spoken()
    plain.keep(tmp_path)
    kept = FullText.kept(tmp_path)

    assert kept is not None
    assert len(kept) == len(plain) == len(TITLES)
    assert kept.said.tolist() == plain.said.tolist()
    for words in (["red", "dress"], ["silk"], ["shrit"], ["top"], ["nothing"]):
        shares, weights = kept.weighed(kept.terms(words))
        expected, expected_weights = plain.weighed(plain.terms(words))
        assert np.array_equal(shares, expected, equal_nan=True)
        assert weights == expected_weights
        assert kept.holding(words).tolist() == plain.holding(words).tolist()
        assert kept.kinds(kept.terms(words)) == plain.kinds(plain.terms(words))


def test_without_files_nothing_is_kept(tmp_path: Path) -> None:
    assert FullText.kept(tmp_path) is None
