"""JSON lines, and a JSON file that is one list of objects."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lookalike.catalog.fields import holds_pictures
from lookalike.catalog.lines import Lines, count_lines, is_packed, open_bytes
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
        first = next((line for line in Lines(path, LONGEST_LINE) if line.strip()), "")
        if not first:
            raise CatalogError(f"{path} is empty.", next_step="Give a file with one object a line.")
        named = path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))
        starts_object = first.lstrip("\ufeff \t")[:1] == "{"
        self._is_lines = (named and first.lstrip()[0] != "[") or (
            starts_object and _parsed(first) is not None
        )
        columns: dict[str, None] = {}
        for row in itertools.islice(self, SAMPLED_OBJECTS):
            columns |= dict.fromkeys(row.columns)
        self.columns: tuple[str, ...] = tuple(columns)

    def count(self) -> int | None:
        """Lines, when objects stand on lines."""
        return count_lines(self.path) if self._is_lines and not is_packed(self.path) else None

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
                item = _parsed(line)
                yield item if isinstance(item, dict) else "The line is not a JSON object."
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
            lists = [document[key] for key in _LISTS if isinstance(document.get(key), list)]
            document = lists[0] if lists else None
        if not isinstance(document, list):
            raise CatalogError(
                f"{self.path} holds no list of objects.",
                next_step="Write one object a line, or a list of objects.",
            )
        return [item if isinstance(item, dict) else None for item in document]


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
