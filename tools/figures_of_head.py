"""The section of docs/benchmarks.md about linear maps learnt over stored vectors."""

from __future__ import annotations

from typing import Any

from figures import Figures, between, table

QUESTIONS = ("kind", "gender", "colour", "all labels", "by phone")


def head(figures: Figures) -> str:
    """Retrieval before and after the recipe `head`, by how many products taught, time and memory."""
    rows, spent = [], []
    for encoder, runs in figures["encoders"].items():
        rows.append((f"{encoder}, before", *(between(runs["all"][one]["before"]) for one in QUESTIONS)))
        rows.append((f"{encoder}, after", *(between(runs["all"][one]["after"]) for one in QUESTIONS)))
        for taught, run in runs.items():
            said = "all taught" if taught == "all" else f"{int(taught):,} taught"
            rows.append((f"{encoder}, gain, {said}", *(_gain(run[one]["gain"]) for one in QUESTIONS)))
        whole = runs["all"]
        spent.append((encoder, whole["seconds"], whole["processor_seconds"], whole["peak_mb"]))
    asked = figures["encoders"]["product"]["all"]
    return "\n\n".join(
        (
            "`train --recipe head --labels articleType,gender,baseColour` over the stored vectors of "
            f"fashion-small: {asked['kind']['asked']:,} products that nothing was learnt from, neither here "
            "nor for the built-in encoders, ask, and are found among each other: the share of the first ten "
            "of the same kind, gender, colour, and all three. By phone: whether the product is first for a "
            f"photograph as a phone might take it, {asked['by phone']['asked']} of them; these were looked "
            "at while the guard of the old look was made. Intervals resample families; gains are paired.",
            table(("", *QUESTIONS), rows),
            table(("encoder", "seconds, all taught", "of processors", "MB at most"), spent),
            "Where few products teach, a gain of one label may cost a little of another, or of photographs: "
            "the report of a training says so.",
        )
    )


def _gain(one: dict[str, Any]) -> str:
    return f"{one['mean']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})"
