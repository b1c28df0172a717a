"""What is right for this shopper, or for this visit?"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.index import Index
from lookalike.service.answers import answered
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters
from lookalike.service.shopping import examples, schemas
from lookalike.service.wishes import RECOMMEND, wishes_of

router = APIRouter(prefix="/v1", tags=["shoppers"], dependencies=[Depends(may_read)])


@router.get(
    "/recommend",
    summary="What is right for this shopper?",
    operation_id="recommend",
    responses=schemas.answers(schemas.ANSWER, examples.RECOMMENDED),
    openapi_extra=schemas.asks(*RECOMMEND),
)
async def recommend(request: Request) -> Response:
    """The k products that are right for a shopper, or for a visit that looked at ``recent`` products.

    What the shopper owns or has seen is left out. One of whom nothing is known gets what is popular and
    varied; ``explain.shopper`` says what the answer was made of.
    """
    given = Parameters.of_query(request.scope["query_string"], RECOMMEND)
    index: Index = request.app.state.served.index
    wishes = wishes_of(given, index, RECOMMEND)
    if "recent" in wishes:
        wishes["recent"] = _ids(wishes["recent"], index)
    return answered(request, await run_in_threadpool(partial(index.recommend, **wishes)), "recommend")


def _ids(texts: list[str], index: Index) -> list[str]:
    """Ids, of texts that hold one each or several with commas between."""
    return [one for text in texts for one in ([text] if text in index else text.split(",")) if one]
