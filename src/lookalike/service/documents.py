"""Products as the service shows them: no path of the server, pictures by their address here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from lookalike.errors import BadArgument
from lookalike.products import Product, product_id
from lookalike.recommend.recommendation import Colour, colours_document


def product_document(product: Product, colours: Sequence[Colour]) -> dict[str, Any]:
    """A product with its colours and the addresses of its pictures, JSON-ready."""
    document = product.to_dict()
    document["colours"] = colours_document(colours)
    document["pictures"] = [
        {"position": position, "url": picture_address(product.id, position)}
        for position in range(len(product.pictures))
    ]
    return document


def picture_address(id: str, position: int | str) -> str:
    """Where a picture of a product is."""
    return f"/v1/pictures/{quote(id, safe='', errors='replace')}/{position}"


def require_id(given: object) -> str:
    """An id as text. Raises `BadArgument` where there is none."""
    if given is None or given == "":
        raise BadArgument("A request has no id.", next_step='Send {"id": "00042"}.')
    return product_id(given)
