"""Events of Algolia's Insights API: specs/insights in github.com/algolia/api-clients-automation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lookalike.catalog.rows import text
from lookalike.deliveries.telling import Document, Item, Told
from lookalike.events import Kind

KINDS: Final[Mapping[tuple[str, str], Kind]] = {
    ("view", ""): "shown",
    ("click", ""): "clicked",
    ("conversion", ""): "carted",
    ("conversion", "addToCart"): "carted",
    ("conversion", "purchase"): "bought",
}
"""Event type and subtype → kind.

A view is of items among results. A conversion of no subtype is whatever the shop counts as one: a product
was wanted, and nobody says that it was bought.
"""


def recognises(document: Document) -> bool:
    """Whether this is an event of Insights."""
    about = "objectIDs" in document or "filters" in document
    return about and "eventType" in document and "userToken" in document


def told(document: Document) -> Iterator[Told]:
    """What an event says; one about filters is of no product."""
    type_, subtype = text(document["eventType"]), text(document.get("eventSubtype"))
    objects, data = document.get("objectIDs"), document.get("objectData")
    objects = objects if isinstance(objects, list) else []
    details = [one if isinstance(one, Mapping) else {} for one in (data if isinstance(data, list) else ())]
    details += [{}] * (len(objects) - len(details))
    yield Told(
        name=f"{type_} {subtype}".strip(),
        kind=KINDS.get((type_, subtype)) if "objectIDs" in document else None,
        user=document.get("authenticatedUserToken") or document["userToken"],
        time=document.get("timestamp"),
        items=[
            Item(one, detail.get("quantity"), detail.get("queryID"))
            for one, detail in zip(objects, details, strict=False)
        ],
        answer=document.get("queryID"),
    )
