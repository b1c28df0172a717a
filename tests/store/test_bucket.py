"""An index in object storage, where writers die, sleep and meet, and the storage fails; moto stands in."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from lookalike.errors import BadArgument, IndexExists, IndexLocked, NoIndex, StorageAway, StorageError
from lookalike.store.bucket_objects import Objects
from lookalike.store.lance import LanceStore
from lookalike.store.lance_writer import LanceWriter
from lookalike.store.places import place_at
from lookalike.store.tables import open_table
from lookalike.testing.broken_line import BrokenLine
from lookalike.testing.contracts import SPACE, sample_picture, sample_product
from lookalike.testing.keeping import keep_always, quiet
from lookalike.testing.object_storage import BUCKET, ObjectStorage

CHILD = Path(__file__).with_name("writing_child.py")


def start(address: str, name: str, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), address, name, str(batches)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def heard(child: subprocess.Popen[str], lines: int) -> None:
    assert child.stdout is not None
    for _ in range(lines):
        assert child.stdout.readline(), child.communicate()


def write(writer: LanceWriter, *ids: str) -> None:
    writer.commit([sample_product(i) for i in ids], {i: [sample_picture(i)] for i in ids})


def ids_in(store: LanceStore) -> list[str]:
    found: list[str] = store.reader().columns().products["id"].to_pylist()
    return found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that says nothing for two seconds is taken for dead, by clocks of whole seconds."""
    monkeypatch.setenv("LOOKALIKE_LEASE_SECONDS", "2")


def test_two_processes_that_write_at_once_lose_nothing(address: str) -> None:
    store = LanceStore.create(address, SPACE, "test")
    children = [start(address, name, 4) for name in ("one", "two")]
    for child in children:
        assert child.communicate()[1] == ""
        assert child.returncode == 0
    ids = ids_in(store)
    assert len(ids) == len(set(ids)) == 2 * (4 * 10 - 2)
    assert store.newest() == 8
    assert store.reader().check() == []


def test_a_reader_follows_within_the_time_that_is_set(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_FOLLOW_SECONDS", "0.2")
    writing = LanceStore.create(address, SPACE, "test")
    reading = LanceStore.open(address)
    pinned = reading.reader()
    with writing.writer() as writer:
        for count, one in enumerate("abc", start=1):
            write(writer, one)
            writing.notes.write("a.txt", one.encode())
            time.sleep(0.25)
            assert reading.newest() == count
            assert reading.notes.revision("a.txt") == writing.notes.revision("a.txt") != ""
            assert ids_in(reading) == [*"abc"[:count]]
    assert pinned.columns().products.num_rows == 0


def test_to_ask_what_is_new_asks_the_storage_once_in_a_while(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LanceStore.create(address, SPACE, "test")
    monkeypatch.setenv("LOOKALIKE_FOLLOW_SECONDS", "60")
    store, asked = LanceStore.open(address), []
    listing = Objects.list
    monkeypatch.setattr(Objects, "list", lambda *given: asked.append(given) or listing(*given))
    for _ in range(100):
        store.newest()
        store.notes.revision("a.txt")
    assert not asked


@pytest.mark.usefixtures("impatient")
def test_a_killed_writer_is_followed_when_its_lease_has_run_out(address: str) -> None:
    store = LanceStore.create(address, SPACE, "test")
    child = start(address, "dead", 1000)
    heard(child, 1 + 3)
    with pytest.raises(IndexLocked, match=rf"process {child.pid} on "), store.writer(wait=0):
        pass
    child.send_signal(signal.SIGKILL)
    said = 3 + len(child.communicate()[0].splitlines())
    with store.writer(wait=30) as writer:
        write(writer, "after")
    batches = {int(i.split("-")[1]) for i in ids_in(store) if i != "after"}
    assert batches in (set(range(said)), set(range(said + 1)))
    assert store.reader().check() == []


@pytest.mark.usefixtures("impatient")
def test_a_writer_that_slept_through_its_lease_publishes_nothing(address: str) -> None:
    store = LanceStore.create(address, SPACE, "test")
    child = start(address, "asleep", 100_000)
    heard(child, 1 + 2)
    child.send_signal(signal.SIGSTOP)
    with store.writer(wait=30) as writer:
        known, version = set(ids_in(store)), store.newest()
        child.send_signal(signal.SIGCONT)
        for count in range(6):
            write(writer, f"awake-{count}")
        assert store.newest() == version + 6
    assert "IndexLocked" in child.communicate()[1]
    assert set(ids_in(store)) == known | {f"awake-{count}" for count in range(6)}
    assert store.reader().check() == []


@pytest.mark.usefixtures("impatient")
def test_who_takes_over_shuts_out_a_writer_that_is_about_to_publish(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, publish = LanceStore.create(address, SPACE, "test"), LanceWriter._publish

    def overtaken(writer: LanceWriter, *given: Any) -> None:
        if writer is slow:
            hold: Any = writer._hold
            with monkeypatch.context() as asleep:
                asleep.setattr(hold.lease, "renew", lambda: None)
                with LanceStore.open(address).writer(wait=30) as quick:
                    write(quick, "quick")
        publish(writer, *given)

    with store.writer() as slow:
        monkeypatch.setattr(LanceWriter, "_publish", overtaken)
        with pytest.raises(IndexLocked, match="Another process"):
            write(slow, "slow")
        with pytest.raises(IndexLocked, match="Another process"):
            write(slow, "slow")
    assert ids_in(LanceStore.open(address)) == ["quick"]
    assert LanceStore.open(address).reader().check() == []


def test_what_a_shut_out_writer_puts_into_a_table_is_never_published(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, plain = LanceStore.create(address, SPACE, "test"), LanceWriter._write
    with store.writer() as writer:
        write(writer, "a")
        products = open_table(store.place, "products.lance")
        ghost = products.to_table().set_column(0, "id", [["ghost"]])
        came: list[int] = []

        def disturbed(writer: LanceWriter, *given: Any) -> None:
            if not came:
                came.append(1)
                products.insert(ghost)
            plain(writer, *given)

        monkeypatch.setattr(LanceWriter, "_write", disturbed)
        write(writer, "b")
    assert came
    assert ids_in(store) == ["a", "b"]
    assert store.reader().check() == []


@pytest.mark.parametrize("step", ["_compact", "_publish"])
def test_storage_that_fails_within_a_commit_leaves_the_last_version(
    address: str, line: BrokenLine, storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store, plain = LanceStore.create(address, SPACE, "test"), getattr(LanceWriter, step)

    def cut(writer: LanceWriter, *given: Any) -> Any:
        line.cut()
        return plain(writer, *given)

    with store.writer() as writer:
        write(writer, "a")
        assert store.newest() == 1
        with monkeypatch.context() as patch, pytest.raises(StorageAway, match="does not answer"):
            patch.setattr(LanceWriter, step, cut)
            patch.setattr(LanceWriter, "_undo", _once(LanceWriter._undo))
            write(writer, "b")
        assert store.newest() == 1  # what is known goes on being served
        with monkeypatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", storage.endpoint)
            assert ids_in(LanceStore.open(address)) == ["a"]
        line.mend()
        write(writer, "c")
    assert ids_in(store) == ["a", "c"]
    assert store.reader().check() == []


def _once(undo: Any) -> Any:
    """Undoing at the beginning of a commit alone: to wait for storage that is away takes its time."""
    left = [1]

    def undone(writer: LanceWriter) -> None:
        if not left:
            raise StorageAway("away", next_step="")
        left.pop()
        undo(writer)

    return undone


def test_a_kept_version_is_fetched_once_by_each_machine(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_always(monkeypatch)
    store, fetched = LanceStore.create(address, SPACE, "test"), []
    fetch = Objects.fetch
    monkeypatch.setattr(Objects, "fetch", lambda *given: fetched.append(given[1]) or fetch(*given))
    for count, one in enumerate("ab"):
        with store.writer() as writer:
            write(writer, one)
        kept = store.keep([], quiet)
        assert kept is not None
        assert not fetched
        monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "other machine"))
        for _ in range(3):
            columns = LanceStore.open(address).reader().columns()
            assert columns.kept is not None
            assert columns.kept.version == count + 1
            assert columns.products["id"].to_pylist() == [*"ab"[: count + 1]]
        assert sorted(name.split("/")[1] for name in fetched) == sorted(f.name for f in kept.folder.iterdir())
        assert columns.kept.folder.name == kept.folder.name
        assert [one.name for one in columns.kept.folder.parent.iterdir()] == [kept.folder.name]
        fetched.clear()
        monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "cache"))


def test_an_address_is_understood_also_as_a_path(address: str) -> None:
    store = LanceStore.create(address, SPACE, "test")
    assert str(place_at(Path(address))) == str(store.place) == address
    assert LanceStore.open(Path(address)).newest() == 0
    with pytest.raises(IndexExists):
        LanceStore.create(f"{address}/", SPACE, "test")


def test_what_is_something_else_is_left_as_it_is(address: str) -> None:
    place: Any = place_at(address)
    place._objects.put("diary.txt", b"dear")
    with pytest.raises(NoIndex, match="something else"):
        LanceStore.create(address, SPACE, "test")
    with pytest.raises(NoIndex):
        LanceStore.open(address)
    assert place.entries() == {"diary.txt"}


@pytest.mark.usefixtures("storage")
def test_a_bucket_that_is_not_there_is_said() -> None:
    for act in (LanceStore.open, lambda address: LanceStore.create(address, SPACE, "test")):
        with pytest.raises(StorageError, match="no bucket") as caught:
            act("s3://no-such-bucket/shop")
        assert "correct the address" in caught.value.next_step


@pytest.mark.parametrize("address", ["s3://bucket", "s3://bucket/", "s3://bucket/../other"])
def test_an_address_that_names_no_folder_is_refused(address: str) -> None:
    with pytest.raises(BadArgument, match="names no place"):
        LanceStore.open(address)


@pytest.mark.usefixtures("storage")
def test_storage_that_nobody_serves_is_said_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    line = BrokenLine(9)
    line.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.endpoint)
    with pytest.raises(StorageAway, match="does not answer") as caught:
        LanceStore.open(f"s3://{BUCKET}/shop")
    assert "AWS_ENDPOINT_URL" in caught.value.next_step


class Refusing(BaseHTTPRequestHandler):
    """Answers every request with an error, as S3 writes it."""

    code = "AccessDenied"

    def do_GET(self) -> None:
        text = f"<Error><Code>{self.code}</Code><Message>no</Message></Error>".encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("code", "said"),
    [("InvalidAccessKeyId", "does not take these credentials"), ("AccessDenied", "Not permitted")],
)
@pytest.mark.usefixtures("storage")
def test_storage_that_refuses_is_said(monkeypatch: pytest.MonkeyPatch, code: str, said: str) -> None:
    server = HTTPServer(("127.0.0.1", 0), type("Refusing", (Refusing,), {"code": code}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    try:
        with pytest.raises(StorageError, match=said):
            LanceStore.open(f"s3://{BUCKET}/shop")
    finally:
        server.shutdown()
        server.server_close()


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(BadArgument, match="not installed") as caught:
        LanceStore.open(f"s3://{BUCKET}/shop")
    assert caught.value.next_step == "pip install 'lookalike[s3]'"
