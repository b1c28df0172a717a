"""What do the recipes look, combined and same-kind answer with?

The table is as the shop gives it, or half of the categories are blank and a twentieth wrong. Of the first
ten: the share with the right kind, gender, colour and all three; the share of another kind than that of the
product that asks; how much they differ from one another (mean cosine distance of pairs). Askers are products
on which neither the encoder nor anything here was chosen; copies and variants are left out. 95% bootstrap
intervals, and paired differences from look, products with equal pictures together.

    python benchmarks/recipes.py
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import data
import numpy as np
import record
from comparing import rounded
from hiding import Shop, half, shops

import content
from lookalike.evaluation.bootstrap import estimate
from lookalike.recommend.recipes import RECIPES

K = 10
ASKERS = 200
SETS = ("fashion-small", "fashion-300", "demo")
BLANK, WRONG = 0.5, 0.05


def mislabelled(shop: Shop) -> Shop:
    """The shop with half of its categories blank, and some wrong; all else is as it was."""
    harmed = replace(shop, fields={"category": shop.fields["category"]}).harmed(BLANK, WRONG, seed=1)
    return replace(shop, fields={**shop.fields, "category": harmed.fields["category"]})


def measured(shop: Shop, row: int, rows: Sequence[int]) -> dict[str, float]:
    """What one answer is like."""
    right = {
        label: np.array([values[other] == values[row] for other in rows])
        for label, values in shop.labels.items()
    }
    looks = shop.looks[list(rows)]
    apart = [1 - float(looks[one] @ looks[other]) for one, other in combinations(range(len(rows)), 2)]
    return {
        **{label: float(mask.mean()) for label, mask in right.items()},
        **({"all": float(np.logical_and.reduce([*right.values()]).mean())} if len(right) > 1 else {}),
        "other kinds": float((~right["kind"]).mean()),
        "diversity": float(np.mean(apart)) if apart else 0.0,
        "answers": float(len(rows)),
    }


def compared(shop: Shop, askers: Sequence[int]) -> dict[str, Any]:
    """For each recipe what its answers are like, and how they differ from those by look."""
    values: dict[str, list[dict[str, float]]] = {recipe: [] for recipe in RECIPES}
    kept = []
    for row in askers:
        found = {recipe: content.answer(shop, row, recipe) for recipe in RECIPES}
        if all(found.values()):
            kept.append(row)
            for recipe, rows in found.items():
                values[recipe].append(measured(shop, row, rows))
    family = [shop.family[shop.ids[row]] for row in kept]
    columns = {
        recipe: {name: np.array([one[name] for one in own]) for name in own[0]}
        for recipe, own in values.items()
    }
    return {
        "askers": len(askers),
        "answered by all": len(kept),
        **{
            recipe: {
                name: {
                    **rounded(estimate(column, family)),
                    "more_than_look": rounded(estimate(column - columns["look"][name], family)),
                }
                for name, column in own.items()
            }
            for recipe, own in columns.items()
        },
    }


def figures_of(work: Path) -> dict[str, Any]:
    """Every set, as the shop gives it and with bad categories."""
    figures: dict[str, Any] = {}
    made = shops(work)
    for name in SETS:
        shop = made[name]
        own = {shop.ids[row]: row for row in half(shop, 1)}
        askers = [own[i] for i in data.sample(own, ASKERS)]
        figures[name] = {
            "products": len(shop.ids),
            "as it is": compared(shop, askers),
            "categories half blank": compared(mislabelled(shop), askers),
        }
    return figures


def main() -> int:
    data.require("fashion-small", "fashion-300")
    with data.work_folder() as work:
        sets = figures_of(work)
    record.write("recipes", {"k": K, "blank": BLANK, "wrong": WRONG, "sets": sets})
    for name, own in sets.items():
        for table in ("as it is", "categories half blank"):
            found = own[table]
            print(f"\n{name}, {table}: {found['answered by all']} of {found['askers']} askers")
            record.table(
                ("recipe", *found["look"]),
                [
                    (
                        recipe,
                        *(
                            "{mean:.3f} ({low:.3f}-{high:.3f})".format(**one)
                            for one in found[recipe].values()
                        ),
                    )
                    for recipe in RECIPES
                ],
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
