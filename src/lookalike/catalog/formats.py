"""Which format a path is in: by its name, else by its first bytes; and which table stands for a folder."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from glob import glob, has_magic
from pathlib import Path

from lookalike.catalog.folder import picture_files
from lookalike.catalog.lines import encoding_of, open_bytes
from lookalike.catalog.magic import require_text
from lookalike.catalog.references import SUFFIXES
from lookalike.errors import CatalogError
from lookalike.fetching.files import is_system_file

FORMATS = {
    "csv": "csv",
    "tsv": "csv",
    "jsonl": "jsonl",
    "json": "jsonl",
    "parquet": "parquet",
    "folder": "folder",
}
"""Names a caller may give → the reader that reads it."""

ENDINGS = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".psv": "csv", ".txt": "csv", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip

USUAL_NAMES = ("products", "styles", "articles", "catalog", "catalogue", "metadata")
"""Of several tables in a folder the one with such a name is the catalogue."""

_TABLES_IN_FOLDERS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".pq")
_KNOWN = "csv, tsv, jsonl, json (each also with .gz), parquet, or a folder"


def files_named(stated: Sequence[str | Path]) -> list[Path]:
    """The files that paths and patterns name, each once, those of a pattern in the order of their names.

    A path that is there is no pattern. Raises `CatalogError` where a pattern fits no file.
    """
    found: list[Path] = []
    for one in stated:
        if has_magic(str(one)) and not Path(one).exists():
            fitting = sorted(glob(str(one), recursive=True))  # noqa: PTH207  (it may be absolute)
            if not fitting:
                raise CatalogError(
                    f"No file matches {one}.", next_step="Check the path: * stands for any part of a name."
                )
            found += map(Path, fitting)
        else:
            found.append(Path(one))
    if not found:
        raise CatalogError("No file is named.", next_step=f"Give {_KNOWN}.")
    return list(dict.fromkeys(found))


def require_alike(kinds: Mapping[Path, str]) -> str:
    """The one reader for several files. Raises `CatalogError` for folders and for two kinds."""
    first, kind = next(iter(kinds.items()))
    for path, other in kinds.items():
        if other == "folder":
            raise CatalogError(
                f"{path} is a folder, and there are other paths.",
                next_step="Give a folder by itself, or only tables, such as feeds/*.csv.",
            )
        if other != kind:
            raise CatalogError(
                f"{first} is {kind} and {path} is {other}.",
                next_step="Give files of one kind at a time, such as feeds/*.parquet.",
            )
    return kind


def recognised(path: Path, format: str | None) -> str:
    """The reader for a path: csv, jsonl, parquet or folder; `CatalogError` when it is nothing of these."""
    if format is not None and format.lower() not in FORMATS:
        raise CatalogError(f"The format {format!r} is not known.", next_step=f"The formats are: {_KNOWN}.")
    if not path.exists():
        if str(path).lower().startswith(("http:/", "https:/")):
            raise CatalogError(f"{path} is not on this machine.", next_step="Download it and give the file.")
        raise CatalogError(f"There is no file or folder {path}.", next_step="Check the path.")
    wanted = FORMATS[format.lower()] if format else None
    if path.is_dir() != (wanted == "folder") and wanted is not None:
        what = "a folder" if path.is_dir() else "not a folder"
        raise CatalogError(f"{path} is {what}.", next_step=f"Leave the format {format!r} out.")
    if path.is_dir():
        _require_ordinary(path)
        return "folder"
    if not path.is_file():
        raise CatalogError(f"{path} is neither a file nor a folder.", next_step=f"Give {_KNOWN}.")
    _require_ordinary(path)
    start = _first_bytes(path)
    kind = wanted or _of_file(path, start)
    if kind != "parquet":
        require_text(path, start)
    return kind


def _ending(path: Path) -> str:
    """The ending in lower case, a ".gz" after it left out."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def _require_ordinary(path: Path) -> None:
    if is_system_file(path):
        raise CatalogError(
            f"{path} lies among the files of the system (/proc, /sys, /dev), which may not end.",
            next_step="Copy the catalogue elsewhere and give that.",
        )


def _first_bytes(path: Path) -> bytes:
    try:
        with open_bytes(path) as file:
            return file.read(4096)
    except (EOFError, OSError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CatalogError(f"{path} cannot be read: {why}.", next_step="Check the file.") from error


def _of_file(path: Path, start: bytes) -> str:
    if start[:4] == b"PAR1":
        return "parquet"
    ending = _ending(path)
    if ending in ENDINGS:
        return ENDINGS[ending]
    if ending in SUFFIXES:
        raise CatalogError(f"{path} is a single picture.", next_step="Give the folder it lies in.")
    if ending in (".xlsx", ".xls", ".ods"):
        raise CatalogError(f"{path} is a spreadsheet file.", next_step="Save it as CSV and give that.")
    if start.decode(encoding_of(start), "replace").lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        return "jsonl"
    raise CatalogError(f"The format of {path} is not known.", next_step=f"Give {_KNOWN}, or name the format.")


def _tables(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and _ending(path) in _TABLES_IN_FOLDERS and path.is_file()
    )


def parquet_shards(folder: Path) -> list[Path]:
    """The Parquet files of a folder when these are the only tables in it and there are several."""
    tables = _tables(folder)
    return tables if len(tables) > 1 and all(_ending(path) in (".parquet", ".pq") for path in tables) else []


def table_in(folder: Path) -> Path | None:
    """The table that stands for a folder, None when it is a folder of pictures or of Parquet parts.

    The only table at the top, or the only one with one of `USUAL_NAMES`; `CatalogError` for several others.
    """
    tables = _tables(folder)
    if not tables or parquet_shards(folder):
        return None
    if len(tables) == 1:
        return tables[0]
    usual = [path for path in tables if path.name.lower().split(".")[0] in USUAL_NAMES]
    if len(usual) == 1:
        return usual[0]
    pictures = next(picture_files(folder), None)
    also = " To read the pictures alone, say --format folder." if pictures else ""
    raise CatalogError(
        f"{folder} holds several tables: {', '.join(path.name for path in tables)}.",
        next_step=f"Give the one that lists the products.{also}",
    )
