"""Many texts are read and found in their Arrow column as they are in a list and a dict."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.ids import LazyTexts, SortedTexts
from lookalike.neighbours.lazy_texts import SortedRows, one_array
from lookalike.neighbours.snapshot import near_ids

IDS = st.lists(st.text(max_size=6), unique=True, max_size=30).map(sorted)


@given(IDS, st.text(max_size=6))
def test_rows_are_found_as_in_a_dict(ids: list[str], other: str) -> None:
    rows = SortedRows(SortedTexts(pa.array(ids, pa.string())))

    assert dict(rows) == {one: row for row, one in enumerate(ids)}
    assert rows.get(other, -1) == (ids.index(other) if other in ids else -1)
    assert (other in rows) == (other in ids)


@given(IDS)
def test_texts_are_those_of_the_array(ids: list[str]) -> None:
    texts = LazyTexts(pa.array(ids, pa.string()))

    assert [*texts] == ids
    assert [texts[at] for at in range(len(ids))] == ids
    assert texts[1:3] == ids[1:3]


def test_what_is_no_text_has_no_row() -> None:
    rows = SortedRows(SortedTexts(pa.array(["1", "2"])))

    assert 1 not in rows
    with pytest.raises(KeyError):
        rows["3"]


def test_the_one_part_of_a_column_is_not_copied() -> None:
    array = pa.array(["a", "b"])
    column = pa.chunked_array([array])

    assert one_array(column).buffers()[2].address == array.buffers()[2].address
    assert one_array(pa.chunked_array([array, array])).to_pylist() == ["a", "b", "a", "b"]


@pytest.mark.parametrize("wanted", ["A-7", "shop/a-7", "00a-7", "b+1", "", "x"])
def test_ids_of_another_form_are_named_among_many_as_among_few(wanted: str) -> None:
    ids = sorted(["a-7", "B+1", "folder/00A-7", "c"])

    among_many = near_ids(wanted, LazyTexts(pa.array(ids)))

    assert among_many == [one for one in near_ids(wanted, ids) if one in among_many]
    assert ("a-7" in among_many) == wanted.casefold().endswith("a-7")
