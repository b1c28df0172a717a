"""The sections of docs/benchmarks.md about small networks that a catalogue teaches from nothing."""

from __future__ import annotations

from figures import Figures, between, table

_PARTS = {"learn": "products learnt from", "choose": "products chosen by", "unseen": "unseen products"}


def published(figures: Figures) -> str:
    """What the accuracy that tutorials publish is made of."""
    (run, *_) = figures["runs"]
    shown = [point for point in run["curve"] if point["epoch"] % 30 == 0 or point["epoch"] == 1]
    return "\n\n".join(
        (
            f"The setting that tutorials on this data publish: {figures['pictures']:,} pictures squeezed "
            f"to {figures['side']}x{figures['side']} pixels, {figures['kinds']} kinds among them, two "
            f"convolutions and a dense layer, {figures['epochs']} epochs, and a random fifth of the pictures "
            f"to test with; {figures['tested_equal_a_learnt']:.1%} of that equal a learnt one to the byte. "
            "Unseen products share neither picture nor family with what was learnt; some are of kinds that "
            "5,000 pictures do not show.",
            table(
                ("right", "pictures", "share"),
                ((name, f"{one['pictures']:,}", between(one)) for name, one in run["accuracy"].items()),
            ),
            "Its dense layer as an encoder: kind@10 among unseen products "
            f"{between(run['kind@10 among unseen products'])}.",
            table(
                ("after epoch", "loss", "learnt from", "random fifth", "unseen products"),
                (
                    (
                        point["epoch"],
                        f"{point['loss']:.2f}",
                        *(f"{point[part]:.3f}" for part in ("learnt", "tested", "unseen")),
                    )
                    for point in shown
                ),
            ),
        )
    )


def scratch(figures: Figures) -> str:
    """Accuracy and retrieval of the recipe `scratch`."""
    parts = [
        f"`train --recipe scratch --labels {figures['label']}`, of at most {figures['most']:,} pictures. "
        "Unseen products ask and answer; brackets resample whole families. The machine had other work as "
        "well: a step on a quiet one takes what decision 0027 says."
    ]
    for name, found in figures["sets"].items():
        settings, gain = found["settings"], found["gain"]
        parts.append(
            f"**{name}**: {settings['pictures']:,} pictures of {settings['kinds']} kinds, "
            f"{settings['epochs']} epochs of {settings['seconds an epoch']:g} s at {settings['size']} "
            f"pixels, {settings['weights']:,} weights; {found['seconds']['all'] / 60:.1f} minutes and "
            f"{found['memory_bytes'] / 1e9:.1f} GB in all."
        )
        parts.append(
            table(
                ("right", "share", "among the first five"),
                (
                    (_PARTS[part], f"{one['accuracy']:.3f}", f"{one['top5']:.3f}")
                    for part, one in found["accuracy"].items()
                ),
            )
        )
        columns = [*next(iter(found["retrieval"].values()))]
        parts.append(
            table(
                ("encoder, precision_at_10", *columns),
                (
                    (encoder, *(between(values[column]) for column in columns))
                    for encoder, values in found["retrieval"].items()
                ),
            )
        )
        parts.append(f"Gain over the encoder of the index {between(gain)}, {gain['cases']:,} products.")
        wrong = ", ".join(f"{a} for {b} {count}" for a, b, count in found["mistakes"]["unseen"][:6])
        parts.append(f"Most often mistaken among unseen products: {wrong}.")
    return "\n\n".join(parts)
