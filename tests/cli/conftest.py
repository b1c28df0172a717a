"""A drawn shop in an index that a command can open, and recommenders of one's own to judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.catalog import open_catalog
from lookalike.demo.shop import draw_shop
from lookalike.index import Index
from lookalike.products import Product
from lookalike.verdict import speed

PRODUCTS = 60

OWN = '''
def backwards(index, ask, k):
    """The same for everyone."""
    return sorted(index.ids, reverse=True)[:k]


def by_look(index, ask, k):
    """What the index finds by look."""
    return index.similar(ask, k=k, weights="look=1", variants=True, duplicates=True).ids


def talks(index, ask, k):
    """Says what it is asked, as people do to find a mistake."""
    print("asked", ask)
    return index.ids[:k]


def broken(index, ask, k):
    raise ValueError("the model is not there")
'''


@pytest.fixture(scope="session")
def measured_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty drawn products with the encoder that comes with the package. Not to be written to."""
    folder = tmp_path_factory.mktemp("measured")
    products = [one for one in open_catalog(draw_shop(folder / "shop", PRODUCTS)) if isinstance(one, Product)]
    mains = [replace(one, pictures=one.pictures[:1]) for one in products]
    Index.create(folder / "index").add(mains, duplicates=False, fit=False)
    return folder / "index"


@pytest.fixture
def measured(measured_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index, asked from an empty folder; how fast its encoder looks is measured in one turn."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(speed, "_TURNS", 1)
    return measured_index


@pytest.fixture
def own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of recommenders that can be imported: ``backwards``, ``by_look`` and ``broken``."""
    (tmp_path / "own_recommenders.py").write_text(OWN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "own_recommenders"
