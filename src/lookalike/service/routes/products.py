"""Reading the catalogue: a page of it, its facets, one product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from lookalike.index import Index
from lookalike.service import examples, schemas
from lookalike.service.documents import product_document
from lookalike.service.keys import may_read
from lookalike.service.parameters import Parameters
from lookalike.service.replies import reply

router = APIRouter(prefix="/v1", tags=["catalogue"], dependencies=[Depends(may_read)])

LARGEST_PAGE = 200
_LAST = 10**9
_VARIANTS = 24
_KNOWN = ("where", "text", "sort", "limit", "offset", "facets")


@router.get(
    "/products",
    summary="The catalogue, page by page",
    operation_id="list_products",
    responses=schemas.answers(schemas.PAGE, examples.PAGE),
    openapi_extra=schemas.asks(*_KNOWN),
)
def list_products(request: Request) -> Response:
    """The products that pass a filter and hold all the words, and what they may be filtered by."""
    given = Parameters.of_query(request.scope["query_string"], _KNOWN)
    index: Index = request.app.state.served.index
    where = " ".join(given.many("where")) or None
    text = given.text("text") or None
    limit = given.whole("limit", 24, 1, LARGEST_PAGE)
    offset = given.whole("offset", 0, 0, _LAST)
    with_facets = given.flag("facets")
    sort = given.text("sort") or None
    page = index.browse(where, text, **({"sort": sort} if sort else {}), limit=limit, offset=offset)
    document: dict[str, Any] = {
        "products": [product_document(listed.product, listed.colours) for listed in page.products],
        "total": page.total,
        "offset": offset,
        "limit": limit,
        "next": None,
    }
    if offset + limit < page.total:
        asked = {"where": where, "text": text, "sort": sort, "facets": "true" if with_facets else None}
        document["next"] = _path({**asked, "limit": limit, "offset": offset + limit})
    if with_facets:
        document["facets"] = index.facets(where, text)
    return reply(request, {**document, "version": page.version})


def _path(asked: Mapping[str, Any]) -> str:
    return "/v1/products?" + urlencode({name: value for name, value in asked.items() if value is not None})


@router.get(
    "/products/{id:path}",
    summary="One product and its variants",
    operation_id="product",
    responses=schemas.answers(schemas.PRODUCT_ANSWER, examples.PRODUCT_ANSWER),
    openapi_extra=schemas.asks("id"),
)
def product(request: Request) -> Response:
    """A product with its colours and the addresses of its pictures, and up to 24 of its variants."""
    Parameters.of_query(request.scope["query_string"], ())
    index: Index = request.app.state.served.index
    asked = request.path_params["id"]
    found = index.product(asked)
    variants = index.products(index.variants(asked)[:_VARIANTS])
    document = {
        "product": product_document(found, index.colours(asked)),
        "variants": [product_document(one, index.colours(one.id)) for one in variants.values()],
        "version": index.manifest.version,
    }
    return reply(request, document)
