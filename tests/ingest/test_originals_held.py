"""Pictures that nothing else keeps do not pile up in memory until a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.index import Index
from lookalike.ingest import run
from lookalike.products import PictureSource, Product
from lookalike.testing.grid import GridEncoder
from lookalike.testing.tiny_shop import tiny_shop


def test_many_bytes_are_committed_before_many_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_LARGEST_ORIGINALS", 100_000)
    data = [product.pictures[0].data or b"" for product in tiny_shop().products[:9]]
    padded = [Product(str(n), (PictureSource("", one + b"\0" * 60_000),)) for n, one in enumerate(data)]
    index = Index.create(tmp_path / "index", GridEncoder())
    index.add(padded)
    assert index.manifest.version == 5  # two pictures pass the limit: 4 commits, and the one at the end
    assert len(index) == 9
