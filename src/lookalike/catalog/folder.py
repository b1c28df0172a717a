"""A folder of pictures: the file's stem is the id, the folder it lies in the category."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lookalike.catalog.references import SUFFIXES
from lookalike.fetching.failures import machine_fault, readable
from lookalike.fetching.files import is_system_file
from lookalike.products import PictureSource, Problem, Product

UNREAD_SUFFIXES = frozenset(
    (  # noqa: SIM905
        ".heic .heif .hif .svg .svgz .pdf .ps .eps .ai .psd .psb .xcf .indd .cdr .raw .dng .cr2 .cr3 .crw "
        ".nef .nrw .arw .srf .sr2 .orf .rw2 .raf .pef .srw .x3f .3fr .iiq .rwl .jxl .jp2 .j2k .jpf .jpx .j2c "
        ".jxr .wdp .tga .exr .hdr .ico .icns .pcx .ppm .pgm .pbm .pnm .dds .qoi .mng .apng .emf .wmf"
    ).split()
)
"""Endings of files that hold pictures in forms that are not read, in lower case: counted, never a row."""


class PictureFolder:
    """All picture files below a folder, hidden ones left out, in the order of their paths.

    An id is the file's stem; where two files share a stem it is "folder/stem", and where they share that
    too, the path with its ending. ``notes`` counts the pictures passed over for their form, by ending.
    """

    def __init__(self, path: Path, notes: Counter[str] | None = None) -> None:
        self.path = path
        self.notes: Counter[str] = Counter() if notes is None else notes

    def count(self) -> int:
        """The exact count of picture files."""
        return sum(1 for _ in picture_files(self.path))

    def passed_over(self) -> Counter[str]:
        """How many pictures are in forms that are not read, by ending."""
        notes: Counter[str] = Counter()
        for _ in picture_files(self.path, notes=notes):
            pass
        return notes

    def __iter__(self) -> Iterator[Product | Problem]:
        unread: list[str] = []
        files = list(picture_files(self.path, unread, self.notes))
        stems = Counter(PurePosixPath(file).stem for file in files)
        paths = Counter(str(PurePosixPath(file).with_suffix("")) for file in files)
        for number, file in enumerate(files, start=1):
            place = PurePosixPath(file)
            product_id = place.stem
            if stems[product_id] > 1:
                product_id = str(place.with_suffix(""))
                product_id = product_id if paths[product_id] == 1 else file
            uri = os.path.join(self.path, file)  # noqa: PTH118
            if not _is_text(file):
                yield Problem(
                    number, readable(product_id), "malformed",
                    f"The file's name {readable(file)} is not valid text; rename it.", readable(uri),
                )  # fmt: skip
                continue
            yield Product(
                id=product_id.strip() or file,
                pictures=(PictureSource(uri),),
                category=place.parent.name,
                row=number,
            )
        for number, name in enumerate(unread, start=len(files) + 1):
            shown = readable(name)
            yield Problem(number, shown, "unreadable", f"The folder {shown} cannot be read.")


def picture_files(
    folder: Path, unread: list[str] | None = None, notes: Counter[str] | None = None
) -> Iterator[str]:
    """Paths of picture files below a folder, relative to it, with "/" between; each folder visited once.

    Folders that cannot be read are added to ``unread``, files of `UNREAD_SUFFIXES` to ``notes``. Raises
    `StorageError` when this machine can open no more folders.
    """
    visited: set[tuple[int, int]] = set()

    def entries(path: str, prefix: str, is_link: bool) -> Iterator[os.DirEntry[str]]:
        """What lies in one folder, in order; nothing for one that was visited or cannot be read."""
        try:
            if is_link and is_system_file(path):
                raise PermissionError(path)
            state = os.stat(path)  # noqa: PTH116
            found = _sorted_entries(path)
        except OSError as error:
            if (fault := machine_fault(error)) is not None:
                raise fault from None
            if unread is not None:
                unread.append(prefix.rstrip("/") or ".")
            return iter(())
        known = (state.st_dev, state.st_ino) in visited
        visited.add((state.st_dev, state.st_ino))
        return iter(()) if known else iter(found)

    under_way = [("", entries(str(folder), "", True))]
    while under_way:
        prefix, left = under_way[-1]
        entry = next(left, None)
        if entry is None:
            under_way.pop()
            continue
        suffix = PurePosixPath(entry.name).suffix.lower()
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            below = f"{prefix}{entry.name}/"
            under_way.append((below, entries(entry.path, below, entry.is_symlink())))
        elif suffix in SUFFIXES:
            yield prefix + entry.name
        elif suffix in UNREAD_SUFFIXES and notes is not None:
            notes[f"{suffix} files: a form that is not read"] += 1


def _sorted_entries(path: str) -> list[os.DirEntry[str]]:
    with os.scandir(path) as found:
        return sorted(found, key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """False also for a link that leads to itself: it is left to be reported as the picture it is named."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
