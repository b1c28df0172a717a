"""Imagined pictures that are written down: in their own files, whole, and through no link."""

from __future__ import annotations

from pathlib import Path

from lookalike.cli.imagining import _saved
from lookalike.recommend.imagined import Imagined


def test_a_link_in_the_place_of_a_picture_is_replaced_and_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "pictures", tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "generated-7-1.png").symlink_to(elsewhere)
    paths = _saved(Imagined("mug", 7, 64, {}, (b"one", b"two")), folder)
    assert [path.read_bytes() for path in paths] == [b"one", b"two"]
    assert not elsewhere.exists()
    assert sorted(folder.iterdir()) == paths
