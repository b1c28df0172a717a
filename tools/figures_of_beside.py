"""The sections of the benchmarks' page on what goes with what, and on looks under a budget."""

from __future__ import annotations

from figures import Figures, between, table, verdict

_WAYS = ("all", "hidden", "looks", "chance")


def goes_with(figures: Figures) -> str:
    fashion, drawn = figures["fashion-small"], figures["drawn shop"]
    columns = [name for name in fashion if isinstance(fashion[name], dict) and "hidden" in fashion[name]]
    spent = figures["milliseconds"]
    return "\n\n".join(
        (
            f"{fashion['askers']} products of fashion-small ask for what goes with them, by style, since "
            "nobody's behaviour is known there: of the first ten, all of other kinds, the share that "
            "agrees in a column. `hidden` is the same with that column taken out of the catalogue, "
            "`looks` pictures alone. The few weights of style were set while looking at products drawn from "
            "all, so that these are not figures of unseen askers.",
            table(
                ("agrees in", "style", "hidden", "looks", "by chance"),
                ((name, *(between(fashion[name][way]) for way in _WAYS)) for name in columns),
            ),
            "In the drawn shop it is known which kinds go together. Of the first ten, the share of such a "
            f"kind, {drawn['style']['askers']} askers:",
            table(
                ("", "share of a kind that goes with it"),
                (
                    ("by chance", f"{drawn['style']['chance']:.3f}"),
                    ("by style alone", between(drawn["style"]["goes_with"])),
                    (f"with {drawn['events']:,} events", between(drawn["behaviour"]["goes_with"])),
                    ("at most", f"{drawn['behaviour']['most_there_can_be']:.3f}"),
                ),
            ),
            f"An answer without events among 34,455 products takes {spent['p50']:.1f} ms (p50), "
            f"{spent['p95']:.1f} ms (p95).",
        )
    )


def outfits(figures: Figures) -> str:
    cases = {name: row for name, row in figures.items() if isinstance(row, dict) and "max" in row}
    tried, shop = figures["brute_force"], figures["drawn shop"]
    asked = [row["max"] for name, row in cases.items() if name.endswith(" 6 x 200")]
    usual = [
        row["max"] for name, row in cases.items() if name.endswith(" 6 x 200") and "is price" not in name
    ]
    return "\n\n".join(
        (
            "The best choice of one product of each kind under a sum, fits in steps of "
            f"1/{figures['steps']:,}. "
            f"Of {tried['cases']} small cases {tried['as_good']} are as good as the best of trying every "
            "choice.",
            table(
                ("fits; kinds x candidates", "p50, ms", "p95, ms", "most, ms"),
                (
                    (name, f"{row['p50']:.1f}", f"{row['p95']:.1f}", f"{row['max']:.1f}")
                    for name, row in cases.items()
                ),
            ),
            verdict(
                max(usual) < 100, "6 kinds of 200 candidates under 100 ms, where fit is not the price itself"
            )
            + " "
            + verdict(max(asked) < 100, "the same where it is, which nothing can be harder than"),
            f"A whole look in the drawn shop, as a caller waits for it: {shop['p50']:.1f} ms (p50), "
            f"{shop['p95']:.1f} ms (p95).",
        )
    )
