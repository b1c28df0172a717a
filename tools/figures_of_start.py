"""The sections of docs/benchmarks.md about what a network costs and how soon a process can do something."""

from __future__ import annotations

from figures import Figures, between, change, ranged, table, verdict


def precision(figures: Figures) -> str:
    """What int8 loses and saves, and how many pictures go together best."""
    bars = figures["bars"]
    lost = [name for name, row in figures["questions"].items() if row["change"]["low"] <= bars[row["metric"]]]
    speeds = figures["speed"]
    counts = list(speeds["int8"]["processor_milliseconds"])
    return "\n\n".join(
        (
            f"`{figures['encoder']}` is int8. Its twin in floats has the same weights and rounds nothing in "
            "between. Products that neither was trained on, as above; differences are paired, intervals over "
            f"families. The vectors of {figures['pictures']} pictures: cosine "
            f"{figures['cosine']['mean']:.4f}, the least {figures['cosine']['least']:.4f}.",
            table(
                ("question", "metric", "cases", "floats", "int8", "change"),
                (
                    (
                        name,
                        row["metric"],
                        f"{row['cases']:,}",
                        between(row["means"]["floats"]),
                        between(row["means"]["int8"]),
                        change(row["change"]),
                    )
                    for name, row in figures["questions"].items()
                ),
            ),
            verdict(
                not lost,
                "int8 loses at most "
                + " and ".join(f"{-least:g} of {metric}" for metric, least in bars.items())
                + " at the lower end",
            )
            + (f" Not so: {'; '.join(lost)}." if lost else ""),
            "Processor milliseconds a picture on one thread, by how many pictures share a run:",
            table(
                ("", *counts, "a second, two threads, 4 a run"),
                (
                    (
                        name,
                        *(f"{row['processor_milliseconds'][count]['median']:.2f}" for count in counts),
                        ranged(row["per_second_two_threads"]),
                    )
                    for name, row in speeds.items()
                ),
            ),
        )
    )


def starting(figures: Figures) -> str:
    """How long each step of a fresh process takes."""
    bars, steps = figures["bars"], figures["seconds"]
    with_pandas = (
        "with pandas installed, which pyarrow imports where it is" if figures["pandas"] else "without pandas"
    )
    return "\n\n".join(
        (
            "Fresh processes, their files in the page cache, the steps of one program below each other; "
            f"{with_pandas}.",
            table(
                ("step", "seconds", "of the processor", "MB held then"),
                (
                    (
                        step,
                        ranged(row),
                        ranged(figures["processor_seconds"][step]),
                        figures["megabytes"].get(step, ""),
                    )
                    for step, row in steps.items()
                ),
            ),
            " ".join(
                verdict(steps[step]["median"] < most, f"{step} under {most:g} s")
                for step, most in bars.items()
            ),
        )
    )
