"""Answers as JSON bytes, with the request's id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from pydantic_core import PydanticSerializationError, to_json

JSON = "application/json"


def json_bytes(document: object) -> bytes:
    """A document as compact UTF-8 JSON; half a surrogate pair, which UTF-8 lacks, becomes "?".

    A number that JSON lacks becomes null. Takes a quarter of the time of Python's own encoder.
    """
    try:
        return to_json(document, inf_nan_mode="null")
    except PydanticSerializationError:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def reply(
    request: Request, document: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A document with its ``request_id``, as an answer."""
    body = json_bytes({**document, "request_id": request.state.request_id})
    return Response(body, status, headers, JSON)
