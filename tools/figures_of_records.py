"""The section of docs/benchmarks.md about writing down what shoppers do."""

from __future__ import annotations

from figures import Figures, ranged, table, verdict


def recording(figures: Figures) -> str:
    """Events a second, what was lost when all was killed, and how long reading takes."""
    written, bar = figures["written"], figures["bar_per_second"]
    held = all(row["per_second"] >= bar and not row["lost"] for row in written.values())
    return "\n\n".join(
        (
            "Each event is on disk before it is acknowledged. What writes is killed (SIGKILL) in the middle "
            "of it; then every event that was acknowledged is looked for. A service of two processes, its "
            "client and the disk share the machine.",
            table(
                ("written", "events a second", "acknowledged", "lost when killed"),
                (
                    (name, f"{row['per_second']:,.0f}", f"{row['acknowledged']:,}", f"{row['lost']:,}")
                    for name, row in written.items()
                ),
            ),
            verdict(held, f"at least {bar} a second each way, none of them lost"),
            "One shopper below has a million events on 34,000 products.",
            table(
                ("read", "median (least to most), ms"),
                ((name, ranged(row)) for name, row in figures["milliseconds"].items()),
            ),
        )
    )
