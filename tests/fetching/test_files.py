"""Bytes come from memory and files; a file is read again only when it changed."""

import errno
import os
from pathlib import Path

import pytest

from lookalike.errors import PictureError, StorageError
from lookalike.fetching import Fetched, Fetcher
from lookalike.fetching.files import is_system_file
from lookalike.products import PictureSource


def reason_for(fetcher: Fetcher, source: PictureSource) -> str:
    with pytest.raises(PictureError) as caught:
        fetcher.fetch(source)
    assert caught.value.message
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_bytes_that_are_given_come_back() -> None:
    with Fetcher() as fetcher:
        assert fetcher.fetch(PictureSource("row 3", b"abc"), "etag:x") == Fetched(b"abc", "")


def test_a_file_is_read_once_and_again_only_when_it_changed(tmp_path) -> None:
    path = tmp_path / "00 1.jpg"
    path.write_bytes(b"one")
    with Fetcher() as fetcher:
        first = fetcher.fetch(PictureSource(str(path)))
        assert first.data == b"one"
        assert first.stamp == f"file:3-{path.stat().st_mtime_ns}"
        assert fetcher.fetch(PictureSource(str(path)), first.stamp) == Fetched(None, first.stamp)
        path.write_bytes(b"three")
        assert fetcher.fetch(PictureSource(str(path)), first.stamp).data == b"three"


def test_a_file_url_is_a_path(tmp_path) -> None:
    path = tmp_path / "a b.jpg"
    path.write_bytes(b"x")
    with Fetcher() as fetcher:
        assert fetcher.fetch(PictureSource(path.as_uri())).data == b"x"


def test_what_is_no_readable_file_is_refused_with_a_reason(tmp_path) -> None:
    with Fetcher() as fetcher:
        assert reason_for(fetcher, PictureSource(str(tmp_path / "none.jpg"))) == "missing"
        assert reason_for(fetcher, PictureSource("")) == "missing"
        assert reason_for(fetcher, PictureSource(str(tmp_path))) == "directory"
        assert reason_for(fetcher, PictureSource("a\0b")) == "unreadable"
        assert reason_for(fetcher, PictureSource("x" * 5000)) == "unreadable"
        assert reason_for(fetcher, PictureSource("ftp://shop.example/a.jpg")) == "fetch-failed"


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_a_machine_that_can_open_no_more_files_stops_the_run(tmp_path, monkeypatch, number: int) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")

    def refusing(self: Path) -> bytes:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "read_bytes", refusing)
    with Fetcher() as fetcher, pytest.raises(StorageError) as caught:
        fetcher.fetch(PictureSource(str(path)))
    assert "ulimit -n" in caught.value.next_step


def test_a_link_that_leads_to_itself_is_one_unreadable_picture(tmp_path) -> None:
    (tmp_path / "x.jpg").symlink_to("x.jpg")
    with Fetcher() as fetcher:
        assert reason_for(fetcher, PictureSource(str(tmp_path / "x.jpg"))) == "unreadable"


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="this system has no /proc")
def test_files_of_the_system_are_no_pictures_and_are_never_read(tmp_path, monkeypatch) -> None:
    def reading(self: Path) -> bytes:
        raise AssertionError(f"{self} was read")

    monkeypatch.setattr(Path, "read_bytes", reading)
    (tmp_path / "x.jpg").symlink_to("/proc/self/status")
    with Fetcher() as fetcher:
        assert reason_for(fetcher, PictureSource("/proc/self/status")) == "unreadable"
        assert reason_for(fetcher, PictureSource(str(tmp_path / "x.jpg"))) == "unreadable"


def test_a_disk_in_memory_is_a_place_for_pictures() -> None:
    assert not is_system_file("/dev/shm/shop/a.jpg")
    assert is_system_file("/dev/anything")
    assert not is_system_file("/processed/a.jpg")


def test_control_characters_of_a_name_are_escaped_in_messages(tmp_path) -> None:
    with Fetcher() as fetcher, pytest.raises(PictureError) as caught:
        fetcher.fetch(PictureSource(str(tmp_path / "a\n\x1b[31m\udcffb.jpg")))
    assert caught.value.message.endswith(r"a\n\x1b[31m\xffb.jpg.")
