"""What requests to write and their jobs look like, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any, get_args

from lookalike.service.jobs.document import Kind
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

_MOMENT: Schema = {"type": "string", "format": "date-time"}
_PROBLEM = objects(
    {
        "row": maybe(COUNT),
        "id": TEXT,
        "reason": TEXT,
        "detail": TEXT,
        "uri": TEXT,
        "indexed": {"type": "boolean"},
    }
)
_REPORT = objects(
    {
        **dict.fromkeys(
            ("rows", "indexed", "added", "updated", "unchanged", "reported", "stale", "removed", "withheld"),
            COUNT,
        ),
        "pictures": objects({"encoded": COUNT, "reused": COUNT}),
        "copies": maybe(COUNT),
        "seconds": NUMBER,
        "reasons": {"type": "object", "additionalProperties": COUNT},
    },
    problems=lists(_PROBLEM),
)
_LOOK_REPORT = objects(
    {
        **dict.fromkeys(("pictures", "looked_at", "groups", "copies", "unreadable"), COUNT),
        "complete": YES,
        "kinds": {"type": "object", "additionalProperties": COUNT},
        "seconds": NUMBER,
    }
)
_EXAMINATION_REPORT = objects(
    {
        **dict.fromkeys(("findings", "new", "unjudged", "products", "pictures", "version"), COUNT),
        "counts": {"type": "object", "additionalProperties": COUNT},
        "seconds": NUMBER,
        "unkept": maybe(TEXT),
    }
)
_MAP_REPORT = objects(
    {
        **dict.fromkeys(("products", "placed", "version"), COUNT),
        "method": TEXT,
        "seconds": NUMBER,
        "unkept": maybe(TEXT),
    }
)
_JOB = objects(
    {
        "id": TEXT,
        "state": {"type": "string", "enum": ["queued", "running", "done", "failed", "stopped"]},
        "kind": {"type": "string", "enum": list(get_args(Kind))},
        "name": TEXT,
        "created": _MOMENT,
        "started": maybe(_MOMENT),
        "finished": maybe(_MOMENT),
        "doing": TEXT,
        "done": COUNT,
        "total": maybe(COUNT),
        "rate": NUMBER,
        "seconds_left": maybe(NUMBER),
        "report": {"anyOf": [_REPORT, _LOOK_REPORT, _EXAMINATION_REPORT, _MAP_REPORT, {"type": "null"}]},
        "error": maybe(named("Problem")),
        "replica": maybe(TEXT),
    }
)
_ABOUT = {"version": COUNT, "request_id": TEXT}
JOB_ANSWER = objects({"job": _JOB, **_ABOUT})
JOBS_ANSWER = objects({"jobs": lists(_JOB), **_ABOUT})

_ROWS = [
    {"id": "00042", "title": "Striped lamp", "price": "49.90 EUR", "image": "https://shop.example/42.jpg"},
    {"id": "00043", "title": "Plain lamp", "image": "data:image/png;base64,iVBORw0KGgo="},
]
_CSV = "id,title,image\n00042,Striped lamp,https://shop.example/42.jpg\n"
_DONE: dict[str, Any] = {
    "id": "20261121-201705-482113-9f86d0",
    "state": "done",
    "kind": "add",
    "name": "products.csv",
    "created": "2026-11-21T20:17:05.482Z",
    "started": "2026-11-21T20:17:05.493Z",
    "finished": "2026-11-21T20:17:05.871Z",
    "doing": "",
    "done": 2,
    "total": 2,
    "rate": 5.6,
    "seconds_left": None,
    "report": {
        "rows": 2,
        "indexed": 1,
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "reported": 1,
        "stale": 0,
        "removed": 0,
        "withheld": 0,
        "pictures": {"encoded": 1, "reused": 0},
        "copies": 0,
        "seconds": 0.357,
        "reasons": {"outside": 1},
        "problems": [
            {
                "row": 2,
                "id": "00043",
                "reason": "outside",
                "detail": "lamp.jpg was not among the files sent; send it too, or name a public URL.",
                "uri": "lamp.jpg",
                "indexed": False,
            }
        ],
    },
    "error": None,
    "replica": None,
}
_UNDER_WAY = {
    "state": "running",
    "finished": None,
    "done": 512,
    "total": 4_400,
    "rate": 121.4,
    "seconds_left": 32.0,
    "report": None,
}
_RUNNING = {**_DONE, **_UNDER_WAY}
_ANSWERED = {"version": 4, "request_id": "9f86d081884c7d65"}
LOOKED = {
    **_DONE,
    "kind": "duplicates",
    "name": "duplicates",
    "done": 865,
    "total": 865,
    "rate": 2422.9,
    "report": {
        "pictures": 865,
        "looked_at": 865,
        "groups": 34,
        "copies": 35,
        "unreadable": 0,
        "complete": True,
        "kinds": {"same-pixels": 2, "same-photograph": 32},
        "seconds": 0.357,
    },
}
EXAMINED = {
    **_DONE,
    "kind": "doctor",
    "name": "doctor",
    "done": 641,
    "total": 641,
    "rate": 58.1,
    "report": {
        "findings": 72,
        "new": 3,
        "counts": {"blurred": 3, "wrong-tag": 12},
        "unjudged": 2,
        "products": 641,
        "pictures": 851,
        "version": 4,
        "seconds": 11.027,
        "unkept": None,
    },
}
REPORT = "row,id,reason,detail,uri,indexed\n"

_PARAMETERS: dict[str, tuple[Schema, str, Any]] = {
    "wait": (
        {"type": "number", "minimum": 0, "maximum": 30},
        "Seconds to wait for the job to finish before answering 202; 1 unless told, 10 to remove.",
        10,
    ),
    "mode": (
        {"type": "string", "enum": ["add", "sync"], "default": "add"},
        "add adds and updates; sync removes as well what the table does not name.",
        "sync",
    ),
    "max_removed": (SHARE, "The share of the products that sync may remove; 0.2 unless told.", 0.2),
    "map": (lists(TEXT), "COLUMN=FIELD for a column that is not known by its name.", ["code=id"]),
    "format": (
        {"type": "string", "enum": ["csv", "tsv", "jsonl", "json", "parquet", "folder"]},
        "The form of the table where its name does not tell; folder takes the pictures alone.",
        "csv",
    ),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, "Jobs at most.", 10),
}


def asks(*names: str, path: bool = False) -> dict[str, Any]:
    """The parameters of a route by name, after the id in its path."""
    described = wished(_PARAMETERS, names)
    job = {"type": "string", "minLength": 1}
    own = {"name": "id", "in": "path", "required": True, "schema": job, "example": _DONE["id"]}
    return {"parameters": [{**own, "description": "The job's id."}, *described] if path else described}


def products_body() -> dict[str, Any]:
    """The bodies that products come in."""
    row = {"type": "object", "properties": {"id": {"type": ["string", "integer"]}}}
    rows = lists(row)
    binary = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {"file": lists(binary)}, "required": ["file"]}
    content = {
        "application/json": {
            "schema": {"anyOf": [rows, objects({"products": rows})]},
            "example": _ROWS,
        },
        "text/csv": {"schema": TEXT, "example": _CSV},
        "application/x-ndjson": {
            "schema": TEXT,
            "example": '{"id": "00042", "image": "https://shop.example/42.jpg"}\n',
        },
        "multipart/form-data": {"schema": form, "example": {"file": ["(products.csv)", "(images/42.jpg)"]}},
    }
    return {"requestBody": {"required": True, "content": content}}


def job_answers(*statuses: int, job: dict[str, Any] = _DONE) -> Responses:
    """A job that is finished, one that is not, and the problems there may be."""
    later = {"job": {**job, **_UNDER_WAY}, **_ANSWERED}
    done = answers(JOB_ANSWER, {"job": job, **_ANSWERED}, 403, 507, *statuses)
    accepted = answers(JOB_ANSWER, later, status=202)[202]
    text = {"schema": TEXT}
    accepted["headers"] = {"Location": text, "Retry-After": text}
    accepted["description"] = "The job is on disk and will be done."
    return {**done, 202: accepted}


def looks() -> Responses:
    """A job as it is now."""
    return answers(JOB_ANSWER, {"job": _RUNNING, **_ANSWERED}, 403)


def list_answers() -> Responses:
    """All jobs."""
    shown = {**_DONE, "report": {k: v for k, v in _DONE["report"].items() if k != "problems"}}
    return answers(JOBS_ANSWER, {"jobs": [shown], **_ANSWERED}, 403)


def report_answers() -> Responses:
    """The problems of a job as a table."""
    table = {"description": "The problems.", "content": {"text/csv": {"schema": TEXT, "example": REPORT}}}
    return {**answers(JOB_ANSWER, None, 403), 200: table}
