"""Notes of which some are in a database: what replicas decide is one word, whichever of them it is told."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lookalike.errors import StorageAway
from lookalike.events import Event
from lookalike.records.notes import SharedNotes
from lookalike.records.records import Records
from lookalike.store.memory import MemoryNotes, MemoryStore
from lookalike.testing.notes import NotesContract
from lookalike.testing.postgres import PostgresServer
from lookalike.testing.samples import SPACE

from .conftest import empty_place

SHARED = ("a", "a-1.txt", "b", "b.txt")


class TestNotesInADatabase(NotesContract):
    @pytest.fixture(autouse=True)
    def _in_a_database(self, place: str) -> Iterator[None]:
        self.records = Records.open(place)
        yield
        self.records.close()

    def make(self, folder: Path) -> MemoryStore:
        store = MemoryStore(SPACE, "none")
        store.notes = self.records.notes(MemoryNotes(), SHARED)
        return store


@pytest.fixture
def replicas(place: str) -> Iterator[Callable[[], SharedNotes]]:
    """Makes the notes of one more replica, whose index is its own."""
    opened: list[Records] = []

    def make(**own: bytes) -> SharedNotes:
        opened.append(Records.open(place))
        notes = MemoryNotes()
        for name, data in own.items():
            notes.write(name, data)
        return opened[-1].notes(notes, SHARED)

    yield make
    for records in opened:
        records.close()


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether it is so before ten seconds are over, however slow the machine is."""
    until = time.monotonic() + 10
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def test_a_note_that_one_replica_writes_is_that_of_all(replicas: Callable[..., SharedNotes]) -> None:
    mine, others = replicas(), replicas()
    before = others.revision("a")
    mine.write("a", b"said")
    mine.write("own", b"of this index")
    assert others.read("a") == b"said"
    assert soon(lambda: others.revision("a") != before)
    assert others.revision("a") == mine.revision("a")
    assert (mine.names(), others.names()) == ({"a", "own"}, {"a"})
    assert others.read("own") is None


def test_what_an_index_had_before_is_where_the_shared_note_begins(
    replicas: Callable[..., SharedNotes],
) -> None:
    mine, others = replicas(a=b"before"), replicas()
    own = mine.revision("a")
    assert (mine.read("a"), others.read("a"), mine.names()) == (b"before", None, {"a"})
    mine.change("a", lambda data: (data or b"") + b", after")
    assert others.read("a") == b"before, after"
    assert mine.revision("a") != own


def test_a_note_that_was_taken_away_stays_away_on_every_replica(
    replicas: Callable[..., SharedNotes],
) -> None:
    mine, others = replicas(a=b"old"), replicas(a=b"older")
    mine.remove(["a", "b"])
    assert soon(lambda: others.revision("a") == mine.revision("a"))
    assert (mine.read("a"), others.read("a"), others.names()) == (None, None, set())
    assert others.change("a", lambda data: b"new" if data is None else b"wrong") == b"new"
    assert mine.read("a") == b"new"


def test_replicas_that_change_a_note_at_once_lose_nothing_of_each_other(
    replicas: Callable[..., SharedNotes],
) -> None:
    notes = [replicas() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        told = [
            pool.submit(notes[n % 3].change, "a", lambda data, n=n: (data or b"") + bytes([n]))
            for n in range(30)
        ]
        assert all(one.result() for one in told)
    assert sorted(notes[0].read("a") or b"") == list(range(30))


def test_a_change_that_changes_nothing_is_none(replicas: Callable[..., SharedNotes]) -> None:
    notes = replicas()
    notes.write("a", b"said")
    before = notes.revision("a")
    notes.write("a", b"said")
    assert notes.revision("a") == before


def test_notes_are_no_events(place: str, replicas: Callable[..., SharedNotes]) -> None:
    replicas().write("a", b"said")
    records = Records.open(place)
    assert (records.count(), records.revision(), records.flaws()) == (0, 0, [])
    assert records.append([Event("ann", "a", "viewed", 1)]).recorded == 1
    records.close()


def test_the_last_word_holds_while_the_server_is_away(
    mortal: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = Records.open(empty_place(mortal))
    monkeypatch.setattr(records._database.dialect, "patience", 0.1)
    notes = records.notes(MemoryNotes(), SHARED)
    notes.write("a", b"said")
    assert notes.read("a") == b"said"
    revision = notes.revision("a")
    mortal.stop()
    try:
        assert soon(lambda: notes._revisions._error is not None or not notes.revision("a"))
        assert (notes.revision("a"), notes.read("a")) == (revision, b"said")
        for ask in (lambda: notes.read("b"), lambda: notes.write("a", b"more")):
            with pytest.raises(StorageAway):
                ask()
    finally:
        mortal.start()
    notes.write("a", b"more")
    assert notes.read("a") == b"more"
    records.close()
