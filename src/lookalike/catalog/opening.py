"""Opening a catalogue: from a path to products, whatever the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

from lookalike.catalog.csv import CsvTable
from lookalike.catalog.fields import checked_mapping
from lookalike.catalog.folder import PictureFolder
from lookalike.catalog.formats import parquet_shards, recognised, table_in
from lookalike.catalog.given import GivenProducts, sound
from lookalike.catalog.jsonl import JsonTable
from lookalike.catalog.layouts import Beside
from lookalike.catalog.parquet import ParquetTable
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
        path: Path | None = None,
        fields: Mapping[str, str] | None = None,
        notes: Counter[str] | None = None,
    ) -> None:
        self.name = name
        self.path = path
        self.fields = dict(fields or {})
        self.notes: Counter[str] = Counter() if notes is None else notes
        self._source = source

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
                        item = _repeated(item, first_rows[item.id])
                    else:
                        first_rows[item.id] = item.row
                yield item if isinstance(item, Product) else _readable_problem(item)
        except CatalogError as error:
            raise _readable_error(error) from error
        except OSError as error:
            raise CatalogError(
                readable(f"{self.path or self.name} cannot be read further: {error.strerror or error}."),
                next_step="Check the file and the disk, then run the same command again.",
            ) from error

    def __repr__(self) -> str:
        return f"Catalog({self.name!r})"


def _readable_problem(problem: Problem) -> Problem:
    detail = readable(problem.detail)
    return problem if detail == problem.detail else replace(problem, detail=detail)


def _readable_error(error: CatalogError) -> CatalogError:
    """The same error without control characters, which files may hold in names and cells."""
    return CatalogError(readable(error.message), next_step=readable(error.next_step))


def _repeated(product: Product, first: int | None) -> Problem:
    where = "an earlier row" if first is None else f"row {first}"
    return Problem(product.row, product.id, "repeated-id", f"The id stands in {where} already.")


class _Translated:
    """A table read as products."""

    def __init__(self, table: Table, translator: Translator) -> None:
        self.table = table
        self.translator = translator

    def count(self) -> int | None:
        return self.table.count()

    def __iter__(self) -> Iterator[Product | Problem]:
        return map(self.translator.product, self.table)


def as_catalog(
    source: Catalog | Iterable[Product | Problem] | str | Path, mapping: Mapping[str, str] | None = None
) -> Catalog:
    """A catalogue in whatever form a caller has it: opened already, products, or a path."""
    if isinstance(source, str | Path):
        return open_catalog(source, mapping)
    return source if isinstance(source, Catalog) else catalog_of(source)


def catalog_of(products: Iterable[Product | Problem], name: str = "products") -> Catalog:
    """Products made in Python as a catalogue; an iterator can be read once, as it comes.

    A product that no index could hold becomes a `Problem` that names the field; `CatalogError` is raised
    when the catalogue is read, for what is neither a `Product` nor a `Problem`.
    """
    return Catalog(name, GivenProducts(products))


def open_catalog(
    path: str | Path,
    mapping: Mapping[str, str] | None = None,
    format: str | None = None,
    *,
    within: Path | None = None,
) -> Catalog:
    """Open a table of products or a folder of pictures.

    ``mapping`` gives column → field for columns that are not recognised by name (fields: see
    `lookalike.catalog.fields.ALIASES`; "attribute" keeps a column as it is). ``format`` is one of csv, tsv,
    jsonl, json, parquet, folder, and is told from the name and the first bytes when left out. Where rows
    name pictures outside of the folder ``within``, nobody looks whether they exist.

    Raises `CatalogError` when there is nothing to read at ``path``, or no column holds the id or the
    pictures.
    """
    path = Path(path)
    try:
        return _opened(path, mapping, format, within)
    except CatalogError as error:
        raise _readable_error(error) from error
    except (OSError, ValueError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CatalogError(
            readable(f"{path} cannot be read: {reason}."), next_step="Check the path and its rights."
        ) from error


def _opened(
    path: Path, mapping: Mapping[str, str] | None, format: str | None, within: Path | None
) -> Catalog:
    kind = recognised(path, format)
    if kind == "folder":
        table_path = table_in(path) if format is None else None
        if table_path is not None:
            return _opened_in_folder(path, table_path, mapping, within)
        shards = parquet_shards(path) if format is None else []
        if shards:
            for shard in shards:
                recognised(shard, None)
            beside = Beside(path.absolute(), within)
            return _catalog(ParquetTable(shards), path, beside, mapping, f"{path.name}/*.parquet")
        return _opened_folder(path, mapping)
    return _opened_table(path, kind, mapping, path.name, within)


def _opened_in_folder(
    folder: Path, table: Path, mapping: Mapping[str, str] | None, within: Path | None
) -> Catalog:
    """The table that stands for a folder; an error says how to do without the table."""
    try:
        name = f"{folder.name}/{table.name}"
        return _opened_table(table, recognised(table, None), mapping, name, within)
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
    return Catalog(path.name or str(path), folder, path=path, notes=notes)


_TABLES: dict[str, Callable[[Path], Table]] = {
    "csv": CsvTable,
    "jsonl": JsonTable,
    "parquet": lambda path: ParquetTable([path]),
}


def _opened_table(
    path: Path, kind: str, mapping: Mapping[str, str] | None, name: str, within: Path | None
) -> Catalog:
    if path.stat().st_size == 0:
        raise CatalogError(f"{path} is empty.", next_step="Give a file with products in it.")
    return _catalog(_TABLES[kind](path), path, Beside(path.parent.absolute(), within), mapping, name)


def _catalog(
    table: Table, path: Path, beside: Beside, mapping: Mapping[str, str] | None, name: str
) -> Catalog:
    notes: Counter[str] = Counter()
    translator = Translator(
        table.columns,
        mapping=checked_mapping(mapping, table.columns),
        picture_columns=table.picture_columns,
        beside=beside,
        name_bytes=partial("{}#{}".format, path.name),
        notes=notes,
    )
    missing = [] if "id" in translator.assignment.positions else ["id"]
    missing += [] if translator.has_pictures else ["picture"]
    if missing:
        raise missing_columns(missing, table, path)
    if next(iter(table), None) is None:
        raise CatalogError(f"{path} has a header and no rows.", next_step="Give a table with products in it.")
    return Catalog(
        name, _Translated(table, translator), path=path, fields=translator.assignment.named(), notes=notes
    )
