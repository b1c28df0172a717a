"""The section of docs/benchmarks.md about the speed of indexing."""

from __future__ import annotations

from collections.abc import Iterator

from figures import Figures, ranged, table, verdict

_SPEEDS = (
    ("ours, pictures a second", "ours_per_second"),
    ("ours without start and end of the program", "inside_per_second"),
    ("(a) ResNet50 in PyTorch, one by one, pictures a second", "plain_per_second"),
    ("(b) the same encoder, one by one, decoded in full", "same_per_second"),
    ("the floor: the network alone, pictures a second", "floor_per_second"),
    ("**times as fast as (a), turn by turn**", "ratio"),
    ("**times as fast as (b)**", "ratio_same"),
    ("**share of the floor that is reached**", "share_of_floor"),
    ("the same without start and end", "share_inside"),
    ("ours, processor ms a picture", "ours_processor_ms"),
    ("the floor, processor ms a picture", "floor_processor_ms"),
    ("(a) on one thread, processor ms a picture", "plain_processor_ms"),
    ("times less processor time than (a)", "processor_ratio"),
    ("cores kept busy", "cores_busy"),
    ("start and end of the command, seconds", "start_seconds"),
)
_BY_THE_CLOCK = {"commit, by the clock"}


def indexing(figures: Figures) -> str:
    """How fast `lookalike add` is, against plain ways and the network's own limit."""
    sizes = {name: figures.get(name, figures) for name in figures["sets"]}  # the small ones are on top
    shown = " ".join(
        f"{name.capitalize()}: {part['pictures']:,} {figures['sets'][name]}." for name, part in sizes.items()
    )
    bars, times, share = figures["bars"], figures["ratio"]["median"], figures["share_of_floor"]["median"]
    return "\n\n".join(
        (
            "`lookalike add FOLDER --no-duplicates --no-fit`, whole: start, decode, encode, palette, "
            f"thumbnail, hashes, commits, on {figures['threads']} threads. {shown} "
            "(a): ResNet50 at 224 in PyTorch with its default threads, one picture a call, decoded in full, "
            "vectors in a list, random weights (they take as "
            f"long as trained ones), on {_each(sizes, 'plain_pictures')} of the same pictures. (b): our "
            f"encoder used that way, on {_each(sizes, 'same_pictures')}. The floor: our encoder alone on "
            "prepared pictures, four a call, with the number of threads that is quickest. The start of the "
            "program is counted for ours only. On a "
            "busy machine (a) loses more than its share, so processor time is compared as well.",
            table(
                ("median (least to most)", *sizes),
                (
                    (text, *(ranged(part[key]) if key in part else "" for part in sizes.values()))
                    for text, key in _SPEEDS
                ),
            ),
            " ".join(
                (
                    verdict(times >= bars["plain"], f"small pictures {bars['plain']:g} times as fast as (a)"),
                    verdict(times >= bars["plain_least"], f"at least {bars['plain_least']:g} times"),
                    verdict(share >= bars["share_of_floor"], f"{bars['share_of_floor']:.0%} of the floor"),
                )
            ),
            f"Where the time goes, on one thread, {_each(sizes, 'steps_pictures')} pictures:",
            _steps({name: part["milliseconds_a_picture"] for name, part in sizes.items()}),
        )
    )


def _each(sizes: dict[str, Figures], key: str) -> str:
    """A count of each size, in words."""
    *first, last = (str(part[key]) for part in sizes.values())
    return f"{', '.join(first)} and {last}"


def _steps(sizes: dict[str, dict[str, float]]) -> str:
    wholes = {
        name: sum(ms for step, ms in part.items() if step not in _BY_THE_CLOCK)
        for name, part in sizes.items()
    }

    def cells(step: str) -> Iterator[str]:
        for name, part in sizes.items():
            yield f"{part[step]:.2f}"
            yield "" if step in _BY_THE_CLOCK else f"{part[step] / wholes[name]:.0%}"

    return table(
        ("step, processor ms a picture", *(head for name in sizes for head in (name, "share"))),
        ((step, *cells(step)) for step in next(iter(sizes.values()))),
    )
