"""Files of TREC are called so that every system takes their names."""

from __future__ import annotations

from lookalike.verdict.trec_files import file_names


def test_questions_that_differ_by_a_sign_have_files_of_their_own() -> None:
    names = file_names(["copy: light -30%", "copy: light +30%", "photo: blur"])
    assert [*names.values()] == ["copy-light--30%", "copy-light-+30%", "photo-blur"]


def test_names_differ_where_capitals_do_not_count_and_no_name_is_a_path() -> None:
    names = file_names(["Colour", "colour", "../colour", "a/b", "Farbe ö", ""])
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert not any("/" in name for name in names.values())
    assert all(names.values())


def test_a_long_name_is_cut() -> None:
    first, second = file_names(["x" * 300, "x" * 301]).values()
    assert first != second
    assert len(second) < 90
