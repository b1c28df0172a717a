"""What holds for the notes of every store."""

# ruff: noqa: D102 -- the name of a test is its sentence
from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from lookalike.store.base import FITTED_ENDINGS, Store, fitted_note
from lookalike.testing.samples import OTHER, sample_picture, sample_product


def refuses(error: type[Exception], act: Callable[[], object]) -> None:
    """Assert that ``act`` raises ``error``."""
    try:
        act()
    except error:
        return
    raise AssertionError(f"expected {error.__name__}")


class NotesContract:
    """Holds for the notes of every `Store`."""

    def make(self, folder: Path) -> Store:
        """A new, empty store; ``folder`` is a path that does not exist yet."""
        raise NotImplementedError

    def test_notes_are_kept_beside_the_versions(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        notes = store.notes
        assert notes.read("a-1.txt") is None
        nothing = notes.revision("a-1.txt")
        notes.write("a-1.txt", b"one")
        first = notes.revision("a-1.txt")
        with store.writer() as writer:
            writer.commit([sample_product("1")])
        assert (notes.read("a-1.txt"), notes.revision("a-1.txt")) == (b"one", first)
        assert notes.change("a-1.txt", lambda before: (before or b"") + b", two") == b"one, two"
        assert notes.change("b", lambda before: b"new" if before is None else b"") == b"new"
        assert store.notes.read("a-1.txt") == b"one, two"
        assert len({nothing, first, notes.revision("a-1.txt")}) == 3
        notes.write("b", b"")
        assert notes.read("b") == b""

    def test_a_change_of_a_note_that_fails_changes_nothing(self, tmp_path: Path) -> None:
        notes = self.make(tmp_path / "index").notes
        notes.write("a", b"before")

        def fail(_: bytes | None) -> bytes:
            raise KeyError("broken")

        refuses(KeyError, lambda: notes.change("a", fail))
        assert notes.read("a") == b"before"
        notes.write("a", b"after")
        assert notes.read("a") == b"after"

    def test_a_note_cannot_be_named_out_of_its_place(self, tmp_path: Path) -> None:
        notes = self.make(tmp_path / "index").notes
        for name in ("", "..", "../manifest.json", "a/b", ".tmp-a", "A", "lock.json.x", "a" * 100, "a\n"):
            for act in (notes.read, notes.revision):
                refuses(ValueError, partial(act, name))
            refuses(ValueError, partial(notes.write, name, b""))

    def test_notes_are_listed_and_removed(self, tmp_path: Path) -> None:
        notes = self.make(tmp_path / "index").notes
        assert notes.names() == set()
        notes.remove(["a"])
        for name in ("a", "b.txt"):
            notes.write(name, b"said")
        assert notes.names() == {"a", "b.txt"}
        before = notes.revision("a")
        notes.remove(["a", "unknown"])
        assert (notes.names(), notes.read("a")) == ({"b.txt"}, None)
        assert notes.revision("a") != before

    def test_what_was_fitted_is_named_by_every_version_that_follows(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        assert store.reader().manifest.fitted == {}
        with store.writer() as writer:
            writer.commit([sample_product("1")], {"1": [sample_picture("1")]})
            fitted = writer.commit(fitted={"words": "1-ab"})
            assert (fitted.version, fitted.products, fitted.pictures) == (2, 1, 1)
            writer.commit([sample_product("2")])
            writer.commit(remove=["1"])
            writer.switch(OTHER, [])
        assert store.reader().manifest.fitted == {"words": "1-ab"}
        with store.writer() as writer:
            assert writer.reader.manifest.fitted == {"words": "1-ab"}
            writer.commit(fitted={"words": "1-cd", "closeness": "2-ef"})
            writer.commit(fitted={"closeness": "2-ef"})
        assert store.reader().manifest.fitted == {"closeness": "2-ef"}

    def test_notes_of_fitted_things_go_when_no_version_names_them(self, tmp_path: Path) -> None:
        store = self.make(tmp_path / "index")
        names = [[fitted_note("words", f"1-{i}", end) for end in FITTED_ENDINGS] for i in range(20)]
        store.notes.write("kept.json", b"")
        store.notes.write(fitted_note("words", "9-9"), b"a writer was killed before it was named")
        for i in range(20):
            with store.writer() as writer:
                for name in names[i]:
                    store.notes.write(name, b"fitted")
                writer.commit(fitted={"words": f"1-{i}"})
            assert {"kept.json", *names[i], *names[max(0, i - 1)]} <= store.notes.names()
        with store.writer() as writer:
            for _ in range(30):  # more than are ever promised to readers
                writer.commit([sample_product("1")])
        assert store.notes.names() == {"kept.json", *names[-1]}

    def test_threads_that_change_a_note_lose_nothing_of_each_other(self, tmp_path: Path) -> None:
        notes = self.make(tmp_path / "index").notes
        with ThreadPoolExecutor(4) as pool:
            for _ in range(40):
                pool.submit(notes.change, "a", lambda before: (before or b"") + b"x")
        assert notes.read("a") == b"x" * 40
