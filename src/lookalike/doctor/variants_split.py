"""Variants without their group: titles equal but for colour and size, looks alike, and no group in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.odds import probability
from lookalike.doctor.styles import Belonging, Styles, sampled
from lookalike.doctor.titles import Titles
from lookalike.doctor.variants_joined import ENOUGH

KIND = "variants-split"

_TOLD = 0.2
_SHOWN = 5
_WORDS = 2  # words that a title has beside colour and size, at least, to say a style


def split_variants(case: Case) -> Iterator[Finding | Unjudged]:
    """Products that belong into a group of the shop, by what its own groups are like."""
    snapshot = case.snapshot
    if not snapshot.variants.extra:
        yield Unjudged(KIND, "group", "No two products have a common group: the shop does not tie variants.")
        return
    titles = Titles(snapshot)
    styles = Styles(snapshot, titles)
    belonging = Belonging(styles, case.neighbours.rows)
    if belonging.pairs < ENOUGH:
        yield Unjudged(
            KIND, "group", f"Too few groups to know how alike variants are here; {ENOUGH} are enough."
        )
        return
    families = _families(styles)
    prior = _prior(styles, families)
    for rows in families:
        yield from _Family(case, styles, list(sampled(rows))).findings(belonging, prior)


def _families(styles: Styles) -> list[list[int]]:
    """Products whose titles are equal but for the words by which variants differ, of one maker and kind."""
    columns = [styles.snapshot.columns.text(name) for name in ("brand", "category")]
    codes = [column.codes.tolist() for column in columns if column is not None]
    found: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for row, stem in enumerate(styles.stems):
        if len(stem) >= _WORDS:
            found[(stem, *(own[row] for own in codes))].append(row)
    return [rows for rows in found.values() if len(rows) > 1]


def _prior(styles: Styles, families: Sequence[Sequence[int]]) -> float:
    """How often two products that have a group each, and equal titles but for the variant, share it."""
    same = apart = 1.0
    for rows in families:
        groups = [int(styles.groups[row]) for row in rows if styles.groups[row] >= 0]
        counts = Counter(groups)
        pairs = len(groups) * (len(groups) - 1) / 2
        own = sum(count * (count - 1) / 2 for count in counts.values())
        if pairs:  # every family counts as one
            same, apart = same + own / pairs, apart + 1 - own / pairs
    return same / (same + apart)


@dataclass(frozen=True)
class _Family:
    case: Case
    styles: Styles
    rows: list[int]

    def findings(self, belonging: Belonging, prior: float) -> Iterator[Finding]:
        """A finding for each product that is not in the group of most."""
        names = self.case.snapshot.columns.words("group", np.array(self.rows))
        counts = Counter(filter(None, names))
        if len(counts) == 1 and "" not in names:
            return
        best = sorted(counts, key=lambda name: (-counts[name], name))
        target = best[0] if best else self._new_name()
        home = [row for row, name in zip(self.rows, names, strict=True) if name == target]
        for row, name in zip(self.rows, names, strict=True):
            if name == target or (name and counts[name] > 1):
                continue
            near = home or [other for other in self.rows if other != row]
            odds = float(belonging.odds_by_looks([(row, other) for other in near]).max())
            known = probability(odds, prior)
            confidence = known if not name else max(0.0, 2 * known - 1)
            if confidence >= _TOLD and not self._taken(row, near):
                yield self._finding(row, name, target, near, confidence)

    def _taken(self, row: int, near: Sequence[int]) -> bool:
        """Whether the group has this very variant already: then it is another product of the same name."""
        words = self.styles.titles.words
        return any(sorted(words[other]) == sorted(words[row]) for other in near)

    def _new_name(self) -> str:
        """A group for a family that has none: the first of its ids."""
        return min(self.case.snapshot.ids[row] for row in self.rows)

    def _finding(self, row: int, name: str, target: str, near: Sequence[int], confidence: float) -> Finding:
        snapshot = self.case.snapshot
        titles = snapshot.columns.words("title", np.array(near))
        shown = [
            {"id": snapshot.ids[other], "picture": 0, "value": title}
            for other, title in zip(near, titles, strict=True)
        ]
        tied = f"in another group, “{name}”" if name else "in no group"
        says = f"It is called and looks like these but for colour or size, and is {tied}."
        evidence = {"says": says, "products": shown[:_SHOWN], "others": len(near)}
        return Finding(
            KIND,
            (snapshot.ids[row],),
            confidence,
            field="group",
            value=name,
            suggestion=target,
            evidence=evidence,
        )
