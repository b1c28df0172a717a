"""Findings and corrected products without the paths of the server that the index has of them."""

from __future__ import annotations

import html
import os.path
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from lookalike.checkup import Findings
from lookalike.checkup.fixes import table_text
from lookalike.index import Index
from lookalike.products import Product

_TELLS_PATHS = "unreadable"  # the kind of finding that says where a file is
_INSIDE = re.compile(r"(data:image/jpeg;base64,[A-Za-z0-9+/=]*)")


def without_paths(told: dict[str, Any]) -> dict[str, Any]:
    """A finding's document that names a file of the server by its name alone."""
    if told["kind"] != _TELLS_PATHS or not (folder := _folder(told["value"])):
        return told
    says = _less(str(told["evidence"].get("says", "")), [folder])
    return {**told, "value": _less(told["value"], [folder]), "evidence": {**told["evidence"], "says": says}}


def text_without_paths(text: str, found: Findings) -> str:
    """A table or a page of findings that names files of the server by their names alone."""
    told = {_folder(finding.value) for finding in found.chosen.among([_TELLS_PATHS])} - {""}
    folders = sorted({*told, *map(html.escape, told)}, key=len, reverse=True)
    parts = _INSIDE.split(text) if folders else [text]  # every other one is a picture, which stays as it is
    return "".join(part if at % 2 else _less(part, folders) for at, part in enumerate(parts))


def fixes_bytes(index: Index) -> bytes:
    """The rows of all corrected products as UTF-8, with the public addresses of pictures alone."""
    products = index.products(index.doctor.corrected)
    return table_text([_addressed(product) for product in products.values()]).encode("utf-8", "replace")


def _addressed(product: Product) -> Product:
    """The product with its pictures where all of them can be fetched, else with none named."""
    return product if all(one.is_url for one in product.pictures) else replace(product, pictures=())


def _folder(place: str) -> str:
    """The folder of an absolute path; "" of anything else, and of what lies at the root."""
    folder = os.path.dirname(place) if PurePath(place).is_absolute() else ""  # noqa: PTH120
    return folder if folder.strip("/") else ""


def _less(text: str, folders: Iterable[str]) -> str:
    for folder in folders:
        text = text.replace(os.path.join(folder, ""), "")  # noqa: PTH118
    return text
