"""The section of docs/benchmarks.md about finding the nearest looks, here and with other libraries."""

from __future__ import annotations

from figures import Figures, table, verdict

_BARS = {
    "p50_100k": "p50 under {bar:g} ms of 100,000, recall at least 0.99",
    "p50_1m": "p50 under {bar:g} ms of a million, recall at least 0.99",
    "filtered_p99_1m": "filtered p99 under {bar:g} ms of a million, recall 1",
    "build_1m": "a million built in under {bar:g} s",
}


def search(figures: Figures) -> str:
    """Times, recall, memory and building, a size at a time, then the bars."""
    parts = [
        f"The {figures['count']} nearest of looks of 256 numbers: those of fashion-small, and beyond its "
        "size looks between one of its products and a neighbour, with noise. The askers are "
        f"{figures['askers']:,} real pictures held out of all that. One question at a time on one thread; "
        "questions a second are answered by two processes at once. *Private* is memory that no other process "
        "can share, *files* are mapped and shared. Libraries run with the settings they come with, graphs at "
        "64 candidates, LanceDB compares again ten times as many as are wanted. A filter keeps a random "
        "share. Lookalike's filtered answers are the exact ones, whichever way it finds the others. "
        "(decision 0031)"
    ]
    for size, ways in sorted(figures["sizes"].items(), key=lambda one: int(one[0])):
        parts += [f"**{int(size):,} looks**", _plain(ways), _filtered(ways)]
    parts += [
        verdict(one["held"], _BARS[name].format(bar=one["bar"]))
        + f" Measured {one['figure']:g}"
        + (f", recall {one['recall']:.4f}." if "recall" in one else ".")
        for name, one in figures["bars"].items()
    ]
    return "\n\n".join(parts)


def _plain(ways: Figures) -> str:
    return table(
        ("", "p50, ms", "p99, ms", "recall", "questions/s", "built in, s", "private, MB", "files, MB"),
        (
            (
                name,
                f"{one['p50_ms']:.2f}",
                f"{one['p99_ms']:.2f}",
                f"{one['recall']:.4f}",
                f"{one['per_second']:,.0f}",
                f"{one['build_s']:.1f}",
                f"{max(one['private_mb'], 0):,}",
                f"{one['file_mb']:,}",
            )
            for name, one in ways.items()
        ),
    )


def _filtered(ways: Figures) -> str:
    shares = next(list(one["filters"]) for one in ways.values() if one["filters"])
    return table(
        ("p50 / p99, ms, and recall, of those that pass", *(f"{float(share):.1%}" for share in shares)),
        (
            (name, *(_cell(one["filters"][share]) for share in shares))
            for name, one in ways.items()
            if one["filters"]
        ),
    )


def _cell(one: Figures) -> str:
    return f"{one['p50_ms']:.2f} / {one['p99_ms']:.2f}, {one['recall']:.3f}"
