"""The section of docs/benchmarks.md about how time and memory grow with the catalogue."""

from __future__ import annotations

from figures import Figures, table, verdict

SAID = {
    "add": "commit measured products, s",
    "arrive": "200 real pictures arrive, s",
    "open": "import, open, first answer, s",
    "similar": "`similar`, ms",
    "words": "words, ms",
    "recommend": "`recommend`, ms",
    "duplicates": "candidates of all for duplicates, s",
}
OFTEN = ("similar", "words", "recommend")


def growth(figures: Figures) -> str:
    """Seconds and memory at each size, and the slope."""
    works, bar = figures["works"], figures["bars"]["slope"]
    sizes = [row["products"] for row in max((one["sizes"] for one in works.values()), key=len)]
    linear = {name: works[name]["slope"] for name in figures["bars"]["linear"] if name in works}
    held = not figures["too_slow"] and all(slope <= bar for slope in linear.values())
    slow = "".join(
        f" {SAID[one['work']]} at {one['products']:,}: not done within {one['seconds']} s."
        for one in figures["too_slow"]
    )
    taken = table(
        ("", *(f"{size:,}" for size in sizes), "slope", "of processor time"),
        (
            (
                SAID[name],
                *_across(one, sizes, "seconds", 1000 if name in OFTEN else 1),
                one["slope"],
                one["slope_of_processor_time"],
            )
            for name, one in works.items()
        ),
    )
    memory = table(
        ("peak (of its own), MB", *(f"{size:,}" for size in sizes)),
        (
            (
                SAID[name].rpartition(",")[0],
                *(
                    f"{peak} ({own})"
                    for peak, own in zip(
                        _across(one, sizes, "peak_mb"), _across(one, sizes, "own_mb"), strict=True
                    )
                ),
            )
            for name, one in works.items()
        ),
    )
    return "\n\n".join(
        (
            "34,455 real products; more are made of them, with looks between a real one's and one of its ten "
            "nearest', and noise. A process of its own for each work and size, products of matrices on one "
            "thread. The slope is that of seconds "
            "over products on logarithms: 1 where twice as many take twice as long.",
            taken,
            "*Commit*: what was measured is written, 20,000 products at a time; measuring costs each picture "
            "the same. *Arrive*: read, encoded, compared with all others, written. *Candidates*: pairs worth "
            "comparing; beyond 34,455 of a sample of pieces of equal size. Questions are medians, one after "
            "the other.",
            memory,
            verdict(held, f"slope at most {bar:g} where work is linear ({', '.join(linear)})") + slow,
        )
    )


def _across(work: Figures, sizes: list[int], key: str, times: float = 1) -> list[str]:
    there = {row["products"]: row[key] * times for row in work["sizes"]}
    return [f"{there[size]:,.3g}" if size in there else "" for size in sizes]
