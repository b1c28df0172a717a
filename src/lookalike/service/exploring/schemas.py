"""What requests and answers about exploring look like, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from lookalike.exploring.matrix import MOST
from lookalike.exploring.tiles import SIDE, SIZE
from lookalike.service.jobs import schemas as jobs_described
from lookalike.service.schemas import (
    COUNT,
    NUMBER,
    SHARE,
    TEXT,
    YES,
    Responses,
    Schema,
    answers,
    jpeg,
    lists,
    maybe,
    objects,
)

_ABOUT = {"version": COUNT, "request_id": TEXT}
_CHART = objects(
    {
        "name": TEXT,
        "kind": {"type": "string", "enum": ["values", "histogram"]},
        "bars": lists(objects({"name": TEXT, "count": COUNT, "where": TEXT})),
        "missing": COUNT,
        "distinct": COUNT,
        "unit": TEXT,
    }
)
_STANDING = objects(
    {"products": COUNT, "placed": COUNT, "version": COUNT, "stale": YES, "method": TEXT, "seconds": NUMBER}
)
COUNTS = objects(
    {"products": COUNT, "pictures": COUNT, "charts": lists(_CHART), "map": maybe(_STANDING), **_ABOUT}
)
MATRIX = objects(
    {
        "ids": lists(TEXT),
        "titles": lists(TEXT),
        "values": lists(lists({"type": "number", "minimum": -1, "maximum": 1})),
        "unpictured": lists(TEXT),
        **_ABOUT,
    }
)
_CODE: Schema = {"type": "integer", "minimum": -1}
_PAINT = objects(
    {"name": TEXT, "values": lists(TEXT), "codes": lists(_CODE), "tints": lists(TEXT), "folded": COUNT}
)
MAP = objects(
    {
        "ids": lists(TEXT),
        "titles": lists(TEXT),
        "x": lists(SHARE),
        "y": lists(SHARE),
        "paints": lists(_PAINT),
        "method": TEXT,
        "version": COUNT,
        "seconds": NUMBER,
        "placed": COUNT,
        "settings": {"type": "object"},
    }
)
THUMBNAILS = objects(
    {
        "size": COUNT,
        "columns": COUNT,
        "rows": COUNT,
        "sheets": lists(TEXT),
        "points": lists(_CODE),
        "products": COUNT,
        "request_id": TEXT,
    }
)

_ANSWERED = {"version": 4, "request_id": "9f86d081884c7d65"}
_CATEGORIES = [
    {"name": "Lamps", "count": 212, "where": "category=Lamps"},
    {"name": "Chairs", "count": 118, "where": "category=Chairs"},
]
COUNTS_EXAMPLE: dict[str, Any] = {
    "products": 641,
    "pictures": 851,
    "charts": [
        {
            "name": "category",
            "kind": "values",
            "bars": _CATEGORIES,
            "missing": 0,
            "distinct": 9,
            "unit": "",
        },
        {
            "name": "price",
            "kind": "histogram",
            "bars": [{"name": "20–40", "count": 96, "where": "price>=20EUR price<40EUR"}],
            "missing": 3,
            "distinct": 88,
            "unit": "EUR",
        },
    ],
    "map": {
        "products": 640,
        "placed": 12,
        "version": 3,
        "stale": False,
        "method": "t-SNE",
        "seconds": 2.41,
    },
    **_ANSWERED,
}
MATRIX_EXAMPLE: dict[str, Any] = {
    "ids": ["00042", "00043"],
    "titles": ["Striped lamp", "Plain lamp"],
    "values": [[1.0, 0.7312], [0.7312, 1.0]],
    "unpictured": [],
    **_ANSWERED,
}
MAP_EXAMPLE: dict[str, Any] = {
    "ids": ["00042", "00043"],
    "titles": ["Striped lamp", "Plain lamp"],
    "x": [0.41207, 0.42113],
    "y": [0.77125, 0.76908],
    "paints": [{"name": "category", "values": ["Lamps"], "codes": [0, 0], "tints": [], "folded": 0}],
    "method": "t-SNE",
    "version": 3,
    "seconds": 2.41,
    "placed": 0,
    "settings": {"perplexity": 30, "steps": 750, "laid_out": 2},
}
THUMBNAILS_EXAMPLE: dict[str, Any] = {
    "size": SIZE,
    "columns": SIDE,
    "rows": SIDE,
    "sheets": ["/v1/explore/thumbnails/0.jpg?v=5e884898da280471"],
    "points": [1, 0],
    "products": 2,
    "request_id": _ANSWERED["request_id"],
}
LAID_OUT: dict[str, Any] = {
    **jobs_described.EXAMINED,
    "kind": "map",
    "name": "map",
    "done": 640,
    "total": 640,
    "rate": 256.0,
    "report": {
        "products": 640,
        "placed": 0,
        "method": "t-SNE",
        "version": 4,
        "seconds": 2.5,
        "unkept": None,
    },
}

_ID: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": MOST}


def asks_for_matrix() -> Schema:
    """The parameters of a matrix."""
    about = f"The id of a product; 1 to {MOST} of them."
    named = {"name": "id", "in": "query", "required": True, "description": about, "schema": _ID}
    return {"parameters": [{**named, "example": ["00042", "00043"]}]}


def asks_for_sheet() -> Schema:
    """The parameters of a sheet of thumbnails."""
    at = {"name": "n", "in": "path", "required": True, "description": "Which sheet, from 0.", "schema": COUNT}
    version = {"in": "query", "required": False, "description": "Which drawing of them.", "schema": TEXT}
    key = "A read key, where the service asks for one: an img element sends no header."
    return {
        "parameters": [
            {**at, "example": 0},
            {"name": "v", **version, "example": "5e884898da280471"},
            {
                "name": "key",
                "in": "query",
                "required": False,
                "description": key,
                "schema": TEXT,
                "example": "",
            },
        ]
    }


def map_answers() -> Responses:
    """The map, or that it is still the one that the reader has."""
    unchanged = {"description": "It is still the one whose ETag was sent."}
    return {**answers(MAP, MAP_EXAMPLE), 304: unchanged}


def sheet_answers() -> Responses:
    """A sheet of thumbnails."""
    return jpeg()
