"""``lookalike search --imagine``: from words to pictures to the shelf, on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lookalike.asking.imagined import MARK
from lookalike.imagining.generator_file import write_generator
from lookalike.index import Index
from lookalike.testing.made_generator import made_generator

from .conftest import Run


def test_words_are_imagined_and_what_was_generated_is_kept_where_wanted(
    lookalike: Run, index_path: Path, tmp_path: Path
) -> None:
    search = ("search", "--index", index_path, "--imagine", "red mug zzqx", "--seed", "4", "--count", "2")
    none = lookalike(*search)
    assert none.returncode == 2 and "lookalike train --recipe generator" in none.stderr
    write_generator(
        index_path / "imagine" / "generator.npz", made_generator(Index.open(index_path).manifest.space)
    )
    found = lookalike(*search, "-k", "3", "--save", tmp_path / "made")
    assert found.returncode == 0, found.stderr
    assert "This catalogue knows nothing of “zzqx”." in found.stdout
    assert "2 generated pictures, which no product has (seed 4)" in found.stdout
    files = sorted((tmp_path / "made").iterdir())
    assert [file.name for file in files] == ["generated-4-1.png", "generated-4-2.png"]
    assert all(MARK.encode() in file.read_bytes() and file.name in found.stdout for file in files)
    document = json.loads(lookalike(*search, "-k", "3", "--save", tmp_path / "made", "--json").stdout)
    assert document["imagined"]["saved"] == [str(file) for file in files]
    assert len(document["results"]) == 3
    files[1].write_bytes(b"mine")
    other = lookalike(*search, "--save", tmp_path / "made")
    assert other.returncode == 2 and "is something else" in other.stderr
    assert files[1].read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mug", "--imagine", "mug"), "WORDS and --imagine both ask"),
        (("--imagine", "mug", "--image", "x.jpg"), "--image and --imagine both ask"),
        (("mug", "--seed", "1"), "--seed is for imagined pictures"),
    ],
)
def test_what_does_not_go_together_is_said(
    lookalike: Run, made_index: Path, words: tuple[str, ...], said: str
) -> None:
    refused = lookalike("search", "--index", made_index, *words)
    assert refused.returncode == 2 and said in refused.stderr
