"""Corrected products as a table that `lookalike add`, or a shop's own system, takes with nothing lost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lookalike.catalog.fields import ALIASES, FIELDS, fits
from lookalike.catalog.offers import price as read_price
from lookalike.checkup.applying import can_apply, corrected, still_says, wanted_value
from lookalike.doctor.finding import Finding
from lookalike.errors import LookalikeError
from lookalike.products import Price, Product

_TEXTS = ("title", "description", "brand", "category", "availability", "group", "link")


def suggested(findings: Iterable[Finding], products: Mapping[str, Product]) -> list[Product]:
    """The products of findings with what is suggested put in; of two suggestions for a field the surest.

    A product that has changed since, and what cannot be put in, is left out.
    """
    changed: dict[str, Product] = {}
    done: set[tuple[str, str]] = set()
    for finding in sorted(findings, key=lambda one: -one.confidence):
        id = finding.products[0] if can_apply(finding) else ""
        product = changed.get(id, products.get(id))
        if product is None or (id, finding.field) in done or not still_says(product, finding):
            continue
        with suppress(LookalikeError):  # what it suggests is no price: nothing to put in
            changed[id] = corrected(product, finding.field, wanted_value(finding, None))
            done.add((id, finding.field))
    return [changed[id] for id in sorted(changed)]


def table_text(products: Sequence[Product]) -> str:
    """Products as CSV: every field and attribute under its own name, pictures by where they are.

    Read again, it gives the same products. A column stands empty where another one's name would otherwise be
    taken for it. Pictures that nothing but the index holds are not named: it keeps them.
    """
    own = list(dict.fromkeys(name for product in products for name in product.attributes))
    rows = [_fields(product) for product in products]
    needed = {"id", "picture", *(field for name in own for field in fits(name))}
    fields = [field for field in FIELDS if field in needed or any(row.get(field) for row in rows)]
    sink = io.StringIO()
    table = csv.writer(sink, lineterminator="\n")
    table.writerow([*(ALIASES[field][0] for field in fields), *own])
    for row, product in zip(rows, products, strict=True):
        cells = [row.get(field, "") for field in fields]
        table.writerow([*cells, *(product.attributes.get(name, "") for name in own)])
    return sink.getvalue()


def _fields(product: Product) -> dict[str, str]:
    """What a row says in each field of `lookalike.catalog.fields.FIELDS`."""
    uris = [picture.uri for picture in product.pictures]
    if not all(map(_leads_somewhere, uris)):
        uris = []
    return {
        "id": product.id,
        **{field: getattr(product, field) for field in _TEXTS},
        "price": "" if product.price is None else _amount(product.price),
        "currency": "" if product.price is None else product.price.currency,
        "picture": uris[0] if uris else "",
        "more_pictures": json.dumps(uris[1:], ensure_ascii=False) if uris[1:] else "",
    }


def _amount(price: Price) -> str:
    """An amount that is read as it is: three decimals of a euro would be taken for thousands."""
    amount = f"{price.amount:f}"
    read = read_price(amount, price.currency)
    return amount if read is not None and read.amount == price.amount else f"{amount}0"


def _leads_somewhere(uri: str) -> bool:
    """Whether a picture can be had from where it was: else only the index holds it."""
    return "://" in uri or Path(uri).is_absolute()
