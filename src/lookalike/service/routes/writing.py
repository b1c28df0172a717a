"""Writing to the catalogue: every write is a job, which the request waits for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import APIRouter, Depends, Request, Response

from lookalike.errors import BadArgument
from lookalike.service import schemas
from lookalike.service.config import ServiceConfig
from lookalike.service.jobs import Job, Jobs, Order
from lookalike.service.jobs import schemas as described
from lookalike.service.jobs.receiving import receive, undisturbed
from lookalike.service.keys import may_write
from lookalike.service.parameters import Parameters
from lookalike.service.problems import MEDIA_TYPE
from lookalike.service.replies import json_bytes, reply
from lookalike.service.served import Served

router = APIRouter(prefix="/v1", tags=["writing"], dependencies=[Depends(may_write)])

LONGEST_WAIT = 30.0
_ADDING = ("wait", "mode", "max_removed", "map", "format")


@router.post(
    "/products",
    summary="Add or update products, or follow a feed",
    operation_id="add_products",
    responses=described.job_answers(408, 409, 413, 415),
    openapi_extra={**described.asks(*_ADDING), **described.products_body()},
)
async def add_products(request: Request) -> Response:
    """Products of a JSON list, a table, or files: a table with pictures beside it, or pictures alone.

    Pictures are public addresses, data: URIs, or files of the same request; a path of the server is reported
    and never read. Unchanged pictures are not encoded again. What is not a catalogue is refused at once; what
    is accepted is done even if the service dies. Rows that cannot be read are in the job's report.
    """
    given = Parameters.of_query(request.scope["query_string"], _ADDING)
    wait = seconds(given, 1.0)
    order = _order(given)
    _ = request.app.state.served.index
    config: ServiceConfig = request.app.state.config
    jobs: Jobs = request.app.state.jobs
    async with _incoming(jobs) as upload:
        content_type = request.headers.get("content-type", "")
        await receive(content_type, request.stream(), upload, config.max_body)
        job = await undisturbed(partial(jobs.submit, order, upload))
    return await answered(request, await jobs.finished(job.id, wait))


@router.delete(
    "/products/{id:path}",
    summary="Remove a product",
    operation_id="remove_product",
    responses=described.job_answers(409),
    openapi_extra={"parameters": [*schemas.asks("id")["parameters"], *described.asks("wait")["parameters"]]},
)
async def remove_product(request: Request) -> Response:
    """Take a product away, after the writes that were asked for before."""
    wait = seconds(Parameters.of_query(request.scope["query_string"], ("wait",)), 10.0)
    id: str = request.path_params["id"]
    await undisturbed(partial(_require_product, request.app.state.served, id))
    jobs: Jobs = request.app.state.jobs
    job = await undisturbed(partial(jobs.submit, Order("remove", id, ids=(id,))))
    return await answered(request, await jobs.finished(job.id, wait))


def seconds(given: Parameters, default: float) -> float:
    """The parameter ``wait``, up to `LONGEST_WAIT`. Raises `BadArgument`."""
    return given.number("wait", default, LONGEST_WAIT)


async def begun_once(request: Request, order: Order, wait: float) -> Response:
    """A job that is begun, or is under way already, as an answer after ``wait`` seconds at most."""
    _ = request.app.state.served.index  # no job is begun before the index is loaded
    jobs: Jobs = request.app.state.jobs
    job = await undisturbed(partial(jobs.submit_once, order))
    return await answered(request, await jobs.finished(job.id, wait))


async def answered(request: Request, job: Job) -> Response:
    """A job as an answer: 200 when it is finished, its problem when it failed, else 202."""
    served: Served = request.app.state.served
    if job.is_finished:
        await undisturbed(served.refresh)
    document = {"job": job.shown(), "version": served.index.manifest.version}
    if job.state == "failed" and job.error is not None:
        body = json_bytes({**job.error, **document, "request_id": request.state.request_id})
        return Response(body, job.error.get("status", 500), media_type=MEDIA_TYPE)
    if job.is_finished:
        return reply(request, document)
    return reply(request, document, 202, {"location": f"/v1/jobs/{job.id}", "retry-after": "1"})


def _order(given: Parameters) -> Order:
    """What is to be done with an upload. Raises `BadArgument`."""
    mode = given.text("mode") or "add"
    if mode not in ("add", "sync"):
        raise BadArgument(f"mode is {mode[:80]!r}.", next_step="Choose add or sync.")
    removed = given.number("max_removed", None, 1.0)
    if removed is not None and mode == "add":
        raise BadArgument("max_removed goes with mode=sync.", next_step="Leave it out, or say mode=sync.")
    mapping = {}
    for pair in given.many("map"):
        column, equals, to = pair.rpartition("=")
        if not (column and equals and to):
            raise BadArgument(
                f"{pair[:80]!r} maps nothing.", next_step="Write for example map=Photo=picture."
            )
        mapping[column] = to
    return Order("sync" if mode == "sync" else "add", "", mapping, given.text("format") or None, removed)


def _require_product(served: Served, id: str) -> None:
    """Raise `UnknownProduct` unless the newest version holds a product."""
    served.refresh()
    served.index.product(id)


@asynccontextmanager
async def _incoming(jobs: Jobs) -> AsyncIterator[Path]:
    """A folder for an upload, made and cleared away outside of the event loop."""
    folder = jobs.incoming()
    upload = await undisturbed(folder.__enter__)
    try:
        yield upload
    finally:
        await undisturbed(partial(folder.__exit__, None, None, None))
