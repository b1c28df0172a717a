"""This, but in blue: what does moving the look gain, and who is right about a colour, the tag or the picture?

Askers are products of one colour on which the strength of the move was not chosen (half of the ids, by
hash), asked for one of eight colours they are not of. Share of the first ten with the same kind, gender and
usage, with the wish in `where` and in `but`; the difference is paired, intervals are 95% bootstrap over
askers. In the drawn shop, how often a product's own variant in that colour comes first.

Colours of tags and of pictures are held against the one colour word of a title, where it has one.

    python benchmarks/otherwise.py
"""

from __future__ import annotations

import hashlib
import random
import re
from typing import Any

import data
import numpy as np
import record

from lookalike import Index, open_catalog
from lookalike.colour import ALIASES, NAMES, canonical
from lookalike.demo.shop import draw_shop

ASKERS = 2000
TARGETS = ("blue", "black", "red", "green", "white", "pink", "brown", "grey")
LABELS = {"kind": ("category",), "kind, gender": ("category", "gender")}
LABELS["kind, gender, usage"] = ("category", "gender", "usage")
TAG = "baseColour"


def labels(index: Index, ids: list[str]) -> list[dict[str, str]]:
    products = index.products(ids)
    return [{"category": products[id].category, **products[id].attributes} for id in ids]


def alike(index: Index, asks: dict[str, str], ids: list[str]) -> dict[str, float]:
    """Shares of products with the labels of the one that asks."""
    found = labels(index, ids)
    return {
        name: float(np.mean([all(one[field] == asks[field] for field in fields) for one in found]))
        for name, fields in LABELS.items()
    }


def moved(index: Index) -> dict[str, Any]:
    """The same wish as a filter and as what is to be otherwise."""
    of = {name: {*index.select(f"colour={name}")} for name in NAMES}
    of["blue"] -= of["navy"]
    single = [id for id in index.ids if sum(id in members for members in of.values()) == 1]
    half = [id for id in single if hashlib.sha256(id.encode()).digest()[0] % 2 == 1]
    chance = random.Random("otherwise")
    shares: dict[str, dict[str, list[float]]] = {
        way: {name: [] for name in LABELS} for way in ("where", "but")
    }
    for id in data.sample(half, ASKERS):
        wish = chance.choice([name for name in TARGETS if id not in of[name]])
        (asks,) = labels(index, [id])
        for way, said in shares.items():
            answer = index.similar(id, 10, recipe="look", **{way: f"colour={wish}"})  # type: ignore[arg-type]
            for name, value in alike(index, asks, answer.ids).items():
                said[name].append(value)
    gained = {
        name: record.interval(np.array(shares["but"][name]) - np.array(shares["where"][name]))
        for name in LABELS
    }
    ways = {
        way: {name: record.interval(values) for name, values in said.items()} for way, said in shares.items()
    }
    return {"askers": len(shares["but"]["kind"]), **ways, "gained": gained}


def first(index: Index) -> dict[str, int]:
    """How often a variant of another colour comes first, or is folded into the first as its copy."""
    of = {name: {*index.select(f"colour={name}")} for name in NAMES}
    counts = {"asked": 0, "first with where": 0, "first with but": 0, "folded into the first with but": 0}
    for id in index.ids:
        variants = {*index.variants(id)}
        for name in NAMES:
            if id in of[name] or not variants & of[name]:
                continue
            counts["asked"] += 1
            plain = index.similar(id, 1, f"colour={name}", variants=True, recipe="look")
            (best,) = index.similar(id, 1, but=f"colour={name}", recipe="look")
            counts["first with where"] += plain.ids[0] in variants
            counts["first with but"] += best.id in variants
            counts["folded into the first with but"] += bool(
                variants & {*best.copies, *best.variants} - {best.id}
            )
    return counts


def tags(index: Index) -> dict[str, Any]:
    """Tags and pictures against titles."""
    shown = {name: set[str]() for name in NAMES}
    for id in index.ids:
        shares = dict.fromkeys(NAMES, 0.0)
        for name, share, _ in index.colours(id):
            shares[name] += share
        shares["blue"] += shares["navy"]
        for name, share in shares.items():
            if share >= 0.35:
                shown[name].add(id)
    words = re.compile(rf"\b({'|'.join(sorted({*NAMES, *ALIASES}, key=len, reverse=True))})\b")
    tagged, contradicted, titled, tag_right, picture_right = 0, 0, 0, 0, 0
    for id, product in index.products(index.ids).items():
        tag = canonical(product.attributes.get(TAG, ""))
        if tag is None:
            continue
        tagged += 1
        contradicted += id not in shown[tag]
        named = {canonical(word) for word in words.findall(product.title.lower())}
        if len(named) == 1:
            (title,) = named
            titled += 1
            tag_right += title == tag or {title, tag} == {"blue", "navy"}
            picture_right += id in shown[str(title)]
    return {
        "products": len(index),
        "tags that name a colour": tagged,
        "of these, not shown by the picture": round(contradicted / tagged, 4),
        "titles with one colour word": titled,
        "tag says the title's": round(tag_right / titled, 4),
        "picture shows the title's": round(picture_right / titled, 4),
    }


def main() -> None:
    data.require("fashion-small")
    with data.work_folder() as work:
        drawn = Index.open_or_create(work / "index" / "wishes-demo")
        drawn.add(open_catalog(draw_shop(work / "data" / "wishes-demo")))
        index = data.indexed("fashion-small", work)
        figures = {"variants": first(drawn), "moved": moved(index), "tags": tags(index)}
    print(figures)
    record.write("otherwise", figures)


if __name__ == "__main__":
    main()
