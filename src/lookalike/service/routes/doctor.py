"""What is wrong with the catalogue: findings, looking for them, and what people decide of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.checkup import Findings
from lookalike.checkup.kinds import kinds_of
from lookalike.doctor.finding import Finding
from lookalike.errors import BadArgument, UnknownProduct
from lookalike.index import Index
from lookalike.service import schemas
from lookalike.service.bodies import read_json, rows_of
from lookalike.service.doctor import schemas as described
from lookalike.service.doctor.addresses import fixes_bytes, text_without_paths, without_paths
from lookalike.service.doctor.asked import CHOOSING, KIND_NAMES, Asked, named_kinds, nothing
from lookalike.service.documents import product_document
from lookalike.service.jobs import Order
from lookalike.service.jobs import schemas as jobs_described
from lookalike.service.jobs.receiving import undisturbed
from lookalike.service.keys import may_read, may_write
from lookalike.service.limits import MOST_DECISIONS
from lookalike.service.parameters import Parameters
from lookalike.service.replies import JSON, reply
from lookalike.service.routes.writing import begun_once, seconds
from lookalike.service.served import Served
from lookalike.service.turns import Turns

router = APIRouter(prefix="/v1", tags=["doctor"])

LARGEST_PAGE = 100
SHOWN_PRODUCTS = 12
"""So many products of one finding come with what the catalogue says of them."""

_LAST = 10**9
_PAGING = ("limit", "offset", "each")
_DECISION = '{"finding": "its id", "decision": "apply"}'
_EXAMINE = "Examine the catalogue: POST /v1/doctor, or lookalike doctor."
_CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@router.get(
    "/doctor",
    dependencies=[Depends(may_read)],
    summary="What is wrong with the catalogue",
    operation_id="doctor",
    responses=schemas.answers(described.FINDINGS, described.FINDINGS_EXAMPLE, 429),
    openapi_extra=described.asks(*CHOOSING, *_PAGING),
)
async def doctor(request: Request) -> Response:
    """A page of what the last examination found, kind by kind, the surest first; nobody looks anew here.

    ``total`` findings pass the filter. ``kinds`` counts those of every kind, whatever kind, section or
    product was asked for. ``shown`` has the products of the page's findings, null where one is not in the
    index. ``examined_at`` is null where nobody has looked for these kinds yet.
    """
    given = Parameters.of_query(request.scope["query_string"], (*CHOOSING, *_PAGING))
    limit = given.whole("limit", 20, 1, LARGEST_PAGE)
    offset = given.whole("offset", 0, 0, _LAST)
    each = given.whole("each", 0, 1, LARGEST_PAGE)
    asked = Asked.of(given)
    index: Index = request.app.state.served.index

    def work() -> Response:
        kept = asked.found(index)
        found = nothing(index) if kept is None else kept
        listed = found.chosen.few(each) if each else found.chosen
        more = offset + limit < len(listed)
        page = {
            "total": len(found),
            "offset": offset,
            "limit": limit,
            "next": _address(given, limit, offset + limit) if more else None,
            "kinds": asked.of_every_kind(index),
        }
        return reply(request, {**_page(index, found, listed[offset : offset + limit]), **page})

    return await run_in_threadpool(work)


def _page(index: Index, found: Findings, shown: Sequence[Finding]) -> dict[str, Any]:
    """Some of the findings, and their products."""
    told = [without_paths(found.told(finding)) for finding in shown]
    ids = {id for one in told for id in one["products"][:SHOWN_PRODUCTS]}
    ids |= {beside["id"] for one in told for beside in one["evidence"].get("products", ())}
    products: dict[str, Any] = dict.fromkeys(sorted(ids))
    for id, product in index.products(sorted(ids)).items():
        with suppress(UnknownProduct):  # it went away meanwhile
            products[id] = product_document(product, index.colours(id))
    return {
        **replace(found, findings=()).to_dict(),
        "findings": told,
        "counts": found.counts,
        "sections": found.sections,
        "examined_at": found.examined_at or None,
        "shown": products,
    }


@router.get(
    "/doctor.csv",
    dependencies=[Depends(may_read)],
    summary="The findings as a table to fill in",
    operation_id="doctor_table",
    response_class=Response,
    responses=described.file_answers("text/csv", described.TABLE_EXAMPLE),
    openapi_extra=described.asks(*CHOOSING),
)
async def doctor_table(request: Request) -> Response:
    """All findings that pass, a row for each, as `lookalike doctor --csv FILE` writes them."""
    text = await _written(request, lambda found: found.csv_text())
    return _file(text, "doctor.csv", "text/csv")


@router.get(
    "/doctor.html",
    dependencies=[Depends(may_read)],
    summary="The findings as a page to hand on",
    operation_id="doctor_page",
    response_class=Response,
    responses=described.file_answers("text/html", described.PAGE_EXAMPLE),
    openapi_extra=described.asks(*CHOOSING),
)
async def doctor_page(request: Request) -> Response:
    """The findings that pass with their pictures, in one file, as `lookalike doctor --html FILE` writes."""
    text = await _written(request, lambda found: found.to_html())
    return _file(text, "doctor.html", "text/html", {"content-security-policy": _CSP})


@router.get(
    "/doctor/fixes.csv",
    dependencies=[Depends(may_read)],
    summary="What was corrected, for the shop's own table",
    operation_id="doctor_fixes",
    response_class=Response,
    responses=described.file_answers("text/csv", described.FIXES_EXAMPLE),
    openapi_extra=described.asks(),
)
async def doctor_fixes(request: Request) -> Response:
    """Whole rows of all products that corrections were applied to, as the index has them now.

    Added again, the table changes nothing; pictures that only the index holds are not named, and stay.
    """
    Parameters.of_query(request.scope["query_string"], ())
    turns: Turns = request.app.state.papers
    body = await turns.run(partial(fixes_bytes, request.app.state.served.index))
    return _file(body, "fixes.csv", "text/csv")


@router.post(
    "/doctor",
    dependencies=[Depends(may_write)],
    summary="Examine the catalogue",
    operation_id="examine",
    responses=jobs_described.job_answers(409, job=jobs_described.EXAMINED),
    openapi_extra=described.asks_to_examine(),
)
async def examine(request: Request) -> Response:
    """A job that looks for all that is wrong, or for some kinds; who asks twice is given the same one.

    What was found before stays until it is done. ``doing`` says which step ``done`` and ``total`` count.
    """
    given = Parameters.of_query(request.scope["query_string"], (*KIND_NAMES, "wait"))
    wait = seconds(given, 1.0)
    named = named_kinds(given)
    order = Order("doctor", "doctor", kinds=kinds_of(named) if named else ())
    return await begun_once(request, order, wait)


@router.post(
    "/doctor/decisions",
    dependencies=[Depends(may_write)],
    summary="Apply or dismiss findings, or take that back",
    operation_id="decide",
    responses=schemas.answers(described.DECIDED, described.DECIDED_EXAMPLE, 403, 408, 409, 413, 415, 507),
    openapi_extra=schemas.body(JSON, described.DECISIONS, described.DECISIONS_EXAMPLE),
)
async def decide(request: Request) -> Response:
    """Write what findings suggest, or a value of one's own, into products; or let findings rest.

    Only where a product still says what was found. ``undo`` writes back what it said. What cannot be taken
    is refused by its row, the rest is taken. ``changed`` are the products that say something else now.
    """
    Parameters.of_query(request.scope["query_string"], ())
    decisions = rows_of(await read_json(request), "decisions", _DECISION, MOST_DECISIONS)
    served: Served = request.app.state.served
    report = await undisturbed(partial(served.index.doctor.decide, decisions))
    await undisturbed(served.refresh)
    return reply(request, {**report.to_dict(), "version": served.index.manifest.version})


async def _written(request: Request, write: Callable[[Findings], str]) -> str:
    """What is written of the findings that pass, in its turn. Raises `BadArgument`, `Busy`."""
    asked = Asked.of(Parameters.of_query(request.scope["query_string"], CHOOSING))
    index: Index = request.app.state.served.index

    def work() -> str:
        found = asked.found(index)
        if found is None:
            raise BadArgument("Nobody has looked for that yet.", next_step=_EXAMINE)
        return text_without_paths(write(found), found)

    turns: Turns = request.app.state.papers
    return await turns.run(work)


def _address(given: Parameters, limit: int, offset: int) -> str:
    asked = [(name, text) for name in (*CHOOSING, "each") for text in given.many(name)]
    return "/v1/doctor?" + urlencode([*asked, ("limit", limit), ("offset", offset)])


def _file(text: str | bytes, name: str, media_type: str, headers: dict[str, str] | None = None) -> Response:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    shown = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, headers={**shown, **(headers or {})}, media_type=f"{media_type}; charset=utf-8")
