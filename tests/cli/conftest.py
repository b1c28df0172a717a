"""The tiny shop in an index that a command can open, and recommenders of one's own to judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.index import Index
from lookalike.testing.tiny_shop import tiny_shop

OWN = '''
def backwards(index, ask, k):
    """The same for everyone."""
    return sorted(index.ids, reverse=True)[:k]


def by_look(index, ask, k):
    """What the index finds by look."""
    return index.similar(ask, k=k, weights="look=1", variants=True, duplicates=True).ids


def broken(index, ask, k):
    raise ValueError("the model is not there")
'''


@pytest.fixture(scope="session")
def measured_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny shop with the encoder that comes with the package. Not to be written to."""
    path = tmp_path_factory.mktemp("measured") / "index"
    Index.create(path).add(tiny_shop().products, duplicates=False, fit=False)
    return path


@pytest.fixture
def own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of recommenders that can be imported: ``backwards``, ``by_look`` and ``broken``."""
    (tmp_path / "own_recommenders.py").write_text(OWN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "own_recommenders"
