"""A drawn catalogue of some forty products whose kinds, colours, copies, variants and tastes are known."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from lookalike.demo import words
from lookalike.demo.designs import Cut, Look
from lookalike.demo.palette import SHADES, partners
from lookalike.demo.photography import drawn, photographed
from lookalike.demo.plan import KINDS, Item
from lookalike.demo.street import snapshot
from lookalike.products import PictureSource, Price, Product
from lookalike.testing.tiny_stock import COPIES, MORE_VIEWS, NO_BRAND, OUT_OF_STOCK, PHOTOGRAPHED, STOCK

SCALE = 0.24
"""Pictures are 96 x 120 pixels."""

_BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Taste:
    """What a shopper was made to like: kinds, basic colours, and a price band in EUR.

    ``liked`` are some of the products that fit; ``fitting`` are all of them, in stock or not.
    """

    liked: tuple[str, ...]
    fitting: frozenset[str]
    kinds: frozenset[str]
    colours: frozenset[str]
    price: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class TinyShop:
    """A small catalogue and everything that is true of it.

    ``kind`` and ``colour`` (a basic colour word) are known of every id. ``copies`` names, for each product
    that has any, the others with the same pixels in their main picture. ``variants`` are the groups of two
    or more, ``multi`` the products with several pictures. ``photos`` are JPEG bytes by name, ``photo_of``
    the product each shows. ``tastes`` are shoppers by name.
    """

    products: tuple[Product, ...]
    kind: Mapping[str, str]
    colour: Mapping[str, str]
    copies: Mapping[str, frozenset[str]]
    variants: Mapping[str, frozenset[str]]
    multi: frozenset[str]
    photos: Mapping[str, bytes]
    photo_of: Mapping[str, str]
    tastes: Mapping[str, Taste]


@cache
def tiny_shop() -> TinyShop:
    """The tiny shop, drawn once a process; the same pixels every time."""
    items = _items()
    pictures = {item.id: _pictures(item) for item in items}
    products = [_product(item, pictures[item.id]) for item in items]
    by_id = {product.id: product for product in products}
    copies: dict[str, set[str]] = {}
    for copy, original, container in COPIES:
        source = by_id[original]
        products.append(
            replace(source, id=copy, pictures=_stored(source.pictures[:1], copy, container), group="")
        )
        copies.setdefault(original, {original}).add(copy)
    same = {id_: frozenset(family - {id_}) for family in copies.values() for id_ in family}
    origin = {copy: original for copy, original, _ in COPIES}
    planned = {item.id: item for item in items}
    known = {product.id: planned[origin.get(product.id, product.id)] for product in products}
    groups = {product.group for product in products if product.group}
    variants = {g: frozenset(p.id for p in products if p.group == g) for g in sorted(groups)}
    photos, photo_of = _photos(planned)
    products = [replace(product, row=row) for row, product in enumerate(products, start=1)]
    return TinyShop(
        products=tuple(products),
        kind=MappingProxyType({id_: item.kind.name for id_, item in known.items()}),
        colour=MappingProxyType({id_: item.look.shade.basic for id_, item in known.items()}),
        copies=MappingProxyType(same),
        variants=MappingProxyType({group: ids for group, ids in variants.items() if len(ids) > 1}),
        multi=frozenset(product.id for product in products if len(product.pictures) > 1),
        photos=MappingProxyType(photos),
        photo_of=MappingProxyType(photo_of),
        tastes=MappingProxyType(_tastes(products, known)),
    )


def write_tiny_shop(folder: Path) -> Path:
    """Write the tiny shop as ``products.csv`` and picture files into ``folder``; returns the table's path.

    Customers' photos lie in ``folder/photos``.
    """
    shop = tiny_shop()
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "photos").mkdir(exist_ok=True)
    for name, data in shop.photos.items():
        (folder / "photos" / name).write_bytes(data)
    rows = []
    for product in shop.products:
        for picture in product.pictures:
            (folder / picture.uri).write_bytes(picture.data or b"")
        rows.append(_row(product))
    table = folder / "products.csv"
    with table.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return table


def _row(product: Product) -> dict[str, str]:
    first, *others = (picture.uri for picture in product.pictures)
    return {
        "id": product.id,
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "product_type": product.category,
        "price": str(product.price),
        "availability": product.availability,
        "item_group_id": product.group,
        "image_link": first,
        "additional_image_link": ",".join(others),
        "color": product.attributes["color"],
        "pattern": product.attributes["pattern"],
    }


def _items() -> list[Item]:
    """The planned products, in the order of the table."""
    items: list[Item] = []
    for style, (name, group, options, variants) in enumerate(STOCK):
        kind = _BY_NAME[name]
        for index, (id_, shade, pattern, price) in enumerate(variants):
            alone = 0 if group else index
            cut = Cut(
                options,
                (style * 5 + alone * 3) % 7 / 3.5 - 1,
                (style * 3 + alone * 4) % 5 / 2.5 - 1,
                style * 11 + alone,
            )
            look = Look(SHADES[shade], partners(SHADES[shade])[0], pattern)
            brand = "" if id_ in NO_BRAND else words.BRANDS[style % 5]
            material = kind.materials[0]
            items.append(
                Item(
                    id_,
                    kind,
                    cut,
                    look,
                    group,
                    words.title(kind, cut, look, words.STYLES[style]),
                    words.description(kind, cut, look, material, brand or "A small workshop"),
                    brand,
                    material,
                    "",
                    Decimal(price.split()[0]),
                    None,
                    "out of stock" if id_ in OUT_OF_STOCK else "in stock",
                    ("studio", *MORE_VIEWS.get(id_, ())),
                    style * 101 + index,
                )
            )
    return items


_CURRENCY = {id_: price.split()[1] for *_, variants in STOCK for id_, _, _, price in variants}


def _pictures(item: Item) -> tuple[PictureSource, ...]:
    canvas = drawn(item, SCALE)
    sources = []
    for number, view in enumerate(item.views):
        data = _saved(photographed(item, canvas, view), "PNG")
        sources.append(PictureSource(f"images/{item.id}-{number}.png", data))
    return tuple(sources)


def _saved(picture: Image.Image, container: str) -> bytes:
    sink = io.BytesIO()
    picture.save(
        sink, container, **({"lossless": True, "method": 0} if container == "WEBP" else {"compress_level": 1})
    )
    return sink.getvalue()


def _stored(pictures: tuple[PictureSource, ...], id_: str, container: str) -> tuple[PictureSource, ...]:
    """Copies of pictures: the same bytes, or the same pixels in a lossless WebP."""
    copies = []
    for number, picture in enumerate(pictures):
        data = picture.data or b""
        if container == "webp":
            with Image.open(io.BytesIO(data)) as image:
                copies.append(
                    PictureSource(f"images/{id_}-{number}.webp", _saved(image.convert("RGB"), "WEBP"))
                )
        else:
            copies.append(PictureSource(f"images/{id_}-{number}.png", data))
    return tuple(copies)


def _product(item: Item, pictures: tuple[PictureSource, ...]) -> Product:
    return Product(
        id=item.id,
        pictures=pictures,
        title=item.title,
        description=item.description,
        brand=item.brand,
        category=item.kind.category,
        price=Price(item.price, _CURRENCY[item.id]),
        availability=item.availability,
        group=item.group,
        attributes=MappingProxyType({"color": words.colours(item.look), "pattern": item.look.pattern}),
    )


def _photos(planned: Mapping[str, Item]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Customers' photos of some products: one of them twice, most never."""
    photos: dict[str, bytes] = {}
    photo_of: dict[str, str] = {}
    for number, id_ in enumerate(PHOTOGRAPHED, start=1):
        sink = io.BytesIO()
        snapshot(planned[id_], number, 0.32).save(sink, "JPEG", quality=80)
        name = f"photo-{number}.jpg"
        photos[name], photo_of[name] = sink.getvalue(), id_
    return photos, photo_of


def _tastes(products: list[Product], known: Mapping[str, Item]) -> dict[str, Taste]:
    """Four shoppers: one of a colour, one of a kind, one thrifty, one who likes two things at once."""
    everything = frozenset(item.kind.name for item in known.values())
    colours = frozenset(item.look.shade.basic for item in known.values())
    wishes = {
        "ruth": (everything, frozenset({"red"}), ("0", "130")),
        "sami": (frozenset({"Sneakers"}), colours, ("60", "100")),
        "thea": (frozenset({"Mugs", "T-shirts"}), colours, ("0", "20")),
        "uwe": (frozenset({"Table lamps", "Chairs", "Sofas"}), frozenset({"blue", "green"}), ("50", "1000")),
    }
    tastes = {}
    for name, (kinds, liked_colours, (low, high)) in wishes.items():
        band = (Decimal(low), Decimal(high))
        fitting = [
            product.id
            for product in products
            if known[product.id].kind.name in kinds
            and known[product.id].look.shade.basic in liked_colours
            and product.price is not None
            and product.price.currency == "EUR"
            and band[0] <= product.price.amount <= band[1]
        ]
        shown = np.random.default_rng(len(fitting)).permutation(len(fitting))[: max(2, len(fitting) * 2 // 3)]
        liked = tuple(fitting[index] for index in sorted(shown.tolist()))
        tastes[name] = Taste(liked, frozenset(fitting), kinds, liked_colours, band)
    return tastes
