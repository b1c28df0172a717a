"""What looks like this product?"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Query, Request, Response

from lookalike.service.documents import product_document
from lookalike.service.keys import may_read
from lookalike.service.replies import reply

router = APIRouter(prefix="/v1", tags=["similar"], dependencies=[Depends(may_read)])


@router.get("/similar/{id:path}", summary="What looks like this product?")
def similar(
    request: Request,
    id: str,
    k: int = 12,
    where: str = "",
    weights: str = "look=1",
    exclude: list[str] = Query(default=[]),
) -> Response:  # noqa: B008
    """The k products that look most like this one."""
    index = request.app.state.served.index
    answer = index.similar(id, k, where, exclude, weights)
    results = [
        {
            "id": r.id,
            "score": r.score,
            "product": product_document(r.product, r.colours),
            "evidence": dict(r.evidence),
            "why": r.to_dict().get("why", []),
        }
        for r in answer
    ]
    return reply(
        request,
        {
            "results": results,
            "complete": answer.complete,
            "explain": dict(answer.explain),
            "version": answer.explain["version"],
        },
    )
