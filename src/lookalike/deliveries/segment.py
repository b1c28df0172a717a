"""Segment's track calls of its e-commerce specification, one by one or as a batch.

Common fields, track calls, events and batches: spec/common, spec/track, spec/ecommerce/v2 and the HTTP API in
github.com/segmentio/segment-docs, src/connections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lookalike.catalog.rows import text
from lookalike.deliveries.kinds import folded
from lookalike.deliveries.telling import Document, Item, Told
from lookalike.events import Kind

_EVENTS: Final[Mapping[str, Kind]] = {
    "Product List Viewed": "shown",
    "Product List Filtered": "shown",
    "Viewed Product Category": "shown",
    "Product Clicked": "clicked",
    "Clicked Product": "clicked",
    "Product Viewed": "viewed",
    "Viewed Product": "viewed",
    "Product Added to Wishlist": "liked",
    "Product Added": "carted",
    "Added Product": "carted",
    "Wishlist Product Added to Cart": "carted",
    "Order Completed": "bought",
    "Order Refunded": "returned",
    "Order Cancelled": "returned",
}
KINDS: Final[Mapping[str, Kind]] = {folded(name): kind for name, kind in _EVENTS.items()}
"""Names of the second specification, and those of the first that it gives as aliases."""

_CALLS = frozenset({"identify", "page", "screen", "group", "alias"})


def recognises(document: Document) -> bool:
    """Whether this is a call, or a batch of them."""
    if isinstance(document.get("batch"), list):
        return True
    if "event" in document and isinstance(document.get("properties"), Mapping):
        return True
    call = document.get("type")
    return isinstance(call, str) and call in _CALLS and ("userId" in document or "anonymousId" in document)


def told(document: Document) -> Iterator[Told]:
    """What a call says, or each of a batch."""
    batch = document.get("batch")
    for call in batch if isinstance(batch, list) else [document]:
        yield _call(call if isinstance(call, Mapping) else {})


def _call(document: Document) -> Told:
    properties = document.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    name = text(document.get("event")) or text(document.get("type"))
    products = properties.get("products")
    return Told(
        name=name,
        kind=KINDS.get(folded(name)),
        user=document.get("userId") or document.get("anonymousId"),
        time=_first(document, "timestamp", "originalTimestamp", "receivedAt", "sentAt"),
        items=[
            _item(product)
            for product in (products if isinstance(products, list) else [properties])
            if isinstance(product, Mapping)
        ],
        answer=_first(properties, "attribution", "list_id"),
        id=document.get("messageId"),
    )


def _item(product: Document) -> Item:
    return Item(_first(product, "product_id", "sku"), product.get("quantity"))


def _first(document: Document, *names: str) -> Any:
    return next((document[name] for name in names if document.get(name)), None)
