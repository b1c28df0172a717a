"""What requests and answers about copies look like, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from lookalike.duplicates.finding import DUPLICATES, KINDS
from lookalike.service import examples
from lookalike.service.limits import MOST_JUDGEMENTS
from lookalike.service.schemas import (
    COUNT,
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
_POSITION: Schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
_ID: Schema = {"type": "string", "minLength": 1}
_PICTURE = {**objects({"id": _ID, "picture": _POSITION}), "additionalProperties": False}
_MATCH = objects(
    {"id": TEXT, "picture": COUNT, "kind": _KIND, "similarity": SHARE, "changes": lists(TEXT)},
)
_MEMBER = objects(
    {
        "id": TEXT,
        "picture": COUNT,
        "kind": _KIND,
        "similarity": SHARE,
        "changes": lists(TEXT),
        "width": COUNT,
        "height": COUNT,
        "verdict": {"enum": ["same", None]},
    },
    product=maybe(named("Product")),
)
_GROUP = objects(
    {
        "id": TEXT,
        "kind": _KIND,
        "head": _MEMBER,
        "worst": _MEMBER,
        "members": {**lists(_MEMBER), "minItems": 2},
        "reviewed": YES,
        "keep": maybe(objects({"id": TEXT, "picture": COUNT})),
    }
)
_UNREADABLE = objects({"row": maybe(COUNT), "id": TEXT, "reason": TEXT, "detail": TEXT, "uri": TEXT})
_ABOUT = {"version": COUNT, "request_id": TEXT}
GROUPS = objects(
    {
        "groups": lists(_GROUP),
        "total": COUNT,
        "left": COUNT,
        "offset": COUNT,
        "limit": COUNT,
        "next": maybe(TEXT),
        "pictures": COUNT,
        "looked_at": COUNT,
        "complete": YES,
        "kinds": lists(_KIND),
        "thresholds": {"type": "object", "additionalProperties": SHARE},
        "unreadable": lists(_UNREADABLE),
        **_ABOUT,
    },
    counts={"type": "object", "additionalProperties": objects({"total": COUNT, "left": COUNT})},
)
CHECK = objects({"known": YES, "matches": lists(_MATCH), **_ABOUT})
CHECK_FORM = objects({"image": {"type": "string", "format": "binary"}}, kinds=TEXT, threshold=SHARE)
JUDGEMENTS = {
    **objects(
        {
            "judgements": {
                **lists(
                    {
                        **objects(
                            {
                                "keep": _PICTURE,
                                "other": _PICTURE,
                                "verdict": {"type": "string", "enum": ["same", "not-same", "undo"]},
                            }
                        ),
                        "additionalProperties": False,
                    }
                ),
                "minItems": 1,
                "maxItems": MOST_JUDGEMENTS,
            }
        }
    ),
    "additionalProperties": False,
}
JUDGED = objects(
    {
        "taken": COUNT,
        "refused": lists(objects({"row": maybe(COUNT), "id": TEXT, "message": TEXT, "next_step": TEXT})),
        **_ABOUT,
    }
)
_HEAD: dict[str, Any] = {
    "id": "00001",
    "picture": 0,
    "kind": "same-photograph",
    "similarity": 1.0,
    "changes": [],
    "width": 600,
    "height": 750,
    "verdict": None,
}
_OTHER: dict[str, Any] = {
    **_HEAD,
    "id": "00999",
    "similarity": 0.94128,
    "changes": ["mirrored", "smaller: 300x375 for 600x750"],
    "width": 300,
    "height": 375,
}
_PRODUCT = {**examples.LAMP, "id": "00999", "pictures": [{"position": 0, "url": "/v1/pictures/00999/0"}]}
_ANSWERED = {"version": 3, "request_id": "9f86d081884c7d65"}
GROUPS_EXAMPLE: dict[str, Any] = {
    "groups": [
        {
            "id": "8f14e45fceea167a",
            "kind": "same-photograph",
            "head": {**_HEAD, "product": examples.LAMP},
            "worst": {**_OTHER, "product": _PRODUCT},
            "members": [{**_HEAD, "product": examples.LAMP}, {**_OTHER, "product": _PRODUCT}],
            "reviewed": False,
            "keep": None,
        }
    ],
    "total": 34,
    "left": 30,
    "offset": 0,
    "limit": 1,
    "next": "/v1/duplicates?counts=true&limit=1&offset=1",
    "pictures": 865,
    "looked_at": 865,
    "complete": True,
    "kinds": list(DUPLICATES),
    "thresholds": {"same-photograph": 0.7},
    "unreadable": [],
    "counts": {
        "same-bytes": {"total": 2, "left": 0},
        "same-photograph": {"total": 32, "left": 30},
    },
    **_ANSWERED,
}
CHECK_EXAMPLE: dict[str, Any] = {
    "known": True,
    "matches": [
        {
            "id": "00001",
            "picture": 0,
            "kind": "same-photograph",
            "similarity": 0.98211,
            "changes": ["cropped to 80%"],
        }
    ],
    **_ANSWERED,
}
CHECK_FORM_EXAMPLE = {"image": "(the file)", "kinds": "same-photograph,variant", "threshold": 0.8}
JUDGEMENTS_EXAMPLE: dict[str, Any] = {
    "judgements": [
        {"keep": {"id": "00001", "picture": 0}, "other": {"id": "00999", "picture": 0}, "verdict": "same"},
        {
            "keep": {"id": "00042", "picture": 0},
            "other": {"id": "00518", "picture": 1},
            "verdict": "not-same",
        },
    ]
}
JUDGED_EXAMPLE: dict[str, Any] = {
    "taken": 1,
    "refused": [
        {
            "row": 2,
            "id": "00518",
            "message": "'00518' has no picture 1.",
            "next_step": "Ask for the groups again: GET /v1/duplicates",
        }
    ],
    **_ANSWERED,
}
TABLE_EXAMPLE = (
    "group,kind,decision,id,picture,keep_id,keep_picture,merge_into,drop_picture,similarity,"
    "changes,title,uri\n"
)

_PARAMETERS: dict[str, tuple[Schema, str, Any]] = {
    "kinds": (
        TEXT,
        f"Kinds with commas between: {', '.join(KINDS)}. What is called a copy unless told.",
        "same-bytes,same-photograph",
    ),
    "threshold": (SHARE, "How sure it must be, 0 to 1; each kind's own unless told.", 0.8),
    "reviewed": (YES, "Only groups that a person has judged, or only others; both unless told.", False),
    "product": (_ID, "Only groups with a picture of this product.", "00001"),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Groups on a page.", 1),
    "offset": ({**COUNT, "maximum": 10**9, "default": 0}, "Groups before the page.", 0),
    "counts": ({**YES, "default": False}, "Whether to count the groups of each kind alone.", True),
    "image": (
        {"type": "string", "format": "uri"},
        "The public http or https address of a picture.",
        "https://shop.example/lamp.jpg",
    ),
}


def asks(*names: str) -> Schema:
    """The parameters of a route, by name."""
    return {"parameters": wished(_PARAMETERS, names)}


def table_answers() -> Responses:
    """The groups as a table."""
    content = {"text/csv": {"schema": TEXT, "example": TABLE_EXAMPLE}}
    return {**answers(GROUPS, None, 429), 200: {"description": "The groups.", "content": content}}
