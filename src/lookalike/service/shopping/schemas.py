"""What requests and answers about shoppers look like, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from lookalike.attribution import DOORS
from lookalike.events import KINDS, LONGEST
from lookalike.recommend.rules import ACTIONS, SHELVES
from lookalike.service import schemas
from lookalike.service.limits import MOST_EVENTS
from lookalike.service.schemas import (
    ANSWER,
    COUNT,
    NUMBER,
    SHARE,
    STOCK,
    TEXT,
    YES,
    Schema,
    answers,
    body,
    lists,
    maybe,
    named,
    objects,
)
from lookalike.service.shopping import examples

__all__ = ["ANSWER", "answers", "body"]

_KIND: Schema = {"type": "string", "enum": list(KINDS)}
_ID: Schema = {"type": "string", "minLength": 1}
_USER: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_PRICE = objects({"amount": NUMBER, "currency": TEXT})
_COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}
_REQUEST = {"request_id": TEXT}


def _closed(schema: Schema) -> Schema:
    return {**schema, "additionalProperties": False}


EVENT = objects(
    {"item": _ID, "event": TEXT},
    user=TEXT,
    session=TEXT,
    timestamp={"type": ["string", "number"]},
    weight={"type": "number", "exclusiveMinimum": 0},
    answer=TEXT,
    id=TEXT,
)
_DOCUMENT: Schema = {"type": "object"}
RECORDED = objects(
    {
        "rows": COUNT,
        "recorded": COUNT,
        "repeated": COUNT,
        "erased": COUNT,
        "reported": COUNT,
        "unknown": COUNT,
        "future": COUNT,
        "kinds": _COUNTS,
        "passed": _COUNTS,
        "reasons": _COUNTS,
        "problems": lists(
            objects({"row": maybe(COUNT), "item": TEXT, "reason": TEXT, "detail": TEXT, "recorded": YES})
        ),
        "seconds": NUMBER,
        **_REQUEST,
    }
)
RECORDED_EXAMPLE = examples.RECORDED

_SWAP: Schema = {"allOf": [named("Result"), objects({"saves": _PRICE, "fit": SHARE})]}
_PIECE: Schema = {"allOf": [named("Result"), objects({"kind": TEXT, "fit": SHARE, "swaps": lists(_SWAP)})]}
OUTFIT = objects(
    {
        "product": maybe(named("Result")),
        "pieces": lists(_PIECE),
        "total": _PRICE,
        "budget": maybe(_PRICE),
        "left": maybe(_PRICE),
        "fit": SHARE,
        "complete": YES,
        "unmet": lists(TEXT),
        "least": maybe(_PRICE),
        "leave_out": lists(TEXT),
        "explain": {"type": "object"},
        "version": COUNT,
        "request_id": TEXT,
        "attribution": TEXT,
    }
)
OUTFIT_REQUEST = _closed(
    objects(
        {},
        id=_ID,
        kinds=lists(_ID),
        budget={"type": ["number", "string"]},
        where=TEXT,
        exclude=lists(TEXT),
        user=_USER,
        currency=TEXT,
    )
)
OUTFIT_REQUEST_EXAMPLE = examples.OUTFIT_REQUEST

_WORDS = _closed(objects({}, like=lists(TEXT), avoid=lists(TEXT)))
_BUDGET = _closed(objects({"max": {"type": ["number", "string"]}}, currency=TEXT))
_DECLARED = _closed(
    objects(
        {},
        gender=TEXT,
        sizes=lists(TEXT),
        brands=_WORDS,
        colours=_WORDS,
        kinds=_WORDS,
        budget=maybe(_BUDGET),
    )
)
PROFILE = _closed(objects({}, user=_USER, declared=_DECLARED, forgotten=lists(_ID)))
PROFILE_EXAMPLE = examples.PROFILE
_LIKINGS = lists(objects({"name": TEXT, "weight": NUMBER, "from": COUNT}))
SHOPPER = objects(
    {
        "user": TEXT,
        "known": {"type": "string", "enum": ["history", "session", "profile", "nothing"]},
        "learned": objects(
            {
                "kinds": _LIKINGS,
                "brands": _LIKINGS,
                "colours": _LIKINGS,
                "attributes": {"type": "object", "additionalProperties": _LIKINGS},
                "price": maybe(objects({"low": NUMBER, "high": NUMBER, "currency": TEXT})),
                "items": lists(objects({"id": TEXT, "kind": _KIND, "time": COUNT})),
            }
        ),
        "declared": _DECLARED,
        "forgotten": lists(TEXT),
        **_REQUEST,
    }
)
ERASED = objects({"user": TEXT, "events": COUNT, "profile": YES, **_REQUEST})
ERASED_EXAMPLE = examples.ERASED

_RULE = objects(
    {
        "name": TEXT,
        "line": COUNT,
        "action": {"type": "string", "enum": list(ACTIONS)},
        "shelves": lists({"type": "string", "enum": list(SHELVES)}),
        "active": YES,
        "from": maybe(TEXT),
        "until": maybe(TEXT),
        "for": maybe(COUNT),
        "words": maybe(TEXT),
        "products": COUNT,
        "unknown": lists(TEXT),
    }
)
RULES = objects({"toml": maybe(TEXT), "rules": lists(_RULE), **_REQUEST})
RULES_EXAMPLE, NO_RULES_EXAMPLE = examples.RULES, examples.NO_RULES

_RATE = objects({"value": SHARE, "low": SHARE, "high": SHARE})
REPORT = objects(
    {
        "since": maybe(TEXT),
        "until": maybe(TEXT),
        "events": COUNT,
        "shelves": lists(
            objects(
                {
                    "shelf": {"type": "string", "enum": list(DOORS)},
                    "answers": COUNT,
                    "shown": COUNT,
                    "clicked": COUNT,
                    "bought": COUNT,
                    "click_rate": _RATE,
                    "buy_rate": _RATE,
                }
            )
        ),
        "unknown": COUNT,
        **_REQUEST,
    }
)
REPORT_EXAMPLE = examples.REPORT

_PARAMETERS: dict[str, tuple[Schema, str, Any]] = {
    "path id": (_ID, "The product's id, percent-encoded.", "00042"),
    "path user": (_USER, "The shopper's id, percent-encoded. It stands in no log.", "u-1017"),
    "id": (_ID, "The id of a product that is in the look already; its price counts.", "00042"),
    "user": (_USER, "The shopper's id.", "u-1017"),
    "recent": (
        lists(_ID),
        "The id of a product that this visit looked at, the last one last. May be given several times, or "
        "hold several with commas between.",
        ["00042", "00043"],
    ),
    "seen": ({**YES, "default": False}, "Whether to let in what the shopper has seen and not bought.", True),
    "per_kind": (
        {"type": "integer", "minimum": 1, "default": 3},
        "How many products of one kind there may be.",
        2,
    ),
    "kinds": (
        lists(_ID),
        "A kind that is to be in the look, as the catalogue calls it. May be given several times, or hold "
        "several with commas between.",
        ["Table lamps", "Chairs"],
    ),
    "budget": (TEXT, "What all may cost together, with or without a currency.", "120 EUR"),
    "currency": (TEXT, "The currency of the look, where the budget names none.", "EUR"),
    "diversity": (
        {**SHARE, "default": 0},
        "How unlike each other the results are to be; for a shopper a little unless told.",
        0.3,
    ),
    "stock": ({**STOCK, "default": "first"}, "first puts what is sold out last.", "any"),
    "kind": (_KIND, "What events are that name no kind.", "bought"),
    "map": (
        lists({"type": "string", "pattern": "^.+=.+$"}),
        "Reads a field as user, item, event, time, weight, session, answer or id, or a word as a kind. "
        "May be given several times.",
        ["shopper=user", "pin=liked"],
    ),
    "check": ({**YES, "default": False}, "Whether to say only what the rules would do.", True),
    "since": (TEXT, 'From this time on: a date, a time, or such as "30d".', "30d"),
    "until": (TEXT, "Before this time.", "2026-12-01"),
}


def asks(*names: str) -> Schema:
    """The parameters of a route by name; of those that are not told here as other questions have them."""
    return {
        "parameters": [
            _parameter(name) if name in _PARAMETERS else schemas.asks(name)["parameters"][0] for name in names
        ]
    }


def _parameter(name: str) -> Schema:
    schema, description, example = _PARAMETERS[name]
    in_path = name.startswith("path ")
    place = {"in": "path" if in_path else "query", "required": in_path}
    shown = "id" if in_path else name
    return {"name": shown, **place, "description": description, "schema": schema, "example": example}


def events_body() -> Schema:
    """The bodies that events come in."""
    several = {**lists({"anyOf": [EVENT, _DOCUMENT]}), "maxItems": MOST_EVENTS}
    schema: Schema = {"anyOf": [EVENT, several, _DOCUMENT]}
    content = {"application/json": {"schema": schema, "examples": examples.EVENTS}}
    return {"requestBody": {"required": True, "content": content}}


def rules_body() -> Schema:
    """The bodies that rules come in."""
    toml = {"schema": TEXT, "example": examples.TOML}
    document = {"schema": _closed(objects({"toml": TEXT})), "example": {"toml": examples.TOML}}
    content = {"text/plain": toml, "application/toml": toml, "application/json": document}
    return {"requestBody": {"required": True, "content": content}}
