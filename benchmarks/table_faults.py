"""Faults planted into the tables of real catalogues, in memory: their pictures stay as they are.

Nothing here is shared with what finds them. A shop is read from an index; what is planted is known by id.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from lookalike import Index
from lookalike.doctor.case import Case, PictureKey
from lookalike.neighbours.snapshot import Snapshot

Row = dict[str, Any]

COLOURS = [
    "Black",
    "White",
    "Blue",
    "Red",
    "Green",
    "Grey",
    "Brown",
    "Pink",
    "Purple",
    "Yellow",
    "Orange",
    "Navy Blue",
]
UNLIKE = {
    "Black": ["Yellow", "Red", "Pink", "Green", "Orange"],
    "White": ["Black", "Red", "Green", "Blue", "Purple"],
    "Blue": ["Red", "Yellow", "Brown", "Pink", "Orange"],
    "Navy Blue": ["Red", "Yellow", "Pink", "Orange", "Green"],
    "Red": ["Blue", "Green", "Black", "White", "Yellow"],
    "Green": ["Red", "Pink", "Black", "White", "Purple"],
    "Grey": ["Red", "Yellow", "Green", "Pink", "Orange"],
    "Brown": ["Blue", "Green", "Pink", "Purple", "White"],
    "Pink": ["Black", "Green", "Blue", "Brown", "Yellow"],
    "Purple": ["Yellow", "Green", "Orange", "White", "Brown"],
    "Yellow": ["Black", "Blue", "Purple", "Red", "Green"],
    "Orange": ["Blue", "Green", "Black", "White", "Purple"],
}
"""Of each colour some that nobody would take for it."""


@dataclass
class Shop:
    """A catalogue by main pictures: its ``rows`` as dicts, and which picture each shows."""

    rows: list[Row]
    looks: np.ndarray
    palettes: np.ndarray
    contents: list[str]
    sizes: np.ndarray
    thumbnails: Callable[[Sequence[PictureKey]], Any]
    same: list[tuple[str, tuple[str, ...]]]
    shows: list[int] = field(default_factory=list)
    problems: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, index: Index) -> Shop:
        """The products of an index that have a picture."""
        view = index._now()
        snapshot = view.snapshot
        rows = np.flatnonzero(snapshot.pictured)
        starts = snapshot._starts[rows]
        contents = view.contents.to_pylist()
        table = snapshot.columns.table.take(pa.array(rows)).to_pylist()
        groups = view.known.groups(view.keys, contents)
        same = [
            (g.kind, tuple(dict.fromkeys(m.picture[0] for m in g.members if m.picture[1] == 0)))
            for g in groups
        ]
        return cls(
            rows=table,
            looks=snapshot.looks[starts],
            palettes=snapshot.palettes.values[rows],
            contents=[contents[at] for at in starts.tolist()],
            sizes=view.sizes[starts],
            thumbnails=view.reader.thumbnails,
            same=[(kind, ids) for kind, ids in same if len(ids) > 1],
            shows=list(range(len(rows))),
        )

    def again(self, at: int, changes: Row) -> str:
        """Add a product that shows the picture of another; its id."""
        self.rows.append({**self.rows[at], **changes})
        self.shows.append(self.shows[at])
        return str(self.rows[-1]["id"])

    def case(self) -> Case:
        """The shop as a doctor sees it."""
        order = sorted(range(len(self.rows)), key=lambda at: self.rows[at]["id"])
        shown = [self.shows[at] for at in order]
        ids = [self.rows[at]["id"] for at in order]
        own = {i: self.rows[at]["id"] for i, at in zip(ids, shown, strict=True)}
        schema = pa.schema(
            [
                *[(name, pa.string()) for name in ("id", "title", "brand", "category")],
                ("amount", pa.float64()),
                *[(name, pa.string()) for name in ("currency", "availability", "group")],
                ("attributes", pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))),
                ("description", pa.string()),
            ]
        )
        snapshot = Snapshot(
            version=1,
            products=pa.Table.from_pylist([self.rows[at] for at in order], schema),
            picture_product=np.arange(len(order), dtype=np.intp),
            position=np.zeros(len(order), dtype=np.int32),
            looks=self.looks[shown],
            norms=np.ones(len(order), dtype=np.float32),
            palettes=self.palettes[shown],
            copies=[ids for _, ids in self.same],
        )

        def thumbnails(keys: Sequence[PictureKey]) -> dict[PictureKey, bytes]:
            kept = self.thumbnails([(own[i], 0) for i, _ in keys])
            return {key: kept[own[key[0]], 0] for key in keys if (own[key[0]], 0) in kept}

        return Case(
            snapshot=snapshot,
            sizes=self.sizes[shown],
            contents=[self.contents[at] for at in shown],
            thumbnails=thumbnails,
            encode=lambda images: np.zeros((len(images), self.looks.shape[1]), dtype=np.float32),
            same=self.same,
            problems=self.problems,
        )


def priced(shop: Shop, chance: random.Random) -> None:
    """Made-up but plausible prices where there are none: by kind, by maker, rounded as shops do."""
    kinds: dict[str, float] = defaultdict(lambda: 10 ** chance.uniform(0.9, 2.2))
    makers: dict[str, float] = defaultdict(lambda: 10 ** chance.gauss(0, 0.12))
    for row in shop.rows:
        maker = row["brand"] or " ".join(row["title"].split()[:1])
        amount = kinds[row["category"]] * makers[maker] * 10 ** chance.gauss(0, 0.13)
        row["amount"], row["currency"] = max(0.99, round(amount) - 0.05 * chance.randrange(1, 3)), "EUR"


def plant_prices(shop: Shop, count: int, chance: random.Random) -> dict[str, float]:
    """Slips of the decimal point by one place or two; the right amount by id."""
    truth = {}
    for row in chance.sample([row for row in shop.rows if row["amount"]], count):
        truth[row["id"]] = row["amount"]
        row["amount"] = round(row["amount"] * 10.0 ** chance.choice([-2, -1, 1, 2]), 2)
    return truth


def plant_currencies(shop: Shop, count: int, chance: random.Random) -> dict[str, str]:
    """Another currency, or none, at the same amount."""
    truth = {}
    for row in chance.sample([row for row in shop.rows if row["amount"]], count):
        truth[row["id"]] = row["currency"]
        row["currency"] = chance.choice(["USD", "GBP", "SEK", ""])
    return truth


def plant_colours(shop: Shop, count: int, chance: random.Random) -> dict[str, str]:
    """In titles that name one colour, another that nobody would take for it."""
    one = re.compile(r"\b(" + "|".join(sorted(COLOURS, key=len, reverse=True)) + r")\b", re.IGNORECASE)
    fit = [row for row in shop.rows if len(one.findall(row["title"])) == 1 and _names_one(row["title"], one)]
    truth = {}
    for row in chance.sample(fit, min(count, len(fit))):
        said = one.search(row["title"])
        assert said is not None
        truth[row["id"]] = row["title"]
        other = chance.choice(UNLIKE[said[0].title()])
        row["title"] = one.sub(other if said[0][0].isupper() else other.lower(), row["title"])
    return truth


def _names_one(title: str, one: re.Pattern[str]) -> bool:
    """Whether a title such as "Lamp in sky blue/white" says but one word of colour."""
    _, within, said = title.rpartition(" in ")
    return "/" not in title and (not within or one.fullmatch(said) is not None)


def plant_split(shop: Shop, count: int, chance: random.Random) -> dict[str, str]:
    """Variants whose group is taken away, or is another that nobody has; the group by id."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in shop.rows:
        members[row["group"]].append(row)
    fit = [rows for name, rows in members.items() if name and len(rows) >= 3]
    truth = {}
    for rows in chance.sample(fit, min(count, len(fit))):
        row = chance.choice(rows)
        truth[row["id"]] = row["group"]
        row["group"] = chance.choice(["", f"lone-{row['id']}"])
    return truth


def plant_joined(shop: Shop, count: int, chance: random.Random) -> dict[str, str]:
    """Products in the group of another style, half of them of the same kind."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in shop.rows:
        members[row["group"]].append(row)
    truth: dict[str, str] = {}
    taken: set[str] = set()
    fit = [(name, rows) for name, rows in sorted(members.items()) if name and len(rows) >= 2]
    for name, rows in chance.sample(fit, len(fit)):
        if len(truth) >= count or name in taken:
            continue
        kind = rows[0]["category"] if len(truth) % 2 else None
        others = [
            row
            for row in shop.rows
            if row["group"] not in taken | {name, ""} and (kind is None or row["category"] == kind)
        ]
        if others:
            row = chance.choice(others)
            taken |= {name, row["group"]}
            truth[row["id"]] = name
            row["group"] = name
    return truth


def plant_ids(shop: Shop, count: int, chance: random.Random) -> dict[str, str]:
    """Products that are there again under an id that is written otherwise."""
    ways: list[Callable[[str], str]] = [
        lambda own: own + ".0",
        lambda own: "00" + own,
        lambda own: own + " ",
        lambda own: own + "\u200b",
        lambda own: "\ufeff" + own,
    ]
    fit = [at for at, row in enumerate(shop.rows) if row["id"].isdigit()]
    return {
        shop.again(at, {"id": chance.choice(ways)(shop.rows[at]["id"]), "group": ""}): shop.rows[at]["id"]
        for at in chance.sample(fit, count)
    }


def plant_again(shop: Shop, count: int, chance: random.Random) -> dict[str, str]:
    """The same product under another id: its picture, its title as it was, or shortened, or in capitals."""
    ways: list[Callable[[str], str]] = [str, str.upper, lambda title: " ".join(title.split()[1:])]
    truth = {}
    for at in chance.sample(range(len(shop.rows)), count):
        row = shop.rows[at]
        own = shop.again(
            at, {"id": f"again-{row['id']}", "title": chance.choice(ways)(row["title"]), "group": ""}
        )
        truth[own] = row["id"]
        shop.same.append(("same-bytes", (row["id"], own)))
    return truth
