"""Errors over HTTP: ``application/problem+json`` (RFC 9457) with the stable code and the next step."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from lookalike.errors import BadArgument, LookalikeError
from lookalike.service.replies import json_bytes

MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger("lookalike.service")


class NoKey(LookalikeError):
    """The request has no key, or one that the service does not know."""

    code = "no-key"


class NotAllowed(LookalikeError):
    """The key, or the place a request comes from, may not do this."""

    code = "not-allowed"


class TooLarge(LookalikeError):
    """A body or a picture is over the service's limit."""

    code = "too-large"


class SlowBody(LookalikeError):
    """A body did not arrive in time."""

    code = "slow-body"


class HalfBody(LookalikeError):
    """The connection ended before the body did."""

    code = "half-body"


class NotHttp(LookalikeError):
    """What came cannot be read as an HTTP request."""

    code = "not-http"


class HeadTooLarge(LookalikeError):
    """A request's address and headers are over the service's limit."""

    code = "head-too-large"


class WrongType(LookalikeError):
    """The body is of a type this route does not read."""

    code = "wrong-type"


class Busy(LookalikeError):
    """Too many requests of this kind wait already."""

    code = "busy"


class NotReady(LookalikeError):
    """The index is not loaded yet."""

    code = "not-ready"


class UnknownRoute(LookalikeError):
    """There is nothing at this address."""

    code = "unknown-route"


class WrongMethod(LookalikeError):
    """The address is right, the method is not."""

    code = "wrong-method"


STATUS: Mapping[str, int] = {
    "bad-argument": 400,
    "bad-filter": 400,
    "bad-catalog": 400,
    "bad-events": 400,
    "bad-picture": 400,
    "bad-rules": 400,
    "half-body": 400,
    "not-http": 400,
    "no-key": 401,
    "not-allowed": 403,
    "unknown-product": 404,
    "unknown-picture": 404,
    "unknown-job": 404,
    "unknown-report": 404,
    "unknown-route": 404,
    "no-map": 404,
    "no-generator": 404,
    "wrong-method": 405,
    "slow-body": 408,
    "index-locked": 409,
    "too-many-removals": 409,
    "too-large": 413,
    "wrong-type": 415,
    "busy": 429,
    "head-too-large": 431,
    "storage": 507,
    "storage-away": 503,
    "job-lost": 503,
    "cluster": 503,
    "not-ready": 503,
    "no-index": 503,
    "index-damaged": 503,
    "format-mismatch": 503,
    "space-mismatch": 503,
    "bad-encoder": 503,
}
"""HTTP status by error code; any other code is 500."""

_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"www-authenticate": "Bearer"},
    408: {"connection": "close"},
    413: {"connection": "close"},
    429: {"retry-after": "1"},
    503: {"retry-after": "1"},
}
_BUG_STEP = "Report it with the request_id; the service's log says more."
_LONGEST = 600  # characters of a message
_ROUTE_STEP = "See /openapi.json for what there is."


def status_of(error: LookalikeError) -> int:
    """The HTTP status of an error; a picture over a limit is 413."""
    if error.code == "bad-picture" and getattr(error, "reason", "") == "too-large":
        return 413
    return STATUS.get(error.code, 500)


def problem(error: LookalikeError, request_id: str = "") -> dict[str, Any]:
    """The error as one problem document; ``request_id`` is left out where it is empty."""
    status = status_of(error)
    more = {key: value for key, value in error.to_dict().items() if key not in ("code", "message")}
    if reason := getattr(error, "reason", ""):
        more["reason"] = reason
    document = {
        "type": f"about:blank#{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.message[:_LONGEST],
        "code": error.code,
        **more,
    }
    return {**document, "request_id": request_id} if request_id else document


def problem_response(
    error: LookalikeError, request: Request, headers: Mapping[str, str] | None = None
) -> Response:
    """The error as an answer."""
    document = problem(error, request.state.request_id)
    status = document["status"]
    return Response(json_bytes(document), status, {**_HEADERS.get(status, {}), **(headers or {})}, MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Make every error of an app a problem document."""
    app.add_exception_handler(LookalikeError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(ClientDisconnect, _gone)


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, LookalikeError)
    return problem_response(error, request)


async def _invalid(request: Request, error: Exception) -> Response:
    """FastAPI's own validation: one sentence about the first thing that is wrong."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return problem_response(BadArgument(f"{where}: {first['msg']}.", next_step=_ROUTE_STEP), request)


async def http_problem(request: Request, error: Exception) -> Response:
    """What the framework refused, as a problem: no such route, another method, a body it cannot read."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    known: LookalikeError
    if isinstance(error.__cause__, LookalikeError):  # raised while FastAPI read the body
        known = error.__cause__
    elif error.status_code == 404:
        known = UnknownRoute(f"There is nothing at {path}.", next_step=_ROUTE_STEP)
    elif error.status_code == 405:
        known = WrongMethod(f"{request.method} is not for {path}.", next_step=_ROUTE_STEP)
    else:
        known = BadArgument(f"{error.detail}".rstrip(".") + ".", next_step=_ROUTE_STEP)
    return problem_response(known, request, error.headers)


async def _gone(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return problem_response(
        HalfBody("The connection ended before the body did.", next_step="Send it again, whole."), request
    )


def bug_response(error: Exception, request: Request) -> Response:
    """An exception that nobody meant to raise, as an answer; the log says where it happened."""
    logger.error("request %s failed", request.state.request_id, exc_info=error)
    return problem_response(
        LookalikeError(f"This should not have happened: {type(error).__name__}.", next_step=_BUG_STEP),
        request,
    )
