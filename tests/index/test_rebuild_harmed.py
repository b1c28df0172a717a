"""Whatever ends a rebuild, the live index answers as before, and the next run goes on."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.errors import StorageError
from lookalike.index import Index
from lookalike.products import PictureSource, Product
from lookalike.store.base import Maker
from lookalike.testing.grid import GridEncoder

CHILD = Path(__file__).with_name("rebuilding_child.py")
COUNT = 18


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index of pictures that are noise, each its own."""
    noise = np.random.default_rng(3)
    products = []
    for number in range(COUNT):
        picture = tmp_path / f"{number:02}.png"
        Image.fromarray(noise.integers(0, 255, (16, 16, 3), dtype=np.uint8)).save(picture)
        products.append(Product(f"{number:02}", (PictureSource(str(picture)),)))
    Index.create(tmp_path / "ix", GridEncoder()).add(products)
    return tmp_path / "ix"


def child(path: Path, when: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), str(path), when]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def require_untouched(path: Path) -> None:
    index = Index.open(path, GridEncoder())
    assert (index.manifest.version, len(index), index.manifest.before) == (1, COUNT, None)
    assert index.search(path.parent / "07.png", k=1).ids == ["07"]
    assert index.verify().ok


def require_rebuilt(path: Path, encoder: GridEncoder) -> None:
    index = Index.open(path, encoder)
    assert index.manifest.before == Maker(GridEncoder().space, "grid")
    assert index.search(path.parent / "07.png", k=1)[0].score == 1.0
    assert index.verify().ok
    assert (index.info()["rebuilding"], list(index._store.spares().values())) == (None, [COUNT])
    index.rebuild_back()
    back = Index.open(path, GridEncoder())
    assert back.search(path.parent / "07.png", k=1)[0].score == 1.0
    assert back.verify().ok


def test_a_killed_rebuild_encodes_nothing_twice(path: Path) -> None:
    killed = 0
    for after in (3, 9):
        process = child(path, "never")
        assert process.stdout is not None
        for _ in range(after):
            assert process.stdout.readline(), process.communicate()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        require_untouched(path)
        half = Index.open(path).info()["rebuilding"]
        assert half["encoder"] == "other"
        assert killed + after - 2 <= half["encoded"] < COUNT
        killed = half["encoded"]
    encoder = GridEncoder("other")
    assert Index.open(path).rebuild(encoder).switched
    assert encoder.calls == COUNT - killed
    require_rebuilt(path, encoder)


def test_killed_in_the_switch_the_index_is_as_it_was(path: Path) -> None:
    process = child(path, "before")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    require_untouched(path)
    encoder = GridEncoder("other")
    assert Index.open(path).rebuild(encoder).switched
    assert encoder.calls == 0
    require_rebuilt(path, encoder)


def test_killed_just_after_the_switch_the_index_is_rebuilt(path: Path) -> None:
    process = child(path, "after")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    encoder = GridEncoder("other")
    assert Index.open(path, encoder).info()["rebuilding"] is None
    assert Index.open(path).rebuild(encoder).switched
    assert encoder.calls == 0
    require_rebuilt(path, encoder)


@pytest.mark.parametrize("limit", [100, 4_000])
def test_a_full_disk_leaves_the_live_index_as_it_was(path: Path, limit: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(StorageError, match="full"):
            Index.open(path).rebuild(GridEncoder("other"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    require_untouched(path)
    encoder = GridEncoder("other")
    assert Index.open(path).rebuild(encoder).switched
    require_rebuilt(path, encoder)


@pytest.fixture
def powerless(path: Path) -> Iterator[Path]:
    """The index in a folder that this user may read and not write."""
    with tempfile.TemporaryDirectory() as folder:
        public = Path(folder) / "ix"
        shutil.copytree(path, public)
        for entry in (Path(folder), public, *public.rglob("*")):
            entry.chmod(0o555 if entry.is_dir() else 0o444)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield public
        finally:
            if root:
                os.seteuid(0)
            for entry in (Path(folder), public, *public.rglob("*")):
                entry.chmod(0o755)


def test_a_folder_that_may_not_be_written_is_not_rebuilt(powerless: Path) -> None:
    index = Index.open(powerless, GridEncoder())
    for act in (lambda: index.rebuild(GridEncoder("other")), index.rebuild_back, index.rebuild_abandon):
        with pytest.raises(StorageError, match="Not permitted"):
            act()
    assert (len(index), index.info()["rebuilding"]) == (COUNT, None)


def test_a_spare_that_was_harmed_is_made_anew(path: Path) -> None:
    process = child(path, "before")
    process.communicate()
    for file in (path / "spare").rglob("*.lance"):
        if file.is_file():
            file.write_bytes(b"")
    for about in (path / "spare").rglob("*.manifest"):
        about.write_bytes(b"")
    encoder = GridEncoder("other")
    assert Index.open(path).rebuild(encoder).switched
    assert encoder.calls == COUNT
    require_rebuilt(path, encoder)
