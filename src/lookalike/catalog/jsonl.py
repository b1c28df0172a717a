"""JSON lines, and a JSON file that is one list of objects."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lookalike.catalog.fields import holds_pictures
from lookalike.catalog.lines import CutLine, Lines, count_lines, is_packed, open_bytes
from lookalike.catalog.rows import Row
from lookalike.errors import CatalogError

SAMPLED_OBJECTS = 1000
"""Objects whose keys are the columns to begin with."""

LONGEST_LINE = 16 << 20
LARGEST_DOCUMENT = 512 << 20
"""Bytes; a JSON file that is not lines is held in memory as a whole."""

_LISTS = ("products", "items", "data", "results", "records")


class JsonTable:
    """Objects of a JSON file. Objects inside an object are flattened one level: ``price.amount``."""

    picture_columns: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = list(itertools.islice((line for line in Lines(path, LONGEST_LINE) if line.strip()), 2))
        if not lines:
            raise CatalogError(f"{path} is empty.", next_step="Give a file with one object a line.")
        self._is_lines = _on_lines(path.name, lines)
        self._listed: int | None = None
        columns: dict[str, None] = {}
        for row in itertools.islice(self, SAMPLED_OBJECTS):
            columns |= dict.fromkeys(row.columns)
        self.columns: tuple[str, ...] = tuple(columns)

    def count(self) -> int | None:
        """Lines, when objects stand on lines; else the length of the list."""
        if not self._is_lines:
            return self._listed
        return None if is_packed(self.path) else count_lines(self.path)

    def __iter__(self) -> Iterator[Row]:
        number = 0
        for number, item in enumerate(self._objects(), start=1):
            if isinstance(item, Mapping):
                flat = flattened(item)
                yield Row(number, tuple(flat), tuple(flat.values()))
            else:
                yield Row(number, error=item if isinstance(item, str) else "This is not a JSON object.")

    def _objects(self) -> Iterator[Any]:
        if not self._is_lines:
            yield from self._document()
            return
        lines = Lines(self.path, LONGEST_LINE)
        for line in lines:
            if line.strip():
                item = None if isinstance(line, CutLine) else _parsed(line)
                said = line.told if isinstance(line, CutLine) else "The line is not a JSON object."
                yield item if isinstance(item, dict) else said
        if lines.broken:
            yield lines.broken

    def _document(self) -> list[Any]:
        if self.path.stat().st_size > LARGEST_DOCUMENT:
            raise CatalogError(
                f"{self.path} is one JSON document of more than {LARGEST_DOCUMENT >> 20} MiB.",
                next_step="Write it as JSON lines, one object a line.",
            )
        try:
            with open_bytes(self.path) as file:
                document = json.load(file)
        except (ValueError, RecursionError, EOFError, OSError) as error:
            raise CatalogError(
                f"{self.path} is not readable JSON: {error}", next_step="Mend it, or write one object a line."
            ) from error
        if isinstance(document, dict):
            document = _list_in(document)
        if not isinstance(document, list):
            raise CatalogError(
                f"{self.path} holds no list of objects.",
                next_step="Write one object a line, or a list of objects.",
            )
        self._listed = len(document)
        return [item if isinstance(item, dict) else None for item in document]


def is_one_document(path: Path) -> bool:
    """Whether a JSON file is one list or object, which is held in memory as a whole, not one on each line."""
    lines = list(itertools.islice((line for line in Lines(path, LONGEST_LINE) if line.strip()), 2))
    return bool(lines) and not _on_lines(path.name, lines)


def _on_lines(name: str, lines: list[str]) -> bool:
    """Whether objects stand on lines of their own, by the file's name and its first two lines."""
    first = _parsed(lines[0])
    if isinstance(first, dict):
        return len(lines) > 1 or _list_in(first) is None
    named = name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    return named and not lines[0].lstrip().startswith("[")


def _list_in(document: dict[str, Any]) -> list[Any] | None:
    """The list of objects that a document is wrapped around."""
    lists = (document.get(key) for key in _LISTS)
    return next((found for found in lists if isinstance(found, list) and any(map(_is_object, found))), None)


def _is_object(item: object) -> bool:
    return isinstance(item, dict)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def flattened(item: Mapping[str, Any]) -> dict[str, Any]:
    """An object with the objects in it, but for pictures, spread as ``outer.inner``."""
    flat: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, Mapping) and not holds_pictures(key):
            flat |= {f"{key}.{inner}": deeper for inner, deeper in value.items()}
        else:
            flat[key] = value
    return flat
