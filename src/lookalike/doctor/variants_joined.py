"""Groups that join unlike products: a member whose title and picture are unlike all others of its group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.odds import probability
from lookalike.doctor.styles import Belonging, Styles, sampled
from lookalike.doctor.titles import Titles
from lookalike.vectors import Floats

KIND = "variants-joined"

ENOUGH = 40
"""Pairs of variants from which on a shop tells how alike its variants are."""

_TOLD = 0.2
_SHOWN = 5


def joined_variants(case: Case) -> Iterator[Finding | Unjudged]:
    """Members of groups that belong elsewhere, by what the shop's other groups are like."""
    styles = Styles(case.snapshot, Titles(case.snapshot))
    if not case.snapshot.variants.extra:
        yield Unjudged(KIND, "group", "No two products have a common group.")
        return
    belonging = Belonging(styles, case.neighbours.rows)
    if belonging.pairs < ENOUGH:
        yield Unjudged(
            KIND, "group", f"Too few groups to know how alike variants are here; {ENOUGH} are enough."
        )
        return
    for rows in styles.members():
        yield from _of_group(case, belonging, list(sampled(rows)))


def _of_group(case: Case, belonging: Belonging, rows: Sequence[int]) -> Iterator[Finding]:
    """A finding for each member that is tied to the rest by nothing."""
    places = [(a, b) for a in range(len(rows)) for b in range(a)]
    odds = belonging.odds([(rows[a], rows[b]) for a, b in places])
    ties = np.full((len(rows), len(rows)), -np.inf, dtype=np.float32)
    for (a, b), odd in zip(places, odds.tolist(), strict=True):
        ties[a, b] = ties[b, a] = odd
    parts = _parts(ties)
    parts.sort(key=lambda part: (-len(part), part[0]))
    if len(parts) == 1 or len(parts) > max(2, len(rows) // 2):  # all unlike: no slip, another use of groups
        return
    rest = [rows[place] for place in parts[0]]
    for part in parts[1:]:
        tie = float(ties[np.ix_(part, parts[0])].mean())
        confidence = 1 - probability(tie, 1 - belonging.wrong)
        if confidence >= _TOLD:
            for place in part:
                yield _finding(case, rows[place], rest, confidence, either=len(rows) == 2)


def _parts(ties: Floats) -> list[list[int]]:
    """Members that are tied, directly or by others."""
    left = set(range(len(ties)))
    found: dict[int, list[int]] = defaultdict(list)
    while left:
        first = min(left)
        waiting = [first]
        while waiting:
            own = waiting.pop()
            if own in left:
                left.discard(own)
                found[first].append(own)
                waiting += [other for other in left if ties[own, other] > 0]
    return [sorted(part) for part in found.values()]


def _finding(case: Case, row: int, rest: Sequence[int], confidence: float, *, either: bool) -> Finding:
    snapshot = case.snapshot
    group = snapshot.columns.words("group", np.array([row]))[0]
    titles = snapshot.columns.words("title", np.array(rest))
    shown = [
        {"id": snapshot.ids[other], "picture": 0, "value": title}
        for other, title in zip(rest, titles, strict=True)
    ]
    says = f"It neither looks nor is called like the other products of its group “{group}”."
    evidence = {"says": says, "products": shown[:_SHOWN], "others": len(rest)}
    ids = (snapshot.ids[row], *((snapshot.ids[rest[0]],) if either else ()))
    return Finding(KIND, ids, confidence, field="group", value=group, evidence=evidence)
