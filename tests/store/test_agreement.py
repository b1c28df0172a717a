"""The store on disk does what the one in memory does, over a random history with merging and cleaning."""

import random
from pathlib import Path

import numpy as np
import pytest

from lookalike.store.base import Reader
from lookalike.store.lance import LanceStore
from lookalike.store.memory import MemoryStore
from lookalike.testing.contracts import AWKWARD_IDS, SPACE, sample_picture, sample_product

IDS = [f"id{i}" for i in range(100)] + list(AWKWARD_IDS)
ARRAYS = ("picture_product", "position", "sizes", "norms", "palettes")


@pytest.mark.parametrize("seed", [1, 2])
def test_two_stores_agree_over_a_random_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("lookalike.store.lance_writer._SMALL_FRAGMENTS", 4)
    monkeypatch.setattr("lookalike.store.lance_writer._CLEAN_EVERY", 3)
    disk, memory = LanceStore.create(tmp_path / "index", SPACE, "test"), MemoryStore(SPACE, "test")
    chance = random.Random(seed)
    with disk.writer() as one, memory.writer() as other:
        for step in range(15):
            written = chance.sample(IDS, chance.randint(0, 30))
            removed = chance.sample([i for i in IDS if i not in written], chance.randint(0, 30))
            known = sorted(({*memory.reader().metadata_hashes(), *written}) - set(removed))
            pictures = {
                i: [sample_picture(i, p, seed=step) for p in range(chance.randint(0, 3))]
                for i in chance.sample(known, min(len(known), 20))
            }
            products = [sample_product(i, str(step)) for i in written]
            assert one.commit(products, pictures, removed) == other.commit(products, pictures, removed)
            require_same(disk.reader(), memory.reader())
    assert LanceStore.open(tmp_path / "index").reader().check() == []


def require_same(found: Reader, expected: Reader) -> None:
    assert found.products(IDS) == expected.products(IDS)
    assert found.stamps() == expected.stamps()
    assert found.metadata_hashes() == expected.metadata_hashes()
    one, other = found.columns(), expected.columns()
    assert one.products.to_pylist() == other.products.to_pylist()
    for name in ARRAYS:
        assert getattr(one, name).dtype == getattr(other, name).dtype
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.looks.whole.dtype == other.looks.whole.dtype
    assert np.array_equal(one.looks.whole, other.looks.whole)
    assert one.contents.to_pylist() == other.contents.to_pylist()
    assert found.marks().pixels == expected.marks().pixels
    assert np.array_equal(found.marks().glances, expected.marks().glances)
