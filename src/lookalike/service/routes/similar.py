"""What looks like this product? One question, or many at once."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from lookalike.errors import BadArgument, LookalikeError
from lookalike.service import examples, schemas
from lookalike.service.answers import answer_bytes, answered
from lookalike.service.bodies import read_json
from lookalike.service.documents import require_id
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters
from lookalike.service.problems import problem
from lookalike.service.replies import JSON, json_bytes
from lookalike.service.wishes import SIMILAR, wishes_of, wishes_of_document

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=[Depends(may_read)])

LARGEST_BATCH = 100
_QUICK = 100  # results that are found and written in little more than a millisecond


@router.get(
    "/similar/{id:path}",
    summary="What looks like this product?",
    operation_id="similar",
    responses=schemas.answers(schemas.ANSWER, examples.ANSWER),
    openapi_extra=schemas.asks("id", *SIMILAR),
)
async def similar(request: Request) -> Response:
    """The k products that look most like this one; itself and its variants are left out.

    They are found exactly, or in a large catalogue where nothing is filtered by a graph of neighbours, which
    may miss one: ``search`` in ``explain`` says which.

    Of products that show the same picture the best stays, with the ids of the others in ``copies``; of one
    group so, with the others in ``variants``. What is wished in ``where`` and ``but`` holds of every result;
    where nothing is left, ``instead`` says which wish stands in the way, and what there is without it.
    """
    seed = request.path_params["id"]
    given = Parameters.of_query(request.scope["query_string"], SIMILAR)
    index = request.app.state.served.index
    wishes = wishes_of(given, index, SIMILAR)
    if wishes.get("k", 0) <= _QUICK:
        answer = index.similar(seed, **wishes)
    else:
        answer = await run_in_threadpool(index.similar, seed, **wishes)
    return answered(request, answer, "similar", seed)


@router.post(
    "/similar",
    summary="Many such questions in one call",
    operation_id="similar_many",
    responses=schemas.answers(schemas.BATCH, examples.BATCH, 413, 415),
    openapi_extra=schemas.body(JSON, schemas.BATCH_REQUEST, examples.BATCH_REQUEST),
)
async def similar_many(request: Request) -> Response:
    """Answers in the order of the questions; one that cannot be answered has ``error`` instead of results."""
    Parameters.of_query(request.scope["query_string"], ())
    questions = _questions(await read_json(request))
    body = await run_in_threadpool(_answers, request, questions)
    return Response(body, media_type=JSON)


def _questions(document: Any) -> list[dict[str, Any]]:
    questions = document.get("requests") if isinstance(document, dict) else None
    if not isinstance(questions, list) or not all(isinstance(one, dict) for one in questions):
        raise BadArgument(
            "The body has no list of requests.", next_step='Send {"requests": [{"id": "00042", "k": 4}]}.'
        )
    if len(document) > 1:
        other = next(name for name in document if name != "requests")
        raise BadArgument(
            f"There is no {other[:80]!r} beside requests.", next_step="Say it in each of the requests."
        )
    if not 1 <= len(questions) <= LARGEST_BATCH:
        raise BadArgument(
            f"There are {len(questions):,} requests.", next_step=f"Send 1 to {LARGEST_BATCH} in one call."
        )
    return questions


def _answers(request: Request, questions: list[dict[str, Any]]) -> bytes:
    request_id = request.state.request_id
    index = request.app.state.served.index
    fragments = request.app.state.fragments
    parts: list[bytes] = []
    stages: dict[str, float] = {}
    for question in questions:
        try:
            seed = require_id(question.get("id"))
            wishes = wishes_of_document({name: value for name, value in question.items() if name != "id"})
            answer = index.similar(seed, **wishes)
        except LookalikeError as error:
            parts.append(json_bytes({"error": problem(error)}))
            continue
        for stage, seconds in answer.seconds.items():
            stages[stage] = stages.get(stage, 0.0) + seconds
        parts.append(answer_bytes(answer, "similar", request_id, fragments, seed))
    request.scope["state"]["stages"] = stages
    rest = json_bytes({"version": index.manifest.version, "request_id": request_id})
    return b'{"answers":[' + b",".join(parts) + b"]," + rest[1:]
