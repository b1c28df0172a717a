"""The words of a shop: products, pictures, prices, and rows that could not be read."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from numbers import Integral
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lookalike.errors import BadArgument

_EMPTY: Mapping[str, str] = MappingProxyType({})


def product_id(given: object) -> str:
    """An id as text. A whole number is taken as its digits; anything else raises `BadArgument`."""
    if isinstance(given, str):
        return given
    if isinstance(given, Integral) and not isinstance(given, bool):
        return str(int(given))
    raise BadArgument(f"{given!r} is no product id.", next_step="Ids are text, such as '00042'.")


def product_ids(given: Iterable[object]) -> list[str]:
    """Ids as texts, in the order given; a single text is one id. Raises `BadArgument`."""
    if isinstance(given, str | Integral):
        return [product_id(given)]
    try:
        return [product_id(one) for one in given]
    except TypeError:
        raise BadArgument(f"{given!r} are no product ids.", next_step="Give a list of ids.") from None


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in one currency (ISO 4217 code in capitals, or "" where the catalogue names none)."""

    amount: Decimal
    currency: str = ""

    @property
    def number(self) -> float | None:
        """The amount as a float, None where it is none or beyond the largest (1e400)."""
        number = float(self.amount)
        return number if math.isfinite(number) else None

    def to_dict(self) -> dict[str, Any] | None:
        """The price as a JSON-ready document; None where `number` is."""
        number = self.number
        return None if number is None else {"amount": number, "currency": self.currency}

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}".rstrip()


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where a picture's bytes are: a file path or an http(s) URL.

    When ``data`` is given nothing else holds these bytes, and an index keeps them; ``uri`` then only says
    where they came from.
    """

    uri: str = ""
    data: bytes | None = field(default=None, repr=False)

    @property
    def is_url(self) -> bool:
        """True when the bytes must be fetched over http(s)."""
        return self.data is None and self.uri.lower().startswith(("http://", "https://"))


def picture_source(picture: PictureSource | str | Path | bytes) -> PictureSource:
    """A path, a URL or bytes as a `PictureSource`; one that is one already comes back as it is.

    Raises `BadArgument` for anything else.
    """
    if isinstance(picture, PictureSource):
        return picture
    if isinstance(picture, bytes):
        return PictureSource(data=picture)
    if isinstance(picture, str | Path):
        return PictureSource(str(picture))
    raise BadArgument(f"{picture!r} is no picture.", next_step="Give a path, a URL or bytes.")


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a catalogue.

    ``id`` is text, leading zeros kept; a whole number is taken as its digits. ``pictures`` come in the
    shop's order, the main one first; paths, URLs and bytes are taken too. Products that share a non-empty
    ``group`` are variants of one style. ``attributes`` holds every other column by its own name. ``row`` is
    where it stood in its source, counted from 1.
    """

    id: str
    pictures: tuple[PictureSource, ...] = ()
    title: str = ""
    description: str = ""
    brand: str = ""
    category: str = ""
    price: Price | None = None
    availability: str = ""
    group: str = ""
    link: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    row: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Take paths, URLs and bytes for pictures as they are, and a whole number for an id as its digits."""
        number: Any = self.id
        if not isinstance(number, str) and isinstance(number, Integral) and not isinstance(number, bool):
            object.__setattr__(self, "id", str(int(number)))
        given: Any = self.pictures
        if type(given) is tuple and {*map(type, given)} <= {PictureSource}:
            return
        alone = isinstance(given, PictureSource | str | Path | bytes)
        pictures = tuple(map(picture_source, (given,) if alone else given or ()))
        object.__setattr__(self, "pictures", pictures)

    def __reduce__(self) -> tuple[type[Product], tuple[Any, ...]]:
        """Pickled as plain values: a view of a mapping, which attributes may be, cannot be."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return Product, tuple((values | {"attributes": dict(self.attributes)}).values())

    @property
    def says_something(self) -> bool:
        """Whether there is a text by which the product can be found without a picture."""
        texts = (self.title, self.description, self.brand, self.category, *self.attributes.values())
        return any(text.strip() for text in texts)

    def to_dict(self) -> dict[str, Any]:
        """The product as one JSON-ready document; the price is {"amount", "currency"} or null.

        It is null too when the amount is beyond what a number in JSON can say.
        """
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "brand": self.brand,
            "category": self.category,
            "price": None if self.price is None else self.price.to_dict(),
            "availability": self.availability,
            "group": self.group,
            "link": self.link,
            "attributes": dict(self.attributes),
            "pictures": [picture.uri for picture in self.pictures],
        }

    def metadata_hash(self) -> str:
        """A hash of everything but the pictures: equal exactly when no field of the table row changed."""
        document = self.to_dict()
        del document["pictures"]
        if self.price is not None:
            document["price"] = [str(self.price.amount), self.price.currency]
        text = json.dumps(document, sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or one picture of a row, that could not be read.

    ``reason`` is a stable word, ``detail`` a readable sentence. ``row`` counts from 1 in the source;
    ``fatal`` is False when the product was indexed all the same, without
    the picture named by ``uri``.
    """

    row: int | None
    id: str
    reason: str
    detail: str
    uri: str = ""
    fatal: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The problem as one JSON-ready document."""
        return {
            "row": self.row,
            "id": self.id,
            "reason": self.reason,
            "detail": self.detail,
            "uri": self.uri,
            "indexed": not self.fatal,
        }
