"""Text tables: comma, semicolon, tab or bar; any common encoding; quoted line ends; broken quotes."""

from __future__ import annotations

import csv
import itertools
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from lookalike.catalog.fields import fits
from lookalike.catalog.lines import CutLine, Lines, count_lines, is_packed
from lookalike.catalog.rows import Row
from lookalike.errors import CatalogError

DELIMITERS = (",", ";", "\t", "|")
SNIFFED_LINES = 30
LONGEST_RECORD = 500
"""A quoted cell that runs over more lines than this was never closed."""


class _Unclosed(Exception):
    """A quote was opened and not closed within reason."""


class _TooLong(Exception):
    """A line of the record was cut."""


class _Records:
    """Cells of one record after the other; a record that cannot be read gives a text instead.

    A quote that is never closed would swallow the rest of the file: the lines it took after its own are
    given back and read again.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, spaced: bool) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.spaced = spaced
        self.taken: list[str] = []
        self.given_back: deque[str] = deque()

    def __iter__(self) -> Iterator[list[str] | str]:
        reader = self._reader()
        while True:
            self.taken = []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._give_back()
                reader = self._reader()
                yield f"The line is not readable as a table row: {error}."
                continue
            except _TooLong as error:
                self._give_back()
                reader = self._reader()
                yield str(error)
                continue
            except _Unclosed:
                self._give_back()
                reader = self._reader()
                yield "A quotation mark is opened and never closed."
                continue
            yield cells

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self.delimiter, skipinitialspace=self.spaced)

    def _feed(self) -> Iterator[str]:
        while True:
            line = self.given_back.popleft() if self.given_back else next(self.lines, "")
            if not line:
                break
            self.taken.append(line)
            if len(self.taken) > LONGEST_RECORD:
                raise _Unclosed
            if isinstance(line, CutLine):
                raise _TooLong(line.told)
            yield line
        if self.taken:
            raise _Unclosed

    def _give_back(self) -> None:
        self.given_back.extendleft(reversed(self.taken[1:]))


class CsvTable:
    """One text table with a header line. Raises `CatalogError` when there is no header."""

    picture_columns: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        sample = list(itertools.islice((line for line in Lines(path) if line.strip()), SNIFFED_LINES))
        self._skip = 0
        declared = _declared_delimiter(sample[0]) if sample else ""
        if declared:
            self._skip = 1
            sample = sample[1:]
        if not sample:
            raise CatalogError(f"{path} is empty.", next_step="Give a table with a header line and rows.")
        self.delimiter = declared or sniffed_delimiter(sample)
        self._spaced = any(self.delimiter + ' "' in line for line in sample)
        header = next(iter(_Records(iter(sample), self.delimiter, self._spaced)))
        if isinstance(header, str):
            raise CatalogError(
                f"The first line of {path} is not a header: {header}", next_step="Mend the first line."
            )
        self.columns = tuple(name.strip().strip("\ufeff") for name in header)

    def count(self) -> int | None:
        """Lines less the header; more than the rows when cells hold line ends."""
        lines = count_lines(self.path)
        return None if lines is None or is_packed(self.path) else max(0, lines - 1 - self._skip)

    def __iter__(self) -> Iterator[Row]:
        lines = Lines(self.path)
        texts = iter(lines)
        number = 0
        to_skip = self._skip + 1
        for cells in _Records(texts, self.delimiter, self._spaced):
            if isinstance(cells, str):
                number += 1
                yield Row(number, error=cells)
            elif any(cell.strip() for cell in cells):
                if to_skip:
                    to_skip -= 1
                    continue
                number += 1
                yield Row(number, self.columns, cells, joiner=self.delimiter)
        if lines.broken:
            yield Row(number + 1, error=lines.broken)


def _declared_delimiter(line: str) -> str:
    """The delimiter of a first line like ``sep=;``, as spreadsheets write it."""
    line = line.rstrip("\r\n")
    return line[4] if len(line) == 5 and line[:4].lower() == "sep=" and line[4] in DELIMITERS else ""


def sniffed_delimiter(sample: list[str]) -> str:
    """The delimiter under which the header has known names and the lines as many cells as the header."""

    def fitness(delimiter: str) -> tuple[int, float, int]:
        records = [
            cells for cells in _Records(iter(sample), delimiter, False) if not isinstance(cells, str)
        ] or [[""]]
        header = records[0]
        agreeing = sum(len(cells) == len(header) for cells in records) / len(records)
        known = len({field for name in header for field in fits(name)})
        return (known if len(header) > 1 else 0, agreeing if len(header) > 1 else 0, len(header))

    return max(DELIMITERS, key=fitness)
