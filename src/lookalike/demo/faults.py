"""Faults planted into the drawn shop, a few of each kind a doctor knows, and the truth about them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np

from lookalike.demo import spoiling
from lookalike.demo.plan import Item
from lookalike.demo.shop import kept_plan, write_table
from lookalike.demo.spoiling import Spoiled
from lookalike.errors import BadArgument

COLUMNS: Final = ("kind", "products", "beside", "field", "was", "now", "how")
"""Columns of the table of faults; several ids in one cell are joined by "|"."""

_TABLE, _TRUTH, _PICTURES = "faulty.csv", "faults.csv", "faulty"
_FIELDS = {"product_type": "category", "item_group_id": "group"}
_UPRIGHT = ("T-shirts", "Dresses", "Trousers", "Table lamps", "Chairs", "Jackets", "Handbags", "Boots")
_WORN = ("T-shirts", "Shirts", "Jumpers")


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault.

    ``kind`` is that of the finding which tells it, ``products`` the ids it has to name, ``beside`` the ids
    it may name as much (the other of a pair, the rest of a group). ``field`` is the column it is about as
    the index calls it ("" for a picture), ``was`` what that said and ``now`` what it says. ``how`` is what
    was done, in words.
    """

    kind: str
    products: tuple[str, ...]
    how: str
    beside: tuple[str, ...] = ()
    field: str = ""
    was: str = ""
    now: str = ""

    def told_by(self, kind: str, products: Sequence[str], field: str = "") -> bool:
        """Whether a finding of this kind, products and field tells the fault, of one of its products."""
        tag = kind in {"wrong-tag", "missing-tag"}
        return (
            kind == self.kind
            and not {*self.products}.isdisjoint(products)
            and (not tag or field == self.field)
        )


def plant_faults(folder: Path, seed: int = 7) -> Path:
    """Plant faults into a copy of the drawn shop's table; return the path of that table, "faulty.csv".

    ``folder`` is where `lookalike.demo.shop.draw_shop` drew. Its own table and pictures stay as they are:
    spoiled pictures lie in ``folder/faulty``, and ``folder/faults.csv`` says what was done to which product.
    The same shop and seed always give the same faults. Raises `BadArgument` when there is no complete shop
    in ``folder`` or when it is too small.
    """
    folder = Path(folder)
    items = kept_plan(folder)
    with (folder / "products.csv").open(encoding="utf-8", newline="") as source:
        rows = {row["id"]: row for row in csv.DictReader(source)}
    fresh, pictures = folder / f"{_PICTURES}.drawing", folder / _PICTURES
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    shop = _Shop(items, rows, fresh, np.random.default_rng(seed))
    try:
        faults = [fault for plant in _PLANTS for fault in plant(shop)]
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(pictures, ignore_errors=True)
    fresh.rename(pictures)
    write_table(folder / _TRUTH, [_as_row(fault) for fault in faults])
    write_table(folder / _TABLE, [*shop.rows.values(), *shop.more])
    return folder / _TABLE


def planted(folder: Path) -> list[Fault]:
    """The faults that were planted in ``folder``, as its "faults.csv" says."""
    with (Path(folder) / _TRUTH).open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return [
        Fault(
            row["kind"],
            tuple(row["products"].split("|")),
            row["how"],
            tuple(filter(None, row["beside"].split("|"))),
            row["field"],
            row["was"],
            row["now"],
        )
        for row in rows
    ]


def _as_row(fault: Fault) -> dict[str, str]:
    cells = {name: getattr(fault, name) for name in COLUMNS}
    return {name: cell if isinstance(cell, str) else "|".join(cell) for name, cell in cells.items()}


Fits = Callable[[Item], bool]


def _anything(item: Item) -> bool:  # noqa: ARG001
    return True


def _of(*kinds: str) -> Fits:
    return lambda item: item.kind.category.rsplit(" > ", 1)[-1] in kinds


def _patterned(pattern: str, shade: str = "", within: str = "") -> Fits:
    return lambda item: (
        item.look.pattern == pattern
        and shade in {"", item.look.shade.name}
        and item.kind.category.startswith(within)
    )


class _Shop:
    """The shop while faults are planted: its items, its table by id, rows to add, and who is taken."""

    def __init__(
        self,
        items: Sequence[Item],
        rows: dict[str, dict[str, str]],
        folder: Path,
        chance: np.random.Generator,
    ) -> None:
        self.items = items
        self.rows = rows
        self.more: list[dict[str, str]] = []
        self._folder = folder
        self._order: list[int] = chance.permutation(len(items)).tolist()
        self._taken: set[str] = set()
        self._groups: dict[str, list[Item]] = {}
        for item in items:
            self._groups.setdefault(item.group, []).append(item)

    def take(self, fits: Fits = _anything) -> Item:
        """An item of a style that has no fault yet."""
        for place in self._order:
            item = self.items[place]
            if item.group not in self._taken and fits(item):
                self._taken.add(item.group)
                return item
        raise BadArgument(
            f"A shop of {len(self.items)} products is too small for faults of every kind.",
            next_step="Ask for more products; 320 are enough.",
        )

    def variants(self, item: Item) -> list[Item]:
        """All items of a style."""
        return self._groups[item.group]

    def spoil(self, item: Item, made: Spoiled) -> None:
        """Give an item another main picture, and no others."""
        self.rows[item.id] |= {"image_link": self.picture(item.id, made(item)), "additional_image_link": ""}

    def picture(self, name: str, data: bytes) -> str:
        """Keep a picture; return how the table refers to it."""
        (self._folder / f"{name}.jpg").write_bytes(data)
        return f"{_PICTURES}/{name}.jpg"

    def say(self, kind: str, item: Item, how: str, column: str, now: str) -> Fault:
        """Write another text into a cell of an item's row."""
        was = self.rows[item.id][column]
        self.rows[item.id][column] = now
        return Fault(kind, (item.id,), how, field=_FIELDS.get(column, column), was=was, now=now)

    def another(self, row: dict[str, str]) -> None:
        """Add a row at the end of the table."""
        self.more.append({name: row.get(name, "") for name in next(iter(self.rows.values()))})


_SPOILED: tuple[tuple[str, str, Spoiled, Fits], ...] = (
    ("unreadable", "the file ends too early", spoiling.truncated, _anything),
    ("unreadable", "a web page is kept as the picture", spoiling.web_page, _anything),
    *(("tiny", f"{height} pixels high", spoiling.shrunk(height), _anything) for height in (20, 40, 60)),
    *(
        ("blurred", f"out of focus by {radius} of 500 pixels", spoiling.blurred(radius), _anything)
        for radius in (4, 6, 9)
    ),
    ("blank", "white paper", spoiling.nothing((255, 255, 255), 0), _anything),
    ("blank", "an overexposed photo", spoiling.nothing((249, 248, 247), 1.5), _anything),
    ("one-colour", "a sheet of blue", spoiling.nothing((40, 80, 150), 0), _anything),
    ("one-colour", "a bare wall", spoiling.nothing((196, 168, 128), 2), _anything),
    ("aspect", "a wide strip of the picture", spoiling.strip(1, 0.22), _anything),
    ("aspect", "a tall strip of the picture", spoiling.strip(0.3, 1), _anything),
    *(
        ("rotated", f"turned by {degrees} degrees", spoiling.turned(degrees), _of(*_UPRIGHT))
        for degrees in (90, 180, 270)
    ),
    ("border", "a black frame", spoiling.framed((0, 0, 0), 40, 50), _anything),
    ("border", "bars at the sides", spoiling.framed((16, 16, 16), 70, 0), _anything),
    ("border", "a red frame", spoiling.framed((190, 30, 40), 28, 28), _anything),
    ("text", "a banner across it", spoiling.banner, _anything),
    ("text", "a watermark across it", spoiling.watermark, _anything),
    ("text", "a sticker on it", spoiling.sticker, _anything),
    ("person", "a customer's photo of it", spoiling.at_home, _of("Handbags", "Backpacks")),
    ("person", "somebody who wears it", spoiling.worn, _of(*_WORN)),
    ("person", "somebody who wears it", spoiling.worn, _of(*_WORN)),
)


def _pictures(shop: _Shop) -> Iterator[Fault]:
    for kind, how, made, fits in _SPOILED:
        item = shop.take(fits)
        shop.spoil(item, made)
        yield Fault(kind, (item.id,), how)
    item = shop.take()
    shop.rows[item.id] |= {"image_link": "", "additional_image_link": ""}
    yield Fault("no-picture", (item.id,), "no picture is named")
    item = shop.take()
    shop.rows[item.id] |= {"image_link": f"{_PICTURES}/{item.id}.jpg", "additional_image_link": ""}
    yield Fault("unreadable", (item.id,), "the picture's file is not there")
    shared = [shop.take() for _ in range(12)]
    for at, item in enumerate(shared):
        shop.spoil(item, spoiling.coming_soon((400, 400, 300)[at % 3], (88, 60, 80)[at % 3]))
    yield Fault("placeholder", tuple(item.id for item in shared), "the same sheet as their picture")


_TAGS: tuple[tuple[str, Fits, str, str, str], ...] = (
    ("wrong-tag", _of("Dresses"), "product_type", "Clothing > Trousers", "another kind"),
    ("wrong-tag", _of("Mugs"), "product_type", "Home > Decoration > Vases", "another kind"),
    ("wrong-tag", _of("Chairs"), "product_type", "Home > Lighting > Table lamps", "another kind"),
    ("wrong-tag", _of("Sneakers"), "product_type", "Shoes > Heels", "another kind"),
    ("wrong-tag", _patterned("plain", "navy"), "color", "lemon", "another colour"),
    ("wrong-tag", _patterned("plain", "red"), "color", "white", "another colour"),
    ("wrong-tag", _patterned("stripes"), "pattern", "plain", "another pattern"),
    ("wrong-tag", _patterned("checks"), "pattern", "floral", "another pattern"),
    ("missing-tag", _of("Jumpers"), "product_type", "", "no kind"),
    ("missing-tag", _of("Boots"), "product_type", "", "no kind"),
    ("missing-tag", _of("Sofas"), "product_type", "", "no kind"),
    ("missing-tag", _patterned("plain"), "color", "", "no colour"),
    ("missing-tag", _patterned("plain"), "color", "", "no colour"),
    ("missing-tag", _of("Shirts"), "pattern", "", "no pattern"),
)


def _tags(shop: _Shop) -> Iterator[Fault]:
    for kind, fits, column, now, how in _TAGS:
        yield shop.say(kind, shop.take(fits), how, column, now)


def _ids(shop: _Shop) -> Iterator[Fault]:
    item = shop.take()
    shop.another(shop.rows[item.id] | {"id": item.id.lstrip("0")})
    yield Fault("id-clash", (item.id.lstrip("0"),), "listed again without leading zeros", (item.id,))
    item = shop.take()
    shop.another(shop.rows[item.id] | {"id": f"{item.id}.0"})
    yield Fault("id-clash", (f"{item.id}.0",), "listed again as a spreadsheet writes numbers", (item.id,))
    item, other = shop.take(), shop.take()
    shop.another(shop.rows[other.id] | {"id": item.id})
    yield Fault("id-clash", (item.id,), "another product has its id")


def _groups(shop: _Shop) -> Iterator[Fault]:
    for group in ("", "S9001"):
        item = shop.take(lambda one: len(shop.variants(one)) > 2)
        others = tuple(one.id for one in shop.variants(item) if one.id != item.id)
        how = "not in the group of its style"
        yield replace(shop.say("variants-split", item, how, "item_group_id", group), beside=others)
    for host_kind, kind in (("Teapots", "Shirts"), ("Sunglasses", "Backpacks")):
        host, item = shop.take(_of(host_kind)), shop.take(_alone(shop, kind))
        others = tuple(one.id for one in shop.variants(host))
        fault = shop.say("variants-joined", item, "in another's group", "item_group_id", host.group)
        yield replace(fault, beside=others)


def _alone(shop: _Shop, kind: str) -> Fits:
    fits = _of(kind)
    return lambda one: fits(one) and len(shop.variants(one)) == 1


def _twice(shop: _Shop) -> Iterator[Fault]:
    for number in (1, 2):
        item = shop.take()
        name = f"A{number:04d}"
        row = shop.rows[item.id] | {"id": name, "additional_image_link": "", "item_group_id": ""}
        how = "listed again under another id"
        if number == 2:
            kind = item.kind.category.rsplit(" > ", 1)[-1].lower()
            row |= {"title": f"{item.brand} {kind}", "image_link": shop.picture(name, spoiling.again(item))}
            how = "listed again under another id and title, its picture cropped"
        shop.another(row)
        yield Fault("same-product", (name,), how, (item.id,))


_SLIPS: tuple[tuple[str, str, str, str], ...] = (
    ("price", "100", "EUR", "the comma was lost"),
    ("price", "0.1", "EUR", "a digit was lost"),
    ("price", "10", "EUR", "a digit too many"),
    ("currency", "1", "USD", "dollars among euros"),
    ("currency", "1", "USD", "dollars among euros"),
)


def _prices(shop: _Shop) -> Iterator[Fault]:
    for kind, factor, currency, how in _SLIPS:
        item = shop.take(_not_reduced)
        yield shop.say(kind, item, how, "price", f"{item.price * Decimal(factor):.2f} {currency}")


def _not_reduced(item: Item) -> bool:
    return item.sale_price is None


def _texts(shop: _Shop) -> Iterator[Fault]:
    for own, other in (("cobalt", "red"), ("burgundy", "sky blue"), ("forest", "orange")):
        item = shop.take(_patterned("plain", own, "Clothing"))
        row = shop.rows[item.id]
        row["description"] = row["description"].replace(own, other)
        how = "title and description of another colour"
        yield shop.say("colour-text", item, how, "title", row["title"].replace(own, other))


_PLANTS: tuple[Callable[[_Shop], Iterator[Fault]], ...] = (
    _pictures,
    _tags,
    _ids,
    _groups,
    _twice,
    _prices,
    _texts,
)
