"""The service as one ASGI application over one index."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from lookalike import __version__
from lookalike.index import Index
from lookalike.service.config import ServiceConfig
from lookalike.service.envelope import Envelope
from lookalike.service.problems import add_handlers
from lookalike.service.routes import health, pages, products, similar
from lookalike.service.served import Served
from lookalike.service.web import WebFiles


def create_app(index: Index | str | Path, config: ServiceConfig | None = None) -> FastAPI:
    """The service over an index, or over the folder of one; an ASGI application.

    The index is loaded while the application already answers: until then ``/health/ready`` is 503, and so
    are questions. ``app.state`` holds ``config``, ``served`` and ``web``.
    """
    app = FastAPI(
        title="Lookalike",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        middleware=[Middleware(Envelope)],
    )
    app.state.config = config or ServiceConfig()
    app.state.served = Served(index, app.state.config)
    app.state.web = WebFiles()
    add_handlers(app)
    for module in (health, similar, products, *_writing(), pages):
        app.include_router(module.router)
    return app


def _writing() -> list[Any]:
    names = [f"lookalike.service.routes.{name}" for name in ("writing", "jobs")]
    return [importlib.import_module(name) for name in names if find_spec(name)]


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.served.start()
    try:
        yield
    finally:
        app.state.served.close()
