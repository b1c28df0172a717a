"""A correction that a person asked for is written into products: of which findings, and what changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from lookalike.catalog import offers
from lookalike.catalog.rows import clean
from lookalike.doctor.finding import KINDS, Finding
from lookalike.errors import BadArgument
from lookalike.products import Price, Product

_WRITTEN = ("wrong-tag", "missing-tag", "price", "currency", "colour-text", "variants-split")
_EMPTIED = "variants-joined"
_TEXTS = ("title", "description", "brand", "category", "availability", "group", "link")
_PRICE, _CURRENCY = "price", "currency"
_LONGEST = 20_000  # characters of a value


def can_apply(finding: Finding) -> bool:
    """Whether what a finding suggests can be written into its products."""
    if finding.kind == _EMPTIED:
        return bool(finding.products)
    return takes_value(finding) and bool(finding.suggestion)


def takes_value(finding: Finding) -> bool:
    """Whether a value can be written into the products of a finding, whatever it suggests."""
    return finding.kind in _WRITTEN and bool(finding.field) and bool(finding.products)


def wanted_value(finding: Finding, own: str | None) -> str:
    """The value to write: one's own, or the one suggested. Raises `BadArgument` where there is none."""
    if finding.kind == _EMPTIED:
        return ""
    if not takes_value(finding):
        raise BadArgument(
            f"{KINDS[finding.kind].title}: nothing can be written about it.",
            next_step=f"{KINDS[finding.kind].advice} Then examine again; or dismiss it.",
        )
    value = clean(finding.suggestion if own is None or _same_number(own, finding.suggestion) else own)
    if not value:
        raise BadArgument("No value is suggested.", next_step="Give a value of your own, or dismiss it.")
    if len(value) > _LONGEST:
        raise BadArgument(f"The value has {len(value):,} characters.", next_step="Give a shorter one.")
    return value


def said(product: Product, field: str) -> str:
    """What a product says in a field, as `put_back` takes it: an amount with all its digits."""
    if field in _TEXTS:
        return str(getattr(product, field))
    if field == _CURRENCY:
        return "" if product.price is None else product.price.currency
    if field == _PRICE:
        price = product.price
        return "" if price is None else f"{price.amount:f} {price.currency}".rstrip()
    return product.attributes.get(field, "")


def corrected(product: Product, field: str, value: str) -> Product:
    """The product with another value. Raises `BadArgument` for what is no price or currency."""
    if field == _PRICE:
        price = offers.price(value, "" if product.price is None else product.price.currency)
        if price is None:
            raise BadArgument(f"{value[:40]!r} is no price.", next_step="Write it like 12.99 EUR.")
        return replace(product, price=price)
    if field == _CURRENCY:
        code = offers.code(value)
        if not code:
            raise BadArgument(f"{value[:40]!r} is no currency.", next_step="Write its code, such as EUR.")
        if product.price is None:
            raise BadArgument(f"{product.id!r} has no price.", next_step="Give it a price first.")
        return replace(product, price=Price(product.price.amount, code))
    return put_back(product, field, value)


def put_back(product: Product, field: str, value: str) -> Product:
    """The product with a value that `said` gave of it before."""
    if field == _PRICE:
        amount, _, currency = value.partition(" ")
        return replace(product, price=Price(Decimal(amount), currency) if amount else None)
    if field == _CURRENCY:
        price = product.price
        return product if price is None else replace(product, price=Price(price.amount, value))
    if field in _TEXTS:
        texts: dict[str, str] = {field: value}
        return replace(product, **texts)  # type: ignore[arg-type]
    return replace(product, attributes=_with(product.attributes, field, value))


def still_says(product: Product, finding: Finding) -> bool:
    """Whether a product still says what a finding is about."""
    now = said(product, finding.field)
    if finding.field == _PRICE:
        meant = offers.price(finding.value, "" if product.price is None else product.price.currency)
        return str(meant or "") == str(product.price or "")
    return now == finding.value


def _with(attributes: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """Attributes with another value in its place; an empty one takes it away."""
    changed = {**attributes, name: value}
    return {own: said for own, said in changed.items() if own != name or said}


def _same_number(own: str, suggestion: str) -> bool:
    """Whether a spreadsheet only wrote a number another way: 7 for 007, 12.5 for 12.50."""
    try:
        return float(own) == float(suggestion)
    except ValueError:
        return False
