"""Links without end, forms that are not read, names that are no text and files of the system in a folder."""

import errno
import inspect
import os
import sys
from pathlib import Path

import pytest

from lookalike.catalog import open_catalog
from lookalike.errors import CatalogError, StorageError
from lookalike.products import Problem, Product

NO_PROC = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="this system has no /proc")


def refusal(path: Path, **options) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        open_catalog(path, **options)
    said = str(caught.value)
    assert said.isprintable(), ascii(said)
    return caught.value


def ids(path: Path) -> list[str]:
    return [item.id for item in open_catalog(path) if isinstance(item, Product)]


def test_a_link_that_leads_to_itself_is_one_picture_and_not_the_whole_folder(tmp_path):
    for name in ("a.jpg", "z.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "x.jpg").symlink_to("x.jpg")
    (tmp_path / "y").symlink_to("y")
    catalog = open_catalog(tmp_path)
    assert catalog.rows == 3
    assert [item.id for item in catalog] == ["a", "x", "z"]


def test_pictures_in_forms_that_are_not_read_are_counted(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("a.jpg", "b.HEIC", "deep/c.heic", "d.svg", "notes.txt", ".e.heic", "f.nef"):
        (tmp_path / name).touch()
    catalog = open_catalog(tmp_path)
    for _ in range(2):
        assert [item.id for item in catalog] == ["a"]
        assert catalog.notes == {
            ".heic files: a form that is not read": 2,
            ".svg files: a form that is not read": 1,
            ".nef files: a form that is not read": 1,
        }


def test_a_folder_of_nothing_but_such_pictures_says_so(tmp_path):
    (tmp_path / "b.heic").touch()
    assert "1 .heic files: a form that is not read" in refusal(tmp_path).message


@pytest.mark.skipif(os.name == "nt", reason="names on this system are always text")
def test_a_name_that_is_no_text_is_shown_so_that_it_can_be_found(tmp_path):
    (tmp_path / "1.jpg").touch()
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")).touch()
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    problem = next(item for item in open_catalog(tmp_path) if isinstance(item, Problem))
    assert problem.id == r"caf\xe9"
    assert problem.uri == str(tmp_path / r"caf\xe9.jpg")
    assert r"caf\xe9.jpg" in problem.detail


def test_folders_nested_deeper_than_calls_may_be_are_read(tmp_path):
    place = tmp_path.joinpath(*["a"] * 200)
    place.mkdir(parents=True)
    (place / "b.jpg").touch()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 120)
    try:
        assert ids(tmp_path) == ["b"]
    finally:
        sys.setrecursionlimit(limit)


def test_a_machine_that_can_open_no_more_folders_stops_the_run(tmp_path, monkeypatch):
    (tmp_path / "a.jpg").touch()
    catalog = open_catalog(tmp_path)

    def refusing(path):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(StorageError):
        list(catalog)


# Files of the system


@NO_PROC
@pytest.mark.parametrize("format", [None, "csv", "jsonl"])
def test_a_catalogue_among_the_files_of_the_system_is_refused(tmp_path, format):
    (tmp_path / "shop.csv").symlink_to("/proc/self/status")
    assert "/proc" in refusal(tmp_path / "shop.csv", format=format).message


@NO_PROC
def test_a_folder_of_the_system_is_not_walked(tmp_path):
    assert "/proc" in refusal(Path("/proc/self")).message
    (tmp_path / "a.jpg").touch()
    (tmp_path / "system").symlink_to("/proc/self")
    product, problem = open_catalog(tmp_path)
    assert product.id == "a"
    assert (problem.id, problem.reason) == ("system", "unreadable")


@pytest.mark.parametrize("is_pipe", [True, False])
def test_details_that_are_no_ordinary_file_are_not_waited_for(tmp_path, monkeypatch, is_pipe):
    if not hasattr(os, "mkfifo") or not Path("/proc/self/status").is_file():
        pytest.skip("this system has neither pipes nor /proc")
    for folder in ("images", "styles"):
        (tmp_path / folder).mkdir()
    (tmp_path / "styles.csv").write_text("id,title\n1,Hat\n")
    if is_pipe:
        os.mkfifo(tmp_path / "styles" / "1.json")
    else:
        (tmp_path / "styles" / "1.json").symlink_to("/proc/self/status")
    catalog = open_catalog(tmp_path / "styles.csv")
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
    assert [item.id for item in catalog] == ["1"]
    assert sum(catalog.notes.values()) == 1
