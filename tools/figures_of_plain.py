"""The section of docs/benchmarks.md about the plain ways, beside the encoders that come with the package."""

from __future__ import annotations

from figures import Figures, between, change, ranged, table

_LOOKING = {
    "published": "EfficientNet-Lite0 of ImageNet, PyTorch",
    "resnet50": "ResNet50, PyTorch (random weights: times only)",
}
_SEARCHING = {"lookalike": "`Index.similar`, products included"}


def plain_ways(figures: Figures) -> str:
    """What each way finds, what looking costs, what searching costs."""
    return "\n\n".join(
        (
            "In one run, the ways that notebooks and tutorials take, beside every encoder that comes with "
            "the package. *Network of ImageNet*: EfficientNet-Lite0 in PyTorch as it was published, without "
            "its classifier, one picture a call, squeezed to 224 pixels, 1280 numbers. *Own network*: two "
            "convolutions and a dense layer, taught the kinds of the shop's own products; *same class first* "
            "puts before all others what it takes for the same kind as the product that asks, or what the "
            "table says is of that kind: that way reads the label it is asked for. Unseen products ask and "
            "are found, on which no network was trained; copies of the asker's picture count neither way. "
            "kind, colour, full (kind, gender and colour): the share of the first ten with the asker's "
            "label. Photo: whether a picture of fashion-300 as a phone might take it has its product "
            "first. At most: what no mistake would reach.",
            *(part for name, found in figures["sets"].items() for part in _found(name, found, figures)),
            f"From a file of 225x300 pixels to its vector, one picture a call, one thread, "
            f"{figures['pictures']} pictures, {figures['turns']} turns. Memory is the peak of the process.",
            _looking(figures["looking"]),
            *_searching(figures["searching"]),
        )
    )


def _found(name: str, found: Figures, figures: Figures) -> list[str]:
    asked = found["questions"]
    ways = [*next(iter(asked.values()))["means"]]
    titles = [f"{short}, {one['cases']:,} ask" for short, one in asked.items()]
    values = [(_way(way, figures), *(between(one["means"][way]) for one in asked.values())) for way in ways]
    most = ("at most", *(f"{one['at_most']:.3f}" for one in asked.values()))
    base = figures["base"]
    against = [
        (_way(way, figures), *(_against(one, way) for one in asked.values())) for way in ways if way != base
    ]
    return [
        f"**{name}**, among {found['among']:,} products; its own network learnt from "
        f"{found['own_learnt_from']:,} pictures.",
        table(("way", *titles), [*values, most]),
        f"More than *{base}*, case by case, and how many times as much:",
        table(("way", *asked), against),
    ]


def _way(way: str, figures: Figures) -> str:
    return f"**`{way}`**" if way in figures["encoders"] else way


def _against(one: Figures, way: str) -> str:
    told = change(one["differences"][way])
    return f"{told}, {one['times'][way]['mean']:.2f} times" if "times" in one else told


def _looking(ways: Figures) -> str:
    return table(
        ("way", "ms a picture", "of the processor, ms", "network, MB", "memory, MB", "bytes a vector"),
        (
            (
                _LOOKING.get(way, f"**`{way}`**"),
                ranged(row["milliseconds"]),
                ranged(row["processor_milliseconds"]),
                f"{row['network_mb']['median']:.1f}",
                f"{row['peak_mb']['median']:.0f}",
                f"{row['vector_bytes']['median']:,}",
            )
            for way, row in ways.items()
        ),
    )


def _searching(found: Figures) -> list[str]:
    ours = next(iter(found["ways"].values()))["processor_milliseconds"]["median"]
    return [
        f"The ten nearest among {found['products']:,} vectors of {found['numbers']} numbers, the same for "
        f"all, {found['answers']} questions one by one on one thread. Ready: until the first answer, vectors "
        "read from disk. A busy machine stretches what an answer takes, so ratios are of processor time. "
        "Memory is what comes on top of the libraries. The same ten: the share of the "
        "answers that is also ours.",
        table(
            (
                "way",
                "ready, s",
                "an answer, ms",
                "of the processor, ms",
                "times ours",
                "memory, MB",
                "the same ten",
            ),
            (
                (
                    _SEARCHING.get(way, way),
                    f"{row['ready_seconds']['median']:.2f}",
                    ranged(row["p50"]),
                    ranged(row["processor_milliseconds"]),
                    f"{row['processor_milliseconds']['median'] / ours:.1f}",
                    f"{row['peak_mb']['median']:,.0f}",
                    f"{row['same_ten']:.4f}",
                )
                for way, row in found["ways"].items()
            ),
        ),
    ]
