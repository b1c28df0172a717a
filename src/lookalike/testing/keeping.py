"""What every store must do when a version is to be kept, and how tests get small versions kept."""

# ruff: noqa: D102 -- the name of a test is its sentence
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookalike.store import keeping, lance_reader
from lookalike.store.base import Columns, KeepProgress, Store
from lookalike.testing.samples import sample_picture, sample_product


def keep_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a version be kept however small it is, and told by an earlier one whatever has changed since."""
    monkeypatch.setattr(keeping, "KEPT_FROM", 0)
    monkeypatch.setattr(keeping, "_ROWS", 0)
    monkeypatch.setattr(keeping, "_SHARE", 0)
    monkeypatch.setattr(lance_reader, "_MOST_CHANGED", float("inf"))


def quiet(what: str, done: int, count: int) -> None:
    """Progress that nobody watches, held to what it promises."""
    assert 0 <= done <= count, what


class KeepingContract:
    """Holds for every store, whether it keeps anything or not."""

    def make(self, folder: Path) -> Store:
        """A new, empty store; ``folder`` is a path that does not exist yet."""
        raise NotImplementedError

    def test_keeping_a_version_changes_no_answer(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep_always(monkeypatch)
        store = self.make(tmp_path / "index")
        assert store.reader().columns().kept is None
        with store.writer() as writer:
            writer.commit([sample_product(i) for i in "ba"], {i: [sample_picture(i)] for i in "ba"})
            before, version = store.reader().columns(), store.newest()
            made: list[int] = []

            def make(columns: Columns, folder: Path, tell: KeepProgress) -> None:
                tell("ids", 0, 1)
                made.append(columns.version)
                assert folder.is_dir()

            kept = store.keep([make], quiet)
            assert made == ([] if kept is None else [version])
            assert store.keep([make], quiet) is None
            after = store.reader().columns()
            assert store.newest() == after.version == version
            assert after.products.equals(before.products)
            assert np.array_equal(after.looks.whole, before.looks.whole)
            assert kept is None or after.kept is not None
            writer.commit([sample_product("c")], {"c": [sample_picture("c", seed=3)]}, remove=["b"])
        reader = store.reader()
        assert reader.columns().products["id"].to_pylist() == ["a", "c"]
        assert list(reader.products(["a", "b", "c"])) == ["a", "c"]
        assert [product.id for product in reader.products_at([1, 0, 1])] == ["c", "a", "c"]
        assert reader.pictures(["c"])["c"][0].uri == sample_picture("c", seed=3).uri
        assert reader.check() == []
