"""What looks like this photo, and what is called so?"""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.errors import BadArgument
from lookalike.fetching import Fetcher
from lookalike.images import require_pixels
from lookalike.index import Index
from lookalike.products import PictureSource
from lookalike.recommend.answer import Answer
from lookalike.recommend.query import check_k
from lookalike.service import examples, schemas
from lookalike.service.answers import answered
from lookalike.service.bodies import read_photo_form
from lookalike.service.config import ServiceConfig
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters, pairs_of
from lookalike.service.wishes import SEARCH, wishes_of

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=[Depends(may_read)])

_PATIENCE = 5.0  # seconds for a picture's address to answer


@router.get(
    "/search",
    summary="What is called so, or looks like the picture at this address?",
    operation_id="search",
    responses=schemas.answers(schemas.ANSWER, examples.SEARCH, 429),
    openapi_extra=schemas.asks("text", "image", "crop", *SEARCH),
)
async def search(request: Request) -> Response:
    """The k products that the words name, or that look most like the picture at a public address.

    Words and a picture may ask together, and products that are liked may ask alone.
    """
    given = Parameters.of_query(request.scope["query_string"], ("text", "image", "crop", *SEARCH))
    index: Index = request.app.state.served.index
    wishes = wishes_of(given, index)
    check_k(wishes.get("k", 1))
    text, image, crop = given.text("text"), given.text("image"), given.text("crop") or None
    if image is None:
        work = partial(index.search, text=text, crop=crop, **wishes)
        return answered(request, await run_in_threadpool(work), "search")
    if not PictureSource(image).is_url:
        raise BadArgument(
            "image is no http or https address.", next_step="Send a file with POST /v1/search instead."
        )
    config: ServiceConfig = request.app.state.config
    wishes |= {"text": text or None, "crop": crop}

    def work_on_picture() -> Answer:
        return _searched(index, fetched(image, config), wishes, config)

    return answered(request, await request.app.state.turns.run(work_on_picture), "photo")


def fetched(address: str, config: ServiceConfig) -> bytes:
    """The picture at an address, tried once: somebody waits for the answer. Raises `PictureError`."""
    limits = {"timeout": _PATIENCE, "max_bytes": config.max_picture_bytes, "retries": 0}
    with Fetcher(config.allow_private, **limits, allow_files=False) as fetcher:  # type: ignore[arg-type]
        return fetcher.fetch(PictureSource(address)).data or b""


def _searched(index: Index, picture: bytes, wishes: dict[str, Any], config: ServiceConfig) -> Answer:
    require_pixels(picture, config.max_picture_pixels)
    return index.search(picture, **wishes)


@router.post(
    "/search",
    summary="What looks like this photo?",
    operation_id="search_by_photo",
    responses=schemas.answers(schemas.ANSWER, examples.PHOTO, 408, 413, 415, 429),
    openapi_extra=schemas.body("multipart/form-data", schemas.PHOTO_FORM, examples.PHOTO_FORM),
)
async def search_by_photo(request: Request) -> Response:
    """The k products that look most like a photo, or like the part of it in ``crop``.

    ``text`` beside it says in words what the photo does not show.
    The photo is neither stored nor logged.
    """
    config: ServiceConfig = request.app.state.config
    index: Index = request.app.state.served.index
    with request.app.state.room.taken_by(request.stream()) as body:
        form = await read_photo_form(request, body, config.max_picture_bytes)
        pairs = [*pairs_of(request.scope["query_string"]), *form.fields]
        given = Parameters(pairs, ("text", "crop", *SEARCH))
        wishes = wishes_of(given, index)
        check_k(wishes.get("k", 1))
        wishes |= {"text": given.text("text") or None, "crop": given.text("crop") or None}
        work = partial(_searched, index, form.image, wishes, config)
        answer = await request.app.state.turns.run(work)
    return answered(request, answer, "photo")
