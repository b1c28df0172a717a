"""Does every result keep every wish?

1,000 questions made at random, a quarter to each of four shops: of products, words, photos and liked
products, with wishes of every kind in `where` and in `but`, and every recipe and stage. Each result, what is
folded into it, and what is shown instead where nothing is left, is held against the wishes by the plain rules
below, which share no code with the filter: what the table says of the product, the colours measured on its
picture where no tag names one, and the prices. The sets of photographs say no prices and no brands, so two of
them are given some: prices by hash, the first word of the title as the brand, one in seven without either.

    python benchmarks/wishes.py
"""

from __future__ import annotations

import operator
import random
import re
import shlex
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import data
import numpy as np
import record

from lookalike import Index, Price, Product, open_catalog
from lookalike.colour import ALIASES, NAMES
from lookalike.demo.shop import draw_shop
from lookalike.recommend.answer import Answer
from lookalike.recommend.recommendation import Colour

QUESTIONS = 1000
PRICED = ("fashion-300", "grocery")
TAGS = ("colour", "color", "maincolour", "maincolor", "basecolour", "basecolor")
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
Wish = tuple[str, str, tuple[str, ...]]
"""A field, an operator, and the values of which one is to hold."""


def shops(work: Path) -> Iterator[tuple[str, Index]]:
    """The drawn shop, and the three sets of photographs."""
    demo = work / "index" / "wishes-demo"
    index = Index.open_or_create(demo)
    index.add(open_catalog(draw_shop(work / "data" / "wishes-demo")))
    yield "drawn shop", index
    for name in PRICED:
        folder = data.unpacked(name, work)
        index = Index.open_or_create(work / "index" / f"wishes-{name}")
        rows = open_catalog(folder / "products.csv" if name == "grocery" else folder)
        index.add([priced(row) for row in rows if isinstance(row, Product)])
        yield name, index
    yield "fashion-small", data.indexed("fashion-small", work)


def priced(product: Product) -> Product:
    """A product with a price and a brand of its own, or with neither."""
    chance = data.share(product.id)
    if chance < 1 / 7:
        return product
    amount = Decimal(f"{5 + round(chance * 195)}.{round(chance * 1e4) % 100:02}")
    return replace(product, price=Price(amount, "EUR"), brand=product.title.split(" ")[0])


class Shop:
    """A catalogue read once, for questions to be made of it and answers to be held against it."""

    def __init__(self, name: str, index: Index) -> None:
        self.name, self.index = name, index
        self.ids = index.ids
        self.products = index.products(self.ids)
        self.seen: dict[str, Sequence[Colour]] = {}

    def values(self, chance: random.Random, field: str) -> str | None:
        """What some product says in a field, None where nobody was found that says anything."""
        for _ in range(20):
            product = self.products[chance.choice(self.ids)]
            if value := said(product, field):
                return value
        return None

    def colours(self, product: Product) -> set[str]:
        """The colours of a product: of its tags, or where they name none as measured."""
        for tag in TAGS:
            for name, value in product.attributes.items():
                words = [value.lower(), *re.split(r"[/,;|&+]| and ", value.lower())]
                told = {known for word in words if (known := plain_colour(word))}
                if plain(name) == tag and value:
                    return told or self.measured(product)
        return self.measured(product)

    def measured(self, product: Product) -> set[str]:
        """The names of which there is 35% or more, blue with its navy."""
        if product.id not in self.seen:
            self.seen[product.id] = self.index.colours(product.id)
        shares: dict[str, float] = defaultdict(float)
        for name, share, _ in self.seen[product.id]:
            shares[name] += share
            if name == "navy":
                shares["blue"] += share
        return {name for name, share in shares.items() if share >= 0.35 - 1e-6}


def plain(name: str) -> str:
    return re.sub(r"[ _-]", "", name.lower())


def plain_colour(word: str) -> str | None:
    word = " ".join(word.replace("-", " ").replace("_", " ").split())
    return word if word in NAMES else ALIASES.get(word)


def said(product: Product, field: str) -> str:
    """What a product says in a field, "" where it says nothing."""
    own = {"brand": product.brand, "category": product.category, "availability": product.availability}
    return own.get(field, "") or product.attributes.get(field.removeprefix("attributes."), "")


def kept(shop: Shop, product: Product, wish: Wish) -> bool:
    """Whether a product keeps a wish, by the words of the guide."""
    field, sign, values = wish
    if field == "colour":
        colours = shop.colours(product)
        if "navy" in colours:
            colours = colours | {"blue"}
        met = any(plain_colour(value) in colours for value in values)
        return met if sign == "=" else not met
    if field == "price":
        amount = None if product.price is None else float(product.price.amount)
        wanted = float(re.sub("[A-Z€]", "", values[0]))
        return amount is not None and OPERATORS[sign](amount, wanted)
    value = said(product, field).lower()
    if sign in OPERATORS:
        return value.isdigit() and OPERATORS[sign](float(value), float(values[0]))
    if sign == "~":
        return any(wanted.lower() in value for wanted in values)
    levels = [level.strip() for level in value.split(">")] if field == "category" else []
    mine = {value, *levels, *(" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1))}
    met = any(wanted.lower() in mine for wanted in values)
    return met if sign == "=" else not met


def written(wishes: Sequence[Wish]) -> str | None:
    """Wishes as a filter."""
    return " ".join(f"{f}{o}{'|'.join(map(in_quotes, v))}" for f, o, v in wishes) or None


def in_quotes(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def read(text: str | None) -> list[Wish]:
    """A filter that an answer has written, read without the filter's own grammar."""
    wishes = []
    for part in shlex.split((text or "").replace('""', "")):
        match = re.fullmatch(r"(.+?)(<=|>=|!=|=|<|>|~)(.*)", part)
        assert match is not None
        wishes.append((match[1], match[2], tuple(match[3].split("|"))))
    return wishes


def some_wishes(shop: Shop, chance: random.Random, most: int) -> list[Wish]:
    """Up to ``most`` wishes, of what the shop has, some of them together impossible."""
    wishes: list[Wish] = []
    for _ in range(chance.randint(0, most)):
        kind = chance.choice(["colour", "colour", "price", "price", "brand", "category", "attribute", "not"])
        if kind == "colour":
            words = chance.sample([*NAMES, "maroon", "cream"], chance.choice([1, 1, 2]))
            wishes.append(("colour", chance.choice(["=", "=", "=", "!="]), tuple(words)))
        elif kind == "price":
            if shop.name != "fashion-small":
                amount = chance.choice([0, 5, 20, 50, 90, 150])
                wishes.append(("price", chance.choice(["<=", "<=", "<", ">=", ">"]), (f"{amount}EUR",)))
        else:
            names = [f"attributes.{name}" for name in shop.products[chance.choice(shop.ids)].attributes]
            field = chance.choice(names or ["category"]) if kind in ("attribute", "not") else kind
            value = shop.values(chance, field)
            if value and '"' not in value and "|" not in value:
                level = value.split(" > ")[-1] if field == "category" else value
                number = value.isdigit() and chance.random() < 0.3
                wishes.append((field, ">=" if number else "!=" if kind == "not" else "=", (level,)))
    return wishes


def question(shop: Shop, chance: random.Random) -> tuple[str, dict[str, Any], list[Wish]]:
    """Who asks, with what arguments, and what is wished."""
    where = some_wishes(shop, chance, 3)
    asked: dict[str, Any] = {
        "k": chance.choice([4, 12, 30]),
        "where": written(where),
        "diversity": chance.choice([0.0, 0.0, 0.3, 0.9]),
        "stock": chance.choice(["any", "first"]),
        "per_brand": chance.choice([None, None, 1, 3]),
        "variants": chance.random() < 0.3,
        "duplicates": chance.random() < 0.3,
    }
    who = chance.choices(["product", "words", "photo", "liked"], [6, 2, 1, 1])[0]
    if who == "product":
        but = some_wishes(shop, chance, 2)
        recipe = chance.choice([None, "look", "combined", "same-kind"])
        return who, {**asked, "but": written(but), "recipe": recipe}, [*where, *but]
    return who, asked, where


def answer_to(shop: Shop, who: str, asked: dict[str, Any], chance: random.Random) -> Answer:
    id = chance.choice(shop.ids)
    if who == "product":
        return shop.index.similar(id, **asked)
    if who == "liked":
        liked = chance.sample(shop.ids, 3)
        return shop.index.search(like=liked[:2], unlike=liked[2:], **asked)
    if who == "photo":
        return shop.index.search(shop.index.thumbnails([(id, 0)])[id, 0], **asked)
    words = [word for word in re.findall(r"\w+", shop.products[id].title) if len(word) > 2] or ["thing"]
    return shop.index.search(text=" ".join(chance.sample(words, min(2, len(words)))), **asked)


def members(answer_results: Sequence[Any]) -> Iterator[str]:
    """Every product of some results, those folded into them too."""
    for result in answer_results:
        yield from (result.id, *result.copies, *result.variants)


def broken(shop: Shop, answer: Answer, asked: dict[str, Any], wishes: list[Wish]) -> Iterator[str]:
    """What of an answer does not keep what was wished."""
    for id in members(answer.results):
        for wish in wishes:
            if not kept(shop, shop.products[id], wish):
                yield f"{shop.name}: {id} does not keep {wish}"
    brands = Counter(result.product.brand for result in answer if result.product.brand)
    if asked["per_brand"] and brands and max(brands.values()) > asked["per_brand"]:
        yield f"{shop.name}: {brands.most_common(1)} with per_brand {asked['per_brand']}"
    if len({result.id for result in answer}) != len(answer):
        yield f"{shop.name}: a product is there twice"
    for other in answer.instead:
        for wish in (*read(other.where), *read(other.but)):
            for id in members(other.results):
                if not kept(shop, shop.products[id], wish):
                    yield f"{shop.name}: instead, {id} does not keep {wish}"


def main() -> None:
    data.require("fashion-300", "fashion-small", "grocery")
    counts, faults = Counter[str](), list[str]()
    milliseconds: dict[str, list[float]] = {"with results": [], "with instead": []}
    with data.work_folder() as work:
        for name, index in shops(work):
            shop = Shop(name, index)
            chance = random.Random(f"wishes {name}")
            for _ in range(QUESTIONS // 4):
                who, asked, wishes = question(shop, chance)
                began = time.perf_counter()
                answer = answer_to(shop, who, asked, chance)
                spent = (time.perf_counter() - began) * 1e3
                if who != "photo":
                    milliseconds["with results" if len(answer) else "with instead"].append(spent)
                faults += broken(shop, answer, asked, wishes)
                counts["questions"] += 1
                counts[f"asked by {who}"] += 1
                counts["wishes"] += len(wishes)
                counts["results"] += len(answer)
                counts["results and what is folded into them"] += sum(1 for _ in members(answer.results))
                counts["answers without results"] += not len(answer)
                counts["of these, with something instead"] += bool(answer.instead)
                counts["products shown instead"] += sum(len(one.results) for one in answer.instead)
            print(name, dict(counts), len(faults))
    print(*faults[:20], sep="\n")
    checked = counts["results and what is folded into them"]
    record.table(("", "count"), [*counts.items(), ("wishes broken", len(faults))])
    record.write(
        "wishes",
        {
            "counts": dict(counts),
            "broken": len(faults),
            "kept": round(1 - len(faults) / max(checked, 1), 6),
            "milliseconds": {
                name: {
                    "median": round(float(np.median(one)), 2),
                    "p95": round(float(np.percentile(one, 95)), 2),
                }
                for name, one in milliseconds.items()
            },
            "load": record.load(),
        },
    )


if __name__ == "__main__":
    main()
