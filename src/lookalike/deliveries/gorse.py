"""Feedback of Gorse: gorse.io/docs/concepts/data-source."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.catalog.rows import text
from lookalike.deliveries.kinds import PLAIN, folded
from lookalike.deliveries.telling import Document, Item, Told


def recognises(document: Document) -> bool:
    """Whether this is one feedback."""
    return "FeedbackType" in document and "ItemId" in document


def told(document: Document) -> Iterator[Told]:
    """What a feedback says; its type is the shop's own word, its value 0 where there is none."""
    name, value = text(document["FeedbackType"]), document.get("Value")
    yield Told(
        name=name,
        kind=PLAIN.get(folded(name)),
        user=document.get("UserId"),
        time=document.get("Timestamp"),
        items=[Item(document["ItemId"], value or None)],
        known=folded(name) in PLAIN,
        strict=True,
    )
