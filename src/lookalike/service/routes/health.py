"""Is the process alive, and can it answer?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from lookalike.service.replies import reply
from lookalike.service.served import Served

router = APIRouter()


@router.get("/health/live", tags=["health"], summary="Is the process alive?")
async def live(request: Request) -> Response:
    """200 as long as the process answers at all."""
    return reply(request, {"status": "live"})


@router.get("/health/ready", tags=["health"], summary="Are questions answered?")
async def ready(request: Request) -> Response:
    """200 once the index is loaded, 503 before."""
    served: Served = request.app.state.served
    if not served.ready:
        error = served.error
        return reply(request, {"status": "loading", "error": error and error.to_dict()}, 503)
    manifest = served.index.manifest
    return reply(
        request,
        {
            "status": "ready",
            "version": manifest.version,
            "products": manifest.products,
            "pictures": manifest.pictures,
            "encoder": manifest.encoder,
        },
    )
