"""What is known of one shopper: read, corrected and erased."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.service.bodies import read_json
from lookalike.service.keys import may_write
from lookalike.service.parameters import Parameters
from lookalike.service.replies import JSON, reply
from lookalike.service.shopping import examples, schemas

router = APIRouter(prefix="/v1", tags=["shoppers"], dependencies=[Depends(may_write)])


@router.get(
    "/shoppers/{id:path}",
    summary="What is known of a shopper",
    operation_id="shopper",
    responses=schemas.answers(schemas.SHOPPER, examples.SHOPPER, 403),
    openapi_extra=schemas.asks("path user"),
)
async def shopper(request: Request) -> Response:
    """What is learned from events, what the shopper declares, and what no longer counts.

    One of whom nothing is known has a document that says so.
    """
    Parameters.of_query(request.scope["query_string"], ())
    index: Index = request.app.state.served.index
    return reply(request, await run_in_threadpool(index.shoppers.get, request.path_params["id"]))


@router.put(
    "/shoppers/{id:path}",
    summary="Correct what is known of a shopper",
    operation_id="set_shopper",
    responses=schemas.answers(schemas.SHOPPER, examples.SHOPPER, 403, 413, 415, 507),
    openapi_extra={
        **schemas.asks("path user"),
        **schemas.body(JSON, schemas.PROFILE, schemas.PROFILE_EXAMPLE),
    },
)
async def set_shopper(request: Request) -> Response:
    """Sets ``declared``, ``forgotten`` or both; what is avoided, and the budget, are promises from then on.

    ``forgotten`` are ids of products that no longer count, whatever was done with them.
    """
    Parameters.of_query(request.scope["query_string"], ())
    document = await read_json(request)
    if not isinstance(document, dict):
        raise BadArgument("The body is no object.", next_step='Send {"declared": {"sizes": ["M"]}}.')
    index: Index = request.app.state.served.index
    told = await run_in_threadpool(partial(index.shoppers.put, request.path_params["id"], document))
    return reply(request, told)


@router.delete(
    "/shoppers/{id:path}",
    summary="Forget a shopper",
    operation_id="erase_shopper",
    responses=schemas.answers(schemas.ERASED, schemas.ERASED_EXAMPLE, 403, 507),
    openapi_extra=schemas.asks("path user"),
)
async def erase_shopper(request: Request) -> Response:
    """Erases events and profile, for good; events of before that are delivered later stay away."""
    Parameters.of_query(request.scope["query_string"], ())
    index: Index = request.app.state.served.index
    return reply(request, await run_in_threadpool(index.shoppers.erase, request.path_params["id"]))
