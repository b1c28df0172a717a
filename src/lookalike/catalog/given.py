"""Products that a caller made in Python: what no index could hold, and what is no product at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from numbers import Integral

from lookalike.errors import CatalogError
from lookalike.fetching.failures import readable
from lookalike.products import PictureSource, Price, Problem, Product

_TEXTS = ("title", "description", "brand", "category", "availability", "group", "link")
_NO_PATHS = ("file:", "data:")
_NEXT_STEP = "Give Product(id=..., pictures=(...)) for each row, or a table of rows by open_catalog(path)."


class GivenProducts:
    """Products that a caller made; a `Problem` passes through.

    Relative file paths of pictures are made absolute: they mean the folder in which the products are read,
    not the one in which the index is opened later. Raises `CatalogError` for what is neither product nor
    problem: before the first row of a list, when it comes of an iterator.
    """

    def __init__(self, products: Iterable[Product | Problem]) -> None:
        self.products = products

    def count(self) -> int | None:
        """How many there are, where they can be counted."""
        return len(self.products) if isinstance(self.products, list | tuple | set | frozenset) else None

    def __iter__(self) -> Iterator[Product | Problem]:
        if isinstance(self.products, list | tuple | set | frozenset):
            for item in self.products:
                self._require_product(item)
        try:
            items = iter(self.products)
        except TypeError:
            raise CatalogError(
                f"{_short(self.products)} is no list of products.", next_step=_NEXT_STEP
            ) from None
        for item in items:
            self._require_product(item)
            yield _rooted(item) if isinstance(item, Product) else item

    def _require_product(self, item: object) -> None:
        if not isinstance(item, Product | Problem):
            holder = type(self.products).__name__
            raise CatalogError(
                f"The {holder} holds {_short(item)}, which is no Product.", next_step=_NEXT_STEP
            )


def _short(value: object) -> str:
    shown = " ".join(repr(value).split())
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


def _rooted(product: Product) -> Product:
    """The product with the relative paths among its pictures made absolute."""
    if fault(product) or not any(map(_is_relative, product.pictures)):
        return product
    pictures = (
        PictureSource(os.path.abspath(picture.uri)) if _is_relative(picture) else picture  # noqa: PTH100
        for picture in product.pictures
    )
    return replace(product, pictures=tuple(pictures))


def _is_relative(picture: PictureSource) -> bool:
    uri = picture.uri
    if picture.data is not None or not uri or "\0" in uri or "://" in uri:
        return False
    return not uri.lower().startswith(_NO_PATHS) and not os.path.isabs(uri)  # noqa: PTH117


def fault(product: Product) -> str:
    """Why no index could hold a product with an id, naming the field; "" for a sound one."""
    for name in _TEXTS:
        if not isinstance(value := getattr(product, name), str):
            return f"Its {name} is {_kind(value)}, not a text."
    attributes, pictures, row = product.attributes, product.pictures, product.row
    if not isinstance(attributes, Mapping):
        return f"Its attributes are {_kind(attributes)}, not a mapping of texts to texts."
    for name, value in attributes.items():
        if not isinstance(name, str) or not isinstance(value, str):
            return f"Its attributes hold {name!r}: {_kind(value)}, not a text to a text."
    if row is not None and not isinstance(row, Integral):
        return f"Its row is {_kind(row)}, not a whole number."
    if not isinstance(pictures, tuple):
        return f"Its pictures are {_kind(pictures)}, not a tuple."
    return next(filter(None, map(_fault_of_picture, pictures)), "") or _fault_of_price(product.price)


def _fault_of_picture(picture: object) -> str:
    if not isinstance(picture, PictureSource):
        return f"Its pictures hold {_kind(picture)}, not a path, a URL or bytes."
    if not isinstance(picture.uri, str):
        return f"Its pictures hold a uri that is {_kind(picture.uri)}, not a text."
    if picture.data is not None and not isinstance(picture.data, bytes):
        return f"Its pictures hold data that is {_kind(picture.data)}, not bytes."
    return ""


def _fault_of_price(price: object) -> str:
    if price is None:
        return ""
    if not isinstance(price, Price):
        return f"Its price is {_kind(price)}, not a Price."
    if not isinstance(price.amount, Decimal):
        return f"Its price has an amount that is {_kind(price.amount)}, not a Decimal."
    if not price.amount.is_finite():
        return f"Its price has an amount that is {price.amount}, not a number."
    if not isinstance(price.currency, str):
        return f"Its price has a currency that is {_kind(price.currency)}, not a text."
    return ""


def _kind(value: object) -> str:
    """A value for a message: itself where it is short and plain, else its type."""
    if value is None or isinstance(value, bool | int | float):
        return repr(value)[:40]
    return f"a {type(value).__name__}"


def sound(product: Product) -> Product | Problem:
    """The product, or the problem that says why no index could hold it."""
    if not isinstance(product.id, str) or not product.id.strip():
        row = product.row if isinstance(product.row, int) else None
        return Problem(row, "", "no-id", f"The id is {readable(repr(product.id)[:80])}, not a text.")
    said = fault(product) or _not_unicode(product)
    if not said:
        return product
    row = product.row if isinstance(product.row, int) else None
    return Problem(row, readable(product.id), "malformed", said)


def _not_unicode(product: Product) -> str:
    """Which field holds half characters, that nothing can write down as text."""
    price = product.price
    texts = {name: getattr(product, name) for name in ("id", *_TEXTS)}
    texts["attributes"] = "".join([*product.attributes, *product.attributes.values()])
    texts["pictures"] = "".join([picture.uri for picture in product.pictures])
    texts["price"] = "" if price is None else price.currency
    try:
        "".join(texts.values()).encode("utf-8")
    except UnicodeEncodeError:
        return (
            f"Its {next(name for name, text in texts.items() if not _is_unicode(text))} is not valid Unicode."
        )
    return ""


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
