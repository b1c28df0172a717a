"""Wishes that leave nothing: what there is when one of them gives way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from lookalike import colour
from lookalike.filters import Coded, Filter, Term, amount_of, fold_category, holds
from lookalike.neighbours.snapshot import Snapshot
from lookalike.recommend.evidence import Evidence
from lookalike.recommend.query import GIVING_WAY, Query
from lookalike.recommend.recommender import allowed
from lookalike.recommend.wording import Prices, dropped, together
from lookalike.vectors import Mask, Rows

SUGGESTED = 3
"""Ways that are suggested at most."""

SHOWN = 4
"""Products that are shown of each."""

_KIN = 3  # colours beside the one that is wished which may stand for it
_COMPARED = 5000  # values of a column compared letter by letter


@dataclass(frozen=True, slots=True)
class Way:
    """One way to give in: what to say, the question as it is then, and how many products meet it."""

    said: str
    query: Query
    matching: int


@dataclass(frozen=True, slots=True)
class _Hurdle:
    """A term, or a gate by its name, that no product passes which passes all the others; ``rows`` do.

    ``alone`` says that no other wish is about the same.
    """

    wish: Term | str
    rows: Rows
    alone: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """What gives way: the term to put in the place of one, or none; ``size`` is from 0 to 1."""

    said: str
    term: Term | None
    rows: Rows
    size: float


def relaxed(query: Query, snapshot: Snapshot) -> list[Way]:
    """Up to three ways in which one wish gives way, the smallest step first. Pure.

    A price goes to the nearest that can be met, a colour to the most alike that there are, a category to the
    level above, a word to one spelled nearly so; what cannot be loosened is dropped. Where no single wish
    stands in the way, those that contradict the ones before them are dropped together.
    """
    if not (query.where.terms or query.gates):
        return []
    free = replace(query, where=Filter(), but=Filter(), gates=_promises(query))
    base = allowed(free, snapshot)[0] & Evidence(query, snapshot).said
    prices = Prices.of(snapshot.columns, query.where)
    steps = []
    for hurdle in _hurdles(query, snapshot, base):
        step = _smallest(hurdle, snapshot, prices)
        if step.term is None and query.but.terms == (hurdle.wish,):  # its own variants are out again then
            rows = hurdle.rows[_apart(query, snapshot)[hurdle.rows]]
            if not len(rows):
                continue
            step = _smallest(replace(hurdle, rows=rows), snapshot, prices)
        steps.append((step, hurdle.wish))
    steps.sort(key=lambda one: (one[0].size, -len(one[0].rows)))
    ways = [
        Way(step.said, _without(query, wish, step.term), len(step.rows)) for step, wish in steps[:SUGGESTED]
    ]
    return ways or _together(query, snapshot, base, prices)


def unmet(query: Query, snapshot: Snapshot) -> str:
    """A sentence of all that is wished for at once, of which there is nothing."""
    prices = Prices.of(snapshot.columns, query.where)
    other = "" if query.seed is None else "else "
    return f"Nothing {other}here is {together(query.where.terms, prices.currency)}."


def _hurdles(query: Query, snapshot: Snapshot, base: Mask) -> Iterator[_Hurdle]:
    """Each wish that alone keeps products out which meet all the others."""
    masks: dict[Term | str, Mask] = {term: snapshot.mask(Filter((term,))) for term in query.where.terms}
    for name, gate in query.gates.items():
        if name in GIVING_WAY:
            masks[name] = gate
    failed = np.zeros(len(base), dtype=np.int32)
    for mask in masks.values():
        failed += ~mask
    once = base & (failed == 1)
    about = [wish.about for wish in masks if isinstance(wish, Term)]
    for wish, mask in masks.items():
        rows = np.flatnonzero(once & ~mask)
        if len(rows):
            alone = isinstance(wish, str) or about.count(wish.about) == 1
            yield _Hurdle(wish, rows, alone)


def _smallest(hurdle: _Hurdle, snapshot: Snapshot, prices: Prices) -> _Step:
    """The smallest step over one hurdle."""
    wish, rows = hurdle.wish, hurdle.rows
    if isinstance(wish, str):
        return _Step(prices.sentence("Of other kinds", rows), None, rows, 0.7)
    whole = _Step(prices.sentence(dropped(wish, hurdle.alone), rows), None, rows, 0.9)
    if wish.about == "price":
        return _nearest_price(wish, whole, snapshot, prices)
    spelled = _spelled(wish, rows, snapshot)
    if spelled is None and wish.about == "colour":
        spelled = _nearest_colour(wish, rows, snapshot)
    if spelled is None and wish.about == "category":
        spelled = _level_above(wish, rows, snapshot)
    return whole if spelled is None else replace(spelled, said=prices.sentence(spelled.said, spelled.rows))


def _nearest_price(term: Term, whole: _Step, snapshot: Snapshot, prices: Prices) -> _Step:
    """A limit that the nearest few prices meet; none where those are all."""
    rows = whole.rows
    priced = rows[~np.isnan(prices.amounts[rows])]
    asked = amount_of(term.values[0]) if len(term.values) == 1 else None
    if asked is None or term.op == "!=" or not len(priced):
        return whole
    limit, named = asked
    nearest = priced[np.argsort(np.abs(prices.amounts[priced] - limit), kind="stable")]
    first = float(prices.amounts[nearest[0]])
    size = min(1.0, abs(first - limit) / max(abs(limit), abs(first), 1e-9))
    op = {"<": "<=", ">": ">="}.get(term.op, term.op)
    last = float(prices.amounts[nearest[0 if op == "=" else min(SHOWN, len(nearest)) - 1]])
    loosened = Term(term.field, op, (np.format_float_positional(last, trim="-") + named,))
    met = rows[holds(loosened, snapshot.columns)[rows]]
    if len(met) in (0, len(rows)):  # none where two limits name two currencies
        return replace(whole, size=size)
    there = "there is 1" if len(met) == 1 else f"there are {len(met):,}"
    said = f"{whole.said.removesuffix('.')}; {prices.limit(op, last)} {there}."
    return _Step(said, loosened, met, size)


def _nearest_colour(term: Term, rows: Rows, snapshot: Snapshot) -> _Step | None:
    """The one or two colours most alike that there are."""
    wished = [name for value in term.values if (name := colour.canonical(value))]
    if term.op != "=" or not wished:
        return None
    names: list[str] = []
    met = np.zeros(0, dtype=np.intp)
    near = [name for name in colour.kin(wished[0])[:_KIN] if name not in wished]
    for name in near:
        mask = snapshot.columns.colour(name)
        found = rows[mask[rows]] if mask is not None else met
        if len(found):
            names.append(name)
            met = np.union1d(met, found)
        if len(met) >= SHOWN or len(names) == 2:
            break
    if not names:
        return None
    return _Step(f"In {' or '.join(names)}", Term(term.field, "=", tuple(names)), met, 0.3)


def _level_above(term: Term, rows: Rows, snapshot: Snapshot) -> _Step | None:
    """The nearest level above a category that holds anything."""
    column = snapshot.columns.text("category")
    if column is None or term.op != "=" or len(term.values) > 1:
        return None
    wanted = fold_category(term.values[0])
    levels = _path_to(wanted, column)
    depth = len(levels)
    while levels := levels[:-1]:
        above = Term(term.field, "=", (" > ".join(levels),))
        met = rows[holds(above, snapshot.columns)[rows]]
        if len(met):
            return _Step(f"In {levels[-1]}", above, met, min(0.9, 0.4 + 0.2 * (depth - len(levels))))
    return None


def _path_to(wanted: str, column: Coded) -> list[str]:
    """The levels down to a category, of the first path that has it."""
    for value in column.values:
        levels = [level.strip() for level in value.split(">")]
        for depth in range(1, len(levels) + 1):
            path = levels[:depth]
            if wanted in (levels[depth - 1].casefold(), fold_category(" > ".join(path))):
                return path
    return []


def _spelled(term: Term, rows: Rows, snapshot: Snapshot) -> _Step | None:
    """The value spelled most like one that the catalogue does not have."""
    column = snapshot.columns.text(term.field)
    if column is None or term.op != "=" or len(term.values) > 1 or len(column.values) > _COMPARED:
        return None
    if holds(term, snapshot.columns).any():
        return None
    values = [column.values[code] for code in np.unique(column.codes[rows]) if code >= 0]
    if term.about == "category":
        values += [level.strip() for value in values for level in value.split(">")]
    here = {value.casefold(): value for value in values}
    near = get_close_matches(term.values[0].casefold(), here, 1, 0.75)
    if not near:
        return None
    said = Term(term.field, "=", (here[near[0]],))
    met = rows[holds(said, snapshot.columns)[rows]]
    return _Step(f"Of {here[near[0]]}", said, met, 0.0) if len(met) else None


def _apart(query: Query, snapshot: Snapshot) -> Mask:
    """What may be answered with where nothing is to be otherwise, (p,): no variant of what asks."""
    free = replace(query, where=Filter(), but=Filter(), gates=_promises(query), own_variants=False)
    return allowed(free, snapshot)[0]


def _promises(query: Query) -> dict[str, Mask]:
    """The gates that never give way."""
    return {name: gate for name, gate in query.gates.items() if name not in GIVING_WAY}


def _without(query: Query, wish: Term | str, instead: Term | None) -> Query:
    """The question with another term in the place of a wish, or with none."""
    if isinstance(wish, str):
        gates = {name: gate for name, gate in query.gates.items() if name != wish}
        return replace(query, gates=gates, k=SHOWN)
    return _asking(query, {wish: instead})


def _asking(query: Query, changed: Mapping[Term, Term | None]) -> Query:
    """The question with some of its terms changed, or dropped where that is None."""

    def kept(terms: Sequence[Term]) -> Filter:
        now = [changed.get(term, term) for term in terms]
        return Filter(tuple(term for term in now if term is not None))

    but = kept(query.but.terms)
    own = query.own_variants and bool(but.terms)
    return replace(query, where=kept(query.where.terms), but=but, own_variants=own, k=SHOWN)


def _together(query: Query, snapshot: Snapshot, base: Mask, prices: Prices) -> list[Way]:
    """The wishes that can be met together, taken in their order, without the others."""
    left, gone = base, dict[Term, Term | None]()
    for term in query.where.terms:
        meets = left & snapshot.mask(Filter((term,)))
        if meets.any():
            left = meets
        else:
            gone[term] = None
    gates = _promises(query)
    for name, gate in query.gates.items():
        if name in GIVING_WAY and (left & gate).any():
            left, gates[name] = left & gate, gate
    if query.but.terms and all(term in gone for term in query.but.terms):
        left = left & _apart(query, snapshot)
    rows = np.flatnonzero(left)
    if not len(rows):
        return []
    what = " and ".join([*map(str, gone), *(["the kind"] if len(gates) < len(query.gates) else [])])
    way = replace(_asking(query, gone), gates=gates)
    return [Way(prices.sentence(f"Without {what}", rows), way, len(rows))]
