"""The page that ``lookalike demo`` ends with: a few questions to the drawn shop, and their answers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lookalike.index import Index
    from lookalike.recommend.answer import Answer

_SHELF = 10
_LOOKS = 4  # products that ask, each of another kind
_PHOTOS = 3
_WISHES = (
    ("colours counting half", "", {"look": 1.0, "colour": 0.5}),
    ("but in blue", "colour=blue", None),
    ("within 40 EUR", "price<=40EUR", None),
)


def answers(index: Index, photos: Path) -> dict[str, Answer]:
    """Answers by heading: by product, by photo (a table photo,product_id), in a colour, within a budget."""
    asking = _asking(index)
    shown: dict[str, Answer] = {}
    for product_id in asking[:_LOOKS]:
        shown[f"Looks like: {index.product(product_id).title}"] = index.similar(product_id, k=_SHELF)
    for name in _photo_files(photos)[:_PHOTOS]:
        shown[f"A customer's photo: {name.stem}"] = index.search(name, k=_SHELF)
    for heading, wish, weights in _WISHES:
        product = index.product(asking.pop())
        kind = f'category="{product.category}"'
        where = f"{kind} {wish}" if wish else None
        shown[f"Like {product.title}, {heading}"] = index.similar(
            product.id, k=_SHELF, where=where, weights=weights
        )
    return shown


def _asking(index: Index) -> list[str]:
    """The first product of each kind, kinds in the order of the catalogue's ids."""
    first: dict[str, str] = {}
    for product_id, product in index.products(index.ids).items():
        if product.category:
            first.setdefault(product.category, product_id)
    return list(first.values())


def _photo_files(table: Path) -> list[Path]:
    with table.open(newline="", encoding="utf-8") as file:
        return [table.parent / row["photo"] for row in csv.DictReader(file)]
