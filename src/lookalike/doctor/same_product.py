"""The same product twice: products that are no variants of one another, with one picture and one name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.placeholder import SHARED
from lookalike.doctor.styles import Styles
from lookalike.doctor.titles import Sameness, Titles

KIND = "same-product"

_CERTAIN = ("same-bytes", "same-pixels")
_SHOWN = 5
_TOLD = 0.2

# How often a person who looked agreed, by how the pictures are one and how alike the titles are: same bytes
# or only the same photograph, from this likeness on. Counted on a catalogue of clothing, 24 of each, by hash.
_AGREED = {
    True: ((0.99, 0.99), (0.55, 0.95), (0.0, 0.7)),
    False: ((0.99, 0.8), (0.55, 0.65), (0.0, 0.25)),
}
_UNTITLED = {True: 0.8, False: 0.5}


def same_products(case: Case) -> Iterator[Finding | Unjudged]:
    """A finding for each group of products that are one, with the one to keep last."""
    if not case.same:
        return
    titles = Titles(case.snapshot)
    styles, sameness = Styles(case.snapshot, titles), Sameness(case, titles)
    row_of = case.snapshot.row_of
    for kind, ids in case.same:
        rows = [row_of[own] for own in ids if own in row_of]
        if len(rows) >= SHARED and sameness.unlike(rows) >= 0.5:
            continue  # a placeholder: nobody's picture
        for own, confidence in _apart(styles, rows, certain=kind in _CERTAIN):
            if confidence >= _TOLD:
                yield _finding(case, own, confidence)


def _apart(styles: Styles, rows: Sequence[int], *, certain: bool) -> Iterator[tuple[list[int], float]]:
    """Of the products that show one picture those that are one, and how sure that is.

    Each joins the first whose title it shares most with; variants of one another do not join.
    """
    found: list[tuple[list[int], float]] = []
    for row in rows:
        best, sure = None, 0.0
        for at, (own, _) in enumerate(found):
            agreed = min(_agreed(styles, row, other, certain=certain) for other in own)
            if agreed > sure:
                best, sure = at, agreed
        if best is None:
            found.append(([row], 1.0))
        else:
            own, least = found[best]
            found[best] = ([*own, row], min(least, sure))
    return (part for part in found if len(part[0]) > 1)


def _agreed(styles: Styles, one: int, other: int, *, certain: bool) -> float:
    """How sure it is that two products with one picture are one; 0 where they are variants."""
    if styles.groups[one] >= 0 and styles.groups[one] == styles.groups[other]:
        return 0.0
    first, second = (set(styles.titles.words[row]) for row in (one, other))
    if not first or not second:
        return _UNTITLED[certain]
    differing = first ^ second
    if first - second and second - first and all(map(styles.changing, differing)):
        return 0.0
    if any(any(map(str.isdigit, word)) for word in first - second) and any(
        any(map(str.isdigit, word)) for word in second - first
    ):
        return 0.0  # another number: another shade, another model
    if first - second and second - first and _run_together(first) != _run_together(second):
        return _AGREED[certain][-1][1]  # each is called something that the other is not
    alike = 1.0 if _run_together(first) == _run_together(second) else styles.titles.alike(one, other)
    return next(agreed for least, agreed in _AGREED[certain] if alike >= least)


def _run_together(words: set[str]) -> str:
    """Words without their order, and without the s of a plural."""
    return " ".join(sorted({word.removesuffix("s") for word in words} - {""}))


def _finding(case: Case, rows: Sequence[int], confidence: float) -> Finding:
    snapshot = case.snapshot
    kept = max(rows, key=lambda row: (*_worth(case, row), -row))
    order = [*(row for row in rows if row != kept), kept]
    titles = snapshot.columns.words("title", np.array(order))
    ids = [snapshot.ids[row] for row in order]
    shown = [{"id": own, "picture": 0, "value": title} for own, title in zip(ids, titles, strict=True)]
    says = f"These show one picture and are called alike. The one that says most of itself is {ids[-1]}."
    return Finding(
        KIND,
        tuple(ids),
        confidence,
        field="id",
        value=ids[0],
        suggestion=ids[-1],
        evidence={"says": says, "products": shown[-_SHOWN:], "listed": len(rows)},
    )


def _worth(case: Case, row: int) -> tuple[int, int, int]:
    """How many pictures a product has, how many fields are filled in, and how large its main picture is."""
    own = case.snapshot.pictures_of(row)
    table = case.snapshot.columns.table
    said = sum(bool(table.column(name)[row].as_py()) for name in table.column_names)
    attributes = len(table.column("attributes")[row].as_py() or ())
    return own.stop - own.start, said + attributes, int(np.prod(case.sizes[own.start], dtype=np.int64))
