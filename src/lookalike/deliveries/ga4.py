"""Google Analytics 4: rows of its BigQuery export, and payloads of its Measurement Protocol.

Export schema: support.google.com/analytics/answer/7029846. Payload:
developers.google.com/analytics/devguides/collection/protocol/ga4/reference, and its reference of events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lookalike.catalog.rows import text
from lookalike.deliveries.telling import Document, Item, Told
from lookalike.events import Kind

KINDS: Final[Mapping[str, Kind]] = {
    "view_item_list": "shown",
    "select_item": "clicked",
    "view_item": "viewed",
    "add_to_wishlist": "liked",
    "add_to_cart": "carted",
    "purchase": "bought",
    "refund": "returned",
}
_SLOTS = ("string_value", "int_value", "double_value", "float_value")


def recognises(document: Document) -> bool:
    """Whether this is a row of an export or a payload."""
    if "event_name" in document:
        return "event_params" in document or isinstance(document.get("items"), list)
    events = document.get("events")
    return isinstance(events, list) and any(isinstance(one, Mapping) and "name" in one for one in events)


def told(document: Document) -> Iterator[Told]:
    """What an export's row says, or each event of a payload."""
    if "event_name" in document:
        yield _row(document)
        return
    for event in document["events"]:
        yield _sent(document, event if isinstance(event, Mapping) else {})


def _row(document: Document) -> Told:
    params = _params(document.get("event_params"))
    commerce = document.get("ecommerce")
    commerce = commerce if isinstance(commerce, Mapping) else {}
    device = text(document.get("user_pseudo_id"))
    return _told(
        name=text(document["event_name"]),
        user=document.get("user_id") or device,
        device=device,
        visit=params.get("ga_session_id"),
        time=document.get("event_timestamp"),
        items=document.get("items"),
        params={**params, "transaction_id": params.get("transaction_id") or commerce.get("transaction_id")},
    )


def _sent(document: Document, event: Document) -> Told:
    params = event.get("params")
    params = params if isinstance(params, Mapping) else {}
    device = text(document.get("client_id")) or text(document.get("app_instance_id"))
    return _told(
        name=text(event.get("name")),
        user=document.get("user_id") or device,
        device=device,
        visit=params.get("session_id"),
        time=event.get("timestamp_micros") or document.get("timestamp_micros"),
        items=params.get("items"),
        params=params,
    )


def _told(*, name: str, user: Any, device: str, visit: Any, time: Any, items: Any, params: Document) -> Told:
    kind = KINDS.get(name)
    bill = text(params.get("transaction_id")) if kind in ("bought", "returned") else ""
    number = text(visit)
    return Told(
        name=name,
        kind=kind,
        user=user,
        time=time,
        items=[
            Item(item.get("item_id"), item.get("quantity"), item.get("item_list_id"))
            for item in (items if isinstance(items, list) else ())
            if isinstance(item, Mapping)
        ],
        session=f"{device}.{number}" if number else "",
        answer=params.get("item_list_id"),
        id="" if bill == "(not set)" else bill,
    )


def _params(given: Any) -> dict[str, Any]:
    """The parameters of an export's row: a list of a key and a value in the slot of its type."""
    found: dict[str, Any] = {}
    for one in given if isinstance(given, list) else ():
        value = one.get("value") if isinstance(one, Mapping) else None
        if isinstance(value, Mapping):
            slots = (value.get(slot) for slot in _SLOTS)
            found[text(one.get("key"))] = next((slot for slot in slots if slot is not None), None)
    return found
