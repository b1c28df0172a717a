"""What cannot be read is refused with a reason, cheaply, and never in another way."""

import errno
import io
import os
import struct
import subprocess
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, features

from lookalike.errors import PictureError, StorageError
from lookalike.images import open_image

KINDS = ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", *(["AVIF"] if features.check("avif") else [])]


def noise(width: int = 60, height: int = 40) -> Image.Image:
    rng = np.random.default_rng(5)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))


def stored(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def reason_for(source: object, **options: int) -> str:
    with pytest.raises(PictureError) as caught:
        open_image(source, **options)
    assert caught.value.message
    assert "\n" not in str(caught.value)
    return caught.value.reason


def png_claiming(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(bytes(1000))
    chunks = (
        struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, body, b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(stored(noise(), "JPEG"))
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def test_a_missing_file_is_missing(tmp_path) -> None:
    assert reason_for(tmp_path / "none.jpg") == "missing"
    (tmp_path / "file").write_bytes(b"x")
    assert reason_for(tmp_path / "file" / "none.jpg") == "missing"


def test_a_directory_is_a_directory(tmp_path) -> None:
    assert reason_for(tmp_path) == "directory"


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert reason_for(tmp_path / "pipe.jpg") == "unreadable"


@pytest.mark.parametrize("path", ["a\0b.jpg", "x" * 5000])
def test_a_path_that_no_file_can_have_is_unreadable(path: str) -> None:
    assert reason_for(path) == "unreadable"


def test_a_forbidden_file_is_unreadable(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "secret.png").write_bytes(stored(noise(), "PNG"))
    monkeypatch.setattr(Path, "read_bytes", refuse)  # a mode of 0 would not stop root
    assert reason_for(tmp_path / "secret.png") == "unreadable"


def test_no_bytes_and_no_pixels_are_empty(tmp_path) -> None:
    (tmp_path / "zero.jpg").touch()
    assert reason_for(b"") == "empty"
    assert reason_for(tmp_path / "zero.jpg") == "empty"
    assert reason_for(Image.new("RGB", (0, 7))) == "empty"


@pytest.mark.parametrize(
    "data",
    [
        b"<html>Not found</html>",
        b"\0" * 100,
        b"BMW is a car",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"P6 1 1 255 abc",
    ],
)
def test_other_bytes_are_not_a_picture(data: bytes) -> None:
    assert reason_for(data) == "not-a-picture"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"])
@pytest.mark.parametrize("kept", [0.02, 0.1, 0.5, 0.9])
def test_a_truncated_picture_is_reported_as_truncated(kind: str, kept: float) -> None:
    if kind not in KINDS:
        pytest.skip("Pillow was built without AVIF")
    data = stored(noise(), kind)
    assert reason_for(data[: max(12, int(len(data) * kept))]) == "truncated"


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0, "quality": 95}])
def test_a_truncated_jpeg_of_any_make_is_truncated_at_reduced_size_too(options: dict[str, object]) -> None:
    data = stored(noise(1200, 900), "JPEG", **options)
    assert reason_for(data[: len(data) // 2], detail=100) == "truncated"


@pytest.mark.parametrize("bomb", [png_claiming(30_000, 30_000), jpeg_claiming(30_000, 30_000)])
def test_a_bomb_is_too_large(bomb: bytes) -> None:
    assert reason_for(bomb) == "too-large"
    assert reason_for(bomb, detail=224) == "too-large"


def test_the_limit_of_pixels_is_the_last_that_is_read() -> None:
    data = stored(noise(60, 40), "PNG")
    assert open_image(data, max_pixels=2400).width == 60
    assert reason_for(data, max_pixels=2399) == "too-large"
    assert reason_for(png_claiming(10_001, 10_000)) == "too-large"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are set the Linux way")
def test_a_bomb_is_refused_with_a_few_megabytes(tmp_path) -> None:
    for name, data in (
        ("bomb.png", png_claiming(30_000, 30_000)),
        ("bomb.jpg", jpeg_claiming(30_000, 30_000)),
    ):
        (tmp_path / name).write_bytes(data)
    script = """
import resource, sys
from lookalike.images import open_image
from lookalike.errors import PictureError, StorageError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    try:
        open_image(path)
    except PictureError as error:
        print(error.reason)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    paths = [str(tmp_path / "bomb.png"), str(tmp_path / "bomb.jpg")]
    done = subprocess.run([sys.executable, "-c", script, *paths], capture_output=True, text=True, check=True)
    *reasons, grown = done.stdout.split()
    assert reasons == ["too-large", "too-large"]
    assert int(grown) < 8 * 1024  # KiB


def test_a_damaged_exif_block_does_not_spoil_the_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a description that is long enough to lie outside"
    data = stored(noise(), "JPEG", exif=exif, quality=90)
    start = data.index(b"Exif\0\0") + 6
    for place in range(start, start + 60, 3):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        assert sorted(open_image(bytes(broken)).image.size) == [40, 60]


def test_pillow_warnings_stay_visible_outside_and_hidden_inside_in_any_number_of_threads() -> None:
    data = stored(noise(), "TIFF")
    with warnings.catch_warnings():
        before = list(warnings.filters)
        with ThreadPoolExecutor(4) as pool:
            sizes = list(pool.map(lambda _: open_image(data).image.size, range(100)))
        assert list(warnings.filters) == before
    assert set(sizes) == {(60, 40)}


SAMPLES = {
    **{kind: stored(noise(24, 16), kind) for kind in KINDS},
    "palette PNG": stored(noise(24, 16).convert("P"), "PNG", transparency=3),
    "16-bit PNG": stored(Image.fromarray(np.arange(384, dtype=np.uint16).reshape(16, 24)), "PNG"),
    "animated GIF": stored(noise(24, 16), "GIF", save_all=True, append_images=[Image.new("RGB", (24, 16))]),
    "animated WebP": stored(noise(24, 16), "WEBP", save_all=True, append_images=[Image.new("RGB", (24, 16))]),
    "CMYK JPEG": stored(noise(24, 16).convert("CMYK"), "JPEG"),
    "TIFF, LZW": stored(noise(24, 16), "TIFF", compression="tiff_lzw"),
}
EDITS = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255), st.booleans()), min_size=1, max_size=6)


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS, cut=st.none() | st.integers(0, 2**16))
@example(edits=[(0, 0, False)], cut=0)
def test_damaged_bytes_give_a_picture_or_a_picture_error(
    name: str, edits: list[tuple[int, int, bool]], cut: int | None
) -> None:
    data = bytearray(SAMPLES[name])
    for place, value, near_the_start in edits:
        data[place % (min(128, len(data)) if near_the_start else len(data))] = value
    broken = bytes(data) if cut is None else bytes(data)[: cut % len(data)]
    try:
        picture = open_image(broken, detail=8, max_pixels=1_000_000)
    except PictureError as error:
        assert error.reason in {"empty", "truncated", "not-a-picture", "too-large", "unreadable"}
    else:
        assert picture.image.mode == "RGB"
        assert min(picture.image.size) >= 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_never_anything_but_a_picture_error(data: bytes) -> None:
    with pytest.raises(PictureError):
        open_image(data)


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="this system has no /proc")
def test_a_file_of_the_system_is_refused_without_being_read(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reading(self: Path) -> bytes:
        raise AssertionError(f"{self} was read")

    monkeypatch.setattr(Path, "read_bytes", reading)
    (tmp_path / "x.jpg").symlink_to("/proc/self/status")
    assert reason_for("/proc/self/status") == "unreadable"
    assert reason_for(tmp_path / "x.jpg") == "unreadable"


def test_a_machine_that_can_open_no_more_files_is_not_the_pictures_fault(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")

    def refusing(self: Path) -> bytes:
        raise OSError(errno.EMFILE, "Too many open files", str(self))

    monkeypatch.setattr(Path, "read_bytes", refusing)
    with pytest.raises(StorageError) as caught:
        open_image(path)
    assert "ulimit -n" in caught.value.next_step


def test_control_characters_of_a_name_are_escaped_in_messages(tmp_path) -> None:
    with pytest.raises(PictureError) as caught:
        open_image(tmp_path / "a\n\x1b[31mb.jpg")
    assert caught.value.message.endswith(r"a\n\x1b[31mb.jpg.")
