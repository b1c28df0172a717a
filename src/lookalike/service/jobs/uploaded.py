"""What was uploaded for a job as a catalogue that reads nothing else: no other file of this machine."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lookalike.catalog import Catalog, open_catalog
from lookalike.catalog.formats import ENDINGS, recognised
from lookalike.catalog.jsonl import is_one_document
from lookalike.catalog.lines import is_packed, open_bytes
from lookalike.catalog.references import SUFFIXES, is_below
from lookalike.errors import CatalogError
from lookalike.products import PictureSource, Problem, Product

MOST_PROBLEMS = 100_000
"""After so many rows that cannot be read nothing more is: a packed file may unpack to any number of them."""

LARGEST_JSON = 16 << 20
"""Bytes of one JSON document, which is held in memory as a whole."""

LARGEST_UNPACKED = 1 << 30
"""Bytes that a packed table may unpack to."""

_PERHAPS = frozenset({".txt", ".json"})  # tables where there is nothing else
_TABLES = frozenset(ENDINGS) - _PERHAPS


class _Confined:
    """Rows of a catalogue whose picture files become bytes, one product at a time.

    A path that was not sent stands for the one file of its name that was, if no other path may mean it. A
    picture outside of ``root`` has no bytes; a `Fetcher` that may not read files reports it.
    """

    def __init__(self, catalog: Catalog, root: Path) -> None:
        self._catalog = catalog
        self._root = root
        self._elsewhere: dict[str, Path] | None = None

    def count(self) -> int | None:
        return self._catalog.rows

    def __iter__(self) -> Iterator[Product | Problem]:
        problems = 0
        try:
            for row in self._catalog:
                if isinstance(row, Product):
                    yield replace(row, pictures=tuple(map(self._picture, row.pictures)))
                    continue
                problems += 1
                if problems > MOST_PROBLEMS:
                    raise CatalogError(
                        f"More than {MOST_PROBLEMS:,} rows of {self._catalog.name} cannot be read.",
                        next_step="Check that it is a table of products.",
                    )
                yield replace(row, detail=plain(row.detail, self._root), uri=plain(row.uri, self._root))
        except CatalogError as error:
            raise told(error, self._root) from error

    def _picture(self, picture: PictureSource) -> PictureSource:
        if picture.data is not None or picture.is_url:
            return picture
        if not is_below(picture.uri, self._root):
            return PictureSource(plain(picture.uri, self._root))
        path = os.path.normpath(picture.uri)
        data = _bytes_below(path, self._root)
        if data is None and (other := self._sent_elsewhere().get(path)) is not None:
            data = _bytes_below(str(other), self._root)
        return PictureSource(plain(path, self._root).replace(os.sep, "/"), data)

    def _sent_elsewhere(self) -> dict[str, Path]:
        """Paths the table names and the files meant by them, sent from a deeper or a higher folder.

        Read once for the whole table: of two paths that could mean the same file neither does.
        """
        if self._elsewhere is None:
            files = _by_name(self._root)
            meant: dict[Path, set[str]] = {}
            for path in self._named() if files else ():
                if (file := _same_ending(path, self._root, files)) is not None:
                    meant.setdefault(file, set()).add(path)
            self._elsewhere = {
                path: file for file, paths in meant.items() for path in paths if len(paths) == 1
            }
        return self._elsewhere

    def _named(self) -> Iterator[str]:
        """Whole paths below the root that the table's pictures name, as long as its rows can be read."""
        problems = 0
        for row in self._catalog:
            problems += isinstance(row, Problem)
            if problems > MOST_PROBLEMS:
                return
            for picture in row.pictures if isinstance(row, Product) else ():
                if picture.data is None and not picture.is_url and is_below(picture.uri, self._root):
                    yield os.path.normpath(picture.uri)


def open_upload(root: Path, mapping: Mapping[str, str] | None = None, format: str | None = None) -> Catalog:
    """The catalogue in a folder of uploaded files: its table, or else its pictures. Raises `CatalogError`.

    Of several tables those nearest to the top count. Pictures are files below ``root`` or URLs.
    """
    root = Path(os.path.realpath(root))
    try:
        place = _below_single_folders(root) if format == "folder" else _catalogue_in(root)
        if place.is_file():
            _require_bounded(place, format)
        catalog = open_catalog(place, mapping or None, format, within=root)
    except CatalogError as error:
        raise told(error, root) from error
    name = _amount(root) if place == root else plain(catalog.name, root)
    return Catalog(name, _Confined(catalog, root), fields=catalog.fields, notes=catalog.notes)


def _amount(root: Path) -> str:
    """What to call an upload that has neither a table nor a folder around it: its one file, or how many."""
    names = [path.name for path in root.rglob("*") if path.is_file()]
    return names[0] if len(names) == 1 else f"{len(names):,} files"


def _require_bounded(path: Path, format: str | None) -> None:
    """Raise `CatalogError` for a table that would fill the memory, or that unpacks to very much."""
    size = _size(path, LARGEST_UNPACKED)
    if size > LARGEST_UNPACKED and is_packed(path):
        raise CatalogError(
            f"{path} unpacks to more than {LARGEST_UNPACKED >> 20} MiB.",
            next_step="Send it in several parts.",
        )
    if size > LARGEST_JSON and recognised(path, format) == "jsonl" and is_one_document(path):
        raise CatalogError(
            f"{path} is one JSON document of more than {LARGEST_JSON >> 20} MiB.",
            next_step="Write one object a line (JSON lines, .jsonl).",
        )


def _size(path: Path, most: int) -> int:
    """Bytes of a file, unpacked if it is packed; counted up to ``most`` and a little more."""
    if not is_packed(path):
        return path.stat().st_size
    size = 0
    with suppress(EOFError, OSError, zlib.error), open_bytes(path) as file:  # what is torn is told when read
        while size <= most and (block := file.read(1 << 20)):
            size += len(block)
    return size


def _catalogue_in(root: Path) -> Path:
    """The file or folder to open: the only file, the only table nearest to the top, or the folder of it."""
    files = [path for path in root.rglob("*") if path.is_file()]
    if not files:
        raise CatalogError("Nothing was uploaded.", next_step="Send a table, pictures, or both.")
    endings = {path: Path(path.name.lower().removesuffix(".gz")).suffix for path in files}
    if len(files) == 1 and endings[files[0]] not in SUFFIXES:
        return files[0]
    tables = [path for path in files if endings[path] in _TABLES]
    if not tables and not SUFFIXES & set(endings.values()):
        tables = [path for path in files if endings[path] in _PERHAPS]
    depth = min((len(path.parts) for path in tables), default=0)
    nearest = [path for path in tables if len(path.parts) == depth]
    folders = {path.parent for path in nearest}
    if len(folders) > 1:
        names = ", ".join(sorted(plain(str(path), root) for path in nearest)[:5])
        raise CatalogError(
            f"There are several tables: {names}.", next_step="Upload the one that lists the products."
        )
    if len(nearest) == 1:
        return nearest[0]
    return folders.pop() if folders else _below_single_folders(root)


def _below_single_folders(root: Path) -> Path:
    """The folder itself, or the first one below that holds more than one folder."""
    entries = list(root.iterdir())
    while len(entries) == 1 and entries[0].is_dir():
        root = entries[0]
        entries = list(root.iterdir())
    return root


def _bytes_below(path: str, root: Path) -> bytes | None:
    """A file's bytes, None unless it is an ordinary one below ``root``, links followed."""
    try:
        real = os.path.realpath(path)
        if is_below(real, root) and Path(real).is_file():
            return Path(real).read_bytes()
    except (ValueError, FileNotFoundError):  # a zero byte; a file that was there
        pass
    return None


def _by_name(root: Path) -> dict[str, list[Path]]:
    """The picture files that were uploaded, by their names in lower case."""
    found: dict[str, list[Path]] = {}
    for path in root.rglob("*"):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            found.setdefault(path.name.casefold(), []).append(path)
    return found


def _same_ending(path: str, root: Path, files: Mapping[str, list[Path]]) -> Path | None:
    """The one file of a path's name, in upper or lower case if none is spelled the same.

    The shorter of both paths must be the end of the other: "red/1.jpg" is not "blue/1.jpg".
    """
    parts = Path(path).relative_to(root).parts
    found = [
        file
        for file in files.get(parts[-1].casefold(), ())
        if _ends_alike(parts[:-1], file.relative_to(root).parts[:-1])
    ]
    exact = [file for file in found if file.name == parts[-1]]
    candidates = exact or found
    return candidates[0] if len(candidates) == 1 else None


def _ends_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of two lists of folders is the end of the other."""
    common = min(len(one), len(other))
    return one[len(one) - common :] == other[len(other) - common :]


def plain(text: str, root: Path) -> str:
    """A text without the server's folder in it."""
    return text.replace(os.path.join(root, ""), "").replace(str(root), "the upload")  # noqa: PTH118


def told(error: CatalogError, root: Path) -> CatalogError:
    """The same error in the words of this door."""
    step = plain(error.next_step, root).replace("--map ", "map=").replace("--format folder", "format=folder")
    step = step.replace("run the same command again", "send it again")
    return CatalogError(plain(error.message, root), next_step=step)
