"""Documents of a file, one after the other, whatever it is: a text table, JSON, Parquet, or several."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from lookalike.catalog.csv import CsvTable
from lookalike.catalog.formats import ENDINGS, recognised
from lookalike.catalog.lines import WESTERN, CutLine, Lines, count_lines, encoding_of, is_packed, open_bytes
from lookalike.catalog.parquet import ParquetTable
from lookalike.catalog.rows import Table
from lookalike.errors import CatalogError

LONGEST_LINE: Final = 16 << 20
"""Characters of one line of JSON."""

LONGEST_DOCUMENT: Final = 128 << 20
"""Characters of one document in a JSON file that is not lines."""

_PIECE = 1 << 18
_BLANK = " \t\r\n,\ufeff"

Documents = Iterator[Mapping[str, Any] | str]
"""Documents; a text says why what stands at this place is none."""


class TableDocuments:
    """Rows of a text table or of Parquet files as documents."""

    def __init__(self, table: Table, *, nested: bool) -> None:
        self.columns = table.columns
        self._table = table
        self._nested = nested

    def count(self) -> int | None:
        """About how many rows there are."""
        return self._table.count()

    def __iter__(self) -> Documents:
        for row in self._table:
            if row.error:
                yield row.error
            elif any(row.cells[len(row.columns) :]):
                yield f"The row has {len(row.cells)} cells, and the header {len(row.columns)} columns."
            else:
                document = dict(zip(row.columns, row.cells, strict=False))
                yield unfolded(document) if self._nested else document


def unfolded(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Columns called ``outer.inner`` as one object each."""
    document: dict[str, Any] = {}
    for name, cell in flat.items():
        outer, dot, inner = name.partition(".")
        if dot and isinstance(document.setdefault(outer, {}), dict):
            document[outer][inner] = cell
        elif not dot:
            document[name] = cell
    return document


class JsonDocuments:
    """Objects of a JSON file: one a line, or in a list, or one after the other."""

    columns: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        first = next((line for line in Lines(path, LONGEST_LINE) if line.strip()), "")
        named = path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))
        listed = first.lstrip(_BLANK).startswith("[")
        self._is_lines = isinstance(_parsed(first), dict) or (named and not listed)

    def count(self) -> int | None:
        """Lines, where objects stand on lines."""
        return count_lines(self.path) if self._is_lines and not is_packed(self.path) else None

    def __iter__(self) -> Documents:
        return self._lines() if self._is_lines else _streamed(self.path)

    def _lines(self) -> Documents:
        lines = Lines(self.path, LONGEST_LINE)
        for line in lines:
            if not line.strip():
                continue
            found = None if isinstance(line, CutLine) else _parsed(line)
            if isinstance(found, dict):
                yield found
            elif isinstance(line, CutLine):
                yield line.told
            elif line.endswith("\n") or found is not None:
                yield "The line is not a JSON object."
            else:
                yield "The file ends in the middle of this line."
        if lines.broken:
            yield lines.broken


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _streamed(path: Path) -> Documents:
    """Documents of a list, or one after the other, no more than one of them in memory."""
    decoder = json.JSONDecoder()
    held, at, more = "", 0, True
    listed = False
    with open_bytes(path) as file:
        encoding = encoding_of(file.read(4096))
        file.seek(0)
        errors = WESTERN if encoding.startswith("utf-8") else "replace"
        stream = io.TextIOWrapper(file, encoding=encoding, errors=errors)
        while True:
            at = _past_blanks(held, at)
            if at < len(held) and held[at] == "[" and not listed:
                listed, at = True, at + 1
                continue
            if at < len(held) and held[at] == "]" and listed:
                return
            if at == len(held) and not more:
                if listed:
                    yield "The file ends before its list does."
                return
            try:
                found, end = decoder.raw_decode(held, at)
                if end < len(held) or not more:
                    at = end
                    yield found if isinstance(found, dict) else "This is not a JSON object."
                    continue
            except (ValueError, RecursionError):
                if not more:
                    yield "The file ends in the middle of a document, or is not JSON from here on."
                    return
                if len(held) - at > LONGEST_DOCUMENT:
                    yield f"From here on no JSON document ends within {LONGEST_DOCUMENT:,} characters."
                    return
            piece, broken = _piece(stream, max(_PIECE, len(held) - at))
            held, at, more = held[at:] + piece, 0, bool(piece)
            if broken:
                yield broken
                return


def _past_blanks(held: str, at: int) -> int:
    while at < len(held) and held[at] in _BLANK:
        at += 1
    return at


def _piece(stream: io.TextIOWrapper, size: int) -> tuple[str, str]:
    try:
        return stream.read(size), ""
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return "", f"The packed file is damaged; nothing after this could be read ({error})."


Source = TableDocuments | JsonDocuments


def sources(path: Path, format: str | None = None) -> list[Source]:
    """What is in a file, or in each file of a folder in the order of their names. Raises `CatalogError`."""
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if _is_table(one))
        if not files:
            raise CatalogError(
                f"{path} holds no table of events.", next_step="Give a CSV, JSON or Parquet file, or several."
            )
        return [_source(one, format) for one in files]
    return [_source(path, format)]


def _is_table(path: Path) -> bool:
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    return ending in ENDINGS and path.is_file() and not path.name.startswith((".", "_"))


def _source(path: Path, format: str | None) -> Source:
    kind = recognised(path, format)
    if path.stat().st_size == 0:
        raise CatalogError(f"{path} is empty.", next_step="Give a file with events in it.")
    if kind == "parquet":
        return TableDocuments(ParquetTable(path), nested=True)
    return TableDocuments(CsvTable(path), nested=False) if kind == "csv" else JsonDocuments(path)
