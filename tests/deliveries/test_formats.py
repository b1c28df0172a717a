"""Documents as other systems send them; shapes as their documentation has them, see docs/guide/events.md."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike import attribution
from lookalike.deliveries import read_events
from lookalike.deliveries.reading import shape_of
from lookalike.events import Event
from lookalike.products import Problem

TIME = 1_767_225_600_000
ISO = "2026-01-01T00:00:00.000Z"
TOKEN = attribution.token("similar", 1, "A")

Short = tuple[str, str, str, float]


def read(document: Any) -> list[Event | Problem]:
    return list(read_events(document, now=lambda: TIME))


def short(document: Any) -> list[Short]:
    """User, item, kind and weight of each event; nothing else may come."""
    found = []
    for event in read(document):
        assert isinstance(event, Event), event
        assert event.time == TIME
        found.append((event.user, event.item, event.kind, event.weight))
    return found


def row(name: str, items: list[dict[str, Any]], **params: Any) -> dict[str, Any]:
    """A row of GA4's export as BigQuery writes JSON: 64-bit numbers are texts."""
    told = [
        {"key": key, "value": {"string_value": None, "int_value": None, slot: value}}
        for key, (slot, value) in params.items()
    ]
    return {
        "event_date": "20260101",
        "event_timestamp": str(TIME * 1000),
        "event_name": name,
        "event_params": told,
        "user_id": None,
        "user_pseudo_id": "111.222",
        "items": items,
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("view_item_list", "shown"),
        ("select_item", "clicked"),
        ("view_item", "viewed"),
        ("add_to_wishlist", "liked"),
        ("add_to_cart", "carted"),
        ("purchase", "bought"),
        ("refund", "returned"),
    ],
)
def test_ga4_export_rows_tell_what_was_done_with_each_item(name: str, kind: str) -> None:
    items = [{"item_id": "A", "quantity": "2"}, {"item_id": "B", "quantity": None}]
    weight = 2.0 if kind in ("carted", "bought", "returned") else 1.0
    assert short(row(name, items)) == [("111.222", "A", kind, weight), ("111.222", "B", kind, 1.0)]


def test_ga4_export_rows_have_a_visit_an_order_and_a_list() -> None:
    visit = {"ga_session_id": ("int_value", "77"), "transaction_id": ("string_value", "T1")}
    (bought,) = read(row("purchase", [{"item_id": "A"}], **visit))
    assert isinstance(bought, Event)
    assert (bought.session, bought.id) == ("111.222.77", "T1")
    (seen,) = read(row("view_item_list", [{"item_id": "A", "item_list_id": TOKEN}], **visit))
    assert isinstance(seen, Event)
    assert (seen.answer, seen.id) == (TOKEN, "")
    (other,) = read(row("view_item_list", [{"item_id": "A", "item_list_id": "related_products"}]))
    assert isinstance(other, Event)
    assert other.answer == ""


def test_a_known_shopper_goes_before_the_browser() -> None:
    assert short({**row("view_item", [{"item_id": "A"}]), "user_id": "me"})[0][0] == "me"


def test_ga4_rows_about_no_product_are_passed_over_and_a_purchase_of_nothing_is_not() -> None:
    (passed,) = read(row("scroll", []))
    assert isinstance(passed, Problem) and (passed.reason, passed.detail) == ("passed-over", "scroll")
    for items in ([], [{"item_id": "(not set)"}], [{}]):
        (wrong,) = read(row("purchase", items))
        assert isinstance(wrong, Problem) and (wrong.reason, wrong.fatal) == ("no-item", True)


def test_ga4_measurement_protocol_payloads_hold_several_events() -> None:
    both = [{"item_id": "A", "quantity": 2}, {"item_id": "B"}]
    payload = {
        "client_id": "111.222",
        "timestamp_micros": str(TIME * 1000),
        "events": [
            {"name": "add_to_cart", "params": {"items": both[:1], "session_id": "5"}},
            {"name": "purchase", "params": {"transaction_id": "T1", "items": both}},
        ],
    }
    assert short(payload) == [
        ("111.222", "A", "carted", 2.0),
        ("111.222", "A", "bought", 2.0),
        ("111.222", "B", "bought", 1.0),
    ]
    first = read(payload)[0]
    assert isinstance(first, Event) and first.session == "111.222.5"


def test_an_item_twice_in_an_order_is_one_event_with_both_quantities() -> None:
    items = [{"item_id": "A", "quantity": 2}, {"item_id": "A", "quantity": 3}]
    assert short(row("purchase", items)) == [("111.222", "A", "bought", 5.0)]
    assert short(row("view_item_list", items)) == [("111.222", "A", "shown", 1.0)]


def call(event: str, **properties: Any) -> dict[str, Any]:
    return {
        "anonymousId": "browser",
        "event": event,
        "messageId": "ajs-1",
        "properties": properties,
        "receivedAt": "2026-01-01T00:00:09.000Z",
        "timestamp": ISO,
        "type": "track",
        "userId": "97980cfea0067",
    }


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("Product Clicked", "clicked"),
        ("Product Viewed", "viewed"),
        ("Product Added", "carted"),
        ("Product Added to Wishlist", "liked"),
        ("Wishlist Product Added to Cart", "carted"),
        ("Added Product", "carted"),
    ],
)
def test_segment_calls_tell_of_a_product(event: str, kind: str) -> None:
    assert short(call(event, product_id="507f", sku="G-32")) == [("97980cfea0067", "507f", kind, 1.0)]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("Product List Viewed", "shown"),
        ("Product List Filtered", "shown"),
        ("Order Completed", "bought"),
        ("Order Refunded", "returned"),
        ("Order Cancelled", "returned"),
    ],
)
def test_segment_calls_tell_of_several_products(event: str, kind: str) -> None:
    products = [{"product_id": "507f", "quantity": 1}, {"sku": "46493-32", "quantity": 2}]
    found = short(call(event, order_id="50314b", products=products))
    assert [(item, told) for _, item, told, _ in found] == [("507f", kind), ("46493-32", kind)]
    assert found[1][3] == (1.0 if kind == "shown" else 2.0)


def test_segment_messages_are_named_by_their_id_and_lists_by_their_token() -> None:
    products = [{"product_id": "507f"}]
    (event,) = read(call("Product List Viewed", list_id=TOKEN, products=products))
    assert isinstance(event, Event)
    assert (event.id, event.answer) == ("ajs-1", TOKEN)


def test_a_segment_batch_is_every_call_in_it_and_other_calls_are_passed_over() -> None:
    page = {"type": "page", "userId": "me", "messageId": "2", "timestamp": ISO}
    first, second, third = read({"batch": [call("Product Viewed", product_id="A"), page, call("Logged In")]})
    assert isinstance(first, Event) and first.item == "A"
    assert isinstance(second, Problem) and (second.reason, second.detail) == ("passed-over", "page")
    assert isinstance(third, Problem) and (third.reason, third.detail) == ("passed-over", "Logged In")


def insight(type_: str, subtype: str = "", **more: Any) -> dict[str, Any]:
    event = {
        "eventName": "Something",
        "eventType": type_,
        "index": "shop",
        "objectIDs": ["A", "B"],
        "timestamp": TIME,
        "userToken": "anonymous-1",
        **more,
    }
    return {**event, "eventSubtype": subtype} if subtype else event


@pytest.mark.parametrize(
    ("type_", "subtype", "kind"),
    [
        ("view", "", "shown"),
        ("click", "", "clicked"),
        ("conversion", "", "carted"),
        ("conversion", "addToCart", "carted"),
        ("conversion", "purchase", "bought"),
    ],
)
def test_algolia_events_tell_of_each_object(type_: str, subtype: str, kind: str) -> None:
    expected = [("anonymous-1", "A", kind, 1.0), ("anonymous-1", "B", kind, 1.0)]
    assert short(insight(type_, subtype)) == expected
    assert short({"events": [insight(type_, subtype)]}) == expected


def test_algolia_purchases_have_a_quantity_and_a_query_for_each_object() -> None:
    data = [{"quantity": 2, "price": 9.99, "queryID": TOKEN}, {"quantity": 1, "queryID": "0" * 32}]
    first, second = read(insight("conversion", "purchase", objectData=data))
    assert isinstance(first, Event) and isinstance(second, Event)
    assert (first.weight, first.answer, second.weight, second.answer) == (2.0, TOKEN, 1.0, "")


def test_algolia_events_about_filters_are_passed_over_and_a_known_user_goes_first() -> None:
    filters = insight("click", filters=["brand:apple"])
    del filters["objectIDs"]
    (passed,) = read(filters)
    assert isinstance(passed, Problem) and passed.reason == "passed-over"
    assert short(insight("click", authenticatedUserToken="me"))[0][0] == "me"


def test_google_retail_user_events_in_both_spellings() -> None:
    event = {
        "eventType": "purchase-complete",
        "visitorId": "v1",
        "sessionId": "s1",
        "eventTime": "2026-01-01T00:00:00.000001Z",
        "attributionToken": TOKEN,
        "productDetails": [{"product": {"id": "A"}, "quantity": 2}, {"product": {"id": "B"}, "quantity": 1}],
        "purchaseTransaction": {"id": "T1", "revenue": 40.0, "currencyCode": "EUR"},
    }
    stored = {
        "event_type": "purchase-complete",
        "visitor_id": "v1",
        "session_id": "s1",
        "event_time": "2026-01-01 00:00:00.000001 UTC",
        "attribution_token": TOKEN,
        "product_details": [{"product": {"id": "A"}, "quantity": 2}, {"product": {"id": "B"}, "quantity": 1}],
        "purchase_transaction": {"id": "T1"},
    }
    assert short(event) == [("v1", "A", "bought", 2.0), ("v1", "B", "bought", 1.0)]
    assert read(event) == read(stored)
    first = read(event)[0]
    assert isinstance(first, Event)
    assert (first.session, first.answer, first.id) == ("s1", TOKEN, "T1")


@pytest.mark.parametrize(
    ("type_", "kind"),
    [("search", "shown"), ("detail-page-view", "viewed"), ("add-to-cart", "carted")],
)
def test_google_retail_kinds(type_: str, kind: str) -> None:
    details = [{"product": {"id": "A"}}]
    event = {"eventType": type_, "visitorId": "v1", "eventTime": ISO, "productDetails": details}
    assert short(event) == [("v1", "A", kind, 1.0)]
    assert short({"userEvents": [event]}) == [("v1", "A", kind, 1.0)]
    assert short({**event, "userInfo": {"userId": "me"}})[0][0] == "me"


def test_google_retail_pages_without_a_product_are_passed_over() -> None:
    for type_ in ("home-page-view", "shopping-cart-page-view", "category-page-view", "search"):
        event = {"eventType": type_, "visitorId": "v1", "eventTime": ISO, "searchQuery": "dress"}
        (passed,) = read(event) if type_ != "search" else read({**event, "productDetails": []})
        assert isinstance(passed, Problem) and (passed.reason, passed.fatal) == ("passed-over", False)


@pytest.mark.parametrize(
    ("type_", "kind"),
    [("view-item-list", "shown"), ("view-item", "viewed"), ("add-to-cart", "carted"), ("purchase", "bought")],
)
def test_discovery_engine_user_events(type_: str, kind: str) -> None:
    documents = [{"id": "A", "quantity": 1}]
    event = {"eventType": type_, "userPseudoId": "v1", "eventTime": ISO, "documents": documents}
    assert short(event) == [("v1", "A", kind, 1.0)]


def test_gorse_feedback_is_of_a_type_the_shop_chose_and_has_a_value() -> None:
    feedback = {"FeedbackType": "star", "UserId": "jack", "ItemId": "10086", "Value": 0, "Timestamp": ISO}
    assert short([feedback]) == [("jack", "10086", "liked", 1.0)]
    assert short([{**feedback, "FeedbackType": "read", "Value": 4}]) == [("jack", "10086", "viewed", 4.0)]
    (unknown,) = read([{**feedback, "FeedbackType": "watched_whole"}])
    assert isinstance(unknown, Problem) and unknown.reason == "unknown-event"
    (told,) = read_events([{**feedback, "FeedbackType": "watched_whole"}], mapping={"watched_whole": "liked"})
    assert isinstance(told, Event) and told.kind == "liked"


def test_documents_of_several_formats_may_stand_beside_each_other() -> None:
    plain = {"user": "u", "item": "i", "event": "view", "time": ISO}
    found = read([plain, call("Product Viewed", product_id="A"), row("view_item", [{"item_id": "B"}])])
    assert [event.item for event in found if isinstance(event, Event)] == ["i", "A", "B"]
    assert [event.row for event in found] == [1, 2, 3]


def test_a_mapping_of_columns_says_that_a_document_is_plain() -> None:
    document = {**row("view_item", [{"item_id": "A"}]), "sku_seen": "B"}
    mapping = {"sku_seen": "item", "user_pseudo_id": "user", "event_timestamp": "time", "event_name": "event"}
    (event,) = read_events(document, mapping=mapping)
    assert isinstance(event, Event) and event.item == "B"


@pytest.mark.parametrize(
    "document",
    [
        {"events": "none"},
        {"events": [1, None, "x"]},
        {"batch": [None]},
        {"batch": []},
        {"eventType": ["click"], "userToken": {}, "objectIDs": "A"},
        {"eventType": "search", "visitorId": [], "productDetails": {"a": 1}},
        {"event_name": 7, "event_params": {"x": 1}, "items": 3},
        {"event_name": None, "event_params": [1, {"key": []}, {"value": {}}], "items": [1]},
        {"event": {}, "properties": {"products": [None, 3]}},
        {"FeedbackType": None, "ItemId": None},
        {"type": [], "event": None},
        {},
    ],
)
def test_documents_that_are_half_a_format_raise_nothing(document: dict[str, Any]) -> None:
    for found in read(document):
        assert isinstance(found, Problem), found
    shape_of(document)
