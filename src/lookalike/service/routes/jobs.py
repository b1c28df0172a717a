"""Writes that were asked for: how far they are, what came of them, and stopping them."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.service.jobs import Job, Jobs, NoReport
from lookalike.service.jobs import schemas as described
from lookalike.service.keys import may_write
from lookalike.service.parameters import Parameters
from lookalike.service.replies import reply
from lookalike.service.routes.writing import seconds

router = APIRouter(prefix="/v1/jobs", tags=["writing"], dependencies=[Depends(may_write)])


@router.get(
    "",
    summary="What was asked to be written, the newest first",
    operation_id="list_jobs",
    responses=described.list_answers(),
    openapi_extra=described.asks("limit"),
)
def list_jobs(request: Request) -> Response:
    """The jobs that wait or run, and the newest hundred that are finished; reports without their problems."""
    limit = Parameters.of_query(request.scope["query_string"], ("limit",)).whole("limit", 100, 1, 1000)
    jobs: Jobs = request.app.state.jobs
    shown = [job.shown(problems=False) for job in jobs.list()[:limit]]
    return reply(request, {"jobs": shown, "version": request.app.state.served.index.manifest.version})


@router.get(
    "/{id}/report.csv",
    summary="All problems of a finished job, as a table",
    operation_id="job_report",
    response_class=Response,
    responses=described.report_answers(),
    openapi_extra=described.asks(path=True),
)
def job_report(request: Request) -> Response:
    """Rows and pictures that could not be read: row, id, reason, detail, uri, indexed."""
    Parameters.of_query(request.scope["query_string"], ())
    jobs: Jobs = request.app.state.jobs
    id: str = request.path_params["id"]
    table = jobs.report(id)
    if table is None:
        raise NoReport(f"The job {id} has no report.", next_step=f"Look how far it is: GET /v1/jobs/{id}")
    headers = {"content-disposition": 'attachment; filename="report.csv"', "cache-control": "no-store"}
    return Response(table, headers=headers, media_type="text/csv; charset=utf-8")


@router.get(
    "/{id}",
    summary="How far a job is, and what came of it",
    operation_id="job",
    responses=described.looks(),
    openapi_extra=described.asks("wait", path=True),
)
async def job(request: Request) -> Response:
    """One job, at once or, with ``wait``, as soon as it is finished; its report has up to 200 problems."""
    wait = seconds(Parameters.of_query(request.scope["query_string"], ("wait",)), 0.0)
    jobs: Jobs = request.app.state.jobs
    return _reply(request, await jobs.finished(request.path_params["id"], wait))


@router.delete(
    "/{id}",
    summary="Stop a job",
    operation_id="stop_job",
    responses=described.looks(),
    openapi_extra=described.asks("wait", path=True),
)
async def stop_job(request: Request) -> Response:
    """Do not begin a job, or end it soon: what is done so far is kept. A finished one stays as it is."""
    wait = seconds(Parameters.of_query(request.scope["query_string"], ("wait",)), 1.0)
    jobs: Jobs = request.app.state.jobs
    stopped = await run_in_threadpool(jobs.stop, request.path_params["id"])
    return _reply(request, await jobs.finished(stopped.id, wait))


def _reply(request: Request, job: Job) -> Response:
    return reply(request, {"job": job.shown(), "version": request.app.state.served.index.manifest.version})
