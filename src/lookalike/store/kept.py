"""A kept version: the columns of a search in files that processes map, so that opening reads nothing.

In the folder ``columns`` of an index lies a folder for a version, and for an index in object storage in one
of this machine. Everything in it was made from the tables, and may be deleted at any time: then a reader
reads the tables. ``kept.json`` is written last; a folder without it is none.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.disk import flush_folder
from lookalike.ids import SortedTexts
from lookalike.mapped import map_array, map_table, sampled, write_array, write_table
from lookalike.stacked import Kept, Stacked
from lookalike.store.base import Columns, Manifest
from lookalike.store.columns import DOCUMENT, KEYS, MEASURED, measured, owners, read_products
from lookalike.store.folder import replace_file
from lookalike.store.fragments import (
    ADDRESS,
    Addresses,
    Fragment,
    fragments_from_document,
    fragments_of,
    fragments_to_document,
)
from lookalike.store.manifest import encoded
from lookalike.store.rows import looks_of
from lookalike.store.tables import Table
from lookalike.vectors import Rows

FOLDER = "columns"
"""The folder in an index in which versions are kept; no part of the index itself."""

_FORMAT = 1
SAID = "kept.json"
_BLOCK = 4096  # looks read at once
_ARRAYS = ("picture_product", "position", "sizes", "norms", "palettes")
_BESIDE = ("looks", "product_addresses", "picture_addresses")
_TABLES = ("products", "documents", "contents")


@dataclass(frozen=True)
class Base:
    """A kept version, mapped into memory.

    ``documents`` has the document of each product, the addresses say where products and pictures lay in the
    tables of that version, whose fragments ``products`` and ``pictures`` are.
    """

    columns: Columns
    ids: SortedTexts
    documents: pa.ChunkedArray
    product_addresses: Addresses
    picture_addresses: Addresses
    products: dict[int, Fragment]
    pictures: dict[int, Fragment]


def write_kept(
    folder: Path,
    manifest: Manifest,
    tables: tuple[Table, Table],
    tell: Callable[[int, int], None],
    where: object,
) -> None:
    """Lay down the columns of one version in a new folder; it counts once `publish` was called.

    ``where`` is the index, for messages. Raises `IndexDamaged`, `OSError`.
    """
    products, pictures = tables
    table = read_products(products, [DOCUMENT, ADDRESS], addresses=True)
    table = table.take(pc.sort_indices(table.column("id")))
    write_table(folder / "documents.arrow", table.select([DOCUMENT]))
    write_array(folder / "product_addresses.npy", table.column(ADDRESS).to_numpy())
    table = table.drop_columns([DOCUMENT, ADDRESS]).combine_chunks()
    write_table(folder / "products.arrow", table)

    rows = pictures.to_table(columns=[*KEYS, *MEASURED], with_row_id=True)
    owner, order = owners(where, rows, table.column("id"))
    found: dict[str, Any] = {"picture_product": owner[order], **measured(rows, order)}
    for name in _ARRAYS:
        write_array(folder / f"{name}.npy", found[name])
    write_array(folder / "picture_addresses.npy", rows.column(ADDRESS).to_numpy()[order])
    write_table(folder / "contents.arrow", pa.table({"content_hash": found["contents"]}))
    _write_looks(folder / "looks.npy", pictures, order, manifest.space.dim, tell)


def _write_looks(
    file: Path, pictures: Table, order: Rows, dim: int, tell: Callable[[int, int], None]
) -> None:
    """Write unit vectors in this order of the table's rows, a block at a time."""
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    looks = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=(len(order), dim))
    tell(0, len(order))
    start = 0
    for batch in pictures.to_batches(columns=["look"], batch_size=_BLOCK):
        stop = start + batch.num_rows
        looks[place[start:stop]] = looks_of(pa.chunked_array([batch.column("look")]))
        start = stop
        tell(start, len(order))
    looks.flush()


def publish(folder: Path, manifest: Manifest, products: Table, pictures: Table) -> None:
    """Let a folder that is written count from now on."""
    files = {
        file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()
    }
    document = {
        "format": _FORMAT,
        "version": manifest.version,
        "fingerprint": manifest.space.fingerprint,
        "products": fragments_to_document(fragments_of(products)),
        "pictures": fragments_to_document(fragments_of(pictures)),
        "sizes": {name: file.stat().st_size for name, file in files.items()},
        "samples": {name: sampled(file) for name, file in files.items()},
    }
    flush_folder(folder)
    replace_file(folder / SAID, encoded(document))


def columns_in(kept: Kept) -> Columns:
    """The columns that `write_kept` laid down, mapped. Raises `OSError` where they cannot be."""
    base = _mapped(kept, {}, {})
    if base is None:
        raise OSError(f"{kept.folder} cannot be read")
    return base.columns


def new_folder(home: Path, version: int) -> Path:
    """A folder to keep a version in, of a name that no other machine draws."""
    folder = home / f"{version}-{secrets.randbits(48)}"
    folder.mkdir(parents=True)
    return folder


def kept_folders(home: Path) -> list[Path]:
    """The folders of kept versions, the newest first."""
    try:
        found = [entry for entry in os.scandir(home) if (Path(entry.path) / SAID).is_file()]
    except OSError:
        return []
    return [Path(entry.path) for entry in sorted(found, key=_age, reverse=True)]


def _age(entry: os.DirEntry[str]) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else -1 for part in entry.name.split("-"))


def has_leftovers(home: Path) -> bool:
    """Whether a process that was killed, or could not delete, left folders beside the newest kept version."""
    try:
        return sum(entry.is_dir() for entry in os.scandir(home)) > len(kept_folders(home)[:1])
    except OSError:
        return False


def sweep_kept(home: Path, kept: Path | None) -> None:
    """Delete every folder but this one. What another process holds open, where that forbids it, stays."""
    with suppress(OSError):
        for entry in list(os.scandir(home)):
            if entry.is_dir() and (kept is None or entry.name != kept.name):
                with suppress(OSError):  # first what makes it count
                    (Path(entry.path) / SAID).unlink(missing_ok=True)
                shutil.rmtree(entry.path, ignore_errors=True)


def bases(home: Path, manifest: Manifest) -> Iterator[Base]:
    """The kept versions with vectors of the manifest's space that are whole, the newest first."""
    for folder in kept_folders(home):
        base = _base_in(folder, manifest)
        if base is not None:
            yield base


def _base_in(folder: Path, manifest: Manifest) -> Base | None:
    """A kept version, None where something of it is missing, damaged, or of another format."""
    try:
        document = json.loads((folder / SAID).read_bytes())
        if document["format"] != _FORMAT or document["fingerprint"] != manifest.space.fingerprint:
            return None
        sizes = {str(name): int(size) for name, size in document["sizes"].items()}
        if any((folder / name).stat().st_size != size for name, size in sizes.items()):
            return None
        if document["samples"] != {name: sampled(folder / name) for name in sizes}:
            return None
        version = int(document["version"])
        products = fragments_from_document(document["products"])
        pictures = fragments_from_document(document["pictures"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    base = _mapped(Kept(folder, version), products, pictures)
    return base if base is not None and _agrees(base) else None


def _mapped(kept: Kept, products: dict[int, Fragment], pictures: dict[int, Fragment]) -> Base | None:
    """The files of a kept version; None where one is missing, or is something else."""
    tables: dict[str, Any] = {name: map_table(kept.folder / f"{name}.arrow") for name in _TABLES}
    arrays: dict[str, Any] = {name: map_array(kept.folder / f"{name}.npy") for name in (*_ARRAYS, *_BESIDE)}
    if any(part is None for part in (*tables.values(), *arrays.values())):
        return None
    contents = tables["contents"].column(0)
    columns = Columns(
        version=kept.version,
        products=tables["products"],
        contents=contents.chunk(0) if contents.num_chunks == 1 else contents.combine_chunks(),
        looks=Stacked(arrays["looks"]),
        **{name: arrays[name] for name in _ARRAYS},
        kept=kept,
    )
    return Base(
        columns=columns,
        ids=SortedTexts(columns.products.column("id")),
        documents=tables["documents"].column(0),
        product_addresses=arrays["product_addresses"],
        picture_addresses=arrays["picture_addresses"],
        products=products,
        pictures=pictures,
    )


def _agrees(base: Base) -> bool:
    """Whether all parts of a kept version are of as many products and pictures."""
    columns = base.columns
    products = {len(columns.products), len(base.documents), len(base.product_addresses)}
    pictures = {len(getattr(columns, name)) for name in _ARRAYS}
    pictures |= {len(columns.looks), len(columns.contents), len(base.picture_addresses)}
    return len(products) == len(pictures) == 1
