"""A shop's rules: what is pinned, boosted, buried or left out."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.service.bodies import parsed, require_type
from lookalike.service.keys import may_write
from lookalike.service.parameters import Parameters
from lookalike.service.replies import JSON, reply
from lookalike.service.served import Served
from lookalike.service.shopping import schemas

router = APIRouter(prefix="/v1", tags=["rules"], dependencies=[Depends(may_write)])

_TYPES = ("text/plain", "application/toml", JSON)


@router.get(
    "/rules",
    summary="The shop's rules",
    operation_id="rules",
    responses=schemas.answers(schemas.RULES, schemas.RULES_EXAMPLE, 403),
)
async def rules(request: Request) -> Response:
    """The rules as they were written, and how many products each is about; ``toml`` is null without any."""
    Parameters.of_query(request.scope["query_string"], ())
    return reply(request, await run_in_threadpool(_told, request.app.state.served.index))


@router.put(
    "/rules",
    summary="Set the shop's rules",
    operation_id="set_rules",
    responses=schemas.answers(schemas.RULES, schemas.RULES_EXAMPLE, 403, 413, 415, 507),
    openapi_extra={**schemas.asks("check"), **schemas.rules_body()},
)
async def set_rules(request: Request) -> Response:
    """Takes the place of all rules there were, on every door from the next answer on.

    Rules with mistakes change nothing: ``faults`` has all of them with their lines. With ``check`` nothing is
    kept: the answer says what they would do.
    """
    given = Parameters.of_query(request.scope["query_string"], ("check",))
    kept = not given.flag("check")
    media_type = require_type(request, *_TYPES)
    text = _text(await request.body(), media_type)
    return reply(request, await run_in_threadpool(_set, request.app.state.served, text, kept=kept))


@router.delete(
    "/rules",
    summary="Clear the shop's rules",
    operation_id="clear_rules",
    responses=schemas.answers(schemas.RULES, schemas.NO_RULES_EXAMPLE, 403, 507),
)
async def clear_rules(request: Request) -> Response:
    """From the next answer on there are none."""
    Parameters.of_query(request.scope["query_string"], ())
    served: Served = request.app.state.served
    await run_in_threadpool(partial(served.index.set_rules, None))
    await run_in_threadpool(served.refresh)
    return reply(request, {"toml": None, "rules": []})


def _text(body: bytes, media_type: str) -> str:
    """Rules in TOML; always a text of several lines, which nobody can take for a path."""
    if media_type == JSON:
        document = parsed(body)
        text = document.get("toml") if isinstance(document, dict) and len(document) == 1 else None
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadArgument("The body is no text in UTF-8.", next_step="Send it as UTF-8.") from None
    if not isinstance(text, str):
        raise BadArgument("The body has no rules.", next_step='Send {"toml": "[[rule]]..."}, or TOML.')
    return text if text.endswith("\n") else f"{text}\n"


def _set(served: Served, text: str, *, kept: bool) -> dict[str, Any]:
    index = served.index
    if not kept:
        return {"toml": text, "rules": index.check_rules(text)}
    told = index.set_rules(text)
    served.refresh()
    return {"toml": index.rules, "rules": told}


def _told(index: Index) -> dict[str, Any]:
    return {"toml": index.rules, "rules": index.check_rules()}
