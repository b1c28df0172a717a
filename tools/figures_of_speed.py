"""The section of docs/benchmarks.md about how long answers take in one process, and how long opening does."""

from __future__ import annotations

from collections.abc import Iterator

from figures import Figures, between, ranged, table, verdict


def answers(figures: Figures) -> str:
    """Every size that was measured, and the bars."""
    return "\n\n".join(
        (
            "One question after the other in one process, products and thumbnails fetched from disk. Beyond "
            "34,455 the products are made of the real ones: texts of one, and a look between it and one of "
            "its neighbours. Answers come from the graph of neighbours where that is quicker and nothing is "
            "filtered; beside it stands how long the exact ones take. Processor: of the asking thread, in "
            "the middle.",
            *(part for size, found in figures["sizes"].items() for part in _size(int(size), found)),
            " ".join(_verdicts(figures)),
        )
    )


def _size(size: int, found: Figures) -> Iterator[str]:
    exact = found["milliseconds_exact"]
    yield table(
        (f"{size:,} products", "p50, ms", "p99, ms", "processor", "by graph", "exactly: p50, ms", "p99, ms"),
        (
            (
                name,
                f"{row['p50']:.2f}",
                f"{row['p99']:.2f}",
                f"{row['processor']:.2f}",
                f"{row['by_graph']} of {row['questions']}",
                *(f"{exact[name][part]:.2f}" if name in exact else "" for part in ("p50", "p99")),
            )
            for name, row in found["milliseconds"].items()
        ),
    )
    asked = next(iter(found["milliseconds"].values()))["questions"]
    opened = ", ".join(f"{part} {ranged(row)}" for part, row in found["seconds_to_the_first_answer"].items())
    yield (
        f"Recall of the default answer against the exact one, {asked} products asking: "
        f"{between(found['recall'])}. A fresh process, its files in the page cache, seconds: {opened}."
    )


def _verdicts(figures: Figures) -> Iterator[str]:
    bars, sizes = figures["bars"], figures["sizes"]
    for size, found in sizes.items():
        first = next(iter(found["milliseconds"].values()))
        start = found["seconds_to_the_first_answer"]
        ready = start["import"]["median"] + start["open"]["median"] + start["first answer"]["median"]
        million = int(size) >= 1_000_000
        bar = bars["open_million" if million else "open"]
        yield verdict(
            first["p50"] < bars["similar"], f"{int(size):,}: `similar` under {bars['similar']:g} ms"
        )
        yield verdict(ready < bar, f"import to first answer under {bar:g} s")
        yield verdict(found["recall"]["mean"] >= bars["recall"], f"recall {bars['recall']:g} or more")
