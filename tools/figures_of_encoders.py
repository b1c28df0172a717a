"""The sections of docs/benchmarks.md about the encoders that come with the package."""

from __future__ import annotations

from figures import Figures, between, change, ranged, table, verdict


def encoders(figures: Figures) -> str:
    base, *others = figures["encoders"]
    versus = [title for name in others for title in (f"{name} − {base}", "times")]
    rows = []
    for question, found in figures["questions"].items():
        for metric, by in found["metrics"].items():
            cells = [between(mean) for mean in by["means"].values()]
            for name in others:
                times = f"{by['times'][name]['mean']:.2f}" if "times" in by else ""
                cells += [change(by["differences"][name]), times]
            most = f"{found['at_most'][metric]:.2f}"
            rows.append((question, metric, f"{found['cases']:,}", f"{found['gallery']:,}", most, *cells))
    speeds = figures["speed"]
    parts = [
        "Products on which none of our encoders was trained: the fifth of the fashion products and of the "
        "clothes that is highest by hash, pictures that are equal to the last byte kept together; all "
        "groceries; the drawn shop. precision_at_10 is the share of the first ten with the asker's labels; "
        "hit_rate_at_1 and hit_rate_at_5 say how often the product shown is first, or among the first "
        "five. Copies of the "
        "asker's picture are left out of its answers, and in the drawn shop variants of its style. "
        "Differences and ratios are paired, case by case. At most: what an encoder without a mistake would "
        "reach, since for some products fewer than ten are right.",
        table(("question", "metric", "cases", "among", "at most", *figures["encoders"], *versus), rows),
        *(line for name in others if name == "product" for line in _bars(figures, base, name)),
        "Encoding alone, on prepared pictures, the encoders taking turns:",
        table(
            (
                "encoder",
                "numbers",
                "ms a picture, one thread",
                "of the processor, ms",
                "pictures a second, two threads",
            ),
            (
                (
                    name,
                    about["dim"],
                    ranged(speeds[name]["milliseconds_one_thread"]),
                    f"{speeds[name]['processor_milliseconds']:g}",
                    ranged(speeds[name]["per_second_two_threads"]),
                )
                for name, about in figures["encoders"].items()
            ),
        ),
    ]
    return "\n\n".join(parts)


def _bars(figures: Figures, base: str, name: str) -> list[str]:
    """Whether an encoder gained over the baseline what it has to."""
    lines = []
    for bar in figures["bars"]:
        measure = "differences" if "differences" in bar else "times"
        reached = figures["questions"][bar["question"]]["metrics"][bar["metric"]][measure][name]["mean"]
        least = f"{bar[measure]:+.2f}" if measure == "differences" else f"{bar[measure]:g} times"
        lines.append(verdict(reached >= bar[measure], f"{bar['question']}, at least {least} against {base}"))
    fast = figures["speed"][name]["per_second_two_threads"]["median"]
    least = figures["per_second_bar"]
    lines.append(verdict(fast >= least, f"at least {least} pictures a second on two threads"))
    return [f"`{name}`:", "\n".join(f"- {line}" for line in lines)]


def distortions(figures: Figures) -> str:
    names = figures["encoders"]
    rows = []
    for edit, found in figures["edits"].items():
        sizes = found["sizes"]
        whole = sizes["all"]
        apart = [
            " / ".join(f"{sizes[size]['means'][name]['mean']:.3f}" for size in sizes if size != "all")
            for name in names
        ]
        means = [between(whole["means"][name]) for name in names]
        least = figures["bars"][found["kind"]]
        rows.append((edit, f"{whole['cases']:,}", *means, *apart, f"{least:g}"))
    return "\n\n".join(
        (
            f"{figures['askers']:,} unseen fashion pictures, each edited in one way and searched among "
            f"{figures['gallery']:,} unseen products; the share whose original comes first, or a product "
            "with the same picture. Pictures that an edit leaves as they are do not ask; the background is "
            "changed of those that were taken on white. In the columns by size: 60x80 / 225x300 pixels.",
            table(
                ("edit", "pictures", *names, *(f"{name}, by size" for name in names), "at least"),
                rows,
            ),
        )
    )
