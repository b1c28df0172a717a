"""What products say in a catalogue's own columns is the same from the files of a kept version."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.neighbours.attributes import Attributes, attributes_of, keep_attributes, kept_attributes
from lookalike.stacked import Kept

from .later import Later, later

Own = dict[str, str]
OWN = st.dictionaries(st.sampled_from(["size", "cut", "shade"]), st.sampled_from(["", "S", "M", "wide"]))


def lists(rows: list[Own]) -> pa.ListArray:
    entries = [[{"name": name, "value": value} for name, value in own.items()] for own in rows]
    return pa.array(entries, pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())])))


def said(attributes: Attributes) -> dict[str, list[str]]:
    return {
        name: [column.values[code] if code >= 0 else "" for code in column.codes.tolist()]
        for name, column in attributes.items()
    }


@settings(deadline=None, max_examples=60)
@given(later(OWN))
def test_a_later_version_says_what_its_own_table_says(shop: Later[Own]) -> None:
    plain = attributes_of(lists(shop.last))
    with tempfile.TemporaryDirectory() as name:
        keep_attributes(Path(name), attributes_of(lists(shop.first)))
        found = kept_attributes(Kept(Path(name), 1, shop.products), lists(shop.last))

        if found is None:
            assert not attributes_of(lists(shop.first))
            return
        assert said(found) == {name: said(plain)[name] for name in said(found)}
        assert found.keys() == plain.keys()
        assert all(set(found[name].values) == set(plain[name].values) for name in plain)


@settings(deadline=None, max_examples=60)
@given(st.lists(OWN, min_size=1, max_size=8))
def test_the_kept_version_itself_is_read_as_it_was_written(rows: list[Own]) -> None:
    plain = attributes_of(lists(rows))
    with tempfile.TemporaryDirectory() as name:
        keep_attributes(Path(name), plain)
        found = kept_attributes(Kept(Path(name), 1), lists(rows))

        assert (found or {}).keys() == plain.keys()
        for field, column in (found or {}).items():
            assert column.codes.tolist() == plain[field].codes.tolist()
            assert [*column.values] == [*plain[field].values]


def test_without_files_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "attributes.npy").write_bytes(b"cut off")
    assert kept_attributes(Kept(tmp_path, 1), lists([{"cut": "wide"}])) is None
