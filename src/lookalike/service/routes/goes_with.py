"""What goes with this product?"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.index import Index
from lookalike.service.answers import answered
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters
from lookalike.service.shopping import examples, schemas
from lookalike.service.wishes import GOES_WITH, wishes_of

router = APIRouter(prefix="/v1", tags=["shoppers"], dependencies=[Depends(may_read)])


@router.get(
    "/goes-with/{id:path}",
    summary="What goes with this product?",
    operation_id="goes_with",
    responses=schemas.answers(schemas.ANSWER, examples.GOES_WITH),
    openapi_extra=schemas.asks("path id", *GOES_WITH),
)
async def goes_with(request: Request) -> Response:
    """Products of other kinds that go with this one, each with the reason why.

    First those that the merchant tied to it, then those bought or seen together with it; where both are
    silent those of its style. What ``user`` owns, dislikes or avoids is left out.
    """
    seed: str = request.path_params["id"]
    given = Parameters.of_query(request.scope["query_string"], GOES_WITH)
    index: Index = request.app.state.served.index
    wishes = wishes_of(given, index, GOES_WITH)
    answer = await run_in_threadpool(partial(index.goes_with, seed, **wishes))
    return answered(request, answer, "goes-with", seed)
