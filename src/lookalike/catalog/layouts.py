"""Pictures and details that lie beside a table under the product's id: images/ID.jpg and styles/ID.json."""

from __future__ import annotations

import html
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lookalike.catalog.rows import text
from lookalike.fetching.files import is_system_file

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
"""Endings tried for images/ID, in this order."""

DETAIL_BYTES = 4 << 20
"""A detail file larger than this is not read."""


class UnreadableDetails(Exception):
    """A detail file is there and is not what it should be; the table's row is complete without it."""


class Beside:
    """What lies beside one table: ``folder`` is the table's own.

    No path outside of ``within``, if given, is looked at.
    """

    def __init__(self, folder: Path, within: Path | None = None) -> None:
        self.folder = folder
        self.within = within
        self.images = folder / "images"
        self.has_images = self.images.is_dir()
        self.styles = folder / "styles"
        self.has_styles = self.styles.is_dir()

    def picture(self, product_id: str) -> str:
        """The path of a product's picture, there or not.

        images/ID.jpg with the first of `ENDINGS` that exists, or images/012/0123456789.jpg where pictures are
        sorted into folders by the first three characters of the id; images/ID.jpg when there is none.
        """
        if not _is_file_name(product_id):
            return str(self.images / "no-such-name.jpg")
        for folder in (self.images, self.images / product_id[:3]):
            for ending in ENDINGS:
                path = os.path.join(folder, product_id + ending)  # noqa: PTH118  (44,000 rows)
                if os.path.isfile(path):  # noqa: PTH113
                    return path
        return str(self.images / f"{product_id}.jpg")

    def details(self, product_id: str) -> dict[str, str]:
        """What styles/ID.json adds, as column name → text; empty without the file.

        Raises `UnreadableDetails` when the file is broken.
        """
        if not self.has_styles or not _is_file_name(product_id):
            return {}
        path = self.styles / f"{product_id}.json"
        try:
            status = path.stat()
            sound = stat.S_ISREG(status.st_mode) and status.st_size <= DETAIL_BYTES
            if not sound or is_system_file(path):
                raise UnreadableDetails(str(path))
            document = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise UnreadableDetails(str(path)) from error
        data = document.get("data", document) if isinstance(document, dict) else None
        if not isinstance(data, dict):
            raise UnreadableDetails(str(path))
        return dict(_detail_cells(data))


def _is_file_name(product_id: str) -> bool:
    return not re.search(r"[/\\\x00]", product_id) and product_id not in (".", "..") and len(product_id) < 200


def _detail_cells(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool) and (cell := text(value)):
            yield key, cell
    attributes = data.get("articleAttributes")
    if isinstance(attributes, dict):
        yield from ((key, cell) for key, value in attributes.items() if (cell := text(value)))
    descriptors = data.get("productDescriptors")
    if isinstance(descriptors, dict):
        for key, value in descriptors.items():
            cell = without_markup(text(value.get("value") if isinstance(value, dict) else value))
            if cell:
                yield key, cell


def without_markup(cell: str) -> str:
    """HTML as plain text on one line."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", cell)).split())
