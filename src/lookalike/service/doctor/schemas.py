"""What requests and answers about findings look like, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from lookalike.checkup.decision import DECISIONS as DECISION_WORDS
from lookalike.checkup.kinds import SECTIONS
from lookalike.doctor.finding import KINDS, LIKELY
from lookalike.service import examples
from lookalike.service.jobs import schemas as jobs_described
from lookalike.service.limits import MOST_DECISIONS
from lookalike.service.schemas import (
    COUNT,
    NUMBER,
    SHARE,
    TEXT,
    YES,
    Responses,
    Schema,
    answers,
    lists,
    maybe,
    named,
    objects,
    wished,
)

_KIND: Schema = {"type": "string", "enum": list(KINDS)}
_SECTION: Schema = {"type": "string", "enum": list(SECTIONS)}
_COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}
_ABOUT = {"version": COUNT, "request_id": TEXT}
_FINDING = objects(
    {
        "id": TEXT,
        "kind": _KIND,
        "field": TEXT,
        "products": lists(TEXT),
        "picture": maybe(COUNT),
        "value": TEXT,
        "confidence": SHARE,
        "sure": YES,
        "suggestion": TEXT,
        "evidence": objects(
            {}, says=TEXT, products=lists(objects({"id": TEXT}, picture=maybe(COUNT), value=TEXT))
        ),
        "new": YES,
        "decision": {"enum": ["dismissed", "applied", None]},
        "applied": maybe(TEXT),
        "can_apply": YES,
        "takes_value": YES,
    }
)
FINDINGS = objects(
    {
        "findings": lists(_FINDING),
        "unjudged": lists(objects({"kind": _KIND, "field": TEXT, "why": TEXT})),
        "counts": _COUNTS,
        "sections": _COUNTS,
        "examined_at": maybe(COUNT),
        "stale": YES,
        "products": COUNT,
        "pictures": COUNT,
        "seconds": NUMBER,
        "unkept": maybe(TEXT),
        "total": COUNT,
        "offset": COUNT,
        "limit": COUNT,
        "next": maybe(TEXT),
        "kinds": lists(
            objects(
                {
                    "kind": _KIND,
                    "section": _SECTION,
                    "title": TEXT,
                    "advice": TEXT,
                    "count": COUNT,
                    "new": COUNT,
                }
            )
        ),
        "shown": {"type": "object", "additionalProperties": maybe(named("Product"))},
        **_ABOUT,
    }
)
DECISIONS = {
    **objects(
        {
            "decisions": {
                **lists(
                    {
                        **objects(
                            {
                                "finding": {"type": "string", "minLength": 1},
                                "decision": {"type": "string", "enum": list(DECISION_WORDS)},
                            },
                            value=maybe(TEXT),
                        ),
                        "additionalProperties": False,
                    }
                ),
                "minItems": 1,
                "maxItems": MOST_DECISIONS,
            }
        }
    ),
    "additionalProperties": False,
}
DECIDED = objects(
    {
        **dict.fromkeys(("taken", "applied", "dismissed", "undone"), COUNT),
        "refused": lists(objects({"row": COUNT, "finding": TEXT, "message": TEXT, "next_step": TEXT})),
        "changed": lists(TEXT),
        **_ABOUT,
    }
)

_ANSWERED = {"version": 4, "request_id": "9f86d081884c7d65"}
_WRONG: dict[str, Any] = {
    "id": "f3c1a9d04b7e2",
    "kind": "wrong-tag",
    "field": "category",
    "products": ["00001"],
    "picture": 0,
    "value": "Home > Furniture > Chairs",
    "confidence": 0.97,
    "sure": True,
    "suggestion": "Home > Lighting > Table lamps",
    "evidence": {
        "says": "It looks like those that are called Table lamps.",
        "products": [{"id": "00001", "picture": 0, "value": "Home > Lighting > Table lamps"}],
    },
    "new": True,
    "decision": None,
    "applied": None,
    "can_apply": True,
    "takes_value": True,
}
FINDINGS_EXAMPLE: dict[str, Any] = {
    "findings": [_WRONG],
    "unjudged": [{"kind": "missing-tag", "field": "material", "why": "It cannot be told from the pictures."}],
    "counts": {"wrong-tag": 12},
    "sections": {"pictures": 0, "tags": 12, "table": 0, "shelves": 0},
    "examined_at": 1_795_167_425_000,
    "stale": False,
    "products": 641,
    "pictures": 851,
    "seconds": 11.027,
    "unkept": None,
    "total": 12,
    "offset": 0,
    "limit": 1,
    "next": "/v1/doctor?kind=wrong-tag&limit=1&offset=1",
    "kinds": [
        {
            "kind": "wrong-tag",
            "section": "tags",
            "title": KINDS["wrong-tag"].title,
            "advice": KINDS["wrong-tag"].advice,
            "count": 12,
            "new": 3,
        }
    ],
    "shown": {"00001": examples.LAMP},
    **_ANSWERED,
}
DECISIONS_EXAMPLE: dict[str, Any] = {
    "decisions": [
        {"finding": _WRONG["id"], "decision": "apply"},
        {"finding": "f90b2c44e1d87", "decision": "apply", "value": "navy"},
        {"finding": "f0d5e8a3b6c19", "decision": "dismiss"},
    ]
}
DECIDED_EXAMPLE: dict[str, Any] = {
    "taken": 2,
    "applied": 2,
    "dismissed": 0,
    "undone": 0,
    "refused": [
        {
            "row": 3,
            "finding": "f0d5e8a3b6c19",
            "message": "No finding has the id 'f0d5e8a3b6c19'.",
            "next_step": "Take it from a new examination: what was mended is not found any more.",
        }
    ],
    "changed": ["00001", "00042"],
    **_ANSWERED,
}
TABLE_EXAMPLE = "decision,finding,kind,field,id,others,value,suggestion,confidence,says\n"
PAGE_EXAMPLE = "<!doctype html>"
FIXES_EXAMPLE = "id,title,price,currency,color\n00042,Striped lamp,49.90,EUR,navy\n"

_PARAMETERS: dict[str, tuple[Schema, str, Any]] = {
    "kind": (TEXT, f"Kinds with commas between: {', '.join(KINDS)}. All unless told.", "wrong-tag,tiny"),
    "section": (TEXT, f"Sections, whose kinds are added to those of kind: {', '.join(SECTIONS)}.", "tags"),
    "confidence": ({**SHARE, "default": LIKELY}, "The least confidence that is told, 0 to 1.", 0.8),
    "new": ({**YES, "default": False}, "Only what the examination before did not find.", True),
    "dismissed": (
        {**YES, "default": False},
        "What people dismissed or applied, instead of what is still to be decided.",
        True,
    ),
    "product": (TEXT, "Only findings that name this product.", "00001"),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Findings on a page.", 1),
    "offset": ({**COUNT, "maximum": 10**9, "default": 0}, "Findings before the page.", 0),
    "each": (
        {"type": "integer", "minimum": 1, "maximum": 100},
        "At most so many findings of each kind, the surest; all unless told.",
        3,
    ),
}


def asks(*names: str) -> Schema:
    """The parameters of a route, by name."""
    return {"parameters": wished(_PARAMETERS, names)}


def asks_to_examine() -> Schema:
    """The parameters of an examination."""
    own, waiting = asks("kind", "section"), jobs_described.asks("wait")
    return {"parameters": [*own["parameters"], *waiting["parameters"]]}


def file_answers(media_type: str, example: str) -> Responses:
    """A table or a page as a file."""
    content = {media_type: {"schema": TEXT, "example": example}}
    return {**answers(FINDINGS, None, 429), 200: {"description": "The file.", "content": content}}
