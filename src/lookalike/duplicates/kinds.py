"""In which ways two pictures are the same, and from how sure on they are said to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from numbers import Real
from types import MappingProxyType

from lookalike.duplicates.groups import Pair
from lookalike.errors import BadArgument

SAME_BYTES = "same-bytes"
SAME_PIXELS = "same-pixels"
SAME_PHOTOGRAPH = "same-photograph"
VARIANT = "variant"

KINDS = (SAME_BYTES, SAME_PIXELS, SAME_PHOTOGRAPH, VARIANT)
"""From the surest: equal bytes; equal pixels in other bytes; one photograph, edited; and one photograph with
another colour or print of the item, which is no duplicate."""

DUPLICATES = KINDS[:3]
"""What is called a duplicate unless other kinds are asked for."""

THRESHOLDS: Mapping[str, float] = MappingProxyType({SAME_PHOTOGRAPH: 0.7, VARIANT: 0.9})
"""From how sure on two pictures are said to be of each kind that is judged and not just equal."""

FLOORS: Mapping[str, float] = MappingProxyType({SAME_PHOTOGRAPH: 0.5, VARIANT: 0.8})
"""From how sure on pairs are handed out at all, for those who ask for a lower threshold."""


def chosen(
    pairs: Iterable[Pair], kinds: Collection[str] | None = None, threshold: float | None = None
) -> list[Pair]:
    """The pairs of these kinds, `DUPLICATES` by default, that reach ``threshold``, or each kind's own."""
    least = thresholds(kinds, threshold)
    return [pair for pair in pairs if pair.similarity >= least.get(pair.kind, 2)]


def thresholds(kinds: Collection[str] | None = None, threshold: float | None = None) -> dict[str, float]:
    """From how sure on a pair counts, for each of these kinds; raises `BadArgument` as `require` does."""
    require(kinds, threshold)
    asked = DUPLICATES if kinds is None else kinds
    return {
        kind: THRESHOLDS.get(kind, 0.0) if threshold is None or kind not in THRESHOLDS else threshold
        for kind in KINDS
        if kind in asked
    }


def require(kinds: Collection[str] | None, threshold: float | None) -> None:
    """Raise `BadArgument` unless the kinds are known and the threshold is from their `FLOORS` to 1.

    None are the kinds that are called duplicates, and each kind's own threshold.
    """
    asked = DUPLICATES if kinds is None else kinds
    unknown = [kind for kind in asked if kind not in KINDS]
    if unknown or not asked or isinstance(asked, str):
        raise BadArgument(
            f"There is no kind {unknown[0]!r}." if unknown else "No kind was named.",
            next_step=f"Choose from {', '.join(KINDS)}.",
        )
    floor = max((FLOORS.get(kind, 0.0) for kind in asked), default=0.0)
    number = isinstance(threshold, Real) and not isinstance(threshold, bool)
    if threshold is not None and not (number and floor <= threshold <= 1):
        raise BadArgument(
            f"A threshold of {threshold!r} is not used for these kinds.",
            next_step=f"Give a number from {floor} to 1, or none for the threshold of each kind.",
        )
