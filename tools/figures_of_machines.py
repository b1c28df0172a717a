"""The sections of docs/benchmarks.md about many machines: indexing on a cluster, lists of neighbours."""

from __future__ import annotations

from figures import Figures, ranged, table


def many_workers(figures: Figures) -> str:
    """Seconds and the driver's share, by who works."""
    return "\n\n".join(
        (
            f"`Index.add` of {figures['products']:,} photographs (fashion-300), {figures['turns']} turns, on "
            "this machine and on a Ray cluster whose nodes are processes of it, each of one processor: it "
            "cannot show what two machines bring, but what handing out and collecting costs. Cold: "
            "workers begin and load the encoder. Driver: processor time of the command, for each product. "
            "Every index was the first one, row by row and bit by bit.",
            table(
                ("", "seconds", "pictures a second", "driver, ms a product"),
                (
                    (
                        way,
                        ranged(row["seconds"]),
                        f"{row['pictures_a_second']['median']:.0f}",
                        f"{row['driver_milliseconds_a_product']['median']:.2f}",
                    )
                    for way, row in figures["ways"].items()
                ),
            ),
        )
    )


def lists_built(figures: Figures) -> str:
    """What making a graph and lists takes, and what they find."""
    return "\n\n".join(
        (
            "A graph (usearch) and lists (Lance) of looks of 256 numbers, each made in a process of its own, "
            "and lists whose parts two workers of a Ray cluster on this machine sorted; memory is the "
            "process's own at most. Beside them how they answer 300 pictures that were held out, the nearest "
            "twelve, on one thread.",
            *(_built(int(size), ways) for size, ways in figures["sizes"].items()),
        )
    )


def _built(size: int, ways: Figures) -> str:
    header = (f"{size:,}", "seconds", "processor, s", "memory, MB", "bytes a picture", "busy with others",
              "depth: recall, p50 ms")  # fmt: skip
    return table(
        header,
        (
            (
                way,
                f"{row['seconds']:g}",
                f"{row['processor']:g}",
                row["peak_mb"],
                f"{row['bytes_a_picture']:.0f}",
                f"{row['load_before']:.0f}",
                "; ".join(
                    f"{depth}: {asked['recall']:.4f}, {asked['p50_ms']:g}"
                    for depth, asked in row["asked"].items()
                ),
            )
            for way, row in ways.items()
        ),
    )
