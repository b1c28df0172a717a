"""The only decoder: bytes, a file or a Pillow image become upright RGB pixels, or a `PictureError`."""

from __future__ import annotations

import base64
import errno
import io
import os
import re
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)
from PIL.Image import Resampling, Transpose

from lookalike.errors import BadArgument, PictureError, StorageError

FORMATS = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    GifImagePlugin.GifImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
)
"""Formats that are opened, by Pillow's names; AVIF where Pillow was built with it."""

MAX_PIXELS = 100_000_000
"""Pictures of more pixels are refused by their header, before any memory is taken for them."""

MAX_BYTES = 256 * 2**20
"""Larger files are refused without being read."""

_WHITE = (255, 255, 255)
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND", "GIF": b"\0;"}
_SYSTEM = re.compile(r"/(?:proc|sys|dev(?!/shm/))/")  # reading may never end there
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ORIENTATION = 0x0112  # EXIF 2.3, table 4
_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: ``image`` is RGB, upright, with transparency laid on white.

    ``width`` and ``height`` are of the upright original in pixels, before any reduction of ``image``.
    """

    image: Image.Image
    width: int
    height: int


def open_image(
    data: bytes | str | Path | Image.Image, detail: int | None = None, *, max_pixels: int = MAX_PIXELS
) -> Picture:
    """Decode a picture given as bytes, as a path, or as a Pillow image (which is left as it is).

    With ``detail`` the picture may come back smaller: both sides keep at least ``detail`` pixels, or the
    original's where that has fewer. Only the first frame of an animation is read. Equal input gives equal
    pixels. Whatever the bytes, only `PictureError` is raised, with the reason ``missing``, ``directory``,
    ``empty``, ``truncated``, ``not-a-picture``, ``too-large`` (over ``max_pixels``) or ``unreadable``; for a
    path also `StorageError`, when this machine can open no more files.
    """
    if detail is not None and detail < 1:
        raise BadArgument(f"detail is {detail}.", next_step="Give a number of pixels of 1 or more.")
    if isinstance(data, str | Path):
        data = read_picture(Path(data))
    if isinstance(data, bytes) and not data:
        raise PictureError("The picture has no bytes.", reason="empty")
    try:
        with _quiet():
            source = data if isinstance(data, Image.Image) else Image.open(io.BytesIO(data), formats=FORMATS)
            return _decode(source, detail, max_pixels, owned=source is not data)
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError("The picture has too many pixels.", reason="too-large") from None
    except Exception as error:  # decoders raise nearly anything on damaged bytes
        raise _failure(error, data if isinstance(data, bytes) else b"") from None


def require_pixels(data: bytes, most: int) -> None:
    """Raise `PictureError` ("too-large") when the header names more than ``most`` pixels; decode nothing.

    What is no picture passes: `open_image` says what it is.
    """
    try:
        with _quiet(), Image.open(io.BytesIO(data), formats=FORMATS) as source:
            width, height = source.size
    except Exception:  # decoders raise nearly anything on damaged bytes
        return
    if width * height > most:
        raise _too_many(width, height, most)


def thumbnail(image: Image.Image, size: int = 256) -> bytes:
    """A JPEG of an RGB image, its longest side at most ``size`` pixels, never enlarged."""
    scale = size / max(image.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        image = image.resize((width, height), Resampling.HAMMING, reducing_gap=2.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def inlined(data: bytes, size: int) -> str:
    """A picture as a link that holds it, a JPEG with sides of at most ``size`` pixels; "" for none."""
    try:
        small = thumbnail(open_image(data, detail=size).image, size) if data else b""
    except PictureError:
        small = b""
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode('ascii')}" if small else ""


def read_picture(path: Path) -> bytes:
    """The bytes of a picture's file. Raises `PictureError` and `StorageError` as `open_image` does."""
    name = _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PictureError(f"{name} is a directory.", reason="directory")
        if not stat.S_ISREG(status.st_mode):
            raise PictureError(f"{name} is not a file.", reason="unreadable")
        if _SYSTEM.match(os.path.realpath(path)):
            raise PictureError(f"{name} is a file of the system, not a picture.", reason="unreadable")
        if status.st_size > MAX_BYTES:
            raise PictureError(f"{name} has {status.st_size:,} bytes.", reason="too-large")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise PictureError(f"There is no file {name}.", reason="missing") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
            raise StorageError(
                f"No file can be opened now: {why}.",
                next_step="Close other programs, or allow more open files (ulimit -n 4096), then try again.",
            ) from None
        raise PictureError(f"{name} cannot be read: {why}.", reason="unreadable") from None


def _too_many(width: int, height: int, most: int) -> PictureError:
    return PictureError(
        f"The picture has {width:,} x {height:,} pixels; at most {most:,} are read.", reason="too-large"
    )


def _decode(source: Image.Image, detail: int | None, max_pixels: int, *, owned: bool) -> Picture:
    width, height = source.size
    if width * height > max_pixels:
        raise _too_many(width, height, max_pixels)
    if width * height == 0:
        raise PictureError("The picture has no pixels.", reason="empty")
    if detail is not None and owned:
        source.draft(None, (detail, detail))  # JPEG only: decodes at 1/2, 1/4 or 1/8 in the frequency domain
    source.load()
    turn = _UPRIGHT.get(_orientation(source))
    image = _rgb(source)
    factor = 1 if detail is None else min(image.size) // detail
    if factor > 1:
        image = image.reduce(factor)
    if turn is not None:
        image = image.transpose(turn)
        if turn in (Transpose.TRANSPOSE, Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90):
            width, height = height, width
    if image is not source or owned:
        image.info = {}  # the orientation is applied: whoever reads it again would turn the picture twice
    return Picture(image, width, height)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # a damaged EXIF block does not spoil the pixels
        return 1


def _rgb(image: Image.Image) -> Image.Image:
    """The image as RGB: deep values scaled to 8 bits, transparency laid on white."""
    if image.mode.startswith(("I", "F")):
        return _from_deep(image).convert("RGB")
    if image.has_transparency_data:
        layer = image if image.mode == "RGBA" else image.convert("RGBA")
        ground = Image.new("RGB", image.size, _WHITE)
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image if image.mode == "RGB" else image.convert("RGB")


def _from_deep(image: Image.Image) -> Image.Image:
    """Greyscale of 16 or 32 bits, or of floats, as 8 bits.

    White is 65535 in a 16-bit picture. The other modes do not say where white is: it is taken to be the
    smallest of 1 (floats only), 255, 65535 that no value exceeds, or else the largest value. Negative values
    are black.
    """
    values = np.nan_to_num(np.asarray(image).astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(values.max())
    if image.mode.startswith("I;16"):
        white = 65535.0
    else:
        whites = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
        white = next((white for white in whites if top <= white), top)
    grey = np.rint(np.clip(values / white, 0.0, 1.0) * 255.0).astype(np.uint8)
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        grey[values == clear] = 255
    return Image.fromarray(grey)


def _failure(error: Exception, data: bytes) -> PictureError:
    """What a decoder's exception means for the reader of a report."""
    kind = _signature(data)
    if isinstance(error, UnidentifiedImageError) and not kind:
        return PictureError("The bytes are not a picture of a known format.", reason="not-a-picture")
    name = f"The {kind}" if kind else "The"
    if "truncated" in str(error).lower() or _is_cut(kind, data):
        return PictureError(f"{name} picture is cut off after {len(data):,} bytes.", reason="truncated")
    return PictureError(f"{name} picture is damaged: {type(error).__name__}.", reason="unreadable")


def _signature(data: bytes) -> str:
    """The format that the first bytes announce, or ""."""
    for start, kind in _SIGNATURES:
        if data.startswith(start):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return "BMP"
    return "AVIF" if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"mif1") else ""


def _is_cut(kind: str, data: bytes) -> bool:
    """True when the end that the format promises is not there."""
    match kind:
        case "JPEG" | "PNG" | "GIF":
            return _ENDS[kind] not in data[-64:]
        case "WebP":
            return int.from_bytes(data[4:8], "little") + 8 > len(data)
        case "BMP":
            return int.from_bytes(data[2:6], "little") > len(data)
        case "AVIF":
            return _boxes_are_cut(data)
    return False


def _boxes_are_cut(data: bytes) -> bool:
    """True when the last box of an ISO media file (ISO/IEC 14496-12, 4.2) reaches over the end."""
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size < 8:  # to the end of the file, or given in 64 bits
            return False
        place += size
    return place != len(data)


class _Hush:
    """How many decodes are under way, and the filter that hides Pillow's warnings while there are any."""

    lock = threading.Lock()
    count = 0
    filters: warnings.catch_warnings[None] | None = None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's warnings on odd metadata from the caller.

    `warnings.catch_warnings` is not safe between threads, so the first decode under way puts the filter up
    and the last one takes it down.
    """
    with _Hush.lock:
        if _Hush.count == 0:
            _Hush.filters = warnings.catch_warnings()
            _Hush.filters.__enter__()
            warnings.filterwarnings("ignore", module=r"PIL\.")
        _Hush.count += 1
    try:
        yield
    finally:
        with _Hush.lock:
            _Hush.count -= 1
            if _Hush.count == 0 and _Hush.filters is not None:
                _Hush.filters.__exit__(None, None, None)
                _Hush.filters = None
