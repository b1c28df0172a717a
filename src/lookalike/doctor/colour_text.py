"""Text that names another colour than the picture shows, judged by how well the shop's texts fit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from lookalike.doctor.case import Case
from lookalike.doctor.colour_votes import Bits, ColourVotes
from lookalike.doctor.colour_words import ColourWords, replaced
from lookalike.doctor.finding import Finding, Unjudged
from lookalike.doctor.placeholder import shows_nothing
from lookalike.neighbours.kinds import Kinds
from lookalike.neighbours.yardstick import id_hashes
from lookalike.vectors import Mask, Rows

KIND = "colour-text"

ENOUGH = 50
"""Texts that name a colour from which on a shop tells how well texts and pictures agree."""

_FIELDS = ("title", "description")
_CLEAR = ((12.0, 0.5, 0.0038), (20.0, 0.3, 0.001))
"""Ways to be clear: how far all colours of a picture are from what is named at least; which share of the
pictures of the same colours is said to be of one other colour; and how many texts that are right, of all,
stand so nevertheless, as was counted by looking at a catalogue of clothing."""

_FEW = 0.04  # share of the pictures of the same colours that are said to be of what is named, at most
_WRONG = 0.01  # share of the texts that are taken to name another colour
_MOST = 0.15  # share beyond which it is the pictures that say too little
_SUGGESTED = 0.6  # share of them that are said to be of what is suggested, at least
_STEADY = 30  # texts of a kind that count as what is usual, so that a few slips are no habit
_OFTEN, _LEAST = 3.0, 0.02  # of what is usual; and of all, from which on it is the kind's habit
_HABIT = 3  # texts that make one
_AHEAD = 6  # products that are tried for one of another colour
_SAMPLED = 2000  # pictures that tell how clear another colour is by chance
_TOLD = 0.2
_SHOWN = 5


def colour_texts(case: Case) -> Iterator[Finding | Unjudged]:
    """Titles, and descriptions where the title is right, that name only colours which the picture has not."""
    kinds = Kinds(case.snapshot).codes
    told: set[int] = set()
    for field in _FIELDS:
        texts = case.snapshot.columns.table.column(field)
        if pc.sum(pc.greater(pc.binary_length(texts), 0)).as_py() in (None, 0):
            yield Unjudged(KIND, field, f"No product has a {field}.")
            continue
        words = ColourWords(case.snapshot, field, kinds)
        votes = ColourVotes(case.snapshot, words, ~shows_nothing(case))
        if int(votes.judged.sum()) < ENOUGH:
            why = f"Fewer than {ENOUGH} products have a picture and a {field} that names a colour."
            yield Unjudged(KIND, field, why)
            continue
        yield from _of_field(case, field, words, votes, told)


def _of_field(
    case: Case, field: str, words: ColourWords, votes: ColourVotes, told: set[int]
) -> Iterator[Finding | Unjudged]:
    places = np.flatnonzero(votes.judged)
    own = _levels(votes, places, votes.meant[places])
    own[_untold(own, Kinds(case.snapshot).codes[votes.rows[places]])] = 0
    others = _levels(votes, *_by_chance(case, votes, places))
    if len(others) < ENOUGH:
        yield Unjudged(KIND, field, f"Nearly all products are said to be of one colour in the {field}.")
        return
    sure = [0.0]
    for level, (_, _, wrongly) in enumerate(_CLEAR, 1):
        seen, by_chance = float((own >= level).mean()), float((others >= level).mean())
        if seen > wrongly + _MOST * by_chance:
            yield Unjudged(KIND, field, f"What colours a {field} names says too little of the picture here.")
            return
        sure.append(_WRONG * by_chance / (_WRONG * by_chance + wrongly))
    for place, level in zip(places.tolist(), own.tolist(), strict=True):
        row = int(votes.rows[place])
        if sure[level] >= _TOLD and row not in told:
            told.add(row)
            yield _finding(case, field, words, (votes, place), sure[level])


def _levels(votes: ColourVotes, places: Rows, meant: Bits) -> Rows:
    """How clearly each picture shows another colour than is meant, (m,): 0 for not at all."""
    found = np.zeros(len(places), dtype=np.intp)
    least = min(share for _, share, _ in _CLEAR)
    likely = (votes.share(places, meant) <= _FEW) & (votes.agreed[places] >= least)
    for at in np.flatnonzero(likely).tolist():
        apart, agreed = votes.apart(int(places[at]), int(meant[at])), float(votes.agreed[places[at]])
        clear = [apart >= far and agreed >= share for far, share, _ in _CLEAR]
        found[at] = max((level for level, one in enumerate(clear, 1) if one), default=0)
    return found


def _untold(levels: Rows, kinds: Bits) -> Mask:
    """Of which texts (m,) the kind too often names another colour: of a dial, a frame, a shade inside."""
    usual = float((levels > 0).mean())
    _, places = np.unique(kinds, return_inverse=True)
    said, clear = np.bincount(places), np.bincount(places, levels > 0)
    rates = (clear + usual * _STEADY) / (said + _STEADY)
    found: Mask = ((rates > max(_OFTEN * usual, _LEAST)) & (clear >= _HABIT))[places]
    return found


def _by_chance(case: Case, votes: ColourVotes, places: Rows) -> tuple[Rows, Bits]:
    """Some pictures, by place, and the colours meant of another product that has none of theirs."""
    hashes = id_hashes([case.snapshot.ids[row] for row in votes.rows[places].tolist()])
    order = places[np.argsort(hashes, kind="stable")]
    meant = votes.meant[order]
    found = np.zeros(len(order), dtype=np.int32)
    for ahead in range(1, _AHEAD):
        other = np.roll(meant, -ahead)
        found = np.where((found == 0) & (other & meant == 0), other, found)
    apart = np.flatnonzero(found)[:_SAMPLED]
    return order[apart], found[apart]


def _finding(
    case: Case, field: str, words: ColourWords, voted: tuple[ColourVotes, int], confidence: float
) -> Finding:
    votes, place = voted
    row = int(votes.rows[place])
    snapshot = case.snapshot
    named = list(dict.fromkeys(words.terms[row]))
    shown = [name for name, share, _ in snapshot.palettes.described([row])[0] if share >= 0.15][:3]
    said = " and ".join(f"“{term}”" for term in named)
    says = f"The {field} says {said}; the picture shows {' and '.join(dict.fromkeys(shown))}."
    value: str = snapshot.columns.table.column(field)[row].as_py()
    other = _instead(words, votes, place) if len(named) == 1 else ""
    near = [int(one) for one in case.neighbours.rows[row].tolist() if one >= 0 and words.terms[int(one)]]
    beside = [
        {"id": snapshot.ids[one], "picture": 0, "value": ", ".join(dict.fromkeys(words.terms[one]))}
        for one in near[:_SHOWN]
    ]
    return Finding(
        KIND,
        (snapshot.ids[row],),
        confidence,
        field=field,
        value=value,
        suggestion=replaced(value, named[0], other) if other else "",
        evidence={"says": says, "products": beside, "named": named, "shown": list(dict.fromkeys(shown))},
    )


def _instead(words: ColourWords, votes: ColourVotes, place: int) -> str:
    """The term that this shop uses for what the picture shows; "" where it shows several."""
    if votes.agreed[place] < _SUGGESTED:
        return ""
    return words.usual_words.get(1 << int(votes.best[place]), "")
