"""What shoppers did is told here, as a shop's pages and systems send it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from lookalike.deliveries import RecordReport
from lookalike.errors import BadArgument, EventsError
from lookalike.events import KINDS, Kind
from lookalike.index import Index
from lookalike.service.bodies import parsed, require_type
from lookalike.service.config import ServiceConfig
from lookalike.service.keys import given_key, may_read, same_origin
from lookalike.service.limits import MOST_EVENTS
from lookalike.service.parameters import Parameters
from lookalike.service.problems import NotAllowed, TooLarge
from lookalike.service.replies import JSON, reply
from lookalike.service.shopping import schemas

router = APIRouter(prefix="/v1", tags=["shoppers"])


async def may_tell(request: Request) -> None:
    """Let a request through that may read; of browsers, only pages of this service and of ``cors``.

    Raises `NoKey`, `NotAllowed`.
    """
    await may_read(request)
    config: ServiceConfig = request.app.state.config
    known = "*" in config.cors or request.headers.get("origin") in config.cors
    if not (known or given_key(request.headers) or same_origin(request, required=False)):
        raise NotAllowed(
            "Another site's page may not tell of events.",
            next_step="Start the service with --cors and the address of that site.",
        )


@router.post(
    "/events",
    dependencies=[Depends(may_tell)],
    summary="Tell what shoppers did",
    operation_id="record_events",
    responses=schemas.answers(schemas.RECORDED, schemas.RECORDED_EXAMPLE, 403, 408, 413, 415, 429, 507),
    openapi_extra={**schemas.asks("kind", "map"), **schemas.events_body()},
)
async def record_events(request: Request) -> Response:
    """One event, a list of them, or a document of a system that is known by its fields.

    What the report calls recorded is on disk; an event that came before is not counted again, so that a
    delivery may be sent again as it was. What cannot be read is in the report, and the rest is recorded.
    """
    given = Parameters.of_query(request.scope["query_string"], ("kind", "map"))
    kind, mapping = _kind(given), _mapping(given)
    index: Index = request.app.state.served.index
    require_type(request, JSON)
    body = await request.body()
    work = partial(_recorded, index, body, kind, mapping)
    report: RecordReport = await request.app.state.telling.run(work)
    request.app.state.metrics.told(report)
    if report.rows and report.reported == report.rows:
        first = report.problems[0]
        raise EventsError(
            f"Nothing of it is an event that can be read: {first.detail}",
            next_step='Send {"user": "u1", "item": "00042", "event": "viewed"}, or a list of such.',
        )
    return reply(request, report.to_dict())


def _recorded(index: Index, body: bytes, kind: Kind | None, mapping: Mapping[str, str]) -> RecordReport:
    document = parsed(body)
    if not isinstance(document, dict | list):
        raise BadArgument("The body is no event.", next_step="Send one JSON object, or a list of them.")
    count = max(map(len, (document, *_lists(document))))
    if count > MOST_EVENTS:
        raise TooLarge(f"The body has {count:,} events.", next_step=f"Send at most {MOST_EVENTS:,} in one.")
    return index.record(document, mapping=mapping or None, kind=kind)


def _lists(document: Any) -> list[Any]:
    """The lists in which a document holds events."""
    return [one for one in document.values() if isinstance(one, list)] if isinstance(document, dict) else []


def _kind(given: Parameters) -> Kind | None:
    text = given.text("kind") or None
    for known in KINDS:
        if text == known:
            return known
    if text is not None:
        raise BadArgument(f"There is no event {text[:80]!r}.", next_step=f"Choose {', '.join(KINDS)}.")
    return None


def _mapping(given: Parameters) -> dict[str, str]:
    mapping = {}
    for pair in given.many("map"):
        name, equals, what = pair.rpartition("=")
        if not (name and equals and what):
            raise BadArgument(f"{pair[:80]!r} maps nothing.", next_step="Write for example map=shopper=user.")
        mapping[name] = what
    return mapping
