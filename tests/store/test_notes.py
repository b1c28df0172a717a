"""Notes beside the tables, where processes die and disks refuse."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import StorageError
from lookalike.store.lance import LanceStore
from lookalike.testing.samples import SPACE, sample_product

CHILD = Path(__file__).with_name("noting_child.py")

SIZE = 200_000
"""How often a document says its number, so that a kill meets one half written."""


@pytest.fixture
def store(tmp_path: Path) -> LanceStore:
    return LanceStore.create(tmp_path / "index", SPACE, "test")


def number(data: bytes | None) -> int:
    """The number that a document says over and over; none of it may be torn."""
    if data is None:
        return 0
    one, rest = divmod(len(data), SIZE)
    assert not rest
    assert data == data[:one] * SIZE
    return int(data[:one])


def start(store: LanceStore, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), str(store.path), str(times), str(SIZE)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n", child.communicate()
    return child


def test_a_killed_process_leaves_the_old_note_or_the_new_one(store: LanceStore) -> None:
    for delay in np.random.default_rng(3).uniform(0.0, 0.3, size=5):
        child = start(store, 100_000)
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        said, _ = child.communicate()
        acknowledged = int((said.split() or [0])[-1])
        found = number(store.notes.read("count.txt"))
        assert not acknowledged or found in (acknowledged, acknowledged + 1)
    store.notes.write("count.txt", b"")
    assert not list(store.path.rglob(".tmp*"))


def test_two_processes_that_change_a_note_lose_nothing_of_each_other(store: LanceStore) -> None:
    children = [start(store, 15) for _ in range(2)]
    for child in children:
        assert child.communicate()[1] == ""
        assert child.returncode == 0
    assert number(store.notes.read("count.txt")) == 30


def test_every_change_has_a_revision_of_its_own(store: LanceStore) -> None:
    """Also changes of one length that a disk's clock cannot tell apart."""
    seen = {store.notes.revision("a.txt")}
    for count in range(50):
        store.notes.write("a.txt", b"%02d" % count)
        seen.add(store.notes.revision("a.txt"))
    assert len(seen) == 51


def test_an_index_that_holds_notes_can_be_opened_and_written(store: LanceStore) -> None:
    store.notes.write("a.txt", b"kept")
    with store.writer() as writer:
        writer.commit([sample_product("1")])
    assert LanceStore.open(store.path).notes.read("a.txt") == b"kept"


def test_a_disk_that_refuses_is_said_and_the_note_stays(
    store: LanceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.notes.write("a.txt", b"before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(StorageError, match="disk is full"):
            store.notes.write("a.txt", b"after")
    assert store.notes.read("a.txt") == b"before"
    store.notes.write("a.txt", b"after")
    assert store.notes.read("a.txt") == b"after"
