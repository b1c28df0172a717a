"""Picture cells: one reference or several, as paths, URLs and bytes."""

import base64
from pathlib import Path

import pytest

from lookalike.catalog.references import located, pictures


def uris(cell, folder: Path) -> list[str]:
    return [picture.uri.removeprefix(str(folder) + "/") for picture in pictures(cell, folder)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a.jpg", ["a.jpg"]),
        ("a.jpg|b.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg; b.png", ["a.jpg", "b.png"]),
        ("a.jpg, b.webp,", ["a.jpg", "b.webp"]),
        ("red, blue.jpg", ["red, blue.jpg"]),
        ("red, blue.jpg,green.jpg", ["red, blue.jpg", "green.jpg"]),
        ("my photo.jpg", ["my photo.jpg"]),
        ('["a.jpg", "b.jpg"]', ["a.jpg", "b.jpg"]),
        ("['a.jpg', 'b.jpg']", ["a.jpg", "b.jpg"]),
        ("http://h/a.jpg http://h/b.jpg", ["http://h/a.jpg", "http://h/b.jpg"]),
        ("http://h/a.jpg,https://h/b.jpg", ["http://h/a.jpg", "https://h/b.jpg"]),
        ("https://h/w_300,h_400/a.jpg", ["https://h/w_300,h_400/a.jpg"]),
        ("//cdn.example/a.jpg", ["https://cdn.example/a.jpg"]),
        ("a.jpg, https://h/b.jpg", ["a.jpg", "https://h/b.jpg"]),
        (["a.jpg", "", None, "b.jpg"], ["a.jpg", "b.jpg"]),
        ([{"url": "http://h/a.jpg"}, {"src": "b.jpg"}], ["http://h/a.jpg", "b.jpg"]),
        ("", []),
        (None, []),
        ("[]", []),
    ],
)
def test_references_in_a_cell(tmp_path, cell, expected):
    assert uris(cell, tmp_path) == expected


def test_a_single_existing_file_is_one_whatever_its_name_holds(tmp_path):
    name = "a.jpg, b.jpg; [c].jpg"
    (tmp_path / name).touch()
    assert uris(name, tmp_path) == [name]


def test_windows_paths_and_percent_signs_find_their_file(tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "my hat.jpg").touch()
    expected = str(tmp_path / "pictures" / "my hat.jpg")
    assert located("pictures\\my hat.jpg", tmp_path) == expected
    assert located("pictures/my%20hat.jpg", tmp_path) == expected
    assert located((tmp_path / "pictures" / "my hat.jpg").as_uri(), Path("/elsewhere")) == expected


def test_a_percent_sign_in_a_real_name_is_kept(tmp_path):
    (tmp_path / "50%20off.jpg").touch()
    assert located("50%20off.jpg", tmp_path) == str(tmp_path / "50%20off.jpg")


def test_absolute_paths_and_other_addresses_stay(tmp_path):
    assert located("/data/a.jpg", tmp_path) == "/data/a.jpg"
    assert located("s3://bucket/a.jpg", tmp_path) == "s3://bucket/a.jpg"


def test_a_bare_name_is_looked_for_among_the_images(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").touch()
    assert located("a.jpg", tmp_path) == str(tmp_path / "images" / "a.jpg")
    assert located("b.jpg", tmp_path) == str(tmp_path / "b.jpg")


def test_bytes_keep_the_name_they_come_with(tmp_path):
    found = list(pictures([{"bytes": b"1", "path": "x.png"}, {"bytes": b"2", "path": None}], tmp_path, "f#3"))
    assert [(p.uri, p.data) for p in found] == [("x.png", b"1"), ("f#3.2", b"2")]


def test_a_picture_written_into_the_cell_is_its_bytes(tmp_path):
    cell = "data:image/png;base64," + base64.b64encode(b"PNG").decode()
    assert [p.data for p in pictures(cell, tmp_path)] == [b"PNG"]
