"""The section of docs/benchmarks.md about wrong and missing tags."""

from __future__ import annotations

from collections.abc import Iterator

from figures import Figures, between, table, verdict

_HOW = {
    "any": "Swapped for another label, any as likely as any other:",
    "frequent": "Swapped for another label, each as likely as it is frequent:",
    "blank": "Blanked:",
}
_SAID = {"any": "swapped for any", "frequent": "swapped by frequency", "blank": "blanked"}
_RECALL_BARS = {"articleType": 0.7, "baseColour": 0.5}
"""Of swaps, at the precision that the figures name."""
_SURE_BAR, _RIGHT_BAR = 0.5, 0.85
"""Of blanked article types: the share that is told surely, and the share of these that is right."""
_ERROR_BAR = 0.05


def tags(figures: Figures) -> str:
    """What was swapped and blanked, what was told of it, and whether that was as sure as it said."""
    sets = figures["sets"]
    return "\n\n".join(
        (
            f"{figures['swapped']:.0%} of the labels of every tag column are swapped at once, or "
            f"{figures['blanked']:.0%} blanked, in several rounds; what the doctor then says is compared "
            "with what stood there. What was not swapped counts as a false alarm, though some of it is wrong "
            "as it is: decision 0025 says what was seen when such were looked at. *Pictures alone* hears "
            "neither titles nor other columns; *either* is where there are none. What was chosen was chosen "
            "on parts of `fashion-small` that `fashion-300` does not hold. Told means at least likely, 0.5; "
            "recall at a precision goes by confidence from the surest down. The calibration error is how far "
            "what was said lies from what was so, over all that is told from 0.2. Where all were right or "
            "none was, resampling tells no interval.",
            *(part for how in ("any", "frequent") for part in (_HOW[how], _swapped(sets, how))),
            _HOW["blank"],
            _blanked(sets),
            "Is it as sure as it says? `fashion-300`, told with titles and columns, tags swapped for any "
            "other: what was said on average in each tenth, what was so, and of how many.",
            _reliability(sets["fashion-300"], "with titles and columns"),
            "The same by pictures alone:",
            _reliability(sets["fashion-300"], "pictures alone"),
            "The bars:",
            _bars(sets["fashion-300"]),
        )
    )


def _share(one: Figures) -> str:
    """A share with its interval, if resampling can tell one."""
    return f"{one['mean']:.3f}" if one["low"] == one["high"] else between(one)


def _columns(sets: Figures, how: str) -> Iterator[tuple[str, str, Figures]]:
    """Each column of each set, by what was heard; once where titles and columns changed nothing."""
    for name, ways in sets.items():
        heard = ways[how]
        for column in next(iter(heard.values())):
            found = {voices: by_column[column] for voices, by_column in heard.items()}
            if len({str(one) for one in found.values()}) == 1:
                found = {"either": next(iter(found.values()))}
            for voices, one in found.items():
                yield f"{name}: {column}", voices, one


def _swapped(sets: Figures, how: str) -> str:
    return table(
        (
            "column",
            "heard",
            "swapped",
            "recall at a precision",
            "precision of what is told",
            "recall of it",
            "suggestion right",
            "calibration error",
        ),
        (
            (
                column,
                voices,
                f"{one['planted']:,}",
                f"{_share(one['recall_at_bar'])} at {one['bar']:g}",
                _share(one["likely"]["precision"]),
                _share(one["likely"]["recall"]),
                _share(one["suggestion_right"]),
                f"{one['calibration_error']:.3f}",
            )
            for column, voices, one in _columns(sets, how)
        ),
    )


def _blanked(sets: Figures) -> str:
    return table(
        ("column", "heard", "blanked", "told surely, from 0.8", "right where sure", "calibration error"),
        (
            (
                column,
                voices,
                f"{one['planted']:,}",
                _share(one["sure"]),
                _share(one["right_where_sure"]),
                f"{one['calibration_error']:.3f}",
            )
            for column, voices, one in _columns(sets, "blank")
        ),
    )


def _reliability(ways: Figures, voices: str) -> str:
    told = {
        f"{kind} {column}": {int(10 * row["said"]): row for row in one["reliability"]}
        for kind, how in (("wrong", "any"), ("missing", "blank"))
        for column, one in ways[how][voices].items()
    }
    tenths = sorted({tenth for rows in told.values() for tenth in rows})
    return table(
        ("told", *told),
        (
            (
                f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}",
                *(
                    f"{row['said']:.2f}: {row['right']:.2f} of {row['n']:,.0f}" if row else "-"
                    for row in (rows.get(tenth) for rows in told.values())
                ),
            )
            for tenth in tenths
        ),
    )


def _bars(ways: Figures) -> str:
    """Each bar, what was reached with and without titles and columns, and how many were missed."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    missed = dict.fromkeys(ways["any"], 0)
    for voices in missed:
        for name, least, reached, held in _judged(ways, voices):
            rows.setdefault((name, least), {})[voices] = f"{reached}, {'held' if held else '**missed**'}"
            missed[voices] += not held
    said = " ".join(
        verdict(not count, f"{count or 'all'} of {len(rows)}, {voices}") for voices, count in missed.items()
    )
    shown = ((name, least, *(by[voices] for voices in missed)) for (name, least), by in rows.items())
    return table(("of fashion-300", "bar", *missed), shown) + "\n\n" + said


def _judged(ways: Figures, voices: str) -> Iterator[tuple[str, str, str, bool]]:
    """The name of each bar, the bar, what was reached, and whether that is enough."""
    for how, said in _SAID.items():
        for column, one in ways[how][voices].items():
            name, error = f"{column} {said}", one["calibration_error"]
            if how != "blank":
                least, reached = _RECALL_BARS[column], one["recall_at_bar"]["mean"]
                precise = f"recall at precision {one['bar']:g}"
                yield f"{name}: {precise}", f"at least {least:g}", f"{reached:.3f}", reached >= least
            elif column == "articleType":
                sure, right = one["sure"]["mean"], one["right_where_sure"]["mean"]
                yield f"{name}: told surely", f"at least {_SURE_BAR:g}", f"{sure:.3f}", sure >= _SURE_BAR
                least = f"at least {_RIGHT_BAR:g}"
                yield f"{name}: right where sure", least, f"{right:.3f}", right >= _RIGHT_BAR
            most = f"at most {_ERROR_BAR:g}"
            yield f"{name}: calibration error", most, f"{error:.3f}", error <= _ERROR_BAR
