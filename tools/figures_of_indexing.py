"""The section of docs/benchmarks.md about the speed of indexing."""

from __future__ import annotations

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
    large, bars = figures["large"], figures["bars"]
    times, share = figures["ratio"]["median"], figures["share_of_floor"]["median"]
    return "\n\n".join(
        (
            "`lookalike add FOLDER --no-duplicates --no-fit`, whole: start, decode, encode, palette, "
            f"thumbnail, hashes, commits, on {figures['threads']} threads. Small: {figures['pictures']:,} "
            f"photographs of 225x300 pixels. Large: {large['pictures']:,} of 2000x2000, photographs of "
            "clothes enlarged, so "
            "they hold less detail than a camera's. (a): ResNet50 at 224 in PyTorch with its default "
            "threads, one picture a call, decoded in full, vectors in a list, random weights (they take as "
            f"long as trained ones), on {figures['plain_pictures']} and {large['plain_pictures']} of the "
            f"same pictures. (b): our encoder used that way, on {figures['same_pictures']} and "
            f"{large['same_pictures']}. The floor: our encoder alone on prepared pictures, four a call, with "
            "the number of threads that is quickest. The start of the program is counted for ours only. On a "
            "busy machine (a) loses more than its share, so processor time is compared as well.",
            table(
                ("median (least to most)", "small", "large"),
                (
                    (text, *(ranged(part[key]) if key in part else "" for part in (figures, large)))
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
            f"Where the time goes, on one thread, {figures['steps_pictures']} small and "
            f"{large['steps_pictures']} large pictures:",
            _steps(figures["milliseconds_a_picture"], large["milliseconds_a_picture"]),
        )
    )


def _steps(small: dict[str, float], large: dict[str, float]) -> str:
    whole = [sum(ms for step, ms in part.items() if step not in _BY_THE_CLOCK) for part in (small, large)]
    return table(
        ("step, processor ms a picture", "small", "share", "large", "share"),
        (
            (
                step,
                *(
                    cell
                    for part, total in zip((small, large), whole, strict=True)
                    for cell in (
                        f"{part[step]:.2f}",
                        "" if step in _BY_THE_CLOCK else f"{part[step] / total:.0%}",
                    )
                ),
            )
            for step in small
        ),
    )
