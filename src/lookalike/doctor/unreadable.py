"""Pictures and rows that could not be read, and products without a picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.products import Problem

_ELSEWHERE = ("repeated-id", "no-picture")  # reasons that are findings of another kind


def unreadable(case: Case) -> Iterator[Finding | Unjudged]:
    """What the last runs that added could not read, row by row and picture by picture."""
    for problem in case.problems:
        if problem.reason not in _ELSEWHERE:
            yield _of_picture(problem) if problem.uri else _of_row(problem)


def without_picture(case: Case) -> Iterator[Finding | Unjudged]:
    """Products that are in the catalogue without a picture, or not in it since they have none.

    A product whose pictures all cannot be read is told of as that.
    """
    broken = {problem.id for problem in case.problems if problem.uri}
    ids = case.snapshot.ids
    for row in np.flatnonzero(~case.snapshot.pictured).tolist():
        if ids[row] not in broken:
            says = "It has no picture: only its words find it."
            yield Finding("no-picture", (ids[row],), 1.0, evidence={"says": says, "indexed": True})
    for problem in case.problems:
        if problem.reason == "no-picture" and problem.fatal:
            says = "It has neither a picture nor words, so that it is not in the index."
            evidence = {"says": says, "indexed": False, "row": problem.row}
            yield Finding("no-picture", _named(problem), 1.0, value=_place(problem), evidence=evidence)


def _of_picture(problem: Problem) -> Finding:
    out = " The product is not in the index." if problem.fatal else ""
    return Finding(
        "unreadable",
        _named(problem),
        1.0,
        value=problem.uri,
        evidence={"says": f"{_sentence(problem.detail)}{out}", **_told(problem)},
    )


def _of_row(problem: Problem) -> Finding:
    """A row is named by its number where it has no id."""
    return Finding(
        "unreadable",
        _named(problem),
        1.0,
        field="row",
        value=_place(problem),
        evidence={"says": _sentence(problem.detail), **_told(problem)},
    )


def _told(problem: Problem) -> dict[str, object]:
    return {"reason": problem.reason, "row": problem.row, "indexed": not problem.fatal}


def _named(problem: Problem) -> tuple[str, ...]:
    return (problem.id,) if problem.id else ()


def _place(problem: Problem) -> str:
    return "" if problem.id or problem.row is None else f"row {problem.row}"


def _sentence(detail: str) -> str:
    return detail if detail.endswith((".", "!", "?")) else f"{detail}."
