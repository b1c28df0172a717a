"""What an index keeps is enough to find the copies in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

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


def test_pictures_of_a_version_before_are_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of it is what is read of the whole, and a damaged glance stays out."""
    index = Index.create(tmp_path / "index", GridEncoder())
    products = list(tiny_shop().products)
    index.add(products[2:], duplicates=False)
    store = LanceStore.open(tmp_path / "index")
    before = known_pictures(store.reader())
    index.add([products[0], replace(products[5], title="renamed")], duplicates=False)
    index.remove([products[9].id])
    with store.writer() as writer:
        (own, *others) = writer.reader.pictures([products[3].id], raw=True)[products[3].id]
        damaged = replace(own, content_hash="damaged", glance=b"")
        writer.commit((), {products[3].id: [damaged, *others]})
    whole = known_pictures(store.reader())
    monkeypatch.setattr(type(store.reader()), "marks", None)
    grown = known_pictures(store.reader(), before=before)
    assert (products[3].id, 0) not in whole.keys
    assert grown.keys == whole.keys
    assert (grown.contents, grown.pixels) == (whole.contents, whole.pixels)
    for one, other in zip(
        (grown.looks, grown.glances.levels, grown.glances.halves, grown.sizes),
        (whole.looks, whole.glances.levels, whole.glances.halves, whole.sizes),
        strict=True,
    ):
        assert np.array_equal(one, other)
