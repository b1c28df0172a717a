from pathlib import Path

import pytest

from lookalike.store import lance_reader
from lookalike.store.base import Store
from lookalike.store.lance import LanceStore
from lookalike.store.memory import MemoryStore
from lookalike.testing.contracts import SPACE, StoreContract


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
