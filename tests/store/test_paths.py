import os
import shutil
from pathlib import Path

import pytest

from lookalike.errors import BadArgument, LookalikeError, NoIndex, StorageError
from lookalike.store.lance import LanceStore
from lookalike.testing.contracts import SPACE, sample_picture, sample_product


@pytest.fixture
def filled(tmp_path: Path) -> LanceStore:
    store = LanceStore.create(tmp_path / "index", SPACE, "test")
    with store.writer() as writer:
        writer.commit([sample_product("a")], {"a": [sample_picture("a")]})
    return store


@pytest.mark.parametrize("name", ["afile/x", "afile/x/y", "/dev/null/x", "n" * 300])
def test_a_path_that_no_folder_can_have_holds_no_index(tmp_path: Path, name: str) -> None:
    (tmp_path / "afile").write_text("dear")
    with pytest.raises(NoIndex, match="does not exist"):
        LanceStore.open(tmp_path / name)
    with pytest.raises(StorageError, match="cannot be made") as caught:
        LanceStore.create(tmp_path / name, SPACE, "test")
    assert "copy" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["a:b", "s3:", "s3:/", "ss3://bucket/x", "memory:", "file:x", "c:", "50%20off", "what?#", "../up"]
)
def test_a_relative_path_is_a_path_and_never_a_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    with LanceStore.create(name, SPACE, "test").writer() as writer:
        writer.commit([sample_product("a")], {"a": [sample_picture("a")]})
    assert (inside / name / "pictures.lance").is_dir()
    monkeypatch.chdir(tmp_path)
    assert LanceStore.open(inside / name).reader().check() == []


@pytest.mark.parametrize("name", [b"ix\xff", b"ix\0y"])
def test_bytes_that_are_no_name_are_refused_in_one_line(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    for act in (lambda: LanceStore.open(path), lambda: LanceStore.create(path, SPACE, "test")):
        with pytest.raises(BadArgument) as caught:
            act()
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["two\nlines", "red\x1b[31m"])
def test_codes_in_a_name_do_not_reach_the_terminal(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoIndex) as missing:
        LanceStore.open(tmp_path / name)
    with pytest.raises(BadArgument, match="control characters") as refused:
        LanceStore.create(tmp_path / name, SPACE, "test")
    (tmp_path / name).mkdir()
    (tmp_path / name / "diary.txt").write_text("dear")
    (tmp_path / name / "manifest.json").write_text("{")
    with pytest.raises(LookalikeError) as other:
        LanceStore.open(tmp_path / name)
    for caught in (missing, refused, other):
        assert str(caught.value).isprintable()
    assert (tmp_path / name / "diary.txt").read_text() == "dear"


def test_a_deleted_folder_is_no_index_any_more(filled: LanceStore) -> None:
    reader = filled.reader()
    shutil.rmtree(filled.path)
    for act in (
        filled.newest,
        filled.reader,
        reader.columns,
        lambda: reader.products(["a"]),
        lambda: reader.thumbnails([("a", 0)]),
    ):
        with pytest.raises(NoIndex, match="does not exist"):
            act()
    with pytest.raises(NoIndex), filled.writer():
        pass
