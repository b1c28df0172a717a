"""The section of docs/benchmarks.md about opening a large catalogue."""

from __future__ import annotations

from figures import Figures, table, verdict

_STEPS = (
    ("import", "import"),
    ("open", "opened"),
    ("view", "columns there"),
    ("first answer", "first answer"),
)


def opening(figures: Figures) -> str:
    """How soon fresh processes answer, what memory they have, and what wishes cost."""
    bar = figures["bars"]["seconds_at_a_million"]
    sizes = {f"{size:,}": figures["sizes"][str(size)] for size in sorted(map(int, figures["sizes"]))}
    largest = [*sizes.values()][-1]
    first = largest["seconds"]["first answer"]["median"]
    masks, pages = (
        dict.fromkeys(name for own in sizes.values() for name in own[key]) for key in ("masks_ms", "pages_ms")
    )
    return "\n\n".join(
        (
            f"Each line is a fresh process, its files in the page cache; medians of {figures['runs']}, "
            "seconds since its start by the clock. The columns of a large version are laid down in files by "
            "whoever wrote it, and mapped by whoever opens it. *Own* is memory that no other process "
            "shares, of one that has answered once and of each of two that are open at the same time; "
            "*mapped* holds pages of files too.",
            table(
                (
                    "products",
                    *(said for _, said in _STEPS),
                    "processor",
                    "search",
                    "mapped, MB",
                    "own, MB",
                    "own of two, MB",
                ),
                (
                    (
                        size,
                        *(f"{own['seconds'][step]['median']:.2f}" for step, _ in _STEPS),
                        f"{own['processor_seconds']['median']:.2f}",
                        own["search"],
                        own["memory_mb"]["mapped"],
                        own["memory_mb"]["own"],
                        ", ".join(f"{one['own']:g}" for one in own["two_at_once_mb"]),
                    )
                    for size, own in sizes.items()
                ),
            ),
            verdict(first < bar, f"under {bar:g} seconds at {[*sizes][-1]}"),
            "A filter that was not asked before, in a process that has asked others of its column: "
            "milliseconds of processor, and the share that passes at the largest size; then facets and "
            "pages, medians of three.",
            table(
                ("wish", *sizes, "passing"),
                (
                    (
                        name,
                        *(f"{own['masks_ms'][name]['ms']:.2f}" for own in sizes.values()),
                        f"{largest['masks_ms'][name]['passing']:.2%}",
                    )
                    for name in masks
                ),
            ),
            table(
                ("", *sizes),
                (
                    *((name, *(f"{own['pages_ms'][name]:.2f}" for own in sizes.values())) for name in pages),
                    ("a default answer, median", *(f"{own['similar_ms']:.2f}" for own in sizes.values())),
                ),
            ),
        )
    )
