"""The sections of docs/benchmarks.md about the doctor: spoilt pictures, planted tables, time, shelves."""

from __future__ import annotations

from figures import Figures, between, table, verdict

_PLANTED = ("blank", "tiny", "rotated", "blurred", "border", "text")
"""Kinds that have to hold the bar."""
_SUGGESTING = {"variants-split", "same-product", "price", "currency", "colour-text"}
"""Kinds of the table that say what should be there."""


def pictures(figures: Figures) -> str:
    """Which spoilt pictures are found, which design is missed, and what is told besides."""
    kinds, bar = figures["kinds"], figures["bar"]
    short = {
        kind: [part for part in ("recall", "precision") if not row[part]["mean"] >= bar]
        for kind, row in kinds.items()
    }
    held = [kind for kind, parts in short.items() if not parts]
    missed = [f"{kind} ({' and '.join(parts)})" for kind, parts in short.items() if parts]
    missed += [f"{kind} (not measured)" for kind in _PLANTED if kind not in kinds]
    return "\n\n".join(
        (
            f"`clothing-cc0`, photographs taken by phone: {figures['each']} of each kind are planted at "
            f"once, in {figures['rounds']} rounds, by code that shares nothing with what finds them, among "
            "the half of the products on which nothing was chosen, and the whole catalogue is examined. "
            "Told means at least likely, 0.5. Everything told of a kind that was not planted so counts as "
            "false; *after looking* leaves out what a person found to be so. Intervals are Wilson's.",
            table(
                ("kind", "planted", "recall", "told", "precision", "after looking"),
                (
                    (
                        kind,
                        row["recall"]["n"],
                        _share(row["recall"]),
                        row["precision"]["n"],
                        _share(row["precision"]),
                        _share(row["precision_looked"]),
                    )
                    for kind, row in kinds.items()
                ),
            ),
            "\n".join(
                (
                    *([verdict(True, f"{bar:g} of both: {', '.join(held)}")] if held else ()),
                    *([verdict(False, f"{bar:g} of both: {', '.join(missed)}")] if missed else ()),
                )
            ),
            "What was drawn of each kind, how many were found, and what was told of the kind besides:",
            table(
                ("kind", "found of each design", "told besides"),
                ((kind, _designs(row["designs"]), _besides(row["false"])) for kind, row in kinds.items()),
            ),
        )
    )


def _share(one: Figures | None) -> str:
    """A share with its interval, if there is one: nothing told has no precision."""
    if not one or not one["n"]:
        return "-"
    return between({"mean": one.get("mean", one.get("share")), "low": one["low"], "high": one["high"]})


def _designs(found: Figures) -> str:
    """The designs of which some were missed, and how many others were all found."""
    whole = [name for name, row in found.items() if len(set(row.split("/"))) == 1]
    parts = [f"{name} {row}" for name, row in found.items() if name not in whole]
    return "; ".join((*parts, *([f"all of {' / '.join(whole)}"] if whole else ())))


def _besides(false: Figures) -> str:
    """Other faults by name; photographs as they are by how many they are."""
    others = [f"{count} ({name})" for name, count in false.items() if ": " in name]
    plain = sum(count for name, count in false.items() if ": " not in name)
    return "; ".join((*others, *([f"{plain} as they are"] if plain else ()))) or "nothing"


def tables(figures: Figures) -> str:
    """What of the faults planted into tables is found, and placeholders."""
    kinds = {
        f"{kind}: {shop}": (kind, row)
        for kind, shops in figures.items()
        if kind != "machine" and not kind.startswith("placeholder")
        for shop, row in shops.items()
    }
    held = {name: row for name, row in figures.items() if name.startswith("placeholder")}
    return "\n\n".join(
        (
            "Faults are planted into the tables of the drawn shop (`demo`) and of 2,265 real articles, which "
            "got made-up but plausible prices (`fashion-300`), each kind by itself. What was not planted "
            "counts as false, though tables have faults of their own; the last column is how many are told "
            "where nothing was planted. Told means at least likely, 0.5. Intervals are Wilson's.",
            table(
                ("kind", "planted", "recall", "told", "precision", "suggestion right", "told unplanted"),
                (
                    (
                        name,
                        row["recall"]["n"],
                        _share(row["recall"]),
                        row["precision"]["n"] if row["precision"] else 0,
                        _share(row["precision"]),
                        _share(row["suggestion_right"]) if kind in _SUGGESTING else "-",
                        row["found_unplanted"],
                    )
                    for name, (kind, row) in kinds.items()
                ),
            ),
            _weakest(kinds),
            "Placeholders given to products of `clothing-cc0`, in several sizes and encodings:",
            table(
                ("", "planted", "recall", "told", "precision"),
                (
                    (
                        name,
                        row["recall"]["n"],
                        _share(row["recall"]),
                        row["precision"]["n"],
                        _share(row["precision"]),
                    )
                    for name, row in held.items()
                ),
            ),
            verdict(
                all(row[part]["share"] >= 0.9 for row in held.values() for part in ("recall", "precision")),
                "placeholders, 0.9 of both",
            ),
        )
    )


def _weakest(kinds: Figures) -> str:
    """The kinds of which less than half is found, said aloud."""
    weak = [name for name, (_, row) in kinds.items() if row["recall"]["share"] < 0.5]
    if not weak:
        return "At least half is found of every kind."
    return f"Less than half is found of {', '.join(weak)}: what is not told there may well be wrong."


def speed(figures: Figures) -> str:
    """How long an examination takes, and which check takes how much."""
    runs = figures["runs"]
    first = runs["first"]
    names = sorted(first["checks"], key=lambda name: -first["checks"][name]["processor_seconds"])
    bar = figures["bar_seconds"]
    return "\n\n".join(
        (
            f"{figures['products']:,} products whose vectors are stored, every check, each time in a process "
            "of its own. The first time every picture is measured; the second time that is known. Seconds of "
            "the clock depend on what else the machine does (processes that wanted a core: the last column).",
            table(
                ("", "seconds", "processor seconds", "peak memory, MB", "before it, MB", "load"),
                (
                    (
                        name,
                        f"{run['seconds']:.1f}",
                        f"{run['processor_seconds']:.1f}",
                        f"{run['peak_megabytes']:,}",
                        f"{run['megabytes_before']:,}",
                        f"{run['load']:g}",
                    )
                    for name, run in runs.items()
                ),
            ),
            verdict(first["seconds"] <= bar, f"the first in {bar:g} seconds by the clock"),
            "Where the processor's time goes; *shared* is what several checks need:",
            table(
                ("check", "first, s", "share", "again, s"),
                (
                    (
                        name,
                        f"{first['checks'][name]['processor_seconds']:.2f}",
                        f"{first['checks'][name]['processor_seconds'] / first['processor_seconds']:.0%}",
                        f"{runs['again']['checks'].get(name, {}).get('processor_seconds', 0):.2f}",
                    )
                    for name in names
                    if first["checks"][name]["processor_seconds"] >= 0.01
                ),
            ),
        )
    )


def shelves(figures: Figures) -> str:
    """Whether what is hidden by looks is hidden on the shelves that shoppers see."""
    return "\n\n".join(
        (
            f"The doctor counts shelves by looks. Every product was asked for its usual shelf of "
            f"{figures['shelf']}, by looks and words: of those called hidden, the share that is on none of "
            "them, beside the confidence that was said, which was read off a hundred of `fashion-small`.",
            table(
                ("", "products", "on no usual shelf", "called hidden", "hidden indeed", "said", "hubs"),
                (
                    (
                        name,
                        f"{one['products']:,}",
                        f"{one['on_no_shelf']:,}",
                        one["hidden"],
                        between(one["hidden_indeed"]) if one["hidden_indeed"] else "-",
                        one["said"] or "-",
                        ", ".join(
                            f"{hub['by_looks']} (usual shelves {hub['usual_shelves']})" for hub in one["hubs"]
                        )
                        or "none",
                    )
                    for name, one in figures["sets"].items()
                ),
            ),
        )
    )


def people(figures: Figures) -> str:
    """Whether people and scenes are told where packshots are the rule."""
    return "\n\n".join(
        (
            f"Shops of pictures that nothing was learnt from; {figures['share']:.0%} are worn, or scenes, "
            "where the others are packshots. Told means at least likely, 0.5. Intervals are Wilson's.",
            table(
                ("planted", "pictures", "rounds", "planted, in all", "recall", "told", "precision"),
                (
                    (
                        name,
                        f"{one['pictures']:,}",
                        one["rounds"],
                        one["recall"]["n"],
                        _share(one["recall"]),
                        one["precision"]["n"],
                        _share(one["precision"]),
                    )
                    for name, one in figures["shops"].items()
                ),
            ),
            *(
                f"Not one is found of {name}."
                for name, one in figures["shops"].items()
                if not one["recall"]["mean"]
            ),
        )
    )
