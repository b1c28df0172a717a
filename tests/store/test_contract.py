from pathlib import Path

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
