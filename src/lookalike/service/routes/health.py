"""Is the process alive, can it answer, and what does it do?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.asking.recall import Recall
from lookalike.service import examples, metrics, schemas
from lookalike.service.replies import reply
from lookalike.service.served import Served

router = APIRouter(tags=["health"])


@router.get(
    "/health/live",
    summary="Is the process alive?",
    operation_id="live",
    responses=schemas.plain(schemas.LIVE, examples.LIVE),
)
async def live(request: Request) -> Response:
    """200 as long as the process answers at all."""
    return reply(request, {"status": "live"})


@router.get(
    "/health/ready",
    summary="Are questions answered?",
    operation_id="ready",
    responses=schemas.ready(),
)
def ready(request: Request) -> Response:
    """200 once the index and its encoder are loaded, 503 before.

    ``freshness`` compares the version that answers with the newest one on disk. ``search`` says whether
    what is similar is found exactly or by a graph, and how much of the exact answers is in those given:
    asked of products chosen by chance, in the version named; null until that was measured.
    """
    served: Served = request.app.state.served
    error = served.error
    trouble = {"error": error.to_dict()} if error else {}
    if not served.ready:
        return reply(request, {"status": "loading", **trouble}, 503, {"retry-after": "1"})
    facts = served.facts()
    document = {
        "status": "ready",
        "version": facts["served_version"],
        "products": facts["products"],
        "pictures": facts["pictures"],
        "encoder": served.index.manifest.encoder,
        "freshness": {
            name: facts[name] for name in ("served_version", "newest_version", "seconds_since_write")
        },
        "search": None if served.recall is None else _search(served.recall),
        **trouble,
    }
    return reply(request, document)


def _search(recall: Recall) -> dict[str, Any]:
    found = recall.to_dict()
    return {"kind": found.pop("search"), **found}


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    operation_id="metrics",
    response_class=Response,
    responses=schemas.text(metrics.MEDIA_TYPE, examples.METRICS),
)
async def prometheus(request: Request) -> Response:
    """Requests, seconds by route and by stage (decode, encode, search, rank), and what is in the index."""
    page = await run_in_threadpool(request.app.state.metrics.page)
    return Response(page, headers={"content-type": metrics.MEDIA_TYPE})
