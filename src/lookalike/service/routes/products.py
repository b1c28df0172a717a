"""Reading the catalogue."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from lookalike.service.documents import product_document
from lookalike.service.keys import may_read
from lookalike.service.replies import reply
from lookalike.service.served import Served

router = APIRouter(prefix="/v1", tags=["products"], dependencies=[Depends(may_read)])


@router.get("/products", summary="List products")
def list_products(request: Request, where: str = "", limit: int = 24, offset: int = 0) -> Response:
    """A page of the catalogue."""
    served: Served = request.app.state.served
    index = served.index
    ids = index.select(where or None)
    products = index.products(ids[offset : offset + limit])
    documents = [product_document(product, index.colours(id)) for id, product in products.items()]
    version = index.manifest.version
    return reply(
        request,
        {
            "products": documents,
            "total": len(ids),
            "offset": offset,
            "limit": limit,
            "next": None,
            "version": version,
        },
    )


@router.get("/products/{id:path}", summary="One product")
def one_product(request: Request, id: str) -> Response:
    """A product with its variants."""
    index = request.app.state.served.index
    document = product_document(index.product(id), index.colours(id))
    return reply(request, {"product": document, "variants": [], "version": index.manifest.version})


@router.get("/pictures/{id:path}/{n:int}", summary="A picture")
def picture(request: Request, id: str, n: int) -> Response:
    """A small JPEG."""
    found = request.app.state.served.index.thumbnails([(id, n)])
    return Response(found[(id, n)], media_type="image/jpeg")
