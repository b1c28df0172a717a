"""A generator in a file is what it was, and what is damaged is refused in words."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import EncoderError, StorageError
from lookalike.imagining.eigenpictures import Eigenpictures
from lookalike.imagining.generator_file import generator_of, read_generator, write_generator
from lookalike.testing.made_generator import made_generator
from lookalike.vectors import Space

SPACE = Space("made", "up", 6)
WORDS = np.ones(6, np.float32)


def test_a_generator_comes_back_from_its_file_and_makes_the_same(tmp_path: Path) -> None:
    write_generator(tmp_path / "imagine" / "generator.npz", made_generator(SPACE))
    found = read_generator(tmp_path / "imagine" / "generator.npz")
    again = read_generator(tmp_path / "imagine" / "generator.npz")
    assert found is not None
    assert again is not None
    assert (found.space, found.learnt.products) == (SPACE, 60)
    made = found.imagine(WORDS, 3, seed=4)
    np.testing.assert_array_equal(made, again.imagine(WORDS, 3, seed=4))
    assert made.shape == (3, 64, 64, 3)
    assert (made != found.imagine(WORDS, 3, seed=5)).any()
    # Weights are kept in half precision: nobody sees the difference.
    far = np.abs(made.astype(int) - made_generator(SPACE).imagine(WORDS, 3, seed=4).astype(int))
    assert np.median(far) <= 1


def test_where_there_is_no_file_there_is_no_generator(tmp_path: Path) -> None:
    assert read_generator(tmp_path / "generator.npz") is None


@pytest.mark.parametrize("left", [0.0, 0.3, 0.9])
def test_a_file_that_was_cut_is_refused_with_what_to_do(tmp_path: Path, left: float) -> None:
    path = tmp_path / "generator.npz"
    write_generator(path, made_generator(SPACE))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * left)])
    with pytest.raises(EncoderError, match="no generator that can be used") as error:
        read_generator(path)
    assert "--recipe generator" in error.value.next_step


def test_a_file_with_other_numbers_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "generator.npz"
    write_generator(path, made_generator(SPACE))
    with np.load(path) as kept:
        arrays = {name: kept[name] for name in kept.files}
    for name, wrong in (
        ("painter.mean", np.full_like(arrays["painter.mean"], np.nan)),
        ("dreamer.weights.leave.bias", np.full_like(arrays["dreamer.weights.leave.bias"], np.nan)),
        ("patterns.axes", arrays["patterns.axes"][:3]),
        ("painter.width", np.zeros_like(arrays["painter.width"])),
        ("about", np.frombuffer(b"{", np.uint8)),
        ("about", np.frombuffer(b"[" * 100_000, np.uint8)),
    ):
        np.savez(path, **{**arrays, name: wrong})
        with pytest.raises(EncoderError):
            read_generator(path)


@pytest.mark.parametrize("side", [0, 600])
def test_pictures_of_no_size_and_of_one_that_memory_has_no_room_for_are_refused(
    tmp_path: Path, side: int
) -> None:
    size = side * side * 3
    patterns = Eigenpictures(np.ones(size, np.float32), np.zeros((8, size), np.float16))
    write_generator(tmp_path / "generator.npz", replace(made_generator(SPACE), patterns=patterns))
    with pytest.raises(EncoderError, match="do not fit together"):
        read_generator(tmp_path / "generator.npz")


def test_what_unpacks_to_more_than_it_holds_is_not_unpacked() -> None:
    sink = io.BytesIO()
    np.savez_compressed(sink, about=np.zeros(100_000_000, np.uint8))
    with pytest.raises(EncoderError, match="unpacks to more"):
        generator_of(sink.getvalue(), "generator.npz")


def test_an_array_that_is_said_to_be_huge_and_a_file_that_is_locked_are_refused(tmp_path: Path) -> None:
    header = io.BytesIO()
    said = {"descr": "<f4", "fortran_order": False, "shape": (10**15,)}
    np.lib.format.write_array_header_1_0(header, said)
    write_generator(tmp_path / "generator.npz", made_generator(SPACE))
    locked = bytearray((tmp_path / "generator.npz").read_bytes())
    locked[locked.find(b"PK\x01\x02") + 8] |= 1  # the bit of encryption
    for data in (header.getvalue(), bytes(locked)):
        with pytest.raises(EncoderError, match="no generator that can be used"):
            generator_of(data, "generator.npz")


def test_a_disk_that_refuses_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "imagine").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        write_generator(tmp_path / "imagine" / "generator.npz", made_generator(SPACE))
