"""Small pictures of the products."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from starlette.convertors import IntegerConvertor, register_url_convertor

from lookalike.index import Index
from lookalike.service import schemas
from lookalike.service.keys import may_see
from lookalike.service.parameters import Parameters


class _Place(IntegerConvertor):
    """A whole number of a path; one of more digits than Python reads names nothing, and is no error."""

    regex = "[0-9]{1,999}"


register_url_convertor("place", _Place())

router = APIRouter(prefix="/v1", tags=["catalogue"], dependencies=[Depends(may_see)])

WIDTHS = (128, 256, 512, 1024, 1600)
"""What is made; what is asked for is rounded up to one of these, so that few pictures are kept in caches."""

_NARROWEST = 16
_CACHED = "max-age=86400, stale-while-revalidate=604800"


@router.get(
    "/pictures/{id:path}/{n:place}",
    summary="A picture of a product",
    operation_id="picture",
    response_class=Response,
    responses=schemas.jpeg(),
    openapi_extra=schemas.asks("id", "n", "w", "key"),
)
def picture(request: Request) -> Response:
    """A JPEG of at most ``w`` pixels, rounded up to 128, 256, 512, 1024 or 1600; never enlarged."""
    given = Parameters.of_query(request.scope["query_string"], ("w", "key"))
    wanted = given.whole("w", 256, _NARROWEST, WIDTHS[-1])
    width = next(width for width in WIDTHS if width >= wanted)
    index: Index = request.app.state.served.index
    found = index.picture(request.path_params["id"], request.path_params["n"], width)
    shared = "private" if request.app.state.config.read_keys else "public"
    headers = {
        "etag": found.etag,
        "cache-control": f"{shared}, {_CACHED}",
        "cross-origin-resource-policy": "cross-origin",
    }
    if matches(request.headers.get("if-none-match", ""), found.etag):
        return Response(status_code=304, headers=headers)
    return Response(found.data, headers=headers, media_type="image/jpeg")


def matches(header: str, etag: str) -> bool:
    """Whether an ``If-None-Match`` header names this ETag, by weak comparison (RFC 9110)."""
    names = [name.strip().removeprefix("W/") for name in header.split(",")]
    return etag in names or "*" in names
