"""How many faults planted into tables the doctor finds, and how many of its findings are such faults.

In the demo shop, which has prices, groups and colours, and in 2,265 real products of clothing, which get
made-up but plausible prices; placeholders of eight designs among 1,435 phone photographs. What is not planted
counts as false, though real tables have faults of their own: what is found unplanted is told beside.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import data
import record
from placeholder_faults import DESIGNS, encoded
from table_faults import (
    Shop,
    plant_again,
    plant_colours,
    plant_currencies,
    plant_ids,
    plant_joined,
    plant_prices,
    plant_split,
    priced,
)

from lookalike import Index, Product
from lookalike.demo.shop import draw_shop
from lookalike.doctor.case import Case
from lookalike.doctor.colour_text import colour_texts
from lookalike.doctor.currency import mixed_currencies
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.id_clash import clashing_ids
from lookalike.doctor.placeholder import placeholders
from lookalike.doctor.price import far_prices
from lookalike.doctor.same_product import same_products
from lookalike.doctor.variants_joined import joined_variants
from lookalike.doctor.variants_split import split_variants

SEEDS = range(4)
SHARE = 0.02  # of the products that get a fault

Find = Callable[[Case], Iterator[Finding | Unjudged]]
Plant = Callable[[Shop, int, random.Random], dict[str, object]]

CHECKS: dict[str, tuple[object, Find]] = {
    "id-clash": (plant_ids, clashing_ids),
    "variants-split": (plant_split, split_variants),
    "variants-joined": (plant_joined, joined_variants),
    "same-product": (plant_again, same_products),
    "price": (plant_prices, far_prices),
    "currency": (plant_currencies, mixed_currencies),
    "colour-text": (plant_colours, colour_texts),
}


def likely(find: Find, case: Case) -> list[Finding]:
    return [one for one in find(case) if isinstance(one, Finding) and one.confidence >= LIKELY]


def share(good: int, total: int) -> dict[str, float] | None:
    """A share with its 95% interval (Wilson, 1927)."""
    if not total:
        return None
    z, p = 1.96, good / total
    middle, half = p + z * z / (2 * total), z * (p * (1 - p) / total + z * z / (4 * total**2)) ** 0.5
    scale = 1 + z * z / total
    low, high = max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
    return {"share": round(p, 3), "low": round(low, 3), "high": round(high, 3), "n": total}


def _is(suggestion: str, truth: object) -> bool:
    """Whether a suggestion is what was there; a price is within 3%, as cents were lost with the digits."""
    if isinstance(truth, float):
        return bool(suggestion) and abs(float(suggestion.split(maxsplit=1)[0]) / truth - 1) < 0.03
    return suggestion == truth


def counted(shop: Callable[[int], Shop], kind: str) -> dict[str, object]:
    """Precision and recall of one kind over several plantings, and what is found where nothing is planted."""
    plant, find = CHECKS[kind]
    planted = found = hits = right = 0
    for seed in SEEDS:
        own = shop(seed)
        truth = plant(own, max(3, int(SHARE * len(own.rows))), random.Random(seed))  # type: ignore[operator]
        told = likely(find, own.case())
        good = [one for one in told if set(one.products) & set(truth)]
        planted, found, hits = planted + len(truth), found + len(told), hits + len(good)
        right += sum(_is(one.suggestion, truth.get(one.products[0])) for one in good)
    unplanted = len(likely(find, shop(0).case()))
    return {
        "recall": share(hits, planted),
        "precision": share(hits, found),
        "suggestion_right": share(right, hits),
        "found_unplanted": unplanted,
    }


def placeholder_figures(index: Index, total: float | None) -> dict[str, object]:
    """Placeholders given to products of a copy of a catalogue: 40 of each design, or a share of all."""
    chance = random.Random(7)
    view = index._now()
    ids = list(view.snapshot.ids)
    chance.shuffle(ids)
    each = 40 if total is None else int(total * len(ids) / 3)
    designs = list(DESIGNS) if total is None else list(DESIGNS)[:3]
    truth = {own: designs[at // each] for at, own in enumerate(ids[: each * len(designs)])}
    drawn = {name: DESIGNS[name](random.Random(1)) for name in designs}
    products = []
    for own, name in truth.items():
        product = view.product(own)
        products.append(
            Product(own, (encoded(drawn[name], chance),), title=product.title, category=product.category)
        )
    index.add(products, duplicates=False, fit=False)
    told = {one.products[0] for one in likely(placeholders, Shop.of(index).case())}
    by_design = {name: share(sum(truth[i] == name for i in told & set(truth)), each) for name in designs}
    hits = len(told & set(truth))
    return {"recall": share(hits, len(truth)), "precision": share(hits, len(told)), "by_design": by_design}


def main() -> None:
    data.require("fashion-300", "clothing-cc0")
    figures: dict[str, object] = {}
    with data.work_folder() as work, tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        demo = demo_index(work)
        fashion = data.indexed("fashion-300", work)

        def fashion_shop(seed: int) -> Shop:
            shop = Shop.of(fashion)
            priced(shop, random.Random(100 + seed))
            return shop

        for kind in sys.argv[1:] or CHECKS:
            own: dict[str, object] = {"demo": counted(lambda _: Shop.of(demo), kind)}
            if kind not in ("variants-split", "variants-joined"):  # the real set has no groups
                own["fashion-300"] = counted(fashion_shop, kind)
            figures[kind] = own
            print(kind, own, flush=True)
        for name, total in (("40 of each of 8 designs", None), ("15% of all", 0.15)):
            figures[f"placeholder, {name}"] = placeholder_figures(copied(work, folder / name), total)
            print(name, figures[f"placeholder, {name}"], flush=True)
    record.write("doctor_table", figures)


def demo_index(work: Path) -> Index:
    """The drawn shop, drawn and indexed where it is not."""
    table = draw_shop(work / "demo-shop", 640)
    index = Index.open_or_create(work / "index" / "demo-shop")
    index.add(table)
    return index


def copied(work: Path, folder: Path) -> Index:
    """A copy of the index of the phone photographs, that may be written to."""
    data.indexed("clothing-cc0", work)
    shutil.copytree(work / "index" / "clothing-cc0", folder)
    return Index.open(folder)


if __name__ == "__main__":
    sys.exit(main())
