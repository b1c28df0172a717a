"""What there is in the catalogue: counted, compared, and on a map."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.errors import BadArgument, LookalikeError, UnknownPicture
from lookalike.exploring.sheet import counts_document
from lookalike.exploring.tiles import Tiles
from lookalike.hashing import content_hash
from lookalike.index import Index
from lookalike.service import schemas
from lookalike.service.exploring import schemas as described
from lookalike.service.exploring.maps import Maps
from lookalike.service.jobs import Order
from lookalike.service.jobs import schemas as jobs_described
from lookalike.service.keys import may_read, may_see, may_write
from lookalike.service.parameters import Parameters
from lookalike.service.replies import JSON, reply
from lookalike.service.routes.pictures import matches
from lookalike.service.routes.writing import begun_once, seconds

router = APIRouter(prefix="/v1/explore", tags=["explore"])

_SHEET = "/v1/explore/thumbnails/{at}.jpg?v={digest}"
_FOR_GOOD = "max-age=31536000, immutable"


class NoMap(LookalikeError):
    """No map of the catalogue is laid out, or only one of another encoder's looks."""

    code = "no-map"


@router.get(
    "",
    dependencies=[Depends(may_read)],
    summary="What is in the catalogue, counted",
    operation_id="explore",
    responses=schemas.answers(described.COUNTS, described.COUNTS_EXAMPLE),
    openapi_extra={"parameters": []},
)
async def explore(request: Request) -> Response:
    """Categories, colours, prices, pictures of a product and what else the catalogue says, as charts.

    ``where`` of a bar is the filter that finds its products, "" where there is none. ``map`` says how far
    there is a map: ``placed`` products came since it was laid out, ``stale`` that another is worth it; null
    where there is none.
    """
    Parameters.of_query(request.scope["query_string"], ())
    own = _index(request).explore

    def work() -> dict[str, Any]:
        return counts_document(own.counts(), own.standing())

    return reply(request, await run_in_threadpool(work))


@router.get(
    "/matrix",
    dependencies=[Depends(may_read)],
    summary="How alike a selection looks",
    operation_id="explore_matrix",
    responses=schemas.answers(described.MATRIX, described.MATRIX_EXAMPLE),
    openapi_extra=described.asks_for_matrix(),
)
async def matrix(request: Request) -> Response:
    """Cosines of the main pictures, each with each, in the order asked; what has no picture is left out."""
    ids = Parameters.of_query(request.scope["query_string"], ("id",)).many("id")
    if not ids:
        raise BadArgument("No product is named.", next_step="Name some: /v1/explore/matrix?id=A&id=B")
    index = _index(request)
    found = await run_in_threadpool(partial(index.explore.matrix, ids))
    return reply(request, {**found.to_dict(), "version": index.manifest.version})


@router.get(
    "/map",
    dependencies=[Depends(may_read)],
    summary="The map of the catalogue",
    operation_id="explore_map",
    responses=described.map_answers(),
    openapi_extra={"parameters": []},
)
async def catalog_map(request: Request) -> Response:
    """Where each product lies, beside those it looks like, and by what the map can be coloured.

    ``x`` and ``y`` are from 0 to 1, in the order of ``ids``. ``codes`` of a paint point into its ``values``,
    -1 for none; where ``folded`` is not 0, the last value stands for so many rarer ones.
    """
    Parameters.of_query(request.scope["query_string"], ())
    maps: Maps = request.app.state.maps
    found = await run_in_threadpool(partial(maps.of, _index(request)))
    if found is None:
        raise _no_map()
    headers = {"etag": found.etag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if matches(request.headers.get("if-none-match", ""), found.etag):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, headers={**headers, "content-encoding": "gzip"}, media_type=JSON)
    return Response(found.plain, headers=headers, media_type=JSON)


@router.post(
    "/map",
    dependencies=[Depends(may_write)],
    summary="Lay out the map anew",
    operation_id="lay_out_map",
    responses=jobs_described.job_answers(409, job=described.LAID_OUT),
    openapi_extra=jobs_described.asks("wait"),
)
async def lay_out(request: Request) -> Response:
    """A job that lays out the map of the catalogue by the looks; who asks twice is given the same one.

    The map that was there stays until it is done. ``doing`` says which step ``done`` and ``total`` count.
    """
    wait = seconds(Parameters.of_query(request.scope["query_string"], ("wait",)), 1.0)
    return await begun_once(request, Order("map", "map"), wait)


@router.get(
    "/thumbnails",
    dependencies=[Depends(may_read)],
    summary="The small pictures of the map",
    operation_id="explore_thumbnails",
    responses=schemas.answers(described.THUMBNAILS, described.THUMBNAILS_EXAMPLE),
    openapi_extra={"parameters": []},
)
async def thumbnails(request: Request) -> Response:
    """Square tiles of ``size`` pixels on a few sheets, ``columns`` times ``rows`` on each.

    Tile t shows the product at ``points[t]`` of the map's ``ids``, -1 for none. They come coarse to fine:
    the first of them are spread evenly over the map, however few are taken. ``products`` is the length of
    the map's ``ids`` that is meant.
    """
    Parameters.of_query(request.scope["query_string"], ())
    own = _index(request).explore

    def work() -> dict[str, Any] | None:
        tiles = own.thumbnails()
        return None if tiles is None else own.drawn(_addresses(tiles))

    found = await run_in_threadpool(work)
    if found is None:
        raise _no_map()
    return reply(request, found)


@router.get(
    "/thumbnails/{n:place}.jpg",
    dependencies=[Depends(may_see)],
    summary="A sheet of small pictures",
    operation_id="explore_sheet",
    response_class=Response,
    responses=described.sheet_answers(),
    openapi_extra=described.asks_for_sheet(),
)
async def sheet(request: Request) -> Response:
    """A JPEG of tiles, as `/v1/explore/thumbnails` names them."""
    given = Parameters.of_query(request.scope["query_string"], ("v", "key"))
    tiles = await run_in_threadpool(_index(request).explore.thumbnails)
    at: int = request.path_params["n"]
    if tiles is None or not 0 <= at < len(tiles.sheets):
        raise UnknownPicture(f"There is no sheet {at}.", next_step="See /v1/explore/thumbnails.")
    digest = _digest(tiles.sheets[at])
    shared = "private" if request.app.state.config.read_keys else "public"
    cached = f"{shared}, {_FOR_GOOD}" if given.text("v") == digest else "no-cache"
    headers = {"etag": f'"{digest}"', "cache-control": cached}
    if matches(request.headers.get("if-none-match", ""), f'"{digest}"'):
        return Response(status_code=304, headers=headers)
    return Response(tiles.sheets[at], headers=headers, media_type="image/jpeg")


def _index(request: Request) -> Index:
    index: Index = request.app.state.served.index
    return index


def _addresses(tiles: Tiles) -> list[str]:
    return [_SHEET.format(at=at, digest=_digest(sheet)) for at, sheet in enumerate(tiles.sheets)]


def _digest(sheet: bytes) -> str:
    return content_hash(sheet)[:16]


def _no_map() -> NoMap:
    return NoMap(
        "No map of the catalogue is laid out.",
        next_step="Lay it out: POST /v1/explore/map, or lookalike explore --map.",
    )
