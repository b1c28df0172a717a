"""The sections of docs/benchmarks.md about finding the same picture twice."""

from __future__ import annotations

from figures import Figures, between, table, verdict

_SETS = ("all", "fashion-300", "clothing-cc0")
_LEAST = {"recall": 0.8, "f1": 0.95, "precision": 0.99}


def copies(figures: Figures) -> str:
    """Edited, planted, resized and drawn copies, beside perceptual hashes."""
    ways = figures["transformed"]["ways"]
    ours = ways["lookalike"]
    edits = {edit: row for edit, row in ours.items() if edit not in _SETS}
    weakest = min(edits, key=lambda edit: edits[edit]["recall"]["mean"])
    held = (
        all(ours["all"][name]["mean"] >= _LEAST[name] for name in ("f1", "precision"))
        and edits[weakest]["recall"]["mean"] >= _LEAST["recall"]
    )
    parts = [
        f"An edited copy of one picture of a catalogue comes and is checked against the whole catalogue; "
        f"{figures['askers']} askers of each set, every edit. Beside it perceptual hashes (imagehash) with "
        "the distances at which they are used, on the same files. Where not one answer was wrong there is no "
        f"interval: of {2 * figures['askers']} askers up to 2.5% might get a wrong one (rule of three).",
        table(
            ("way, all edits", "cases", "recall", "precision", "F1"),
            ((way, *_row(found["all"])) for way, found in ways.items()),
        ),
        table(
            ("edit", "cases", "recall", "precision", "F1", "recall of phash 10", "of dhash 10"),
            (
                (
                    edit,
                    *_row(row),
                    *(
                        f"{ways[way][edit]['recall']['mean']:.3f}"
                        for way in ("phash 10", "dhash 10")
                        if way in ways
                    ),
                )
                for edit, row in {**{name: ours[name] for name in _SETS[1:]}, **edits}.items()
            ),
        ),
        verdict(held, "F1 of 0.95, precision of 0.99, no edit's recall under 0.80"),
        *_planted(figures),
        *_two_sizes(figures),
        *_drawn(figures),
        *_whole(figures),
    ]
    return "\n\n".join(parts)


def _row(found: Figures) -> tuple[str, ...]:
    shown = (found[name] for name in ("recall", "precision", "f1"))
    return f"{found['cases']:,}", *(_share(one) if one else "-" for one in shown)


def _share(one: Figures) -> str:
    """A share with its interval, if resampling can tell one."""
    return "1.000" if one["low"] == 1 else between(one)


def _planted(figures: Figures) -> list[str]:
    rows = (
        (name, found["planted"], between(found["recall"]), found["pairs"], between(found["precision"]))
        for name, found in figures["planted"].items()
    )
    recoloured = "; ".join(
        f"{name}: {found['same-photograph']} of {found['recoloured']} called the same photograph, "
        f"{found['variant']} a variant"
        for name, found in figures["recoloured"].items()
    )
    return [
        "Copies planted into the catalogue, and all of it searched at once. A pair is wrong unless it was "
        "planted, or nobody could tell its pictures apart; most wrong ones are shades of one photograph.",
        table(("catalogue", "planted", "recall", "pairs found", "precision"), rows),
        f"Items recoloured on an unchanged ground: {recoloured}.",
    ]


def _two_sizes(figures: Figures) -> list[str]:
    found = figures["two sizes"]
    held = found["recall"]["mean"] >= 0.95 and found["precision"]["mean"] >= 0.99
    return [
        f"The same photograph at 225x300 asks for itself among 34,455 at 60x80, {found['cases']:,} cases: "
        f"recall {_share(found['recall'])}, precision {_share(found['precision'])}, "
        f"F1 {_share(found['f1'])}. " + verdict(held, "recall of 0.95 at a precision of 0.99")
    ]


def _drawn(figures: Figures) -> list[str]:
    found = figures["variants"]
    called, pairs = len(found["called_duplicates"]), found["pairs"]
    return [
        f"Variants of a drawn shop: {called} of {pairs:,} pairs are called duplicates, "
        f"{found['shown_as_variants']:,} are shown where variants are asked for; "
        f"{found['others_called_duplicates']:,} pairs of other products are called duplicates. "
        + verdict(called < 0.01 * pairs, "under 1%")
    ]


def _whole(figures: Figures) -> list[str]:
    found = figures["whole"]
    return [
        f"All {found['pictures']:,} pictures of fashion-small with each other: {found['seconds']:.0f} s; "
        f"{found['equal_groups_found']:,} of {found['equal_groups']:,} groups of equal pixels are found. "
        f"{found['pairs']:,} pairs are called duplicates, and in {found['not_equal_to_the_eye']:,} of them a "
        "cell of 8 by 8 pixels differs by more than 6 levels: most are shades of one photograph, some are "
        "other products. " + verdict(found["seconds"] < 20, "all pairs under 20 s")
    ]


def a_million(figures: Figures) -> str:
    """Time, memory and what is missed."""
    found, small = figures["million"], figures["as they are"]
    return "\n\n".join(
        (
            f"{found['pictures']:,} pictures, made of those of fashion-small by jitter: "
            f"{found['seconds'] / 60:.1f} minutes, {found['processor_seconds'] / 60:.1f} of processor, peak "
            f"memory {found['peak_mb']:,} MB of which {found['input_mb']:,} are vectors; "
            f"{found['pairs']:,} pairs. "
            + verdict(found["seconds"] < 1200 and found["peak_mb"] < 8192, "under 20 minutes and 8 GiB"),
            f"Cells find {found['missed']['found_by_cells']:.3f} of the candidates that comparing everything "
            f"finds ({found['missed']['askers']} askers). Of fashion-small itself "
            f"{small['found_by_cells']:.3f}, and {small['passing_found_by_cells']:.3f} of those that pass "
            "the gates after it.",
        )
    )
