"""What requests and answers look like, in the words of OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from lookalike.asking.wishes import RECIPES
from lookalike.recommend.query import LARGEST_K
from lookalike.service import examples
from lookalike.service.problems import MEDIA_TYPE

Schema = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
YES: Schema = {"type": "boolean"}
METRIC: Schema = {"type": "string", "enum": ["cosine", "euclidean"]}
WHICH: Schema = {"type": "string", "enum": ["main", "all"]}
STOCK: Schema = {"type": "string", "enum": ["any", "first"]}
RECIPE: Schema = {"type": "string", "enum": list(RECIPES)}
K: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_K}
PER_BRAND: Schema = {"type": "integer", "minimum": 1}


def objects(required: Mapping[str, Schema], **optional: Schema) -> Schema:
    """The schema of an object; what is not named may be there as well."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}


def lists(of: Schema) -> Schema:
    """The schema of a list."""
    return {"type": "array", "items": of}


def named(name: str) -> Schema:
    """One of the `COMPONENTS`."""
    return {"$ref": f"#/components/schemas/{name}"}


Wishes = Mapping[str, tuple[Schema, str, Any]]
"""Parameters of queries by name: what may be given, what it is about, and an example."""


def wished(table: Wishes, names: Iterable[str]) -> list[Schema]:
    """Some parameters of queries that may be left out."""
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": about,
            "schema": schema,
            "example": example,
        }
        for name, (schema, about, example) in ((name, table[name]) for name in names)
    ]


def maybe(schema: Schema) -> Schema:
    """A value, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


_COUNTED = objects({"value": TEXT, "count": COUNT})
_ABOUT = {"version": COUNT, "request_id": TEXT}
COMPONENTS: dict[str, Schema] = {
    "Product": objects(
        {
            "id": TEXT,
            "title": TEXT,
            "description": TEXT,
            "brand": TEXT,
            "category": TEXT,
            "price": maybe(objects({"amount": NUMBER, "currency": TEXT})),
            "availability": TEXT,
            "group": TEXT,
            "link": TEXT,
            "attributes": {"type": "object", "additionalProperties": TEXT},
            "pictures": lists(objects({"position": COUNT, "url": TEXT}, width=COUNT, height=COUNT)),
            "colours": lists(objects({"name": TEXT, "share": NUMBER, "hex": TEXT})),
        }
    ),
    "Result": objects(
        {
            "id": TEXT,
            "score": NUMBER,
            "product": named("Product"),
            "similarity": maybe(NUMBER),
            "closeness": maybe(SHARE),
            "same_product": maybe(SHARE),
            "evidence": {"type": "object", "additionalProperties": NUMBER},
            "why": lists(objects({"kind": TEXT, "text": TEXT, "value": {"type": ["string", "number"]}})),
            "sentence": TEXT,
            "copies": lists(TEXT),
            "variants": lists(TEXT),
        }
    ),
    "Instead": objects(
        {
            "said": TEXT,
            "where": maybe(TEXT),
            "but": maybe(TEXT),
            "matching": COUNT,
            "results": lists(named("Result")),
        }
    ),
    "Answer": objects(
        {
            "results": lists(named("Result")),
            "complete": YES,
            "nothing_close": YES,
            "instead": lists(named("Instead")),
            "explain": {"type": "object"},
            **_ABOUT,
            "attribution": TEXT,
        }
    ),
    "Facets": objects(
        {
            "total": COUNT,
            "category": lists(objects({"value": TEXT, "path": TEXT, "depth": COUNT, "count": COUNT})),
            "brand": lists(_COUNTED),
            "colour": lists(objects({"value": TEXT, "hex": TEXT, "count": COUNT})),
            "availability": lists(_COUNTED),
            "price": lists(
                objects({"currency": TEXT, "min": NUMBER, "max": NUMBER, "histogram": lists(COUNT)})
            ),
            "attributes": lists(objects({"name": TEXT, "values": lists(_COUNTED)})),
        }
    ),
    "Problem": objects(
        {"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT, "code": TEXT, "next_step": TEXT},
        reason=TEXT,
        request_id=TEXT,
    ),
}
ANSWER = named("Answer")
PAGE = objects(
    {
        "products": lists(named("Product")),
        "total": COUNT,
        "offset": COUNT,
        "limit": COUNT,
        "next": maybe(TEXT),
        **_ABOUT,
    },
    facets=named("Facets"),
)
PRODUCT_ANSWER = objects({"product": named("Product"), "variants": lists(named("Product")), **_ABOUT})
_EXAMPLES = {"anyOf": [lists(TEXT), {"type": "object", "additionalProperties": NUMBER}]}
_WISHES = {
    "k": K,
    "where": TEXT,
    "exclude": lists(TEXT),
    "metric": METRIC,
    "variants": YES,
    "duplicates": YES,
    "diversity": SHARE,
    "stock": STOCK,
    "per_brand": PER_BRAND,
}
BATCH_REQUEST = {
    **objects(
        {
            "requests": {
                **lists(
                    {
                        **objects(
                            {"id": {"type": "string", "minLength": 1}},
                            **_WISHES,
                            like=_EXAMPLES,
                            unlike=_EXAMPLES,
                            weights={"type": ["string", "object"]},
                            but=TEXT,
                            recipe=RECIPE,
                            pictures=WHICH,
                        ),
                        "additionalProperties": False,
                    }
                ),
                "minItems": 1,
                "maxItems": 100,
            }
        }
    ),
    "additionalProperties": False,
}
BATCH = objects(
    {"answers": lists({"anyOf": [named("Answer"), objects({"error": named("Problem")})]}), **_ABOUT}
)
PHOTO_FORM = objects(
    {"image": {"type": "string", "format": "binary"}},
    text=TEXT,
    crop=TEXT,
    **_WISHES,
    like=lists(TEXT),
    unlike=lists(TEXT),
    weights=TEXT,
)
SESSION = objects({"read": YES, "write": YES, "keys": YES, "request_id": TEXT}, imagine=YES)
KEY = {**objects({"key": TEXT}), "additionalProperties": False}
LIVE = objects({"status": TEXT, "request_id": TEXT})
READY = objects(
    {
        "status": TEXT,
        "version": COUNT,
        "products": COUNT,
        "pictures": COUNT,
        "encoder": TEXT,
        "freshness": objects(
            {"served_version": COUNT, "newest_version": COUNT, "seconds_since_write": maybe(NUMBER)}
        ),
        "search": maybe(
            objects(
                {
                    "kind": {"type": "string", "enum": ["exact", "approximate"]},
                    "version": COUNT,
                    "recall": SHARE,
                    "asked": COUNT,
                    "by_graph": COUNT,
                }
            )
        ),
        "request_id": TEXT,
    }
)
LOADING = objects({"status": TEXT, "request_id": TEXT}, error={"type": "object"})

_PARAMETERS: dict[str, tuple[Schema, str, Any]] = {
    "id": ({"type": "string", "minLength": 1}, "The product's id, percent-encoded.", "00042"),
    "n": (COUNT, "Which of the product's pictures, from 0.", 0),
    "w": (
        {"type": "integer", "minimum": 16, "maximum": 1600, "default": 256},
        "Pixels of the longest side at most; rounded up to 128, 256, 512, 1024 or 1600.",
        256,
    ),
    "key": (TEXT, "A read key, where the service asks for one: an img element sends no header.", ""),
    "k": ({**K, "default": 12}, "How many products.", 4),
    "where": (
        TEXT,
        "A filter: terms that must all hold. May be given several times.",
        "category=Lamps price<=90",
    ),
    "but": (
        TEXT,
        "A filter of what is to be otherwise than in the product that asks; it lets its variants in. "
        "May be given several times.",
        "colour=blue price<=50",
    ),
    "like": (
        lists(TEXT),
        "The id of a product that is liked, or with a weight ID=0.5. May be given several times.",
        ["00042", "00043=0.5"],
    ),
    "unlike": (
        lists(TEXT),
        "The id of a product that is not liked, or with a weight. May be given several times.",
        ["00044"],
    ),
    "recipe": (
        RECIPE,
        "What is compared: the looks, looks and what the table says combined, or those of the same kind.",
        "combined",
    ),
    "diversity": ({**SHARE, "default": 0}, "How unlike each other the results are to be.", 0.3),
    "stock": ({**STOCK, "default": "any"}, "first puts what is sold out last.", "first"),
    "per_brand": (PER_BRAND, "How many products of one brand there may be.", 2),
    "text": (TEXT, "Words.", "teal lamp"),
    "sort": (
        {"type": "string", "enum": ["id", "title", "price", "-price", "relevance"]},
        "The order; id, or relevance where words are given, unless told.",
        "price",
    ),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 200, "default": 24}, "Products on a page.", 2),
    "offset": ({**COUNT, "maximum": 10**9, "default": 0}, "Products before the page.", 0),
    "facets": ({**YES, "default": False}, "Whether to count what the products may be filtered by.", True),
    "exclude": (lists(TEXT), "An id to leave out. May be given several times.", ["00043"]),
    "weights": (TEXT, "What the score is made of.", "look=1,colour=0.5"),
    "metric": ({**METRIC, "default": "cosine"}, "How looks are compared.", "cosine"),
    "pictures": ({**WHICH, "default": "main"}, "Whether the main picture asks, or the best of all.", "main"),
    "duplicates": (
        {**YES, "default": False},
        "Whether all products that show the same picture are let in, instead of the best of them.",
        False,
    ),
    "variants": (
        {**YES, "default": False},
        "Whether all products of one group are let in, instead of the best of them; those of the product "
        "that asks too.",
        False,
    ),
    "image": (
        {"type": "string", "format": "uri"},
        "The public http or https address of a picture.",
        "https://shop.example/lamp.jpg",
    ),
    "crop": (
        TEXT,
        "The part to look at: left, top, width, height as shares of the picture.",
        "0.1,0.2,0.5,0.6",
    ),
}
_IN_PATH = ("id", "n")
_NULL = "\0null"  # stands for null in examples while FastAPI makes the document: it leaves nulls out


def asks(*names: str) -> Schema:
    """The parameters of a route, by name."""
    return {"parameters": [_parameter(name) for name in names]}


def _parameter(name: str) -> Schema:
    schema, description, example = _PARAMETERS[name]
    place = {"in": "path", "required": True} if name in _IN_PATH else {"in": "query", "required": False}
    return {"name": name, **place, "description": description, "schema": schema, "example": example}


def body(media_type: str, schema: Schema, example: Any) -> Schema:
    """The body that a route reads."""
    return {
        "requestBody": {"required": True, "content": {media_type: {"schema": schema, "example": example}}}
    }


def answers(schema: Schema, example: Any, *statuses: int, status: int = 200) -> Responses:
    """A route's answer, and the problems it may say instead, those of every route included."""
    problems: Responses = {code: _problem(code) for code in sorted({400, 401, 404, 503, *statuses})}
    return {status: _json(schema, example, "The answer."), **problems}


def plain(schema: Schema, example: Any) -> Responses:
    """A route that always answers."""
    return {200: _json(schema, example, "The answer.")}


def ready() -> Responses:
    """The two answers of the readiness route."""
    return {
        200: _json(READY, examples.READY, "Questions are answered."),
        503: _json(LOADING, examples.LOADING, "Not yet."),
    }


def text(media_type: str, example: str) -> Responses:
    """A route that answers with text."""
    return {
        200: {
            "description": "The answer.",
            "content": {media_type.partition(";")[0]: {"schema": TEXT, "example": example}},
        }
    }


def jpeg() -> Responses:
    """A route that answers with a picture."""
    picture = {"schema": {"type": "string", "format": "binary"}, "example": "(a JPEG)"}
    return {
        200: {"description": "The picture.", "content": {"image/jpeg": picture}},
        304: {"description": "It is still the one whose ETag was sent."},
        **{code: _problem(code) for code in (400, 401, 404, 503)},
    }


def _json(schema: Schema, example: Any, description: str) -> Schema:
    return {
        "description": description,
        "content": {"application/json": {"schema": schema, "example": _nulls(example, None, _NULL)}},
    }


def _problem(status: int) -> Schema:
    content = {MEDIA_TYPE: {"schema": named("Problem"), "example": examples.problem(status)}}
    return {"description": HTTPStatus(status).phrase + ".", "content": content}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document with the schemas it refers to and the ways to send a key."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(COMPONENTS)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    document["security"] = [{}, {"bearer": []}, {"key": []}]
    document["paths"] = _nulls(document["paths"], _NULL, None)
    return document


def _nulls(value: Any, old: str | None, new: str | None) -> Any:
    """A JSON value with every ``old`` in it replaced."""
    if isinstance(value, dict):
        return {name: _nulls(one, old, new) for name, one in value.items()}
    if isinstance(value, list):
        return [_nulls(one, old, new) for one in value]
    return new if value == old else value
