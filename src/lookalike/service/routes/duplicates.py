"""Which pictures are the same: the groups, looking for them, and what people say of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.copies import DuplicateGroup, Duplicates
from lookalike.duplicates.finding import KINDS
from lookalike.errors import BadArgument, UnknownProduct
from lookalike.index import Index
from lookalike.service import schemas
from lookalike.service.bodies import read_json, rows_of
from lookalike.service.documents import product_document
from lookalike.service.duplicates import schemas as described
from lookalike.service.duplicates.groupings import Groupings
from lookalike.service.duplicates.table import table_bytes
from lookalike.service.jobs import Order
from lookalike.service.jobs import schemas as jobs_described
from lookalike.service.jobs.receiving import undisturbed
from lookalike.service.keys import may_read, may_write
from lookalike.service.limits import MOST_JUDGEMENTS
from lookalike.service.parameters import Parameters
from lookalike.service.replies import JSON, reply
from lookalike.service.routes.writing import begun_once, seconds
from lookalike.service.served import Served

router = APIRouter(prefix="/v1", tags=["duplicates"])

LARGEST_PAGE = 100
SHOWN_UNREADABLE = 200
_LAST = 10**9
_LONGEST = 400  # characters of what is told of one judgement
_CHOOSING = ("kinds", "threshold", "reviewed", "product")
_PAGING = ("limit", "offset", "counts")
_PAIR = '{"keep": {"id": "1", "picture": 0}, "other": {"id": "2", "picture": 0}, "verdict": "same"}'


@router.get(
    "/duplicates",
    dependencies=[Depends(may_read)],
    summary="Pictures that are the same, in groups",
    operation_id="duplicates",
    responses=schemas.answers(described.GROUPS, described.GROUPS_EXAMPLE, 429),
    openapi_extra=described.asks(*_CHOOSING, *_PAGING),
)
async def duplicates(request: Request) -> Response:
    """A page of the groups that are known, in the order of the products; nobody looks for more here.

    ``looked_at`` of ``pictures`` were looked at; ``complete`` says that all were. ``total`` groups pass the
    filter, a person has still to judge ``left`` of them. Each member's ``product`` is null where it went
    away meanwhile. ``counts``, where asked for, says the same of each kind alone.
    """
    given = Parameters.of_query(request.scope["query_string"], (*_CHOOSING, *_PAGING))
    limit = given.whole("limit", 20, 1, LARGEST_PAGE)
    offset = given.whole("offset", 0, 0, _LAST)
    with_counts = given.flag("counts")
    found = await _chosen(request, given)
    more = offset + limit < len(found.groups)
    page: dict[str, Any] = {
        "total": len(found.groups),
        "left": _left(found),
        "offset": offset,
        "limit": limit,
        "next": _address(given, limit, offset + limit) if more else None,
    }
    if with_counts:
        page["counts"] = await _counts(request, given)
    shown = replace(found, groups=found.groups[offset : offset + limit])
    return await run_in_threadpool(_page, request, shown, page)


async def _counts(request: Request, given: Parameters) -> dict[str, dict[str, int]]:
    """How many groups there are of each kind alone, and how many of them nobody has judged."""
    counts = {}
    for kind in KINDS:
        try:
            found = await _chosen(request, given, (kind,))
        except BadArgument:  # it is never found with so little certainty
            continue
        counts[kind] = {"total": len(found.groups), "left": _left(found)}
    return counts


def _left(found: Duplicates) -> int:
    """How many groups nobody has judged."""
    return sum(not group.reviewed for group in found.groups)


def _page(request: Request, shown: Duplicates, page: dict[str, Any]) -> Response:
    """Some of the groups with their products."""
    index: Index = request.app.state.served.index
    document = shown.to_dict()
    ids = {member["id"] for group in document["groups"] for member in group["members"]}
    products = {}
    for id, product in index.products(sorted(ids)).items():
        with suppress(UnknownProduct):  # it went away meanwhile
            products[id] = product_document(product, index.colours(id))
    for group in document["groups"]:
        for member in (group["head"], group["worst"], *group["members"]):
            member["product"] = products.get(member["id"])
    document["unreadable"] = document["unreadable"][:SHOWN_UNREADABLE]
    return reply(request, {**document, **page})


@router.get(
    "/duplicates.csv",
    dependencies=[Depends(may_read)],
    summary="The groups as a table to fill in",
    operation_id="duplicates_table",
    response_class=Response,
    responses=described.table_answers(),
    openapi_extra=described.asks(*_CHOOSING),
)
async def duplicates_table(request: Request) -> Response:
    """All groups that pass, a row for each picture, as `lookalike duplicates --csv FILE` writes them.

    ``uri`` is the picture's address here.
    """
    given = Parameters.of_query(request.scope["query_string"], _CHOOSING)
    found = await _chosen(request, given)
    body = await run_in_threadpool(table_bytes, found)
    headers = {"content-disposition": 'attachment; filename="duplicates.csv"'}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


@router.post(
    "/duplicates",
    dependencies=[Depends(may_write)],
    summary="Look for pictures that are the same",
    operation_id="find_duplicates",
    responses=jobs_described.job_answers(409, job=jobs_described.LOOKED),
    openapi_extra=jobs_described.asks("wait"),
)
async def find_duplicates(request: Request) -> Response:
    """A job that looks at all pictures that nobody has looked at; who asks twice is given the same one.

    Products that are added are looked at by the job that adds them, so this is for what was indexed before,
    or with nobody looking.
    """
    wait = seconds(Parameters.of_query(request.scope["query_string"], ("wait",)), 1.0)
    return await begun_once(request, Order("duplicates", "duplicates"), wait)


@router.post(
    "/duplicates/judgements",
    dependencies=[Depends(may_write)],
    summary="Say which pictures are the same and which are not",
    operation_id="judge_duplicates",
    responses=schemas.answers(described.JUDGED, described.JUDGED_EXAMPLE, 403, 408, 409, 413, 415, 507),
    openapi_extra=schemas.body(JSON, described.JUDGEMENTS, described.JUDGEMENTS_EXAMPLE),
)
async def judge_duplicates(request: Request) -> Response:
    """Keep what a person said of pairs of pictures, at once and for good; nothing is deleted by it.

    Two pictures that are ``not-same`` are in no group together again, two that are ``same`` stay in one;
    ``undo`` takes back what was said of them. What cannot be taken is refused by its row, the rest is taken.
    """
    Parameters.of_query(request.scope["query_string"], ())
    judgements = rows_of(await read_json(request), "judgements", _PAIR, MOST_JUDGEMENTS)
    served: Served = request.app.state.served
    report = await undisturbed(partial(served.index.judge, judgements))
    await undisturbed(served.refresh)
    refused = [
        {name: text[:_LONGEST] if isinstance(text, str) else text for name, text in one.to_dict().items()}
        for one in report.refused
    ]
    version = served.index.manifest.version
    return reply(request, {"taken": report.taken, "refused": refused, "version": version})


async def _chosen(request: Request, given: Parameters, kinds: tuple[str, ...] | None = None) -> Duplicates:
    """The groups that pass what was asked for, or of these kinds whatever was said of kinds and reviewed.

    Raises `BadArgument`, `UnknownProduct`.
    """
    reviewed = given.flag("reviewed") if given.text("reviewed") and kinds is None else None
    kinds, threshold = kinds or kinds_of(given), threshold_of(given)
    product = given.text("product")
    index: Index = request.app.state.served.index
    groupings: Groupings = request.app.state.groupings
    if product is not None:
        index.variants(product)
    found = await groupings.of(index, kinds, threshold)
    if reviewed is None and product is None:
        return found
    return replace(found, groups=tuple(one for one in found.groups if _passes(one, reviewed, product)))


def _passes(group: DuplicateGroup, reviewed: bool | None, product: str | None) -> bool:
    if reviewed is not None and group.reviewed is not reviewed:
        return False
    return product is None or any(member.id == product for member in group.members)


def kinds_of(given: Parameters) -> tuple[str, ...] | None:
    """The kinds asked for, None where none are; who is asked says which there are."""
    named = [kind.strip() for text in given.many("kinds") for kind in text.split(",")]
    return tuple(sorted({kind for kind in named if kind})) or None


def threshold_of(given: Parameters) -> float | None:
    """The threshold asked for, None where none is. Raises `BadArgument`."""
    return given.number("threshold", None, 1.0) if given.text("threshold") else None


def _address(given: Parameters, limit: int, offset: int) -> str:
    asked = [(name, text) for name in (*_CHOOSING, "counts") for text in given.many(name)]
    return "/v1/duplicates?" + urlencode([*asked, ("limit", limit), ("offset", offset)])
