"""User events of Google's Retail API (Vertex AI Search for commerce), and of its Discovery Engine API.

Fields: google/cloud/retail/v2/user_event.proto and google/cloud/discoveryengine/v1/user_event.proto in
github.com/googleapis/googleapis, in the spelling of JSON (visitorId) and in their own (visitor_id).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lookalike.catalog.rows import text
from lookalike.deliveries.telling import Document, Item, Told
from lookalike.events import Kind

KINDS: Final[Mapping[str, Kind]] = {
    "search": "shown",
    "view-item-list": "shown",
    "detail-page-view": "viewed",
    "view-item": "viewed",
    "add-to-cart": "carted",
    "purchase-complete": "bought",
    "purchase": "bought",
}
_OTHERS = frozenset(
    {
        "category-page-view", "completion", "home-page-view", "promotion-offered", "promotion-not-offered",
        "shopping-cart-page-view", "view-home-page", "view-category-page", "add-feedback", "media-play",
        "media-complete", "conversion",
    }
)  # fmt: skip


def recognises(document: Document) -> bool:
    """Whether this is a user event of either."""
    type_ = _get(document, "eventType", "event_type")
    if not isinstance(type_, str) or (type_ not in KINDS and type_ not in _OTHERS):
        return False
    visitor = _get(document, "visitorId", "visitor_id", "userPseudoId", "user_pseudo_id")
    return visitor is not None and ("-" in type_ or _products(document) is not None)


def told(document: Document) -> Iterator[Told]:
    """What a user event says. A search that lists no product shows none."""
    type_ = text(_get(document, "eventType", "event_type"))
    products = _products(document) or []
    kind = None if type_ == "search" and not products else KINDS.get(type_)
    about = _get(document, "userInfo", "user_info")
    about = about if isinstance(about, Mapping) else {}
    paid = _get(
        document, "purchaseTransaction", "purchase_transaction", "transactionInfo", "transaction_info"
    )
    paid = paid if isinstance(paid, Mapping) else {}
    yield Told(
        name=type_,
        kind=kind,
        user=_get(about, "userId", "user_id")
        or _get(document, "visitorId", "visitor_id", "userPseudoId", "user_pseudo_id"),
        time=_get(document, "eventTime", "event_time"),
        items=[_item(one) for one in products if isinstance(one, Mapping)],
        session=_get(document, "sessionId", "session_id"),
        answer=_get(document, "attributionToken", "attribution_token"),
        id=_get(paid, "id", "transactionId", "transaction_id") if kind == "bought" else "",
    )


def _products(document: Document) -> list[Any] | None:
    found = _get(document, "productDetails", "product_details", "documents")
    return found if isinstance(found, list) else None


def _item(detail: Document) -> Item:
    product = detail.get("product")
    return Item(
        product.get("id") if isinstance(product, Mapping) else detail.get("id"), detail.get("quantity")
    )


def _get(document: Document, *names: str) -> Any:
    """The first of these fields that says something."""
    return next((document[name] for name in names if document.get(name)), None)
