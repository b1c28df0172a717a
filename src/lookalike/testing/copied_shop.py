"""A catalogue with pictures put up a second time: copies of some of its products, edited in known ways."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from PIL import Image

from lookalike.distortions import COPIES, Distortion
from lookalike.products import PictureSource, Price, Product

_QUALITY = 90
_EVERY = 3  # of the copies one goes out of stock, another has a price of its own


@dataclass(frozen=True, slots=True)
class CopiedShop:
    """Products and what is true of them: ``origin`` names the product each copy was made of, ``edit`` how."""

    products: tuple[Product, ...]
    origin: Mapping[str, str]
    edit: Mapping[str, str]


def copied_shop(
    products: Iterable[Product], edits: Sequence[str] = tuple(COPIES), originals: Sequence[str] | None = None
) -> CopiedShop:
    """The products and a copy of one after the other of them for each of ``edits``.

    ``edits`` are names of `distortions.COPIES`, or "" for the same bytes. ``originals`` are the ids that are
    copied, in this order, from the start again where there are fewer than edits; without it the products that
    have a picture, as they come. A copy is called ORIGINAL-copy-N, is in no group, and differs in its title;
    some cost more, some are out of stock.
    """
    given = list(products)
    by_id = {product.id: product for product in given}
    ids = [one.id for one in given if one.pictures] if originals is None else list(originals)
    made, origin, edit = list(given), {}, {}
    for number, name in enumerate(edits):
        source = by_id[ids[number % len(ids)]]
        copy = _copy(source, f"{source.id}-copy-{number + 1}", number, COPIES.get(name))
        made.append(copy)
        origin[copy.id], edit[copy.id] = source.id, name
    return CopiedShop(tuple(made), origin, edit)


def _copy(source: Product, id_: str, number: int, edit: Distortion | None) -> Product:
    changed = replace(source, id=id_, pictures=(_edited(source.pictures[0], edit),), group="", row=None)
    if number % _EVERY == 0 and source.price is not None:
        price = Price((source.price.amount * Decimal("1.2")).quantize(Decimal("0.01")), source.price.currency)
        changed = replace(changed, price=price)
    if number % _EVERY == 1:
        changed = replace(changed, availability="out of stock")
    return replace(changed, title=f"{source.title}, new".lstrip(", ")) if number % 2 else changed


def _edited(picture: PictureSource, edit: Distortion | None) -> PictureSource:
    data = picture.data if picture.data is not None else Path(picture.uri).read_bytes()
    if edit is None:
        return PictureSource(data=data)
    with Image.open(io.BytesIO(data)) as opened:
        changed = edit(opened.convert("RGB"))
    stored = io.BytesIO()
    changed.save(stored, "JPEG", quality=_QUALITY)
    return PictureSource(data=stored.getvalue())
