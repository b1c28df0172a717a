"""Plain events under many names of columns and of what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike import attribution
from lookalike.deliveries import read_events
from lookalike.errors import BadArgument
from lookalike.events import KINDS, Event, Kind
from lookalike.products import Problem

TIME = 1_767_225_600_000
ROW = {"user": "u1", "item": "0007", "event": "viewed", "timestamp": "2026-01-01"}


def read(*documents: Any, **options: Any) -> list[Event | Problem]:
    return list(read_events(list(documents), now=lambda: TIME + 1, **options))


def one(document: Mapping[str, Any], **options: Any) -> Event:
    (event,) = read(document, **options)
    assert isinstance(event, Event), event
    return event


def problem(document: Any, **options: Any) -> Problem:
    (found,) = read(document, **options)
    assert isinstance(found, Problem), found
    return found


def test_an_event_says_who_what_when_and_how() -> None:
    assert one(ROW) == Event("u1", "0007", "viewed", TIME)


@pytest.mark.parametrize(
    "columns",
    [
        ("user_id", "item_id", "event_type", "timestamp"),
        ("CustomerID", "StockCode", "Action", "InvoiceDate"),
        ("visitorid", "itemid", "event", "timestamp"),
        ("userToken", "objectID", "eventType", "timestamp"),
        ("user_id", "item_id", "feedback_type", "time_stamp"),
        ("customer_id", "article_id", "kind", "t_dat"),
        ("user_pseudo_id", "item_id", "event_name", "event_timestamp"),
    ],
)
def test_columns_have_many_names(columns: tuple[str, ...]) -> None:
    given = dict(zip(columns, ("u", "i", "view", "2026-01-01"), strict=True))
    assert one(given) == Event("u", "i", "viewed", TIME)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("addtocart", "carted"),
        ("Add To Cart", "carted"),
        ("transaction", "bought"),
        ("PURCHASE", "bought"),
        ("fav", "liked"),
        ("pv", "viewed"),
        ("impression", "shown"),
        ("select_item", "clicked"),
        ("not_interested", "disliked"),
        ("refund", "returned"),
        *((kind, kind) for kind in KINDS),
    ],
)
def test_what_was_done_has_many_names(word: str, kind: Kind) -> None:
    assert one({**ROW, "event": word}).kind == kind


def test_a_mapping_names_columns_and_words() -> None:
    document = {"who": "u1", "what": 7, "did": "pinned it", "at": "2026-01-01"}
    mapping = {"who": "user", "what": "item", "did": "event", "at": "time", "Pinned-It": "liked"}
    assert one(document, mapping=mapping) == Event("u1", "7", "liked", TIME)
    with pytest.raises(BadArgument, match="cannot be read as 'price'"):
        read(document, mapping={"who": "price"})


def test_a_mapping_holds_for_events_inside_a_document() -> None:
    inner = {"who": "u1", "item": "7", "event": "view", "time": "2026-01-01"}
    assert one({"events": [inner]}, mapping={"who": "user"}) == Event("u1", "7", "viewed", TIME)


def test_events_that_name_none_are_of_the_kind_that_is_given() -> None:
    nameless = {name: cell for name, cell in ROW.items() if name != "event"}
    assert one(nameless, kind="bought").kind == "bought"
    assert one(ROW, kind="bought").kind == "viewed"
    assert problem(nameless).reason == "unknown-event"
    with pytest.raises(BadArgument):
        read(nameless, kind="sniffed")


def test_ids_are_text_as_a_catalogue_has_them() -> None:
    assert one({**ROW, "item": 7, "user": 17850.0}).item == "7"
    assert one({**ROW, "item": 7, "user": 17850.0}).user == "17850"
    assert one({**ROW, "item": " 0007 "}).item == "0007"


def test_a_quantity_is_a_weight() -> None:
    assert one({**ROW, "event": "buy", "quantity": "3"}).weight == 3.0
    assert one({**ROW, "weight": 0.25}).weight == 0.25
    assert one({**ROW, "weight": ""}).weight == 1.0


@pytest.mark.parametrize("weight", [-2, 0, "many", 10**400, float("nan"), float("inf"), [1], {}])
def test_a_weight_that_is_none_is_reported(weight: Any) -> None:
    assert problem({**ROW, "weight": weight}).reason == "weight"


def test_a_negative_quantity_says_how_to_tell_of_a_return() -> None:
    assert "returned" in problem({**ROW, "event": "buy", "quantity": -2}).detail


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user": ""}, "no-shopper"),
        ({"item": None}, "no-item"),
        ({"item": "  "}, "no-item"),
        ({"event": "sniffed"}, "unknown-event"),
        ({"timestamp": "soon"}, "time"),
        ({"user": "x" * 1001}, "too-long"),
        ({"item": {"id": 7}}, "malformed"),
    ],
)
def test_a_row_that_is_no_event_is_reported_with_its_reason(change: dict[str, Any], reason: str) -> None:
    found = problem({**ROW, **change})
    assert (found.reason, found.row, found.fatal) == (reason, 1, True)
    assert found.detail


@pytest.mark.parametrize("junk", [7, None, "text", [], b"bytes", 1.5])
def test_what_is_no_document_is_reported(junk: Any) -> None:
    assert problem(junk).reason == "malformed"


def test_a_visit_without_an_account_is_enough() -> None:
    event = one({"session": "s1", "item": "i", "event": "click"})
    assert (event.user, event.session, event.time) == ("", "s1", TIME + 1)


def test_what_is_nothing_done_with_a_product_is_passed_over() -> None:
    found = problem({**ROW, "event": "page_view"})
    assert (found.reason, found.detail, found.fatal) == ("passed-over", "page_view", False)


def test_an_answer_is_named_by_its_token_and_by_nothing_else() -> None:
    token = attribution.token("similar", 3, "0007")
    assert one({**ROW, "answer": token}).answer == token
    assert one({**ROW, "attribution": token}).answer == token
    told, event = read({**ROW, "answer": "related_products"})
    assert isinstance(told, Problem) and (told.reason, told.fatal) == ("answer", False)
    assert isinstance(event, Event) and event.answer == ""


def test_events_made_in_python_are_taken_as_they_are_unless_no_database_could_hold_them() -> None:
    event = Event("u", "i", "liked", TIME)
    assert read(event) == [event]
    assert problem(Event("u", "\ud800", "liked", TIME)).reason == "malformed"
    assert problem(Event("u", "i\0", "liked", TIME)).reason == "malformed"


def test_texts_that_are_half_characters_or_have_zeros_are_cleaned() -> None:
    assert one({**ROW, "item": "a\0b\ud800"}).item == "ab?"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_PLAIN = ("user", "item", "event", "time", "weight", "id", "answer", "session", "events", "batch", "items")
_GOOGLE = ("event_name", "event_params", "eventType", "visitorId", "productDetails", "userEvents", "params")
_OTHERS = ("userToken", "objectIDs", "objectData", "FeedbackType", "ItemId", "type", "properties", "name")
NAMES = st.sampled_from((*_PLAIN, *_GOOGLE, *_OTHERS))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON, max_size=4) | st.lists(JSON, max_size=3)))
def test_whatever_is_sent_comes_to_events_or_problems(document: dict[str, Any]) -> None:
    for found in read_events(document, now=lambda: TIME):
        assert isinstance(found, Event | Problem)
        if isinstance(found, Problem):
            assert found.reason and found.detail


def _deep() -> Any:
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    return deep


@pytest.mark.parametrize(
    "cell", [_deep(), 10**5000, {"a": []}, object()], ids=["deep", "long", "object", "other"]
)
@pytest.mark.parametrize("column", ["user", "item", "weight", "event", "timestamp"])
def test_a_cell_of_no_use_spoils_its_own_row_at_most(column: str, cell: Any) -> None:
    first, second = read({**ROW, column: cell}, ROW)
    assert isinstance(first, Problem) or column in ("user", "item")
    assert isinstance(second, Event)


def test_quantities_that_sum_to_no_number_are_a_problem() -> None:
    items = [{"item_id": "a", "quantity": 1e308}, {"item_id": "a", "quantity": 1e308}, {"item_id": "b"}]
    row = {
        "event_name": "purchase",
        "event_params": [],
        "user_id": "u",
        "event_timestamp": TIME,
        "items": items,
    }
    first, second = read(row)
    assert isinstance(first, Problem) and first.reason == "weight"
    assert isinstance(second, Event) and second.item == "b"


@pytest.mark.parametrize(
    "event",
    [
        Event("z", "1", "viewed", 2**70),
        Event(5, "1", "viewed", TIME),  # type: ignore[arg-type]
        Event("z", "1", "viewed", "x"),  # type: ignore[arg-type]
        Event("z", "1", "viewed", float("nan")),  # type: ignore[arg-type]
    ],
)
def test_an_event_made_wrongly_is_a_problem(event: Event) -> None:
    first, second = read(event, ROW)
    assert isinstance(first, Problem) and isinstance(second, Event)


def test_a_weight_and_a_mapping_of_other_types_are_said_to_be_wrong() -> None:
    with pytest.raises(BadArgument):
        Event("u", "1", "viewed", TIME, "3")  # type: ignore[arg-type]
    wrong: tuple[Any, ...] = (5, {"a": []})
    for mapping in wrong:
        with pytest.raises(BadArgument):
            read(ROW, mapping=mapping)


def test_a_token_that_is_not_exactly_as_it_was_given_is_left_out() -> None:
    token = attribution.token("similar", 1, "00042")
    for strange in (token + "=", token + "=" * 2000, attribution.token("similar", 1, "x" * 2000)):
        told, event = read({**ROW, "attribution": strange})
        assert isinstance(told, Problem) and not told.fatal
        assert isinstance(event, Event) and event.answer == ""
    assert one({**ROW, "attribution": token}).answer == token
