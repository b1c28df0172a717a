"""The page's key: typed once, kept in a cookie that no script can read."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.errors import BadArgument, LookalikeError
from lookalike.service import examples, schemas
from lookalike.service.bodies import read_json
from lookalike.service.config import ServiceConfig
from lookalike.service.keys import (
    COOKIE,
    SESSION_SECONDS,
    may_read,
    may_write,
    require_key,
    same_origin,
    session_cookie,
)
from lookalike.service.parameters import Parameters
from lookalike.service.problems import NotAllowed
from lookalike.service.replies import JSON, reply
from lookalike.service.served import Served

router = APIRouter(prefix="/v1", tags=["session"])


@router.get(
    "/session",
    summary="What may I do?",
    operation_id="session",
    responses=schemas.answers(schemas.SESSION, examples.MAY),
)
async def session(request: Request) -> Response:
    """Whether this request may read and write, and whether the service asks for keys at all.

    ``imagine`` says whether there is a generator that makes pictures of words.
    """
    Parameters.of_query(request.scope["query_string"], ())
    config: ServiceConfig = request.app.state.config
    rights = {
        "read": await _may(may_read, request),
        "write": await _may(may_write, request),
        "keys": bool(config.read_keys or config.write_keys),
    }
    served: Served = request.app.state.served
    imagines = served.ready and await run_in_threadpool(lambda: served.index.imagines)
    return reply(request, {**rights, "imagine": imagines})


async def _may(rule: object, request: Request) -> bool:
    try:
        await rule(request)  # type: ignore[operator]
    except LookalikeError:
        return False
    return True


@router.post(
    "/session",
    summary="Keep a key in a cookie",
    operation_id="begin_session",
    responses=schemas.answers(schemas.SESSION, examples.SESSION, 401, 403, 413, 415),
    openapi_extra=schemas.body(JSON, schemas.KEY, examples.KEY),
)
async def begin(request: Request) -> Response:
    """Sets a cookie that stands for the key for seven days. It is not the key, and no script can read it."""
    _require_same_origin(request)
    document = await read_json(request)
    if not isinstance(document, dict):
        raise BadArgument("The body is no object.", next_step='Send {"key": "..."}.')
    config: ServiceConfig = request.app.state.config
    key = require_key(config, document.get("key"))
    rights = {"read": True, "write": key in config.write_keys, "keys": True}
    answer = reply(request, rights)
    answer.set_cookie(
        COOKIE,
        session_cookie(key),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.delete(
    "/session",
    summary="Forget the key",
    operation_id="end_session",
    responses=schemas.answers(schemas.SESSION, examples.NO_SESSION, 403),
)
async def end(request: Request) -> Response:
    """Takes the cookie away."""
    _require_same_origin(request)
    config: ServiceConfig = request.app.state.config
    keys = bool(config.read_keys or config.write_keys)
    answer = reply(request, {"read": not config.read_keys, "write": False, "keys": keys})
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


def _require_same_origin(request: Request) -> None:
    if not same_origin(request, required=False):
        raise NotAllowed("Another site's page has no session here.", next_step="Use the service's own page.")
