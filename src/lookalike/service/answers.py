"""Answers about products as JSON bytes. A product's own part is made once for each version of the index."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from lookalike import attribution
from lookalike.products import Product
from lookalike.recommend.answer import Answer
from lookalike.recommend.outfit import Outfit
from lookalike.recommend.recommendation import Colour, Recommendation
from lookalike.service.documents import product_document
from lookalike.service.replies import JSON, json_bytes

_MARK = f"product-{secrets.token_hex(16)}"  # which no catalogue can know
_QUOTED = f'"{_MARK}"'.encode()
_MOST = 50_000  # products whose part is kept, some 50 MB


class Fragments:
    """Products as JSON bytes, of the version last asked about."""

    def __init__(self) -> None:
        self._kept: tuple[int, dict[str, bytes]] = (-1, {})

    def of(self, version: int, product: Product, colours: Sequence[Colour]) -> bytes:
        """A product as it was in a version."""
        at, fragments = self._kept
        if at != version or len(fragments) >= _MOST:
            fragments = {}
            self._kept = (version, fragments)  # one assignment: threads may meet here
        found = fragments.get(product.id)
        if found is None:
            found = fragments[product.id] = json_bytes(product_document(product, colours))
        return found


def answered(request: Request, answer: Answer | Outfit, door: str, seed: str = "") -> Response:
    """An answer as it is sent; the stages of one that has any are told to the metrics."""
    state = request.scope["state"]
    if isinstance(answer, Answer):
        state["stages"] = answer.seconds
    body = answer_bytes(answer, door, state["request_id"], request.app.state.fragments, seed)
    return Response(body, media_type=JSON)


def answer_bytes(
    answer: Answer | Outfit, door: str, request_id: str, fragments: Fragments, seed: str = ""
) -> bytes:
    """An answer as one JSON document: what its `to_dict` says, version, request_id, attribution.

    All but the products is encoded at once, with a mark in the place of each. ``door`` is the shelf, and
    ``seed`` the product that asks: both are in the attribution.
    """
    version = answer.version
    marked: list[Recommendation] = []

    def written(result: Recommendation) -> dict[str, Any]:
        marked.append(result)
        return result.document(_MARK)

    document = {
        **answer.document(written),
        "version": version,
        "request_id": request_id,
        "attribution": attribution.token(door, version, seed),
    }
    first, *others = json_bytes(document).split(_QUOTED)
    parts = [first]
    for result, other in zip(marked, others, strict=True):
        parts += (fragments.of(version, result.product, result.colours), other)
    return b"".join(parts)
