"""Do the evaluation's questions of events give the figures of the benchmarks that were written for them?

The clicks of next_click.py and the invoices of next_basket.py are recorded in an index, and `index.compare`
asks its recipes for shoppers, split at the same moment. Popularity is ranked alike in both, so its figures
have to be equal (those of clicks are of the first 20 there). The whole recipe is asked for the twelve of a
shelf here, and "bought together" goes by all that a visit came to: theirs are near and not equal.

    python benchmarks/visits.py [SHOP…]     some of the shops only; the figures of the others stay
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import event_shops
import record

SUBJECTS = ("recipe:bought-together", "recipe:popular", "recipe:recommend")
METRICS = ("recall_at_10", "ndcg_at_10", "mrr_at_10")
ALL = 10**6


def compared(name: str, folder: Path) -> dict[str, Any]:
    """What each recipe finds in a shop, warm and cold apart, and by how much they are above the first."""
    index, cut = event_shops.made(name, folder)
    told = index.compare(*SUBJECTS, questions="events", cut=cut, most=ALL)
    figures: dict[str, Any] = {
        "products": len(index),
        "excluded": dict(told.measured.excluded),
        "unasked": dict(told.measured.unasked),
        "questions": {},
        "verdict": told.verdict,
    }
    for question, asked in told.measured.questions.items():
        own = {}
        for standing in told.standings:
            result = standing.results[question]
            parts = {"all": result.values, **result.parts}
            own[standing.subject] = {
                part: {metric: values[metric].to_dict() for metric in METRICS}
                for part, values in parts.items()
            }
        figures["questions"][question] = {
            **asked.to_dict(),
            "subjects": own,
            "less_the_first": {
                standing.subject: {metric: changes[question][metric].to_dict() for metric in METRICS}
                for standing, changes in zip(told.standings[1:], told.changes, strict=True)
            },
        }
    return figures


def main() -> None:
    kept = record.RESULTS / "visits.json"
    shops = json.loads(kept.read_text(encoding="utf-8"))["shops"] if kept.is_file() and sys.argv[1:] else {}
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        for name in sys.argv[1:] or event_shops.FILES:
            if not event_shops.there(name):
                continue
            shops[name] = compared(name, Path(folder) / name)
            for question, told in shops[name]["questions"].items():
                record.table(
                    (f"{name}, {question}", "cases", *METRICS),
                    [
                        (
                            f"{subject}, {part}",
                            values[METRICS[0]]["cases"],
                            *(values[m]["mean"] for m in METRICS),
                        )
                        for subject, parts in told["subjects"].items()
                        for part, values in parts.items()
                    ],
                )
            print(shops[name]["verdict"], flush=True)
    if shops:
        record.write("visits", {"shops": shops}, "scipy")


if __name__ == "__main__":
    main()
