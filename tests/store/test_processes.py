import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import IndexLocked
from lookalike.store.base import Columns, VersionGone
from lookalike.store.lance import LanceStore
from lookalike.testing.contracts import SPACE

CHILD = Path(__file__).with_name("writing_child.py")


def start(folder: Path, name: str, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), str(folder), name, str(batches)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n", child.communicate()
    return child


def require_agreement(columns: Columns) -> None:
    """Every product has as many pictures as its title says, and none is there twice."""
    ids = columns.products["id"].to_pylist()
    assert len(set(ids)) == len(ids)
    expected = [int(title) for title in columns.products["title"].to_pylist()]
    assert np.bincount(columns.picture_product, minlength=len(ids)).tolist() == expected


def test_readers_see_agreeing_tables_while_a_process_writes(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    store = LanceStore.create(folder, SPACE, "test")
    child = start(folder, "w", 30)
    seen = []
    while child.poll() is None:
        reader = store.reader()
        try:
            columns = reader.columns()
            ids = columns.products["id"].to_pylist()[-15:]
            products, pictures = reader.products(ids), reader.pictures(ids)
        except VersionGone:
            continue
        require_agreement(columns)
        assert {i: str(len(own)) for i, own in pictures.items()} == {i: p.title for i, p in products.items()}
        assert len(products) == len(ids)
        seen.append(columns.version)
    assert child.communicate()[1] == ""
    assert child.returncode == 0
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert store.newest() == 30
    assert store.reader().check() == []


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    store = LanceStore.create(folder, SPACE, "test")
    acknowledged: dict[str, int] = {}
    for run, delay in enumerate(np.random.default_rng(5).uniform(0.0, 0.2, size=6)):
        child = start(folder, f"r{run}", 10_000)
        assert child.stdout is not None
        heard = [child.stdout.readline() for _ in range(run % 4)]  # however slow the machine is
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        said, _ = child.communicate()
        acknowledged[f"r{run}"] = len(heard) + len(said.splitlines())
        columns = LanceStore.open(folder).reader().columns()
        require_agreement(columns)
    names = [i.rsplit("-", 2)[:2] for i in columns.products["id"].to_pylist()]
    batches = {name: {int(batch) for one, batch in names if one == name} for name in acknowledged}
    for name, count in acknowledged.items():
        # At most the one batch that was being acknowledged may be there beyond those said.
        assert batches[name] in (set(range(count)), set(range(count + 1)))
    assert sum(acknowledged.values()) > 6
    with store.writer(wait=5) as writer:
        writer.commit()
    assert store.reader().check() == []
    assert not list(folder.rglob(".tmp*"))


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    store = LanceStore.create(tmp_path / "index", SPACE, "test")
    child = start(tmp_path / "index", "w", 10_000)
    with pytest.raises(IndexLocked, match=f"process {child.pid} on "), store.writer(wait=0.05):
        pass
    child.kill()
    child.communicate()
    with store.writer(wait=0.5) as writer:
        assert writer.commit().version >= 1
