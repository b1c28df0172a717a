"""Pictures written by other processes or machines, that a writer publishes with its next commit."""

from __future__ import annotations

import base64
import json
import os
import pickle
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from lookalike.disk import flush_folder
from lookalike.errors import StorageError
from lookalike.store.base import StoredPicture
from lookalike.store.failing import brief
from lookalike.store.rows import picture_batches, pictures_from_table
from lookalike.store.tables import Table

import lance  # isort: skip -- after the tables, which say how much it logs
from lance.fragment import FragmentMetadata, write_fragments  # isort: skip

_UNREAD = ("original", "checksum")
_STEP = "Every machine must reach the index: put it in a folder that all of them share, or on s3://."


@dataclass(frozen=True, slots=True)
class Written:
    """Pictures that lie in an index already, seen by nobody before a commit names them.

    ``products`` are the ids of the products they are of: all pictures of these, ``rows`` in all.
    ``fragments`` is what the store needs to find them, each as text. Can be sent to other processes.
    """

    products: tuple[str, ...]
    rows: int
    fragments: tuple[str, ...] = field(repr=False)


class Elsewhere(Protocol):
    """What reads and writes pictures of one index anywhere, while its writer is held. Can be pickled.

    What was written and not committed until the writer is let go is swept away.
    """

    def pictures(self, ids: Sequence[str]) -> dict[str, list[StoredPicture]]:
        """The pictures of these products as `Reader.pictures` gives them: those of the newest state.

        Meant for few products: it takes no memory between calls, and reads a column of the table each time.
        """
        ...

    def write(self, pictures: Iterable[StoredPicture]) -> Written:
        """Lay pictures down, flushed to the disk; in any order, each product's pictures together.

        Raises `StorageError` where the index cannot be reached from here, or written.
        """
        ...


@dataclass(frozen=True, slots=True)
class LanceElsewhere:
    """Fragments of the pictures table at ``uri``, with Lance's own ``options`` for it.

    ``serial`` is a version of the table that must be there: a copy of the folder is not the index.
    """

    uri: str
    options: Mapping[str, str] = field(repr=False)
    serial: int
    fragment_rows: int

    def pictures(self, ids: Sequence[str]) -> dict[str, list[StoredPicture]]:
        """The pictures of these products; see `Elsewhere.pictures`."""
        if not ids:
            return {}
        table = self._table()
        columns = [name for name in table.schema.names if name not in _UNREAD]
        with _Reaching(self.uri):
            found = table.to_table(columns=columns, filter=pc.field("product_id").isin(list(ids)))
        shown: dict[str, list[StoredPicture]] = {}
        for picture in pictures_from_table(found.sort_by([("position", "ascending")])):
            shown.setdefault(picture.product_id, []).append(picture)
        return shown

    def write(self, pictures: Iterable[StoredPicture]) -> Written:
        """Lay pictures down as new fragments; see `Elsewhere.write`."""
        table = self._table()
        given = list(pictures)
        if not given:
            return Written((), 0, ())
        batches = pa.RecordBatchReader.from_batches(table.schema, picture_batches(given, table.schema))
        with _Reaching(self.uri):
            made = write_fragments(batches, table, mode="append", max_rows_per_file=self.fragment_rows)
            if "://" not in self.uri:
                _flush(Path(self.uri) / "data", [file.path for one in made for file in one.files])
        products = tuple(dict.fromkeys(picture.product_id for picture in given))
        return Written(products, len(given), tuple(json.dumps(one.to_json()) for one in made))

    def _table(self) -> Table:
        with _Reaching(self.uri):
            table = lance.dataset(self.uri, storage_options=dict(self.options) or None)
            if table.version < self.serial:
                raise OSError(f"version {table.version} is there, {self.serial} was expected")
            return table


class MemoryElsewhere:
    """The pictures of a store in memory, as they were when this was made; others are carried along."""

    def __init__(self, pictures: Mapping[str, Sequence[StoredPicture]]) -> None:
        self._pictures = pictures

    def pictures(self, ids: Sequence[str]) -> dict[str, list[StoredPicture]]:
        """The pictures of these products; see `Elsewhere.pictures`."""
        return {one: list(self._pictures[one]) for one in ids if one in self._pictures}

    def write(self, pictures: Iterable[StoredPicture]) -> Written:
        """Pickle pictures; see `Elsewhere.write`."""
        shown: dict[str, list[StoredPicture]] = {}
        for picture in pictures:
            shown.setdefault(picture.product_id, []).append(picture)
        pickled = base64.b64encode(pickle.dumps(shown)).decode()
        return Written(tuple(shown), sum(map(len, shown.values())), (pickled,))


def carried(written: Written) -> dict[str, list[StoredPicture]]:
    """The pictures that a `MemoryElsewhere` wrote."""
    return pickle.loads(base64.b64decode(written.fragments[0])) if written.fragments else {}


class _Reaching:
    """Turns what Lance raises into a `StorageError` that says what every machine needs."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, OSError | ValueError | RuntimeError):
            told = f"{platform.node()} cannot use {self._uri}: {brief(error)}."
            raise StorageError(told, next_step=_STEP) from error


def append_written(table: Table, written: Sequence[Written], sizes: Mapping[str, int]) -> Table:
    """The new version of a table with these rows behind those it has.

    ``sizes`` are the bytes of every file of the table's data: Lance would name one that is not there.
    """
    documents: list[dict[str, Any]] = [json.loads(text) for one in written for text in one.fragments]
    for document in documents:
        for file in document["files"]:
            if sizes.get(file["path"]) != file["file_size_bytes"]:
                raise StorageError(
                    f"What another machine wrote is not at {table.uri}: {file['path']} is missing.",
                    next_step=_STEP,
                )
    fragments = [FragmentMetadata.from_json(json.dumps(document)) for document in documents]
    return lance.LanceDataset.commit(
        table, lance.LanceOperation.Append(fragments), read_version=table.version
    )


def require_written(written: Sequence[Written], given: Iterable[str], removed: Iterable[str]) -> set[str]:
    """The ids of the products whose pictures are ``given`` or written.

    Raises `ValueError` where those of one are written twice, or also given or removed.
    """
    shown = set(given)
    gone = set(removed)
    for one in written:
        if len(set(one.products)) != len(one.products) or not (shown | gone).isdisjoint(one.products):
            raise ValueError("pictures of a product are written twice, or also given or removed")
        shown.update(one.products)
    return shown


def _flush(folder: Path, names: Sequence[str]) -> None:
    """Force files of a folder to the disk, from the machine that wrote them."""
    for name in names:
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())
    flush_folder(folder)
