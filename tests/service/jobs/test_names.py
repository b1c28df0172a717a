"""Names of uploaded files are plain relative paths, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadArgument
from lookalike.service.jobs.names import relative_name

HOSTILE = [
    "/etc/passwd",
    "//server/share/a.jpg",
    "../a.jpg",
    "a/../../b.jpg",
    "a/..",
    "..",
    ".",
    "./a.jpg",
    "a/./b.jpg",
    "a//b.jpg",
    "a/",
    "",
    "\\windows\\a.jpg",
    "..\\..\\a.jpg",
    "a\\..\\b.jpg",
    "C:\\a.jpg",
    "c:a.jpg",
    "C:/a.jpg",
    "a\0.jpg",
    "a\n.jpg",
    "a\r\n.jpg",
    "a\x1b[31m.jpg",
    "a\x7f.jpg",
    "a\u0085.jpg",
    "a\u2028.jpg",
    "a\ud800.jpg",
    " /a.jpg",
    "a/ /b.jpg",
    "x" * 256 + ".jpg",
    "ü" * 128 + ".jpg",
    "/".join(["folder"] * 33),
    "/".join(["y" * 200] * 6),
    "file:///etc/passwd",
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:24])
def test_a_name_that_leads_elsewhere_or_that_no_file_may_have_is_refused(name: str) -> None:
    with pytest.raises(BadArgument, match="file name") as caught:
        relative_name(name)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    "name", ["con.jpg", "a/NUL", "COM1.png", "lpt9", "12:30.jpg", "a?.jpg", "a.", "b /c.jpg"]
)
def test_what_windows_would_take_for_a_device_is_refused_there_and_harmless_elsewhere(name: str) -> None:
    with pytest.raises(BadArgument, match="Windows"):
        relative_name(name, windows=True)
    assert relative_name(name, windows=False) == name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.jpg", "a.jpg"),
        ("shop/images/0007 (1).jpg", "shop/images/0007 (1).jpg"),
        ("shop\\images\\a.jpg", "shop/images/a.jpg"),
        ("Größe 50%.jpg", "Größe 50%.jpg"),
        ("a..b.jpg", "a..b.jpg"),
        ("console.jpg", "console.jpg"),
        ("~/a.jpg", "~/a.jpg"),
        ("$HOME/`a`.jpg", "$HOME/`a`.jpg"),
        ("x" * 251 + ".jpg", "x" * 251 + ".jpg"),
    ],
)
def test_an_ordinary_name_stays_as_it_is(given: str, kept: str) -> None:
    assert relative_name(given) == kept
    assert not Path(kept).is_absolute()


@pytest.mark.parametrize("name", [".DS_Store", "shop/.git/config", ".lookalike", "a/..b", "...", ".a.jpg"])
def test_a_hidden_file_is_passed_over(name: str) -> None:
    assert relative_name(name) is None
