"""Products that no shelf shows, and those that far too many shelves show.

A shelf is what stands beside a product: the ten that look most like it, of every family of variants and
copies one. Where vectors have many numbers some stand on very many shelves and others on none, whatever they
show (Radovanović, Nanopoulos, Ivanović, "Hubs in space", 2010). A product off a few shelves of ten is no
fault; told are those that would not even be on shelves of `lookalike.doctor.neighbourhood.NEAREST`, and
those on so many that the numbers of the others do not explain it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from lookalike.doctor.case import Case
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.neighbourhood import NEAREST, Neighbourhood
from lookalike.neighbours.snapshot import Snapshot
from lookalike.vectors import Floats, Rows

SHELF = 10
"""Products on a shelf."""

FEWEST = 100
"""Families that a catalogue needs before its shelves say something: fewer are all beside one another."""

MOST = 200
"""Findings of a kind that are told; how many more there are is said."""

_BLOCK = 256
_FALSE = 0.07  # see `_confidence`
_HALVES = 0.04  # cosine
_FAR = 0.05  # share of products whose nearest is far
_LIKE_NOTHING = (
    "hardly anything looks like it. Its picture may be of another style, or it is one of its kind."
)
_OUTDONE = "whatever looks like it has others that are more alike."
_LEAST = 0.2  # confidence
_SHOWN = 5
_NEARLY_SURE = 0.999


def shelves(case: Case) -> Iterator[Finding | Unjudged]:
    """Products on nobody's shelf, and on everybody's."""
    snapshot = case.snapshot
    family = _families(snapshot)
    known = len(np.unique(family[snapshot.pictured]))
    if known < FEWEST:
        why = f"{known:,} products with a picture are too few to know what shelves show; {FEWEST} are enough."
    elif not case.neighbours.whole:
        why = "With so many products only a sample was compared: it cannot be known what no shelf shows."
    else:
        seen = _Shelves(snapshot, case.neighbours, family)
        yield from _hidden(seen)
        yield from _hubs(seen)
        return
    yield from (Unjudged(kind, "", why) for kind in ("hidden", "hub"))


def _families(snapshot: Snapshot) -> Rows:
    """A number for each product (p,), the same for variants and copies."""
    family = snapshot.kin.group.astype(np.intp)
    alone = family < 0
    family[alone] = int(family.max(initial=-1)) + 1 + np.arange(int(alone.sum()))
    return family


@dataclass(frozen=True, slots=True)
class _Shelves:
    """The shelves of p products, and the number of each product's ``family``, (p,)."""

    snapshot: Snapshot
    neighbours: Neighbourhood
    family: Rows

    def times(self, k: int) -> Rows:
        """On how many shelves of k products the family of each product stands, (p,)."""
        shown = self.neighbours.others[:, :k]
        counted = np.bincount(self.family[shown[shown >= 0]], minlength=int(self.family.max()) + 1)
        found: Rows = counted[self.family]
        return found

    def firsts(self, rows: Rows) -> Rows:
        """Of rows in an order the first of each family, in that order."""
        return rows[np.sort(np.unique(self.family[rows], return_index=True)[1])]

    def beside(self, row: int) -> Rows:
        """The products on whose shelves the family of one stands, those that look least like it first."""
        shown = self.neighbours.others[:, :SHELF]
        at, place = np.nonzero((shown >= 0) & (self.family[shown] == self.family[row]))
        found: Rows = at[np.argsort(self.neighbours.others_cosines[at, place], kind="stable")]
        return found

    def finding(
        self, kind: str, row: int, confidence: float, says: str, beside: Rows, **numbers: float
    ) -> Finding:
        """What is to be told of one product and its family."""
        ids, beside = self.snapshot.ids, beside[beside >= 0][:_SHOWN]
        kin = np.flatnonzero(self.family == self.family[row])
        categories = self.snapshot.columns.words("category", beside)
        shown = [
            {"id": ids[other], "picture": self._main(other), "value": category}
            for other, category in zip(beside.tolist(), categories, strict=True)
        ]
        return Finding(
            kind=kind,
            products=(ids[row], *(ids[other] for other in kin.tolist() if other != row)),
            confidence=confidence,
            picture=self._main(row),
            evidence={"says": says, "products": shown, **numbers},
        )

    def _main(self, row: int) -> int:
        """The position of a product's main picture."""
        return int(self.snapshot.position[self.snapshot.pictures_of(row).start])


def _hidden(seen: _Shelves) -> Iterator[Finding | Unjudged]:
    """Those that are not among the `NEAREST` of any other, the ones farthest from it first."""
    pictured = seen.snapshot.pictured
    never = np.flatnonzero((seen.times(NEAREST) == 0) & pictured)
    missing = np.zeros(len(pictured), dtype=np.float32)
    missing[never] = _missing(seen, never)
    never = never[missing[never] > 0]
    never = seen.firsts(never[np.argsort(-missing[never], kind="stable")])
    nearest = seen.neighbours.others_cosines[:, 0]
    far = float(np.nanquantile(nearest, _FAR))
    seldom = int((seen.times(SHELF) == 0)[pictured].sum())
    for row in never[:MOST].tolist():
        why = _LIKE_NOTHING if nearest[row] < far else _OUTDONE
        yield seen.finding(
            "hidden",
            row,
            _confidence(float(missing[row])),
            f"No shelf shows it, not even one of {NEAREST}: {why}",
            seen.neighbours.others[row][:3],
            nearest=round(float(nearest[row]), 3),
            missing=round(float(missing[row]), 3),
            off_shelves_of_ten=seldom,
        )
    if len(never) > MOST:
        why = f"{len(never):,} products are on no shelf; told are the {MOST} that are farthest from one."
        yield Unjudged("hidden", "", why)


def _confidence(missing: float) -> float:
    """How likely it is that no shelf of ten by looks and words, the usual one, shows a product either.

    Of 100 such products of a fashion catalogue 6 were on some, and of the 12 that missed most none.
    """
    return 1 - _FALSE * math.exp2(-missing / _HALVES)


def _missing(seen: _Shelves, rows: Rows) -> Floats:
    """How much more alike each of these rows would have to be to stand on some shelf, (n,); by any picture.

    Neighbours are of main pictures, a shelf shows the picture that is most alike.
    """
    snapshot, last = seen.snapshot, seen.neighbours.others_cosines[:, NEAREST - 1]
    asking = np.flatnonzero(np.isfinite(last))
    looks, last = snapshot.looks_of(asking), last[asking]
    missing = np.full(len(rows), np.inf, dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        part = rows[start : start + _BLOCK]
        pictures = snapshot.pictures_at(part)
        owners = snapshot.picture_product[pictures]
        gaps = last - snapshot.vectors[pictures] @ looks.T
        gaps[seen.family[owners][:, None] == seen.family[asking]] = np.inf
        np.minimum.at(missing, start + np.searchsorted(part, owners), gaps.min(axis=1, initial=np.inf))
    return missing


def _hubs(seen: _Shelves) -> Iterator[Finding | Unjudged]:
    """Those on more shelves than the spread of all the others leaves to chance, the most first.

    Counts are compared as square roots, whose spread is even, by the middle and the median deviation. The
    confidence is the probability that no product of the catalogue would be on so many by chance.
    """
    times, shown = seen.times(SHELF), seen.neighbours.others[:, :SHELF]
    own = np.bincount(shown[shown >= 0], minlength=len(times))
    rows = np.flatnonzero(seen.snapshot.pictured)
    rows = seen.firsts(rows[np.lexsort((-own[rows], -times[rows]))])
    roots = np.sqrt(times[rows])
    middle = float(np.median(roots))
    spread = max(1.4826 * float(np.median(np.abs(roots - middle))), 0.5)  # 0.5: counts by chance alone
    usual = NormalDist(middle, spread)
    confidence = [1 - len(rows) * (1 - usual.cdf(root)) for root in roots[: MOST + 1].tolist()]
    for row, sure in zip(rows[:MOST].tolist(), confidence, strict=False):
        if sure < _LEAST:
            return
        says = (
            f"It is on {times[row]:,} shelves of {SHELF}, a usual product on {round(middle**2)}. "
            "Of those that it stands beside these look least like it."
        )
        numbers = {"shelves": int(times[row]), "usual": round(middle**2)}
        yield seen.finding("hub", row, min(sure, _NEARLY_SURE), says, seen.beside(row), **numbers)
    if len(confidence) > MOST and confidence[-1] >= _LEAST:
        yield Unjudged("hub", "", f"Told are the {MOST} products that are on most shelves.")
