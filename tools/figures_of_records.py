"""The section of docs/benchmarks.md about writing down what shoppers do."""

from __future__ import annotations

from statistics import median

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


def recording_server(figures: Figures) -> str:
    """Events a second on PostgreSQL and on SQLite in turn, and how long reading takes."""
    kinds = ("sqlite", "postgresql")
    taken = figures["milliseconds"]
    return "\n\n".join(
        (
            f"PostgreSQL {figures['server']} on loopback, as Debian sets it up, and a file of SQLite on "
            f"the same disk, each for {figures['seconds']:g} seconds in turn. Each event is on disk before "
            "it is acknowledged. A network comes on top: nine ways there and back for a commit, one for a "
            f"read. {figures['load'][0]:g} processes wanted a core at the beginning, {figures['load'][1]:g} "
            "at the end.",
            table(
                ("events a second, median (least to most)", "SQLite", "PostgreSQL"),
                (
                    (way, *(_spread(rates[kind]) for kind in kinds))
                    for way, rates in figures["per_second"].items()
                ),
            ),
            table(
                ("read, median ms", "SQLite", "PostgreSQL"),
                ((name, *(f"{taken[kind][name]:g}" for kind in kinds)) for name in taken["sqlite"]),
            ),
        )
    )


def _spread(rates: list[float]) -> str:
    return f"{median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})"
