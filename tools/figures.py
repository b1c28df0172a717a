"""How figures are written in the documents: tables, ranges, intervals, verdicts, and their origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Figures = dict[str, Any]


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; the first column is text, the others numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def ranged(figure: Figures, unit: str = "") -> str:
    return f"{figure['median']:g}{unit} ({figure['min']:g} to {figure['max']:g})"


def between(figure: Figures) -> str:
    return f"{figure['mean']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


def change(figure: Figures) -> str:
    return f"{figure['mean']:+.3f} [{figure['low']:+.3f}, {figure['high']:+.3f}]"


def verdict(held: bool, bar: str) -> str:
    return f"{'Held' if held else 'Missed'}: {bar}."


def taken_on(figures: Figures) -> str:
    machine = figures["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    text = (
        f"{machine['date']}, {machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}, {packages}."
    )
    if "load_before" in figures:
        loads = ", ".join(f"{load:g}" for load in figures["load_before"])
        text += f" Processes that wanted a core before each turn: {loads}."
    return f"<sub>{text}</sub>"
