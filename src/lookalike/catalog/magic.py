"""Files that are called tables and hold something else, told by their first bytes."""

from __future__ import annotations

import re
from pathlib import Path

from lookalike.catalog.lines import encoding_of
from lookalike.errors import CatalogError

_SAVE = "Save the table as CSV (UTF-8) and give that."
_UNPACK = "Unpack it and give the table inside."
_PICTURE = "Give the folder the pictures lie in, or the table that lists them."

SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a zip file, as spreadsheets (xlsx, ods) are", _SAVE),
    (b"PK\x05\x06", "an empty zip file", _SAVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old spreadsheet (xls)", _SAVE),
    (b"\x1f\x8b", "a gzip file packed twice", _UNPACK),
    (b"BZh", "a bzip2 file", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz file", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z file", _UNPACK),
    (b"Rar!\x1a\x07", "a rar file", _UNPACK),
    (b"PAR1", "a Parquet file", "Leave the format out, or say parquet."),
    (b"ARROW1", "an Arrow file", "Save the table as Parquet or CSV and give that."),
    (b"SQLite format 3\x00", "an SQLite database", _SAVE),
    (b"%PDF-", "a PDF", _SAVE),
    (b"\xff\xd8\xff", "a JPEG picture", _PICTURE),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", _PICTURE),
    (b"GIF87a", "a GIF picture", _PICTURE),
    (b"GIF89a", "a GIF picture", _PICTURE),
    (b"II*\x00", "a TIFF picture", _PICTURE),
    (b"MM\x00*", "a TIFF picture", _PICTURE),
)
"""First bytes, what they begin, and what to do instead of giving it as a table."""

_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")  # NULs and odd line ends do stand in tables
_FEW = 2
_SHARE = 0.04
"""Of random bytes, one in ten is a control character; of text, none or a stray one."""


def require_text(path: Path, start: bytes) -> None:
    """Raise `CatalogError` for a file whose first bytes, unpacked, are no text."""
    for signature, what, next_step in SIGNATURES:
        if start.startswith(signature):
            raise CatalogError(f"{path} is not a text table: it looks like {what}.", next_step=next_step)
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        raise CatalogError(f"{path} is not a text table: it looks like a WebP picture.", next_step=_PICTURE)
    if start[257:262] == b"ustar":
        raise CatalogError(f"{path} is not a text table: it looks like a tar file.", next_step=_UNPACK)
    text = start.decode(encoding_of(start), "replace")
    found = len(_CONTROL.findall(text))
    if found > max(_FEW, _SHARE * len(text)):
        raise CatalogError(
            f"{path} is not a text table: it holds bytes that are no text.",
            next_step="Give a CSV, JSONL or Parquet file, or a folder of pictures.",
        )
