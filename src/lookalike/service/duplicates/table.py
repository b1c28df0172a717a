"""The groups as a table that names pictures by their address here, not by a path of the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from lookalike.copies.answer import Duplicates, Products
from lookalike.products import PictureSource, Product
from lookalike.service.documents import picture_address


def table_bytes(found: Duplicates) -> bytes:
    """What `lookalike.copies.Duplicates.to_csv` writes, as UTF-8."""
    return replace(found, products=partial(_addressed, found.products)).csv_text().encode("utf-8", "replace")


def _addressed(products: Products, ids: Sequence[str]) -> Mapping[str, Product]:
    return {
        id: replace(
            product,
            pictures=tuple(
                PictureSource(picture_address(id, position)) for position in range(len(product.pictures))
            ),
        )
        for id, product in products(ids).items()
    }
