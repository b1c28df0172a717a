"""Are worn pictures and scenes told where packshots are the rule, and are those told such?

1,596 products of fashion-small (300 of them drawn by hash from fashion-300, the others by hash within kinds)
were looked at and labelled as person or packshot; `doctor_people.json` says which. The weights of the check
were learnt on one half by hash. Of the other half shops are built: all its packshots, and 5% of the shop
either worn pictures of kinds that have packshots there, or photographs of clothing-cc0, which are scenes.
Three rounds each. The looks of products play no part. Intervals are 95% (Wilson).

Grocery: the shop's 81 packshots, and 4 photographs taken in shops among them, in 20 rounds.

    python benchmarks/doctor_people.py
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
from doctor_pictures import wilson

from lookalike import Index
from lookalike.doctor.case import silent
from lookalike.doctor.finding import LIKELY
from lookalike.doctor.person import log_odds, told_apart
from lookalike.doctor.pixels import Pixels
from lookalike.evaluation.split import position
from lookalike.images import open_image, thumbnail

LABELS = Path(__file__).with_suffix(".json")
ROUNDS = 3
SHARE = 0.05  # of a shop that is worn, or scenes
SCENES = {
    "t-shirt": "Tshirts",
    "longsleeve": "Tshirts",
    "shirt": "Tshirts",
    "shorts": "Shorts",
    "skirt": "Shorts",
    "outwear": "Sweatshirts",
    "pants": "Track Pants",
    "dress": "Tops",
    "shoes": "Casual Shoes",
    "hat": "Caps",
}
"""The kind of fashion-small under which a photograph of clothing-cc0 is put."""
Shop = list[tuple[float, str, bool, str]]
"""Log-odds, kind, whether it is a person or scene, and the id of every main picture."""


def odds_of(thumbnails: Mapping[str, bytes]) -> dict[str, float]:
    """Log-odds of main pictures, by product."""
    ids = list(thumbnails)
    keys = [(i, 0) for i in ids]
    pixels = Pixels.empty().measured(
        keys, ids, lambda wanted: {key: thumbnails[key[0]] for key in wanted}, tell=silent
    )
    return dict(zip(ids, log_odds(pixels).tolist(), strict=True))


def main_thumbnails(index: Index, ids: Sequence[str]) -> dict[str, bytes]:
    found = index._now().reader.thumbnails([(i, 0) for i in ids])
    return {key[0]: small for key, small in found.items()}


def drawn(ids: Sequence[str], name: str, count: int) -> list[str]:
    return sorted(ids, key=lambda i: position(i, name))[:count]


def fashion(work: Path) -> Iterator[tuple[str, list[Shop]]]:
    """Shops of the half on which nothing was learnt, by what is planted into them."""
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    small, photographs = data.indexed("fashion-small", work), data.indexed("clothing-cc0", work)
    apart = {what: [i for i in ids if position(i, "doctor") >= 0.5] for what, ids in labels.items()}
    taken = [i for i in photographs.ids if position(i, "doctor") >= 0.5]
    kinds = {i: small.product(i).category for ids in apart.values() for i in ids}
    kinds |= {i: SCENES[photographs.product(i).category] for i in taken}
    odds = odds_of(main_thumbnails(small, [*apart["packshot"], *apart["person"]]))
    usual = Counter(kinds[i] for i in apart["packshot"])
    count = round(len(apart["packshot"]) * SHARE / (1 - SHARE))
    asked = {i for seed in range(ROUNDS) for i in drawn(taken, f"r{seed}", count)}
    odds |= odds_of(main_thumbnails(photographs, sorted(asked)))
    worn = [i for i in apart["person"] if usual[kinds[i]] >= 5]
    for what, planted in (("worn", worn), ("scenes", taken)):
        shops = []
        for seed in range(ROUNDS):
            shop = [(odds[i], kinds[i], False, i) for i in apart["packshot"]]
            shops.append(shop + [(odds[i], kinds[i], True, i) for i in drawn(planted, f"r{seed}", count)])
        yield what, shops


def grocery(work: Path) -> list[Shop]:
    """Packshots of the grocery's products with photographs from shops among them."""
    index = data.indexed("grocery", work)
    odds = odds_of(main_thumbnails(index, index.ids))
    photographs = {path.stem: path for path in (data.unpacked("grocery", work) / "photos").glob("*.jpg")}
    shops = []
    for seed in range(20):
        chosen = drawn(list(photographs), f"r{seed}", 4)
        seen = odds_of({i: thumbnail(open_image(photographs[i]).image) for i in chosen})
        shop = [(odds[i], index.product(i).category, False, i) for i in index.ids]
        shops.append(shop + [(seen[i], i.rsplit("_", 1)[0], True, i) for i in chosen])
    return shops


def judged(shops: Sequence[Shop]) -> dict[str, Any]:
    """Recall, precision, and how often it is right at each step of confidence."""
    hits, right, false = [], [], Counter[str]()
    chances, truths = [], []
    for shop in shops:
        odds, kinds, truth, ids = zip(*shop, strict=True)
        _, codes = np.unique(kinds, return_inverse=True)
        found, _ = told_apart(np.array(odds), codes)
        told = found >= LIKELY
        chances += found.tolist()
        truths += truth
        hits += [bool(one) for one, so in zip(told, truth, strict=True) if so]
        right += [so for one, so in zip(told, truth, strict=True) if one]
        false.update(i for one, so, i in zip(told, truth, ids, strict=True) if one and not so)
    steps = []
    both = np.array(chances), np.array(truths)
    for low, high in ((0.2, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.001)):
        inside = (both[0] >= low) & (both[0] < high)
        if inside.any():
            steps.append(
                {"claimed": round(float(both[0][inside].mean()), 3), **wilson(both[1][inside].tolist())}
            )
    return {
        "pictures": len(shops[0]),
        "rounds": len(shops),
        "recall": wilson(hits),
        "precision": wilson(right),
        "confidence": steps,
        "false": dict(false),
    }


def speed(work: Path) -> dict[str, float]:
    """Processor seconds for all of fashion-small, once the pixels are measured."""
    index = data.indexed("fashion-small", work)
    ids = index.ids[:200]
    small = main_thumbnails(index, ids)
    keys = [(i, 0) for i in ids]
    pixels = Pixels.empty().measured(
        keys, ids, lambda wanted: {key: small[key[0]] for key in wanted}, tell=silent
    )
    many = Pixels(pixels.contents * 172, np.tile(pixels.table, (172, 1)))
    start = time.process_time()
    told_apart(log_odds(many), np.arange(len(many.contents)) % 140)
    return {"pictures": len(many.contents), "seconds": round(time.process_time() - start, 3)}


def main() -> int:
    data.require("fashion-small", "clothing-cc0", "grocery")
    with data.work_folder() as work:
        figures = {what: judged(shops) for what, shops in fashion(work)}
        figures["grocery"] = judged(grocery(work))
        fast = speed(work)
    for what, row in figures.items():
        print(what, "recall", row["recall"], "precision", row["precision"], row["confidence"], row["false"])
    record.write("doctor_people", {"share": SHARE, "shops": figures, "speed": fast})
    return 0


if __name__ == "__main__":
    sys.exit(main())
