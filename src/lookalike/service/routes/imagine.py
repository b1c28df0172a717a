"""What do these words look like, and what is there that is like that?"""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from lookalike.errors import BadArgument
from lookalike.index import Index
from lookalike.recommend.query import check_k
from lookalike.service import schemas
from lookalike.service.answers import answered
from lookalike.service.imagining import schemas as described
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters, whole
from lookalike.service.wishes import SEARCH, wishes_of

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=[Depends(may_read)])


@router.get(
    "/imagine",
    summary="What looks like pictures imagined of these words?",
    operation_id="imagine",
    responses=schemas.answers(described.ANSWER, described.EXAMPLE, 429),
    openapi_extra=described.asks_to_imagine(*SEARCH),
)
async def imagine(request: Request) -> Response:
    """Pictures that a generator makes of words, and the k real products that look most like one of them.

    The pictures are in ``imagined``, as links that hold them (PNG): they are generated, no product has them,
    and they are not kept. 404 where the index has no generator.
    """
    given = Parameters.of_query(request.scope["query_string"], ("text", "count", "seed", *SEARCH))
    index: Index = request.app.state.served.index
    wishes: dict[str, Any] = wishes_of(given, index)
    check_k(wishes.get("k", 1))
    text = given.text("text")
    if not text or not text.strip():
        raise BadArgument("There are no words to imagine.", next_step="Give text, such as text=red dress.")
    for name in ("count", "seed"):
        if number := given.text(name):
            wishes[name] = whole(name, number)
    work = partial(index.imagine, text, **wishes)
    return answered(request, await request.app.state.turns.run(work), "imagine")
