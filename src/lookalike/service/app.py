"""The service as one ASGI application over one index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from lookalike import __version__
from lookalike.index import Index
from lookalike.service import schemas
from lookalike.service.answers import Fragments
from lookalike.service.config import ServiceConfig
from lookalike.service.direct import Directly, direct
from lookalike.service.duplicates.groupings import Groupings
from lookalike.service.envelope import Envelope
from lookalike.service.exploring.maps import Maps
from lookalike.service.jobs import Jobs, jobs_folder
from lookalike.service.limits import ROOM, BodyLimits
from lookalike.service.metrics import Metrics
from lookalike.service.problems import add_handlers
from lookalike.service.routes import (
    check,
    doctor,
    duplicates,
    events,
    explore,
    goes_with,
    health,
    imagine,
    jobs,
    outfit,
    pages,
    pictures,
    products,
    recommend,
    report,
    rules,
    search,
    session,
    shoppers,
    similar,
    writing,
)
from lookalike.service.served import Served
from lookalike.service.turns import Room, Turns
from lookalike.service.web import WebFiles
from lookalike.store.places import place_at

_ABOUT = (
    "What in this catalogue looks like this product, this photo; what is right for this shopper? Errors are "
    "problem documents (RFC 9457) with a stable code and the next step; every answer has its request's id."
)

_MOST_ASKED = (similar, pictures, products, search)
_TELLING = 8  # deliveries of events that go to the disk together
_PAPERS = 16  # reports of findings that may wait for the one that is written
_WAITING = 500  # deliveries of events that may wait for those before them


def create_app(index: Index | str | Path, config: ServiceConfig | None = None) -> FastAPI:
    """The service over an index, or over the folder of one; an ASGI application.

    The index is loaded while the application already answers: until then ``/health/ready`` is 503, and so
    are questions. ``app.state`` holds ``config``, ``served``, ``metrics``, ``fragments``, ``turns``,
    ``room``, ``telling``, ``groupings``, ``maps``, ``papers``, ``jobs``, ``web``.
    """
    config = config or ServiceConfig()
    served = Served(index, config.refresh_seconds, config.events)
    metrics = Metrics(served)
    app = FastAPI(
        title="Lookalike",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        middleware=_middleware(config, metrics),
    )
    app.state.config = config
    app.state.served = served
    app.state.metrics = metrics
    app.state.fragments = Fragments()
    app.state.turns = Turns(config.photo_threads, config.photo_queue)
    app.state.room = Room((config.photo_threads + config.photo_queue) * (config.max_picture_bytes + ROOM))
    app.state.telling = Turns(_TELLING, _WAITING, "Too many events wait to be written down.")
    app.state.groupings = Groupings()
    app.state.maps = Maps()
    app.state.papers = Turns(1, _PAPERS, "Too many reports are being written.")
    app.state.jobs = Jobs(
        lambda: served.index,
        jobs_folder(index.place if isinstance(index, Index) else place_at(index)),
        allow_private=config.allow_private,
        on_written=served.refresh,
        board=lambda: served.index.board,
    )
    app.state.web = WebFiles()
    add_handlers(app)
    app.add_exception_handler(404, pages.missing)
    questions = (*_MOST_ASKED, imagine, duplicates, check, doctor, explore)
    shopping = (events, recommend, goes_with, outfit, shoppers, rules, report)
    for module in (*questions, *shopping, writing, jobs, session, health, pages):
        app.include_router(module.router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _middleware(config: ServiceConfig, metrics: Metrics) -> list[Middleware]:
    cors = Middleware(
        CORSMiddleware,
        allow_origins=config.cors,
        allow_methods=("GET", "HEAD", "POST", "PUT", "DELETE"),
        allow_headers=("authorization", "content-type", "x-api-key", "x-request-id"),
        expose_headers=("etag", "location", "retry-after", "x-request-id"),
        max_age=3600,
    )
    return [
        Middleware(Envelope, metrics=metrics),
        *([cors] if config.cors else []),
        Middleware(Directly, routes=[*direct(module.router for module in _MOST_ASKED)]),
        Middleware(BodyLimits, config=config),
    ]


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        app.openapi_schema = schemas.complete(document)
    return app.openapi_schema


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.served.start()
    app.state.jobs.start()
    try:
        yield
    finally:
        for part in (
            app.state.turns,
            app.state.telling,
            app.state.groupings,
            app.state.papers,
            app.state.jobs,
            app.state.served,
        ):
            await run_in_threadpool(part.close)
