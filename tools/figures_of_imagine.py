"""The section of docs/benchmarks.md about pictures that words are made into."""

from __future__ import annotations

from figures import Figures, between, change, table


def imagine(figures: Figures) -> str:
    """What imagined pictures find beside words, how they differ, and how far from copies they are."""
    took, found = figures["learnt"], figures["share of the first ten"]
    apart, near = (
        figures["distance among pictures of a question"],
        figures["distance from the nearest picture learnt from"],
    )
    tried, chosen = figures["tried on other questions"], figures["chosen"]
    against = "both, against words to looks"
    worse = [way for way, row in found.items() if against in row and row[against]["high"] < 0]
    return "\n\n".join(
        (
            f"Learnt from {took['products']:,} products in {took['epochs']} epochs, "
            f"{took['seconds'] / 60:.0f} minutes on a machine that was busy with other work; the file has "
            f"{took['bytes'] / 1e6:.0f} MB. {figures['questions']} questions for a kind and a colour of "
            f"{figures['gallery']:,} other products; share of the first ten that is right.",
            table(
                ("", "kind", "colour", "both", "both, against words to looks"),
                (
                    (
                        way,
                        *(between(row[what]) for what in ("kind", "colour", "both")),
                        change(row[against]) if against in row else "",
                    )
                    for way, row in found.items()
                ),
            ),
            f"Guidance {chosen['guidance']:g} and {chosen['noise']:g} of the noise, chosen on other "
            "questions, of which four pictures found a share of both of "
            + ", ".join(f"{share:.3f} ({how})" for how, share in tried.items())
            + ".",
            f"**Words alone find more** than {', '.join(worse)}." if worse else "",
            f"Among eight pictures of one question looks differ by {between(apart['imagined'])} "
            f"(1 - cosine), among eight real products of it by {between(apart['real'])}, "
            f"{apart['questions']} questions. From the nearest picture that was learnt from, imagined ones "
            f"are {near['imagined, median']:g} of 255 away (root mean square of pixels, median), real new "
            f"ones {near['real and new, median']:g}; "
            f"{between(near['imagined nearer than the nearest hundredth of real ones'])} of the imagined are "
            "nearer than the nearest hundredth of real new ones.",
        )
    ).replace("\n\n\n\n", "\n\n")
