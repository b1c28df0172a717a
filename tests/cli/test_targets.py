"""Where files are to be written is tried before anything is worked out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.cli.output import PAGE_BEGINS, check_folder, check_target
from lookalike.errors import StorageError

CHECKS: dict[str, Callable[[Path, Path], None]] = {
    "a page": lambda path, index: check_target(path, index, PAGE_BEGINS),
    "a folder of files": check_folder,
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_what_would_lie_in_a_file_is_refused(tmp_path: Path, check: Callable[[Path, Path], None]) -> None:
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        check(tmp_path / "notes" / "deep" / "new", tmp_path / "index")
    assert (tmp_path / "notes").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_place_that_can_be_made_is_left_as_it_is(
    tmp_path: Path, check: Callable[[Path, Path], None]
) -> None:
    check(tmp_path / "new" / "deep", tmp_path / "index")
    assert not list(tmp_path.iterdir())
