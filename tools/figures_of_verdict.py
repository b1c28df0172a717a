"""The sections of docs/benchmarks.md about what is measured on a shop's own catalogue."""

from __future__ import annotations

from figures import Figures, between, ranged, table, verdict


def intervals(figures: Figures) -> str:
    """How often the truth of made-up answers lies in their 95% interval."""
    low, high = figures["bar"]
    worlds = list(dict.fromkeys(row["what"] for row in figures["worlds"]))
    enough = [row for row in figures["worlds"] if row["effective"] >= figures["fewest"]]
    outside = [row for row in enough if not low <= row["held"] <= high]
    told = "; ".join(
        f"{row['what']}, {row['clusters']} of {row['sizes']}, {row['held']:.3f}" for row in outside
    )
    return "\n\n".join(
        (
            f"Answers are made up whose truth is known, {figures['runs']:,} times each (ratios a fifth as "
            f"often): {'; '.join(worlds)}. Families hang together with a correlation of "
            f"{figures['alike']:g}. *Effective* is how many equal families would tell as much. Worlds "
            f"within: how many of the worlds hold the truth {low:.0%} to {high:.0%} of the time; next to it "
            "the percentile interval of the same draws, as the field mostly takes it.",
            table(
                (
                    "families, sizes",
                    "effective",
                    "worlds within",
                    "held, mean",
                    "least",
                    "most",
                    "percentile, mean",
                    "least",
                ),
                (
                    (
                        name,
                        f"{one['effective']:g}",
                        f"{one['within']} of {one['worlds']}",
                        *(
                            f"{one[key]:.3f}"
                            for key in ("mean", "least", "most", "plain mean", "plain least")
                        ),
                    )
                    for name, one in figures["sums"].items()
                ),
            ),
            verdict(
                not outside,
                f"{low:.0%} to {high:.0%} wherever there are {figures['fewest']} effective families",
            )
            + f" {len(enough) - len(outside)} of {len(enough)} worlds are within"
            + (f"; outside are: {told}." if outside else ".")
            + f" With fewer than {figures['fewest']} a gate says that it cannot decide.",
        )
    )


def verdict_speed(figures: Figures) -> str:
    """How long evaluations take, and their stages."""
    bar, runs = figures["bar_seconds"], figures["runs"]
    parts = [
        "Each evaluation in a process of its own, opening of the index included. Seconds of the clock depend "
        "on what else the machine does (processes that wanted a core: the last column).",
        table(
            ("evaluated", "products", "cases", "seconds", "processor seconds", "peak memory, MB", "load"),
            (
                (
                    name,
                    f"{run['products']:,}",
                    f"{sum(one['cases'] for one in run['questions'].values()):,}",
                    f"{run['seconds']:.1f}",
                    f"{run['processor_seconds']:.1f}",
                    f"{run['peak_megabytes']:,.0f}",
                    f"{run['load']:g}",
                )
                for name, run in runs.items()
            ),
        ),
        *(
            [verdict(runs["labels"]["seconds"] < bar, f"by labels under {bar:g} seconds of the clock")]
            if "labels" in runs
            else []
        ),
        "What was found:",
        table(
            ("evaluated, question", "metric", "cases", "found"),
            (
                (f"{name}, {question}", metric, f"{one['cases']:,}", between(one[metric]))
                for name, run in runs.items()
                for question, one in run["questions"].items()
                for metric in one
                if metric != "cases"
            ),
        ),
        "Where the time goes:",
        table(
            ("evaluated, stage", "seconds", "of the processor"),
            (
                (f"{name}, {stage}", *(f"{value:.2f}" for value in taken.values()))
                for name, run in runs.items()
                for stage, taken in run["stages"].items()
            ),
        ),
    ]
    return "\n\n".join(parts)


def map_frames(figures: Figures) -> str:
    """Frames a second of the map, in a browser without a graphics card."""
    taken = figures["taken"]
    slowest = min(parts["rate"]["median"] for hands in taken.values() for parts in hands.values())
    return "\n\n".join(
        (
            f"Chromium {figures['chromium']} without a graphics card, a made map of {figures['products']:,} "
            f"products, {figures['turns']} turns of {figures['seconds']} seconds each, service and browser "
            "on the same cores. The page counts its frames itself, drawing anew for each. The slowest: what "
            "nineteen of twenty frames stay below. Drawing: what of a frame is the map's own.",
            table(
                ("window, hand", "frames a second", "the slowest, ms", "drawing, ms"),
                (
                    (f"{window}, {hand}", *(ranged(parts[part]) for part in ("rate", "slowest", "drawing")))
                    for window, hands in taken.items()
                    for hand, parts in hands.items()
                ),
            ),
            verdict(
                slowest >= figures["bar_frames"],
                f"at least {figures['bar_frames']} frames a second, in the median turn of each",
            ),
        )
    )


def catalogue_map(figures: Figures) -> str:
    """How long a map takes, and what lies beside what on it."""
    made, later = figures["map"], figures["later"]
    looks = [("by the looks", "", between(made["kind"]["looks"]))]
    ways = [
        (way, between(made["kept"][way]), between(made["kind"][way])) for way in ("map", "two directions")
    ]
    return "\n\n".join(
        (
            f"`lookalike explore --map`: {made['products']:,} products of {made['numbers']} numbers, "
            f"{made['method']}, two threads, {made['thumbnails']:,} thumbnails of "
            f"{made['thumbnail_bytes'] / 1e6:.1f} MB. {made['seconds']:.0f} seconds by the clock "
            f"({made['seconds'] / 60:.1f} minutes), {made['processor_seconds']:.0f} of processors, "
            f"{made['peak_megabytes']:,.0f} MB at most; progress told {made['progress_told']:,} times. "
            f"{figures['load_before'][0]:.0f} processes wanted one of {figures['machine']['cores']} cores "
            f"before, {figures['load_after'][0]:.0f} after it, and stretched the seconds of the clock.",
            table(
                ("part", "seconds", "of processors"),
                ((name, *(f"{one:.1f}" for one in spent)) for name, spent in made["stages"].items()),
            ),
            verdict(
                made["seconds"] < figures["bar_seconds"], f"under {figures['bar_seconds'] / 60:g} minutes"
            ),
            f"{made['asked']:,} products ask for the ten that lie nearest: how many of these are among the "
            f"ten that look most alike (by chance {made['kept_by_chance']:.5f}), and of the same kind?",
            table(("nearest", "look most alike", "same kind"), [*looks, *ways]),
            f"A tenth of another catalogue ({later['late']:,} of {later['products']:,}) comes later and is "
            "placed beside what it looks like, or is laid out together with the rest:",
            table(
                ("the tenth", "look most alike", "same kind"),
                (
                    (way, between(later[way]["kept"]["map"]), between(later[way]["kind"]["map"]))
                    for way in ("placed", "together")
                ),
            ),
        )
    )


def visits(figures: Figures) -> str:
    """What the shoppers' recipes find of what comes next, warm and cold apart."""
    rows = [
        (
            f"{shop}, {question}",
            subject,
            part,
            f"{one['recall_at_10']['cases']:,}",
            *map(between, one.values()),
        )
        for shop, found in figures["shops"].items()
        for question, asked in found["questions"].items()
        for subject, parts in asked["subjects"].items()
        for part, one in parts.items()
        if part == "all" or one["recall_at_10"]["cases"] < parts["all"]["recall_at_10"]["cases"]
    ]
    asked = _first(_first(figures["shops"])["questions"])
    metrics = [*_first(asked["subjects"])["all"]]
    excluded = "; ".join(
        f"{shop}: " + ", ".join(f"{count:,} {reason}" for reason, count in found["excluded"].items())
        for shop, found in figures["shops"].items()
        if found["excluded"]
    )
    return "\n\n".join(
        (
            "Shops without pictures: what was recorded before a moment teaches, what comes after it asks. "
            "Cold are products of which nothing was known before, warm the others. Asked as "
            "`lookalike compare recipe:bought-together recipe:popular recipe:recommend` asks.",
            table(("shop, question", "subject", "products", "cases", *metrics), rows),
            "\n".join(f"- {shop}: {found['verdict']}" for shop, found in figures["shops"].items()),
            *([f"Excluded and counted: {excluded}."] if excluded else []),
        )
    )


def _first(found: Figures) -> Figures:
    one: Figures = next(iter(found.values()))
    return one
