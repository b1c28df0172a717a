"""A whole look under a budget."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.service.answers import answered
from lookalike.service.bodies import read_json
from lookalike.service.documents import require_id
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters
from lookalike.service.replies import JSON
from lookalike.service.shopping import examples, schemas
from lookalike.service.wishes import OUTFIT, wishes_of, wishes_of_document

router = APIRouter(prefix="/v1", tags=["shoppers"], dependencies=[Depends(may_read)])

_TEXTS = ("where", "user", "currency")


@router.get(
    "/outfit",
    summary="A look under a budget",
    operation_id="outfit",
    responses=schemas.answers(schemas.OUTFIT, examples.OUTFIT),
    openapi_extra=schemas.asks(*OUTFIT),
)
async def outfit(request: Request) -> Response:
    """One product of each kind that fit best together, and cost no more than the budget in all.

    No other choice within the budget fits better. Each piece has ``swaps``: what could be taken instead, and
    what that saves. Where it cannot be had, ``unmet`` says what it costs at least and what to leave out.
    """
    given = Parameters.of_query(request.scope["query_string"], OUTFIT)
    index: Index = request.app.state.served.index
    wishes = wishes_of(given, index, OUTFIT)
    if "kinds" in wishes:
        wishes["kinds"] = [
            kind.strip() for text in wishes["kinds"] for kind in text.split(",") if kind.strip()
        ]
    return await _answered(request, index, wishes)


@router.post(
    "/outfit",
    summary="A look under a budget, asked for with a body",
    operation_id="outfit_of_body",
    responses=schemas.answers(schemas.OUTFIT, examples.OUTFIT, 413, 415),
    openapi_extra=schemas.body(JSON, schemas.OUTFIT_REQUEST, schemas.OUTFIT_REQUEST_EXAMPLE),
)
async def outfit_of_body(request: Request) -> Response:
    """The same with the wishes in a JSON object."""
    Parameters.of_query(request.scope["query_string"], ())
    document = await read_json(request)
    if not isinstance(document, dict):
        raise BadArgument("The body is no object.", next_step='Send {"kinds": ["Shoes"], "budget": 90}.')
    wishes = wishes_of_document(document, OUTFIT)
    _check(wishes)
    return await _answered(request, request.app.state.served.index, wishes)


def _check(wishes: Mapping[str, Any]) -> None:
    """Raise `BadArgument` for what a body can hold and no query string."""
    if "id" in wishes:
        require_id(wishes["id"])
    for name in _TEXTS:
        if not isinstance(wishes.get(name, ""), str):
            raise BadArgument(f"{name} is {str(wishes[name])[:80]}.", next_step="Send a text.")
    for name in ("kinds", "exclude"):
        if not isinstance(wishes.get(name, []), list):
            raise BadArgument(f"{name} is {str(wishes[name])[:80]}.", next_step="Send a list of texts.")


async def _answered(request: Request, index: Index, wishes: dict[str, Any]) -> Response:
    look = await run_in_threadpool(partial(index.outfit, **wishes))
    return answered(request, look, "outfit", str(wishes.get("id", "")))
