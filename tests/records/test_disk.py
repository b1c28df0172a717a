import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.errors import BadArgument, FormatMismatch, IndexDamaged, IndexLocked, StorageError
from lookalike.events import Event
from lookalike.records import EVENTS_FILE as NAME
from lookalike.records.records import Records


def viewed(item: str, user: str = "ann") -> Event:
    return Event(user=user, item=item, kind="viewed", time=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one event."""
    records = Records.open(tmp_path)
    records.append([viewed("a")])
    records.close()
    return tmp_path


def test_records_of_a_folder_are_one_file_when_nobody_has_them_open(folder: Path) -> None:
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_reading_where_nothing_was_written_makes_nothing(tmp_path: Path) -> None:
    records = Records.open(tmp_path)
    assert (records.count(), len(records.log()), records.touches("ann"), records.flaws()) == (0, 0, [], [])
    with pytest.raises(BadArgument):
        records.append([viewed("a"), viewed("\0")])
    assert list(tmp_path.iterdir()) == []


def test_no_file_has_the_name_or_the_products_of_an_erased_shopper(tmp_path: Path) -> None:
    records = Records.open(tmp_path)
    records.append([viewed("teapot", "bob")])
    told = [
        Event(user="anneliese", item=f"wheelbarrow-{i}", kind="viewed", time=i, session="visit-77")
        for i in range(300)
    ]
    records.append(told)
    records.set_profile("anneliese", {"note": "likes-gardens"})
    records.erase("anneliese")
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"teapot" in left
    for secret in (b"anneliese", b"wheelbarrow", b"visit-77", b"likes-gardens"):
        assert secret not in left


def test_a_copied_folder_has_the_same_events(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    records = Records.open(folder)
    records.append([viewed("b")])
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(folder, copy, dirs_exist_ok=True)  # with the journal, since the records are open
    assert [touch.item for touch in Records.open(copy).touches("ann")] == ["a", "b"]
    assert records.count() == 2


def test_a_copy_can_be_made_while_events_arrive(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    records = Records.open(folder)
    records.append([viewed("b")])
    copy = tmp_path_factory.mktemp("copy")
    connection = sqlite3.connect(folder / NAME)
    connection.execute("VACUUM INTO ?", (str(copy / NAME),))
    connection.close()
    copied = Records.open(copy)
    assert copied.append([viewed("a"), viewed("c")]).fates == ("repeated", "recorded")
    assert (copied.count(), records.count(), copied.flaws()) == (3, 2, [])


def test_a_file_that_another_took_the_place_of_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    records = Records.open(folder)
    records.append([viewed("b")])
    (folder / NAME).rename(tmp_path / "old")
    for end in ("-wal", "-shm"):
        (folder / f"{NAME}{end}").unlink()
    assert (records.count(), records.revision(), records.touches("ann")) == (0, 0, [])
    assert not (folder / NAME).exists()
    assert records.append([viewed("c")]).recorded == 1
    assert [touch.item for touch in Records.open(folder).touches("ann")] == ["c"]


def test_a_file_that_is_something_else_is_damaged_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("no database at all, but a long text" * 100)
    records = Records.open(tmp_path)
    for ask in (records.count, records.log, lambda: records.append([viewed("a")])):
        with pytest.raises(IndexDamaged, match="not a database") as caught:
            ask()
        assert "copy" in caught.value.next_step
    assert "not a database" in records.flaws()[0]
    assert (tmp_path / NAME).read_text().startswith("no database at all")


@pytest.mark.parametrize("harm", ["cut", "overwritten"])
def test_damage_inside_of_the_file_is_said(folder: Path, harm: str) -> None:
    records = Records.open(folder)
    records.append([viewed(f"item-{i}") for i in range(2000)])
    assert records.flaws() == []
    records.close()
    held = (folder / NAME).read_bytes()
    whole = {
        "cut": held[: len(held) // 2],
        "overwritten": held[: 4096 * 8] + b"\xff" * (len(held) - 4096 * 8),
    }
    (folder / NAME).write_bytes(whole[harm])
    assert "damaged" in Records.open(folder).flaws()[0]


def test_an_empty_file_is_where_events_begin(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    records = Records.open(tmp_path)
    assert (records.count(), records.touches("ann")) == (0, [])
    assert records.append([viewed("a")]).recorded == 1


def test_tables_of_another_version_are_refused_by_number(folder: Path) -> None:
    with sqlite3.connect(folder / NAME) as connection:
        connection.execute("UPDATE lookalike_records SET schema = 99")
    connection.close()
    with pytest.raises(FormatMismatch, match=r"version 99.*reads 1"):
        Records.open(folder).count()


def test_a_writer_that_does_not_end_is_told_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lookalike.records.sqlite._WAIT", 0.01)
    other = sqlite3.connect(folder / NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexLocked):
        Records.open(folder).append([viewed("b")])
    assert Records.open(folder).count() == 1  # readers do not wait
    other.execute("ROLLBACK")
    other.close()
    assert Records.open(folder).append([viewed("b")]).recorded == 1


def test_a_full_disk_loses_nothing_that_was_acknowledged(folder: Path) -> None:
    records = Records.open(folder)
    many = [viewed(f"item-{i}" * 10) for i in range(3000)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(StorageError, match=NAME) as caught:
            records.append(many)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "room" in caught.value.next_step
    assert (records.count(), len(records.log())) == (1, 1)
    assert records.append(many).recorded == 3000
    assert records.flaws() == []


@pytest.fixture
def powerless(folder: Path) -> Iterator[Path]:
    """The records in a folder that this user may read and not write."""
    with tempfile.TemporaryDirectory() as outer:
        public = Path(outer) / "index"
        shutil.copytree(folder, public)
        for entry in (Path(outer), public, *public.iterdir()):
            entry.chmod(0o555 if entry.is_dir() else 0o444)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield public
        finally:
            if root:
                os.seteuid(0)
            for entry in (Path(outer), public):
                entry.chmod(0o755)


def test_records_that_may_only_be_read_are_read(powerless: Path) -> None:
    records = Records.open(powerless)
    assert (records.count(), records.revision(), len(records.log())) == (1, 1, 1)
    assert [touch.item for touch in records.touches("ann")] == ["a"]
    for write in (lambda: records.append([viewed("b")]), lambda: records.set_profile("ann", {})):
        with pytest.raises(StorageError, match=r"readonly|read-only|denied") as caught:
            write()
        assert "may write" in caught.value.next_step
    assert [path.name for path in powerless.iterdir()] == [NAME]


def test_a_folder_that_may_only_be_read_has_no_events(powerless: Path) -> None:
    empty = powerless.parent
    records = Records.open(empty)
    assert (records.count(), records.touches("ann"), records.profile("ann")) == (0, [], None)
    with pytest.raises(StorageError, match="cannot be written"):
        records.append([viewed("a")])


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    records = Records.open(tmp_path / "nowhere")
    assert records.count() == 0
    with pytest.raises(StorageError):
        records.append([viewed("a")])
    assert not (tmp_path / "nowhere").exists()


def test_a_url_of_sqlite_is_a_file(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/my events.sqlite"
    records = Records.open(place)
    assert records.count() == 0
    assert not list(tmp_path.iterdir())
    records.append([viewed("a")])
    assert Records.open(place).count() == 1
    assert (tmp_path / "my events.sqlite").is_file()


@pytest.mark.parametrize("place", ["mysql://u:secret@h/db", "nothing://", "http://[/"])
def test_a_place_where_events_cannot_be_kept_is_refused(place: str) -> None:
    with pytest.raises(BadArgument) as caught:
        Records.open(place)
    assert "secret" not in str(caught.value)


def test_records_in_memory_are_gone_when_closed() -> None:
    records = Records.open()
    records.append([viewed("a")])
    assert (records.count(), len(records.touches("ann"))) == (1, 1)
    records.close()
    assert Records.open("sqlite://").count() == 0
