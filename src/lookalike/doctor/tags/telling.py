"""Findings about tags: which contradict the picture and which are missing, with what is to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import LIKELY, Finding, Unjudged
from lookalike.doctor.tags.columns import tag_columns, why_not
from lookalike.doctor.tags.judging import Ground, Judged, judged

LEAST = 0.2
"""The least confidence that is told."""

_SHOWN = 4  # products with the suggested label that are shown
_KINDS = ("wrong-tag", "missing-tag")


def tags(case: Case, *, titles: bool = True, others: bool = True) -> Iterator[Finding | Unjudged]:
    """What contradicts the pictures of a catalogue, what is missing, and which columns cannot be judged.

    ``titles`` and ``others`` say whether titles and other columns are heard beside the pictures.
    """
    columns = tag_columns(case.snapshot.columns)
    if not case.snapshot.pictured.any():
        yield from _unjudged("", "No product has a picture.", empty=True)
        return
    if not any(column.name == "category" for column in columns):
        yield from _unjudged("category", _no_category(case), empty=True)
    ground: Ground | None = None
    for name in dict.fromkeys(column.name for column in columns):
        levels = [column for column in columns if column.name == name]
        case.tell(f"Judging {name}", columns.index(levels[0]), len(columns))
        reasons = [why_not(column, case.snapshot.pictured) for column in levels]
        told: list[Judged] = []
        weak: list[Judged] = []
        for column, reason in zip(levels, reasons, strict=True):
            if not reason:
                ground = ground or Ground(case, titles=titles, columns=others)
                if not ground.teaches(column):
                    continue
                one = judged(ground, column, columns)
                (told if one.told_apart else weak).append(one)
        if told and ground is not None:
            yield from _findings(ground, told)
        else:
            why = _untold(weak[0]) if weak else reasons[0] or _kindred(name)
            yield from _unjudged(name, why, empty=bool((levels[0].codes < 0).any()))


def _no_category(case: Case) -> str:
    column = case.snapshot.columns.text("category")
    if column is None or not (column.codes >= 0).any():
        return "No product has a category."
    return "The categories are numbers or long texts, no labels."


def _unjudged(name: str, why: str, *, empty: bool) -> Iterator[Unjudged]:
    """That neither kind could be judged; of a column without an empty cell nothing is missing."""
    for kind in _KINDS if empty else _KINDS[:1]:
        yield Unjudged(kind, name, why)


def _untold(weak: Judged) -> str:
    counts = np.bincount(weak.codes[weak.codes >= 0])
    usual = weak.column.values[int(counts.argmax())]
    return (
        f"{weak.column.name} cannot be told from the pictures (right in {weak.right:.0%} of cases; "
        f"always saying “{usual}”: {weak.usual:.0%})."
    )


def _kindred(name: str) -> str:
    return (
        f"Nearly all products that have {name} are variants or copies of one another: none tells of others."
    )


def _findings(ground: Ground, levels: Sequence[Judged]) -> Iterator[Finding]:
    """What is found in one column, the surest first; ``levels`` are those of its paths, the whole first."""
    slipped = np.stack([level.slipped for level in levels])
    surest = slipped.max(axis=0)
    for place in np.argsort(-surest, kind="stable").tolist():
        if surest[place] < LEAST:
            break
        level = levels[int(slipped[:, place].argmax())]
        yield _finding("wrong-tag", ground, place, _lowest(levels, level, place), float(surest[place]))
    missing = np.stack([np.where(level.missing, level.sure, 0) for level in levels])
    empty = np.flatnonzero(levels[0].missing)
    for place in empty[np.argsort(-missing[0, empty], kind="stable")].tolist():
        likely = [at for at in range(len(levels)) if missing[at, place] >= LIKELY]
        whole = [at for at in likely if levels[at].column.level == 0]
        at = whole[0] if whole else likely[-1] if likely else 0
        if missing[at, place] >= LEAST:
            yield _finding("missing-tag", ground, place, levels[at], float(missing[at, place]))


def _lowest(levels: Sequence[Judged], level: Judged, place: int) -> Judged:
    """The whole path where its suggestion is below that of the level, else the level."""
    whole, upper = levels[0], level.column.values[level.instead[place]]
    if whole.column.values[whole.instead[place]].startswith(upper):
        return whole
    return level


def _finding(kind: str, ground: Ground, place: int, level: Judged, confidence: float) -> Finding:
    snapshot = ground.case.snapshot
    row, name = int(ground.rows[place]), level.column.name
    suggested = int(level.instead[place])
    suggestion = level.column.values[suggested]
    value = snapshot.columns.words(name, np.array([row]))[0]
    near = [at for at in ground.near[place].tolist() if at >= 0 and level.codes[at] >= 0]
    agree = [at for at in near if level.codes[at] == suggested]
    own = [at for at in near if level.codes[at] == level.codes[place]]
    shown = agree[:_SHOWN] + own[:1] if agree else near[:_SHOWN]
    evidence: dict[str, Any] = {
        "says": _says(level, place, value, len(agree), len(near)),
        "products": [_shown(ground, level, at) for at in shown],
        "neighbours": len(near),
        "neighbours_agree": len(agree),
        "neighbours_with_value": len(own),
        "told_by_pictures": round(level.right, 3),
        "share_of_slips": round(level.wrong, 4),
    }
    return Finding(
        kind, (snapshot.ids[row],), round(min(confidence, 0.999), 4), name, value, suggestion, None, evidence
    )


def _says(level: Judged, place: int, value: str, agree: int, near: int) -> str:
    """The finding in one sentence."""
    name, suggestion = level.column.name, level.column.values[level.instead[place]]
    if agree * 2 > near:
        because = f"{agree} of the {near} products that look most like it are “{suggestion}”"
    elif agree:
        because = f"it looks like “{suggestion}”, as {agree} of the {near} products that look most like it"
    else:
        because = f"its shape and colours are those of “{suggestion}”"
    if _named(level, place):
        because += ", and its title says so"
    if not value:
        return f"{name} is empty; {because}."
    return f"{name} says “{value}”, but {because}."


def _named(level: Judged, place: int) -> bool:
    """Whether the title names the suggested label, and not so well the product's own."""
    voice = level.voices.get("named")
    if voice is None:
        return False
    said = voice.scores(np.array([place]))[0]
    own = said[level.codes[place]] if level.codes[place] >= 0 else 0
    return bool(said[level.instead[place]] > own)


def _shown(ground: Ground, level: Judged, place: int) -> dict[str, Any]:
    """A product to be looked at beside the one that is wrong."""
    snapshot = ground.case.snapshot
    row = int(ground.rows[place])
    position = int(snapshot.position[snapshot.pictures_of(row).start])
    return {"id": snapshot.ids[row], "picture": position, "value": level.column.values[level.codes[place]]}
