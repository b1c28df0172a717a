"""What lists are beside right: how much of the catalogue they show, how new, how varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lookalike.errors import BadArgument
from lookalike.evaluation.bootstrap import Estimate, Of, estimate
from lookalike.vectors import Floats, Rows

_MOST_SHOWN = 0.1  # share of the products that `Beyond.top` is about
_PLACES = 10_000  # of lists whose vectors are held at once: 10 MB at 256 numbers

Wide = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """What is known of the n products that lists may show, whatever made the lists.

    ``looks`` (n, dim) are unit vectors of the main pictures, None where there are none to compare. ``kinds``
    (n) are texts, "" where nothing is said, none at all where there is no such column. ``had`` says by id how
    many shoppers had a product, of ``shoppers``; None where there are no events.
    """

    ids: Sequence[str] = field(repr=False)
    looks: Floats | None = field(default=None, repr=False)
    kinds: Sequence[str] = field(default=(), repr=False)
    had: Mapping[str, int] | None = field(default=None, repr=False)
    shoppers: int = 0


@dataclass(frozen=True)
class Beyond:
    """Of lists of ten, by those who asked. What cannot be told is None.

    ``coverage`` is the share of the products to be found that stand in any list, ``top`` the share of all
    places that the tenth of the products takes that is shown most: 0.1 where all are shown alike.
    ``novelty`` is the mean self-information in bits of what is shown, by how many shoppers had it.
    ``diversity`` is one less the mean cosine between members of a list, by the looks of the index whatever is
    judged. ``across`` is the share of a list of another kind than what asked, ``kinds`` how many kinds stand
    in one.
    """

    coverage: float
    top: float
    novelty: Estimate | None
    diversity: Estimate | None
    across: Estimate | None
    kinds: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """The measures as one JSON-ready document."""
        told = {name: getattr(self, name) for name in ("novelty", "diversity", "across", "kinds")}
        estimates = {name: None if one is None else one.to_dict() for name, one in told.items()}
        return {"coverage": round(self.coverage, 4), "top": round(self.top, 4), **estimates}


def beyond(
    lists: Sequence[Sequence[str]],
    known: Known,
    asking: Sequence[str] | None = None,
    clusters: Sequence[str] | None = None,
) -> Beyond:
    """What m lists of ids are beside right.

    ``asking`` (m) are the products that asked, that a photo shows, or that were seen last, "" for none; None
    where nobody is known. ``clusters`` (m) name what makes lists depend on each other. Lists without a
    member, or without one of a known kind, are left out of what cannot be told of them. Raises `BadArgument`
    for no list at all, none with a member, and ids that are not known.

    Sources: self-information as novelty, Zhou et al., "Solving the apparent diversity-accuracy dilemma of
    recommender systems", 2010, equation 3, with one shopper more for each product so that what nobody had has
    an end; diversity within lists, Ziegler et al., "Improving recommendation lists through topic
    diversification", 2005, section 3.1; coverage, Herlocker et al., "Evaluating collaborative filtering
    recommender systems", 2004, section 4.2.
    """
    rows, listed = _placed(lists, known)
    shown = np.sort(np.bincount(rows, minlength=len(known.ids)))[::-1]
    most = max(1, round(_MOST_SHOWN * len(shown)))
    owners = np.arange(len(lists)) if clusters is None else np.unique(clusters, return_inverse=True)[1]

    def told(values: Wide | None, of: Of = "number") -> Estimate | None:
        """The mean over the lists of which something can be told."""
        kept = np.empty(0, dtype=np.intp) if values is None else np.flatnonzero(~np.isnan(values))
        return estimate(values[kept], owners[kept], of=of) if values is not None and kept.size else None

    across, kinds = _kinds(rows, listed, known, asking, len(lists))
    return Beyond(
        float((shown > 0).mean()),
        float(shown[:most].sum() / shown.sum()),
        told(_novelty(rows, listed, known, len(lists))),
        told(_diversity(rows, listed, known, len(lists))),
        told(across, "share"),
        told(kinds),
    )


def _placed(lists: Sequence[Sequence[str]], known: Known) -> tuple[Rows, Rows]:
    """The products of all places of all lists, and whose list each place is in."""
    place_of = {i: place for place, i in enumerate(known.ids)}
    strange = next((i for own in lists for i in own if i not in place_of), None)
    if strange is not None:
        raise BadArgument(
            f"A list has {strange!r}, which is no product that may be found.",
            next_step="Leave out of lists what is not in the catalogue.",
        )
    rows = np.array([place_of[i] for own in lists for i in own], dtype=np.intp)
    if not rows.size:
        raise BadArgument(
            "No list has any product, so there is nothing to tell of lists.",
            next_step="Check what the subject answers.",
        )
    return rows, np.repeat(np.arange(len(lists)), [len(own) for own in lists]).astype(np.intp)


def _mean(values: Wide, listed: Rows, count: int) -> Wide:
    """The mean of the values of each list, NaN where it has none."""
    members = np.bincount(listed, minlength=count)
    sums = np.bincount(listed, weights=values, minlength=count)
    found: Wide = np.where(members > 0, sums / np.maximum(members, 1), np.nan)
    return found


def _novelty(rows: Rows, listed: Rows, known: Known, count: int) -> Wide | None:
    if known.had is None or known.shoppers < 1:
        return None
    had = np.array([known.had.get(i, 0) for i in known.ids], dtype=np.float64)
    return _mean(np.log2((known.shoppers + 1) / (had + 1))[rows], listed, count)


def _kinds(
    rows: Rows, listed: Rows, known: Known, asking: Sequence[str] | None, count: int
) -> tuple[Wide | None, Wide | None]:
    """Of each list the share of another kind than what asked, and how many kinds it has."""
    if not any(known.kinds):
        return None, None
    kinds, codes = np.unique(known.kinds, return_inverse=True)
    says = kinds[codes[rows]] != ""
    rows, listed = rows[says], listed[says]
    different = np.unique(listed * len(kinds) + codes[rows]) // len(kinds)
    several = np.bincount(different, minlength=count).astype(np.float64)
    several[several == 0] = np.nan
    if asking is None:
        return None, several
    own = {i: int(code) for i, code in zip(known.ids, codes, strict=True) if kinds[code]}
    asker = np.array([own.get(i, -1) for i in asking], dtype=np.intp)
    asked = asker[listed] >= 0
    rows, listed = rows[asked], listed[asked]
    return _mean((codes[rows] != asker[listed]).astype(np.float64), listed, count), several


def _diversity(rows: Rows, listed: Rows, known: Known, count: int) -> Wide | None:
    """One less the mean cosine between the members of each list, NaN where it has fewer than two."""
    if known.looks is None:
        return None
    members = np.bincount(listed, minlength=count)
    starts = np.cumsum(members) - members
    found = np.full(count, np.nan)
    for size in np.unique(members[members > 1]).tolist():
        every = np.flatnonzero(members == size)
        for some in np.array_split(every, -(-len(every) * size // _PLACES)):
            looks = known.looks[rows[starts[some, None] + np.arange(size)]]
            totals = looks.sum(axis=1, dtype=np.float64)
            own = np.einsum("lij,lij->l", looks, looks)
            found[some] = 1 - ((totals * totals).sum(axis=1) - own) / (size * (size - 1))
    return found
