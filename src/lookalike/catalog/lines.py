"""Lines of a text file in whatever encoding, packed with gzip or not, a bounded piece at a time."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

LONGEST_LINE = 1 << 20
"""Characters; a longer line is cut here, comes as a `CutLine`, and what follows on it is passed over."""

COUNTED_BYTES = 1 << 30
"""Lines of a larger file are not counted ahead."""

WESTERN = "lookalike-western"
"""The error handler under which bytes that are no UTF-8 are read as Windows-1252."""

_SNIFFED_BYTES = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 read as Windows-1252 instead, what it leaves undefined as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    letters = (bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in wrong)
    return "".join(letters), error.end


codecs.register_error(WESTERN, _as_western)


def is_packed(path: Path) -> bool:
    """True for a gzip file, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when they are packed."""
    if is_packed(path):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def encoding_of(start: bytes) -> str:
    """The encoding of a text that begins with these bytes.

    A byte order mark decides; without one, NUL bytes at every other place mean UTF-16; else UTF-8.
    """
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    half = len(start) // 2
    if half >= 2:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if odd > 0.4 * half and even < 0.1 * half:
            return "utf-16-le"
        if even > 0.4 * half and odd < 0.1 * half:
            return "utf-16-be"
    return "utf-8"


class CutLine(str):
    """The start of a line that is longer than is read."""

    __slots__ = ()

    @property
    def told(self) -> str:
        """What to say of the row."""
        return f"The line has more than {len(self):,} characters, the most that is read."


class Lines:
    """The lines of a file, each with its end. ``broken`` says why the last reading stopped early, or "".

    Bytes that are no UTF-8 are read as Windows-1252.
    """

    def __init__(self, path: Path, longest: int = LONGEST_LINE) -> None:
        self.path = path
        self.longest = longest
        self.broken = ""

    def __iter__(self) -> Iterator[str]:
        self.broken = ""
        with open_bytes(self.path) as file:
            try:
                encoding = encoding_of(file.read(_SNIFFED_BYTES))
                file.seek(0)
                errors = WESTERN if encoding.startswith("utf-8") else "replace"
                with io.TextIOWrapper(file, encoding=encoding, errors=errors, newline=None) as text:
                    yield from self._cut(text)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                self.broken = f"The packed file is damaged; nothing after this could be read ({error})."

    def _cut(self, file: io.TextIOWrapper) -> Iterator[str]:
        while line := file.readline(self.longest):
            full = len(line) == self.longest and not line.endswith("\n")
            rest = file.readline(self.longest) if full else ""
            yield CutLine(line) if rest else line
            while len(rest) == self.longest and not rest.endswith("\n"):
                rest = file.readline(self.longest)


def count_lines(path: Path) -> int | None:
    """Line ends in a file plus a last line without one; None for a very large file."""
    if path.stat().st_size > COUNTED_BYTES:
        return None
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")
