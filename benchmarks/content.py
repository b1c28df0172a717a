"""Do looks and what is said of products find more together than either alone?

A label is hidden from the table, column and words, and is what is looked for: the share of the first ten
(fewer where fewer exist) that have the label of the product that asks. By looks, by content, and by both, as
the recipe "combined" fuses them; with fields of the table blank, and some wrong. Askers are products on which
neither the encoder nor anything here was chosen; copies and variants are left out of answers. 95% bootstrap
intervals, paired, products with equal pictures together.

    python benchmarks/content.py            figures
    python benchmarks/content.py choosing   the half on which things were chosen, printed only
    python benchmarks/content.py speed      how long it takes; the figures are kept with the others
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import data
import numpy as np
import record
from comparing import rounded
from hiding import Shop, half, shops

from lookalike.asking.mixture import mixture
from lookalike.asking.wishes import Wishes
from lookalike.evaluation.bootstrap import estimate
from lookalike.recommend import recipes
from lookalike.recommend.recommender import recommend
from lookalike.recommend.scales import GUESSED

K = 10
ASKERS = 200
HARM = ((0.0, 0.0), (0.0, 0.05), (0.2, 0.05), (0.5, 0.05))
FASHION = (
    ("kind", "kind"),
    ("gender", "gender"),
    ("colour", "kind+colour"),
    ("kind+gender+colour", "kind+gender+colour"),
    ("colour", "colour"),
)
LABELS = {
    "fashion-small": FASHION,
    "fashion-300": FASHION,
    "grocery": (("kind", "kind"),),
    "demo": (("kind", "kind"),),
    "clothing-cc0": (("kind", "kind"),),
}
"""What is hidden, and what is right then. Colour alone is right of a pink boot for a pink vase: texts know of
kinds, and that they put kinds first is no fault, so that row is told and not counted."""

WAYS = {"look": {"recipe": "look"}, "content": {"weights": {"content": 1.0}}, "both": {"recipe": "combined"}}
RECIPES = {"combined": {"recipe": "combined"}, "same-kind": {"recipe": "same-kind"}}


def answer(shop: Shop, row: int, way: str, k: int = K) -> list[int]:
    """The rows of an answer, by what a way or a recipe makes of the question."""
    snapshot = shop.snapshot
    own = snapshot.pictures_of(row)
    copies = shop.copies.get(shop.ids[row], frozenset())
    if way == "content" and not shop.content.trusts:
        return []
    wishes = Wishes(k=k, exclude=frozenset(copies), duplicates=True, variants=True, **(WAYS | RECIPES)[way])
    mixed = mixture(shop, row, wishes)  # type: ignore[arg-type]  # has what is asked of a view
    query = replace(
        wishes.query(mixed.weights),
        looks=snapshot.looks[own],
        norms=snapshot.norms[own],
        seed=shop.ids[row],
        given=mixed.given,
        scales=mixed.scales,
        gates=mixed.gates,
    )
    return recommend(query, snapshot).rows


def shares(shop: Shop, askers: Sequence[int], truth: np.ndarray, way: str) -> np.ndarray:
    """For each asker the share of its first answers with its label; NaN where no other product has it."""
    found = np.full(len(askers), np.nan)
    for at, row in enumerate(askers):
        copies = shop.copies.get(shop.ids[row], frozenset())
        right = {other for other in np.flatnonzero(truth == truth[row]).tolist() if other != row}
        right = {other for other in right if shop.ids[other] not in copies}
        if right and truth[row].strip("|"):
            rows = answer(shop, row, way, k := min(K, len(right)))
            found[at] = sum(other in right for other in rows) / k
    return found


def compared(shop: Shop, askers: Sequence[int], label: str, right: str) -> list[dict[str, Any]]:
    """One row for each harm, with a label hidden and another, or the same, that is right."""
    truth = shop.truth(right)
    hidden = shop.hiding(label)
    by_look = shares(hidden, askers, truth, "look")
    known = ~np.isnan(by_look)
    family = [shop.family[shop.ids[row]] for row, kept in zip(askers, known, strict=True) if kept]
    rows = []
    for blank, wrong in HARM:
        harmed = hidden.harmed(blank, wrong)
        values = {"look": by_look, **{way: shares(harmed, askers, truth, way) for way in ("content", "both")}}
        values = {way: column[known] for way, column in values.items()}
        better = max(("look", "content"), key=lambda way: float(values[way].mean()))
        more = estimate(values["both"] - values[better], family)
        rows.append(
            {
                "hidden": label,
                "right": right,
                "counted": (label, right) != ("colour", "colour"),
                "blank": blank,
                "wrong": wrong,
                "askers": int(known.sum()),
                **{way: rounded(estimate(column, family)) for way, column in values.items()},
                "better": better,
                "both_minus_better": rounded(more),
                "never_worse": more.high >= 0,
            }
        )
        print(
            shop.name,
            label,
            right,
            blank,
            wrong,
            {w: round(float(v.mean()), 3) for w, v in values.items()},
            more,
        )
    return rows


def without_pictures(shop: Shop, askers: Sequence[int], label: str, share: float = 0.2) -> dict[str, Any]:
    """A share of the products has no picture: what becomes of the answers."""
    truth, hidden = shop.truth(label), shop.hiding(label).unseen_by(share)
    assert hidden.pictured is not None
    figures: dict[str, Any] = {"label": label, "without_picture": round(float((~hidden.pictured).mean()), 3)}
    for way in ("look", "both"):
        figures[way] = rounded(estimate(_known(shares(hidden, askers, truth, way))))
    there = [np.mean(~hidden.pictured[answer(hidden, row, "both")]) for row in askers]
    figures["of the first ten of both, without a picture"] = rounded(estimate(there))
    return figures


def _known(values: np.ndarray) -> np.ndarray:
    return values[~np.isnan(values)]


def speed(shop: Shop, askers: Sequence[int]) -> dict[str, Any]:
    """What a question takes, and what the first one makes."""
    fresh = replace(shop)
    start = time.perf_counter()
    _ = fresh.yardstick
    measured = time.perf_counter()
    _ = fresh.content
    made = time.perf_counter()
    taken: dict[str, list[float]] = {"content": [], "look": [], "both": []}
    for row in askers:
        begun = time.perf_counter()
        fresh.content.said(row)
        taken["content"].append((time.perf_counter() - begun) * 1000)
        for way in ("look", "both"):
            begun = time.perf_counter()
            answer(fresh, row, way)
            taken[way].append((time.perf_counter() - begun) * 1000)
    return {
        "products": len(fresh.ids),
        "questions": len(askers),
        "pairs_seconds": round(measured - start, 2),
        "content_seconds": round(made - measured, 2),
        **{
            f"{way}_ms": {f"p{p}": round(float(np.percentile(values[3:], p)), 2) for p in (50, 95)}
            for way, values in taken.items()
        },
        "load_before": record.load(),
    }


def timed() -> int:
    """Figures of speed, beside those of the last run."""
    with data.work_folder() as work:
        shop = shops(work)["fashion-small"]
        figures = json.loads((record.RESULTS / "content.json").read_text(encoding="utf-8"))
        del figures["machine"]
        figures["speed"] = speed(shop, half(shop, 1)[:200])
    record.write("content", figures)
    print(figures["speed"])
    return 0


def main() -> int:
    data.require("fashion-small", "fashion-300", "grocery", "clothing-cc0")
    if sys.argv[1:] == ["speed"]:
        return timed()
    choosing = sys.argv[1:] == ["choosing"]
    figures: dict[str, Any] = {
        "k": K,
        "share": recipes.CONTENT_SHARE,
        "odds": recipes.CONTENT_ODDS,
        "guessed": GUESSED,
        "sets": {},
    }
    with data.work_folder() as work:
        for name, shop in shops(work).items():
            own = {shop.ids[row]: row for row in half(shop, 0 if choosing else 1)}
            askers = [own[i] for i in data.sample(own, ASKERS)]
            figures["sets"][name] = {
                "products": len(shop.ids),
                "rows": [row for told in LABELS[name] for row in compared(shop, askers, *told)],
                "trusts": {k: round(v, 3) for k, v in shop.content.trusts.items()},
            }
            if name.startswith("fashion"):
                figures["sets"][name]["a fifth without pictures"] = without_pictures(shop, askers, "kind")
    if not choosing:
        record.write("content", figures)
    for name, found in figures["sets"].items():
        print(f"\n{name}: {found['products']} products; {found.get('a fifth without pictures', '')}")
        record.table(
            ("hidden", "right", "blank", "wrong", "askers", "look", "content", "both", "both - better", ""),
            [
                (
                    row["hidden"],
                    row["right"],
                    f"{row['blank']:.0%}",
                    f"{row['wrong']:.0%}",
                    row["askers"],
                    *(f"{row[way]['mean']:.3f}" for way in WAYS),
                    "{mean:+.3f} ({low:+.3f} to {high:+.3f})".format(**row["both_minus_better"]),
                    "" if row["never_worse"] else "WORSE",
                )
                for row in found["rows"]
            ],
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
