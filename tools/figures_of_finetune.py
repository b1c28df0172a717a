"""The section of docs/benchmarks.md about whole networks taught a shop's own pictures and labels."""

from __future__ import annotations

from figures import Figures, between, table


def finetune(figures: Figures) -> str:
    """Retrieval before and after the recipe `finetune`, accuracy, time and memory."""
    runs = figures["runs"]
    asked = [*next(iter(runs.values()))["before"]]
    rows = []
    for name, one in runs.items():
        rows.append((f"{name}, before", *(between(one["before"][column]) for column in asked), ""))
        gained = between(one["gain of kind@10"])
        rows.append((f"{name}, after", *(between(one["after"][column]) for column in asked), gained))
    parts = [
        f"`train --recipe finetune --labels {asked[0]}`: precision_at_10 among unseen products, of which "
        f"neither the recipe nor the built-in encoders have seen any; only {asked[0]} is learnt from. "
        "Before is the encoder as it comes, at 224 pixels. Brackets resample whole families.",
        table(("catalogue/encoder", *asked, "gain"), rows),
        table(
            (
                "catalogue/encoder",
                "learnt from",
                "pixels",
                "epochs",
                "s an epoch",
                "minutes",
                "MB",
                "kinds right",
            ),
            (
                (
                    name,
                    f"{one['products']['learn']:,}",
                    one["settings"]["size"],
                    f"{len(one['curves']['loss, learnt from'])}, best {one['settings']['best epoch']}",
                    f"{one['settings']['seconds an epoch']:g}",
                    f"{one['seconds'] / 60:.1f}",
                    f"{one['memory_mb']:,}",
                    f"{one['accuracy']:.3f} (of five {one['top5']:.3f})",
                )
                for name, one in runs.items()
            ),
        ),
        "Minutes are of the whole recipe, on a machine that had other work as well: what a step takes on a "
        "quiet one is in decision 0027. Kinds are told by the network's second output.",
    ]
    return "\n\n".join(parts)
