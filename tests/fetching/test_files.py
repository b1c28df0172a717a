"""Bytes come from memory and files; a file is read again only when it changed."""

import pytest

from lookalike.errors import PictureError
from lookalike.fetching import Fetched, Fetcher
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
