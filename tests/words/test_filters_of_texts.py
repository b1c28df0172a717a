"""Texts compare in a filter as Python compares them without case, whatever they are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lookalike.filters import Term, holds, without_case
from lookalike.neighbours.columns import ProductColumns
from lookalike.neighbours.palettes import Palettes

LETTERS = "aA bßẞİıſKÅé1"
SHORT = st.text(LETTERS, max_size=4)


def titled(titles: list[str]) -> ProductColumns:
    """Products of which a table says titles."""
    column = pa.array(titles, pa.string())
    return ProductColumns(pa.table({"title": column}), Palettes(np.zeros((len(titles), 5, 4), np.float32)))


@given(st.lists(st.text(max_size=5)))
def test_texts_lose_their_case_as_in_python(texts: list[str]) -> None:
    assert without_case(pa.array(texts, pa.string())).to_pylist() == [text.casefold() for text in texts]


@given(st.lists(SHORT, min_size=1, max_size=8), st.lists(SHORT, min_size=1, max_size=3))
def test_whole_texts_and_parts_are_found_without_case(titles: list[str], wished: list[str]) -> None:
    columns = titled(titles)
    folded = [(title.casefold(), [wish.casefold() for wish in wished]) for title in titles]

    same = holds(Term("title", "=", tuple(wished)), columns).tolist()
    other = holds(Term("title", "!=", tuple(wished)), columns).tolist()
    part = holds(Term("title", "~", tuple(wished)), columns).tolist()

    assert same == [title in wishes for title, wishes in folded]
    assert other == [title not in wishes for title, wishes in folded]
    assert part == [any(wish in title for wish in wishes) for title, wishes in folded]
