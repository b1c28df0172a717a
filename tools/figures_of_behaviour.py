"""The sections of the benchmarks' page on behaviour: next clicks, next baskets, and what they cost."""

from __future__ import annotations

from figures import Figures, between, table, verdict


def next_click(figures: Figures) -> str:
    beaten = figures["default_less"]["session kNN, sequence and time"]
    held = all(row["high"] >= 0 for part in beaten.values() for row in part.values())
    return "\n\n".join(
        (
            f"{figures['events']:,} clicks of six days on {figures['items']:,} items teach; "
            f"{figures['visits']:,} visits of the day after ask, {figures['clicks']['all']:,} times for the "
            f"next click, {figures['clicks']['new']:,} of them on an item new to the visit: for these, "
            "what was seen is left out of the ranking. Intervals are over visits.",
            table(
                ("model", "R@20", "MRR@20", "new: R@20", "new: MRR@20"),
                (
                    (name, *(between(row[part][of]) for part in ("all", "new") for of in ("recall", "mrr")))
                    for name, row in figures["models"].items()
                ),
            ),
            "The default less session kNN, visit by visit:",
            table(
                ("less", "R@20", "MRR@20", "new: R@20", "new: MRR@20"),
                (
                    (name, *(between(row[part][of]) for part in ("all", "new") for of in ("recall", "mrr")))
                    for name, row in figures["default_less"].items()
                ),
            ),
            verdict(held, "the default is not below session kNN beyond chance"),
        )
    )


def next_basket(figures: Figures) -> str:
    def ways(part: str) -> str:
        rows = ((name, between(row["recall"]), between(row["ndcg"])) for name, row in figures[part].items())
        return table(("way", "R@10", "NDCG@10"), rows)

    asked = figures["shoppers"]
    found = figures["cold"]["recommend, among new ones"]["recall"]["low"]
    return "\n\n".join(
        (
            f"{figures['events']:,} lines of a gift shop's invoices before {figures['from']} teach; the next "
            "invoice of each shopper who had bought before asks. Intervals are over shoppers.",
            f"All that is in it and was sold before, {asked['again']:,} shoppers; much is bought again:",
            ways("again"),
            f"What is in it and new to the shopper, {asked['first']:,} shoppers. What they own is left out, "
            "as `recommend` does:",
            ways("first"),
            f"What is in it and nobody had bought before: {figures['bought']['cold']:,} of "
            f"{figures['bought']['cold'] + figures['bought']['warm']:,} products bought, {asked['cold']:,} "
            f"shoppers, {figures['cold_products']:,} such products of {figures['products']:,}. There are "
            f"no pictures: titles and prices speak. Ten drawn at random "
            f"find {figures['cold_by_chance']:.3f}.",
            ways("cold"),
            f"Of what `recommend` shows among all, {figures['cold_shown']:.1%} is new; of the catalogue "
            f"{figures['cold_products'] / figures['products']:.1%} is.",
            verdict(
                found > figures["cold_by_chance"],
                "`recommend` finds more of them than chance where they alone are asked for",
            ),
        )
    )


def shoppers(figures: Figures) -> str:
    times, weights = figures["milliseconds"], figures["weights"]
    groups = ("one leaning", "two or three", "changed", "dislikes")
    return "\n\n".join(
        (
            f"{figures['events']:,} drawn events of 3,000 shoppers over {figures['products']:,} fashion "
            f"photographs, {figures['new_products']:,} of them new and in no event. Every shopper has one to "
            f"three planted tastes; right is what fits one of now. {figures['shoppers']} shoppers of the "
            f"half by hash on which nothing was chosen, the first {figures['k']} products each:",
            table(
                ("weights", "right", "tastes that are in it", "share of new", "right, among new ones alone"),
                (
                    (name, *(between(row[of]) for of in ("right", "leanings", "new", "right of new")))
                    for name, row in weights.items()
                ),
            ),
            "What is right by group of shoppers:",
            table(
                ("weights", *groups),
                ((name, *(f"{row[group]:.3f}" for group in groups)) for name, row in weights.items()),
            ),
            f"Milliseconds of an answer in one process (load {figures['load']}):",
            table(
                ("asking", "p50", "p95", "p99"),
                (
                    (name, *(f"{row[part]:.1f}" for part in ("p50", "p95", "p99")))
                    for name, row in times.items()
                ),
            ),
            verdict(times["a shopper"]["p95"] < 30, "95 of 100 shelves for a shopper within 30 ms"),
        )
    )


def behaviour_speed(figures: Figures) -> str:
    runs, bars = figures["runs"], figures["bars"]
    return "\n\n".join(
        (
            f"Drawn events of {figures['items']:,} items, one process. Questions: the last eight items of "
            "a visit, the hundred products of a shopper.",
            table(
                (
                    "events",
                    "to fit, s",
                    "peak with the log, MB",
                    "of it the log, MB",
                    "next: p50, ms",
                    "p95",
                    "shopper: p50, ms",
                    "p95",
                ),
                (
                    (
                        f"{int(count):,}",
                        f"{row['seconds']:.2f}",
                        row["peak_megabytes"],
                        row["log_megabytes"],
                        *(
                            f"{times[at]:.2f}"
                            for times in row["milliseconds"].values()
                            for at in ("p50", "p95")
                        ),
                    )
                    for count, row in runs.items()
                ),
            ),
            verdict(
                all(runs[count]["seconds"] < bar for count, bar in bars.items()),
                " and ".join(f"{int(count):,} events in {bar:g} s" for count, bar in bars.items()),
            ),
        )
    )
