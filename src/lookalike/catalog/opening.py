"""Opening a catalogue: from a path to products, whatever the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol, cast

from lookalike.catalog.csv import CsvTable
from lookalike.catalog.fields import checked_mapping
from lookalike.catalog.folder import PictureFolder
from lookalike.catalog.formats import files_named, parquet_shards, recognised, require_alike, table_in
from lookalike.catalog.given import GivenProducts, sound
from lookalike.catalog.jsonl import JsonTable
from lookalike.catalog.layouts import Beside
from lookalike.catalog.parquet import ParquetTable
from lookalike.catalog.parts import Part, Parts
from lookalike.catalog.preview import missing_columns
from lookalike.catalog.rows import Table
from lookalike.catalog.translation import Translator
from lookalike.errors import CatalogError
from lookalike.fetching.failures import readable
from lookalike.products import Problem, Product


class _Readable(Protocol):
    def count(self) -> int | None: ...

    def __iter__(self) -> Iterator[Product | Problem]: ...


class Catalog:
    """Products of one source, read anew each time it is iterated, one row after the other.

    Each row read gives one `Product` or one `Problem`, never both and never nothing; an id is given to the
    first row that has it. ``fields`` says which column was taken for which field. ``notes`` counts what the
    last reading passed over without losing a product.
    """

    def __init__(
        self,
        name: str,
        source: _Readable,
        *,
        paths: Sequence[Path] = (),
        fields: Mapping[str, str] | None = None,
        notes: Counter[str] | None = None,
        where: Callable[[int], str] | None = None,
    ) -> None:
        """``paths`` are the files or the folder it is read from, ``where`` says in which file a row is."""
        self.name = name
        self.paths = tuple(paths)
        self.fields = dict(fields or {})
        self.notes: Counter[str] = Counter() if notes is None else notes
        self._source = source
        self._where = where

    @cached_property
    def rows(self) -> int | None:
        """How many rows to expect, for a progress bar: a hint, exact for folders and Parquet."""
        return self._source.count()

    def __iter__(self) -> Iterator[Product | Problem]:
        self.notes.clear()
        first_rows: dict[str, int | None] = {}
        try:
            for item in self._source:
                if isinstance(item, Product):
                    item = sound(item)
                if isinstance(item, Product):
                    if item.id in first_rows:
                        item = self._repeated(item, first_rows[item.id])
                    else:
                        first_rows[item.id] = item.row
                yield item if isinstance(item, Product) else self._readable(item)
        except CatalogError as error:
            raise _readable_error(error) from error
        except OSError as error:
            raise CatalogError(
                readable(f"{(*self.paths, self.name)[0]} cannot be read further: {error.strerror or error}."),
                next_step="Check the file and the disk, then run the same command again.",
            ) from error

    def _repeated(self, product: Product, first: int | None) -> Problem:
        where = "an earlier row" if first is None else self._where(first) if self._where else f"row {first}"
        return Problem(product.row, product.id, "repeated-id", f"The id stands in {where} already.")

    def _readable(self, problem: Problem) -> Problem:
        """The problem without control characters, its file named where there are several."""
        detail = problem.detail
        if len(self.paths) > 1 and self._where and problem.row is not None:
            detail = f"{self._where(problem.row)}: {detail}"
        detail = readable(detail)
        return problem if detail == problem.detail else replace(problem, detail=detail)

    def __repr__(self) -> str:
        return f"Catalog({self.name!r})"


def _readable_error(error: CatalogError) -> CatalogError:
    """The same error without control characters, which files may hold in names and cells."""
    return CatalogError(readable(error.message), next_step=readable(error.next_step))


def as_catalog(
    source: Catalog | Iterable[Product | Problem] | Sequence[str | Path] | str | Path,
    mapping: Mapping[str, str] | None = None,
) -> Catalog:
    """A catalogue in whatever form a caller has it: opened already, products, a path or a list of paths."""
    if isinstance(source, Catalog):
        return source
    if isinstance(source, str | Path):
        return open_catalog(source, mapping)
    if isinstance(source, list | tuple) and source and all(isinstance(one, str | Path) for one in source):
        return open_catalog(cast("Sequence[str | Path]", source), mapping)
    return catalog_of(cast("Iterable[Product | Problem]", source))


def catalog_of(products: Iterable[Product | Problem], name: str = "products") -> Catalog:
    """Products made in Python as a catalogue; an iterator can be read once, as it comes.

    A product that no index could hold becomes a `Problem` that names the field; `CatalogError` is raised
    when the catalogue is read, for what is neither a `Product` nor a `Problem`.
    """
    return Catalog(name, GivenProducts(products))


def open_catalog(
    path: str | Path | Sequence[str | Path],
    mapping: Mapping[str, str] | None = None,
    format: str | None = None,
    *,
    within: Path | None = None,
) -> Catalog:
    """Open a table of products, several that are read as one, or a folder of pictures.

    ``path`` is a file or a folder, a pattern such as "feeds/*.parquet", or a list of files and patterns.
    ``mapping`` gives column → field for columns that are not recognised by name (fields: see
    `lookalike.catalog.fields.ALIASES`; "attribute" keeps a column as it is). ``format`` is one of csv, tsv,
    jsonl, json, parquet, folder, and is told from the name and the first bytes when left out. Where rows
    name pictures outside of the folder ``within``, nobody looks whether they exist.

    Raises `CatalogError` when there is nothing to read at ``path``, no column holds the id or the pictures,
    or several files are not of one kind.
    """
    stated = [path] if isinstance(path, str | Path) else [*path]
    with _told(", ".join(map(str, stated))):
        found = files_named(stated)
    if len(found) > 1:
        return _opened_several(found, stated, mapping, format, within)
    with _told(str(found[0])):
        return _opened(found[0], mapping, format, within)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Errors of whatever reads a file become one that names it."""
    try:
        yield
    except CatalogError as error:
        raise _readable_error(error) from error
    except (OSError, ValueError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CatalogError(
            readable(f"{what} cannot be read: {reason}."), next_step="Check the path and its rights."
        ) from error


def _opened(
    path: Path, mapping: Mapping[str, str] | None, format: str | None, within: Path | None
) -> Catalog:
    kind = recognised(path, format)
    if kind != "folder":
        return _opened_tables([path], kind, mapping, path.name, within)
    table_path = table_in(path) if format is None else None
    if table_path is not None:
        return _opened_in_folder(path, table_path, mapping, within)
    shards = parquet_shards(path) if format is None else []
    if shards:
        for shard in shards:
            recognised(shard, None)
        return _opened_tables(shards, "parquet", mapping, f"{path.name}/*.parquet", within)
    return _opened_folder(path, mapping)


def _opened_several(
    paths: Sequence[Path],
    stated: Sequence[str | Path],
    mapping: Mapping[str, str] | None,
    format: str | None,
    within: Path | None,
) -> Catalog:
    kinds: dict[Path, str] = {}
    for path in paths:
        with _told(str(path)):
            kinds[path] = recognised(path, format)
    kind = require_alike(kinds)
    name = str(stated[0]) if len(stated) == 1 else f"{len(paths)} files, {paths[0]} first"
    return _opened_tables(paths, kind, mapping, name, within)


def _opened_in_folder(
    folder: Path, table: Path, mapping: Mapping[str, str] | None, within: Path | None
) -> Catalog:
    """The table that stands for a folder; an error says how to do without the table."""
    try:
        name = f"{folder.name}/{table.name}"
        return _opened_tables([table], recognised(table, None), mapping, name, within)
    except CatalogError as error:
        alone = " To read the pictures without the table, say --format folder."
        raise CatalogError(error.message, next_step=error.next_step + alone) from error


def _opened_folder(path: Path, mapping: Mapping[str, str] | None) -> Catalog:
    if mapping:
        raise CatalogError(
            f"{path} is a folder of pictures and has no columns to map.", next_step="Leave the mapping out."
        )
    notes: Counter[str] = Counter()
    folder = PictureFolder(path.absolute(), notes)
    if not folder.count():
        others = "; ".join(f"{count} {what}" for what, count in folder.passed_over().most_common(3))
        raise CatalogError(
            f"{path} holds no pictures and no table of products{others and f' ({others})'}.",
            next_step="Give a folder with JPEG, PNG or WebP files, or a CSV, JSONL or Parquet file.",
        )
    return Catalog(path.name or str(path), folder, paths=[path], notes=notes)


_TABLES: dict[str, Callable[[Path], Table]] = {"csv": CsvTable, "jsonl": JsonTable, "parquet": ParquetTable}


def _opened_tables(
    paths: Sequence[Path], kind: str, mapping: Mapping[str, str] | None, name: str, within: Path | None
) -> Catalog:
    tables: list[Table] = []
    for path in paths:
        with _told(str(path)):
            if path.stat().st_size == 0:
                raise CatalogError(f"{path} is empty.", next_step="Give a file with products in it.")
            tables.append(_TABLES[kind](path))
    columns = tables[0].columns
    if any(table.columns != columns for table in tables):
        columns = tuple(dict.fromkeys(column for table in tables for column in table.columns))
    pictures = tuple(dict.fromkeys(column for table in tables for column in table.picture_columns))
    checked = checked_mapping(mapping, columns)
    notes: Counter[str] = Counter()
    parts = [
        Part(
            path,
            table,
            Translator(
                columns,
                mapping=checked,
                picture_columns=pictures,
                beside=Beside(path.parent.absolute(), within),
                name_bytes=partial("{}#{}".format, path.name),
                notes=notes,
            ),
        )
        for path, table in zip(paths, tables, strict=True)
    ]
    _require_columns(parts)
    if all(next(iter(table), None) is None for table in tables):
        raise CatalogError(
            f"{paths[0]} has a header and no rows.", next_step="Give a table with products in it."
        )
    source = Parts(parts)
    fields = parts[0].translator.assignment.named()
    return Catalog(name, source, paths=paths, fields=fields, notes=notes, where=source.where)


def _require_columns(parts: Sequence[Part]) -> None:
    """Raise `CatalogError` where no column holds the id, in any file, or no file has pictures."""
    first = parts[0]
    missing = [] if "id" in first.translator.assignment.positions else ["id"]
    missing += [] if any(part.translator.has_pictures for part in parts) else ["picture"]
    if missing:
        raise missing_columns(missing, first.table, first.path)
    for part in parts:
        if "id" not in part.translator.assigned(part.table.columns).positions:
            named = {field: column for column, field in first.translator.assignment.named().items()}
            raise CatalogError(
                readable(f"{part.path} has no column {named['id']!r}, which is the id in other files."),
                next_step="Call it the same in all files, or give those that do.",
            )
