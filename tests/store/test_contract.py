from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lookalike.store import lance_reader
from lookalike.store.base import Manifest, Store
from lookalike.store.lance import LanceStore
from lookalike.store.lance_writer import LanceWriter
from lookalike.store.memory import MemoryStore
from lookalike.testing.contracts import SPACE, StoreContract
from lookalike.testing.keeping import keep_always


class TestMemoryStore(StoreContract):
    def make(self, folder: Path) -> Store:
        return MemoryStore(SPACE, "test")


class TestLanceStore(StoreContract):
    def make(self, folder: Path) -> Store:
        return LanceStore.create(folder, SPACE, "test")


class TestLanceStoreTooLargeForMemory(TestLanceStore):
    """The same store when its documents are fetched by row instead of kept."""

    @pytest.fixture(autouse=True)
    def keeping_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lance_reader, "_KEPT_ROWS", -1)


class KeepingStore(LanceStore):
    """A store that keeps a version after every commit, whatever its size, as it otherwise does after few."""

    every = 1

    @contextmanager
    def writer(self, wait: float = 10.0) -> Iterator[LanceWriter]:
        with super().writer(wait) as writer:
            publish = writer._publish

            def kept(manifest: Manifest) -> None:
                publish(manifest)
                if manifest.version % self.every == 0:
                    self.keep([], lambda *_: None)

            writer._publish = kept  # type: ignore[method-assign]
            yield writer


class TestLanceStoreThatKeepsEveryVersion(TestLanceStore):
    """The same store when readers read what is kept of the version they see."""

    store = KeepingStore

    @pytest.fixture(autouse=True)
    def keeping_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keep_always(monkeypatch)

    def make(self, folder: Path) -> Store:
        return self.store.create(folder, SPACE, "test")


class EveryThirdKept(KeepingStore):
    every = 3


class TestLanceStoreThatKeepsSomeVersions(TestLanceStoreThatKeepsEveryVersion):
    """The same store when readers read a version by way of an earlier one that is kept."""

    store = EveryThirdKept
