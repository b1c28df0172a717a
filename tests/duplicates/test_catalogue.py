"""What an index keeps is enough to find the copies in it."""

from __future__ import annotations

from pathlib import Path

from lookalike.duplicates.catalogue import known_pictures
from lookalike.duplicates.finding import SAME_BYTES, SAME_PIXELS, find
from lookalike.index import Index
from lookalike.store.lance import LanceStore
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop


def test_the_copies_of_an_indexed_shop_are_found(tmp_path: Path) -> None:
    shop = tiny_shop()
    Index.create(tmp_path / "index", GridEncoder()).add(list(shop.products))
    pictures = known_pictures(LanceStore.open(tmp_path / "index").reader())
    assert pictures.keys == sorted((p.id, at) for p in shop.products for at in range(len(p.pictures)))
    groups = find(pictures, kinds=(SAME_BYTES, SAME_PIXELS))
    found = {frozenset(member.picture[0] for member in group.members) for group in groups}
    assert found == {copies | {i} for i, copies in shop.copies.items() if copies}


def test_an_empty_index_has_no_pictures(tmp_path: Path) -> None:
    Index.create(tmp_path / "index", GridEncoder())
    pictures = known_pictures(LanceStore.open(tmp_path / "index").reader())
    assert pictures.keys == []
    assert find(pictures) == []
