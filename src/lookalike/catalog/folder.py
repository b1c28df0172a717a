"""A folder of pictures: the file's stem is the id, the folder it lies in the category."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lookalike.catalog.references import SUFFIXES
from lookalike.products import PictureSource, Problem, Product


class PictureFolder:
    """All picture files below a folder, hidden ones left out, in the order of their paths.

    An id is the file's stem; where two files share a stem it is "folder/stem", and where they share that
    too, the path with its ending.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def count(self) -> int:
        """The exact count of picture files."""
        return sum(1 for _ in picture_files(self.path))

    def __iter__(self) -> Iterator[Product | Problem]:
        unread: list[str] = []
        files = list(picture_files(self.path, unread))
        stems = Counter(PurePosixPath(file).stem for file in files)
        paths = Counter(str(PurePosixPath(file).with_suffix("")) for file in files)
        for number, file in enumerate(files, start=1):
            place = PurePosixPath(file)
            product_id = place.stem
            if stems[product_id] > 1:
                product_id = str(place.with_suffix(""))
                product_id = product_id if paths[product_id] == 1 else file
            if not _is_text(file):
                shown = product_id.encode("utf-8", "replace").decode()
                yield Problem(number, shown, "malformed", "The file's name is not valid text; rename it.")
                continue
            yield Product(
                id=product_id.strip() or file,
                pictures=(PictureSource(os.path.join(self.path, file)),),  # noqa: PTH118
                category=place.parent.name,
                row=number,
            )
        for number, name in enumerate(unread, start=len(files) + 1):
            shown = name.encode("utf-8", "replace").decode()
            yield Problem(number, shown, "malformed", f"The folder {shown} cannot be read.")


def picture_files(folder: Path, unread: list[str] | None = None) -> Iterator[str]:
    """Paths of picture files below a folder, relative to it, with "/" between; each folder visited once.

    Folders that cannot be read are added to ``unread``.
    """
    visited: set[tuple[int, int]] = set()

    def below(path: str, prefix: str) -> Iterator[str]:
        try:
            state = os.stat(path)  # noqa: PTH116
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            if unread is not None:
                unread.append(prefix.rstrip("/") or ".")
            return
        if (state.st_dev, state.st_ino) in visited:
            return
        visited.add((state.st_dev, state.st_ino))
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from below(entry.path, f"{prefix}{entry.name}/")
            elif PurePosixPath(entry.name).suffix.lower() in SUFFIXES:
                yield prefix + entry.name

    yield from below(str(folder), "")


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
