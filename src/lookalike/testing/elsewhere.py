"""What holds for pictures that other processes write into a store."""

# ruff: noqa: D102 -- the name of a test is its sentence
from __future__ import annotations

import pickle
from pathlib import Path
from typing import TypeVar

import numpy as np

from lookalike.store.base import Store, StoredPicture
from lookalike.testing.notes import refuses
from lookalike.testing.samples import AWKWARD_IDS, sample_picture, sample_product

_Thing = TypeVar("_Thing")


class ElsewhereContract:
    """Holds for what is written elsewhere, and committed by the writer of every `Store`."""

    def make(self, folder: Path) -> Store:
        """A new, empty store; ``folder`` is a path that does not exist yet."""
        raise NotImplementedError

    def test_what_was_written_elsewhere_is_seen_when_it_is_committed(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        ids = [*AWKWARD_IDS, "a"]
        given = {one: [sample_picture(one, at, original=b"bytes") for at in (0, 1)] for one in ids}
        with store.writer() as writer:
            elsewhere = _sent(writer.elsewhere())
            written = _sent(elsewhere.write(picture for own in given.values() for picture in own))
            assert (written.rows, set(written.products)) == (22, set(ids))
            assert (store.newest(), store.reader().manifest.pictures) == (0, 0)
            done = writer.commit([sample_product(one, pictures=2) for one in ids], written=[written])
        assert (done.version, done.products, done.pictures) == (1, 11, 22)
        reader = store.reader()
        assert reader.check() == []
        assert reader.original("a", 1) == b"bytes"
        other = self.make(tmp_path / "other")
        with other.writer() as writer:
            writer.commit([sample_product(one, pictures=2) for one in ids], given)
        assert_same(reader.pictures(ids, raw=True), other.reader().pictures(ids, raw=True))
        with store.writer() as writer:
            assert_same(_sent(writer.elsewhere()).pictures(["a", "none"]), reader.pictures(["a"]))

    def test_what_was_written_elsewhere_replaces_all_pictures_of_a_product(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        with store.writer() as writer:
            first = {one: [sample_picture(one, at) for at in (0, 1)] for one in "abc"}
            writer.commit([sample_product(one, pictures=2) for one in "abc"], first)
            again = writer.elsewhere().write([sample_picture("a", 0, seed=7)])
            alone = writer.elsewhere().write([sample_picture("b", 0, seed=8)])
            mine = {"c": [sample_picture("c", 0, seed=9)], "d": [sample_picture("d")]}
            done = writer.commit(
                [sample_product("a", "new"), sample_product("d")], mine, written=[again, alone]
            )
        found = store.reader().pictures("abcd")
        assert {one: [picture.uri for picture in own] for one, own in found.items()} == {
            "a": ["7-0.jpg"],
            "b": ["8-0.jpg"],
            "c": ["9-0.jpg"],
            "d": ["0-0.jpg"],
        }
        assert (done.version, store.reader().products("a")["a"].title) == (2, "new")
        assert store.reader().check() == []

    def test_pictures_that_are_written_twice_are_refused(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        product, picture = sample_product("a"), sample_picture("a")
        with store.writer() as writer:
            written = writer.elsewhere().write([picture])
            nothing = writer.elsewhere().write([])
            refuses(ValueError, lambda: writer.commit([product], written=[written, written]))
            refuses(ValueError, lambda: writer.commit([product], {"a": [picture]}, written=[written]))
            refuses(ValueError, lambda: writer.commit(remove=["a"], written=[written]))
            refuses(ValueError, lambda: writer.commit([sample_product("b")], written=[written]))
            assert store.newest() == 0
            assert writer.commit([product], written=[nothing, written, nothing]).pictures == 1

    def test_a_commit_that_fails_leaves_what_others_write(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        good = sample_picture("a")
        with store.writer() as writer:
            written = writer.elsewhere().write([good])
            refuses(ValueError, lambda: writer.commit([sample_product("b"), sample_product("b")]))
            writer.commit([sample_product("b")], {"b": [sample_picture("b")]})
            later = writer.elsewhere().write([sample_picture("c")])
            writer.commit([sample_product("a")], written=[written])
            writer.commit(remove=["b"])
            assert writer.commit([sample_product("c")], written=[later]).pictures == 2
        assert store.reader().check() == []


def assert_same(found: dict[str, list[StoredPicture]], expected: dict[str, list[StoredPicture]]) -> None:
    """Assert that two stores hold the same pictures, bit by bit."""
    assert found.keys() == expected.keys()
    for one, own in expected.items():
        for picture, other in zip(found[one], own, strict=True):
            for name in StoredPicture.__dataclass_fields__:
                here, there = getattr(picture, name), getattr(other, name)
                same = np.array_equal(here, there) if isinstance(here, np.ndarray) else here == there
                assert same, f"{name} of picture {picture.position} of {one!r}"


def _sent(thing: _Thing) -> _Thing:
    """The same thing, as another process gets it."""
    copy: _Thing = pickle.loads(pickle.dumps(thing))
    return copy
