"""Is this picture in the catalogue already, and as what?"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request, Response

from lookalike.copies import Check
from lookalike.errors import BadArgument
from lookalike.images import require_pixels
from lookalike.index import Index
from lookalike.products import PictureSource
from lookalike.service import schemas
from lookalike.service.bodies import read_photo_form
from lookalike.service.config import ServiceConfig
from lookalike.service.duplicates import schemas as described
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters, pairs_of
from lookalike.service.replies import reply
from lookalike.service.routes.duplicates import kinds_of, threshold_of
from lookalike.service.routes.search import fetched

router = APIRouter(prefix="/v1", tags=["duplicates"], dependencies=[Depends(may_read)])

_KNOWN = ("kinds", "threshold")


@router.get(
    "/check",
    summary="Is the picture at this address there already?",
    operation_id="check",
    responses=schemas.answers(described.CHECK, described.CHECK_EXAMPLE, 429),
    openapi_extra=described.asks("image", *_KNOWN),
)
async def check(request: Request) -> Response:
    """The pictures of the catalogue that are the same as one at a public address, the surest first."""
    given = Parameters.of_query(request.scope["query_string"], ("image", *_KNOWN))
    address = given.text("image")
    if address is None or not PictureSource(address).is_url:
        raise BadArgument(
            "image is no http or https address." if address else "There is no image.",
            next_step="Give image=https://..., or send a file with POST /v1/check.",
        )
    config: ServiceConfig = request.app.state.config
    index: Index = request.app.state.served.index
    kinds, threshold = kinds_of(given), threshold_of(given)

    def work() -> Check:
        return _checked(index, fetched(address, config), kinds, threshold, config)

    return _answered(request, await request.app.state.turns.run(work))


@router.post(
    "/check",
    summary="Is this photo there already?",
    operation_id="check_photo",
    responses=schemas.answers(described.CHECK, described.CHECK_EXAMPLE, 408, 413, 415, 429),
    openapi_extra=schemas.body("multipart/form-data", described.CHECK_FORM, described.CHECK_FORM_EXAMPLE),
)
async def check_photo(request: Request) -> Response:
    """The pictures of the catalogue that are the same as a photo, the surest first; none when it is new.

    The photo is neither stored nor logged.
    """
    config: ServiceConfig = request.app.state.config
    index: Index = request.app.state.served.index
    with request.app.state.room.taken_by(request.stream()) as body:
        form = await read_photo_form(request, body, config.max_picture_bytes)
        given = Parameters([*pairs_of(request.scope["query_string"]), *form.fields], _KNOWN)
        work = partial(_checked, index, form.image, kinds_of(given), threshold_of(given), config)
        found: Check = await request.app.state.turns.run(work)
    return _answered(request, found)


def _checked(
    index: Index,
    picture: bytes,
    kinds: tuple[str, ...] | None,
    threshold: float | None,
    config: ServiceConfig,
) -> Check:
    require_pixels(picture, config.max_picture_pixels)
    return index.check(picture, threshold, kinds)


def _answered(request: Request, found: Check) -> Response:
    request.scope["state"]["stages"] = found.seconds
    return reply(request, found.to_dict())
