"""What came of answers?"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.index import Index
from lookalike.service.keys import may_write
from lookalike.service.parameters import Parameters
from lookalike.service.replies import reply
from lookalike.service.shopping import schemas

router = APIRouter(prefix="/v1", tags=["rules"], dependencies=[Depends(may_write)])


@router.get(
    "/report",
    summary="What came of answers?",
    operation_id="report",
    responses=schemas.answers(schemas.REPORT, schemas.REPORT_EXAMPLE, 403),
    openapi_extra=schemas.asks("since", "until"),
)
async def report(request: Request) -> Response:
    """Of each shelf how many products were shown, clicked and bought, with 95% intervals of the rates.

    Of events that name the ``attribution`` of an answer.
    """
    given = Parameters.of_query(request.scope["query_string"], ("since", "until"))
    bounds = {name: given.text(name) or None for name in ("since", "until")}
    index: Index = request.app.state.served.index
    found = await run_in_threadpool(partial(index.report, **bounds))
    return reply(request, found.to_dict())
